/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Rodas5P on members in lanes (solve/batch.h): method->variant 1 takes the widest kernel
 * that may be used, 0 that of one lane; 2 is 1 in steps of many periods
 * (simulate/stride.h). */
#ifndef OSW_BENCH_LANES_H
#define OSW_BENCH_LANES_H

#include "bench/method.h"

enum osw_status osw_bench_lanes_create(const struct osw_bench_method *method,
                                       const struct osw_bench_problem *problem,
                                       const struct osw_bench_setting *setting,
                                       struct osw_diag *diag, void **work) OSW_MUST_CHECK;
enum osw_status osw_bench_lanes_run(void *work, int first, int n, double *states,
                                    struct osw_bench_counts *counts) OSW_MUST_CHECK;
void osw_bench_lanes_destroy(void *work);

#endif
