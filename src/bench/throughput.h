/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Members per second when several threads work at once, each with its own members and
 * workspace, as in a sweep. */
#ifndef OSW_BENCH_THROUGHPUT_H
#define OSW_BENCH_THROUGHPUT_H

#include "bench/method.h"

struct osw_bench_rate {
    int threads;
    double per_core_s; /* members by CPU seconds of all threads: what a core gives */
    double per_wall_s; /* members by elapsed seconds: for the machine as it is now */
};

/* All members once, shared evenly among rate->threads (given). */
enum osw_status osw_bench_throughput(const struct osw_bench_problem *problem,
                                     const struct osw_bench_method *method,
                                     const struct osw_bench_setting *setting,
                                     struct osw_bench_rate *rate) OSW_MUST_CHECK;

#endif
