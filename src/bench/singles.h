/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * CVODES, one member after the other: method->variant is the linear solver. */
#ifndef OSW_BENCH_SINGLES_H
#define OSW_BENCH_SINGLES_H

#include "bench/method.h"

enum osw_status osw_bench_singles_create(const struct osw_bench_method *method,
                                         const struct osw_bench_problem *problem,
                                         const struct osw_bench_setting *setting,
                                         struct osw_diag *diag,
                                         void **work) OSW_MUST_CHECK;
enum osw_status osw_bench_singles_run(void *work, int first, int n, double *states,
                                      struct osw_bench_counts *counts) OSW_MUST_CHECK;
void osw_bench_singles_destroy(void *work);

#endif
