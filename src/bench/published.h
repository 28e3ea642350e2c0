/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Stiff problems with published answers: Test Set for Initial Value Problem Solvers,
 * release 2.4 (Mazzia & Magherini 2008), whose end values were computed by RADAU(5) in
 * extended precision (but see E5); equations in bench/problems. */
#ifndef OSW_BENCH_PUBLISHED_H
#define OSW_BENCH_PUBLISHED_H

#include "base/cpu.h"
#include "model/kernel.h"

enum {
    OSW_BENCH_MOST_STATES = 20,
    OSW_BENCH_MOST_PARAMS = 25,
    OSW_BENCH_MOST_TIMES = 12
};

struct osw_bench_published {
    osw_kernel_entry *kernel, *wide[OSW_ISAS]; /* wide: NULL where it is not built */
    double p[OSW_BENCH_MOST_PARAMS];
    double scale[OSW_BENCH_MOST_STATES]; /* the size of each state that matters */
    double times[OSW_BENCH_MOST_TIMES];  /* up to the first 0 */
    double y[OSW_BENCH_MOST_STATES];     /* at the last time */
};
extern const struct osw_bench_published osw_bench_robertson, osw_bench_hires,
    osw_bench_oregonator, osw_bench_e5, osw_bench_pollu;

#endif
