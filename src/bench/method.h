/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Ways to integrate a problem's members: the program's solvers and their settings. */
#ifndef OSW_BENCH_METHOD_H
#define OSW_BENCH_METHOD_H

#include "base/cpu.h"
#include "bench/problem.h"
#include "simulate/driver.h"

#include <stdint.h>

struct osw_bench_counts { /* sums over members */
    int64_t steps, rhs, jacobians, factorizations, rejections, failures;
};
/* X(name, what a reader is told) */
#define OSW_BENCH_COUNTS(X)                                                              \
    X(steps) X(rhs) X(jacobians) X(factorizations) X(rejections) X(failures)

struct osw_bench_setting {
    double rtol;
    enum osw_isa isa; /* the widest that may be used */
};

struct osw_bench_method {
    const char *name, *title;
    const struct osw_driver *driver;
    enum osw_linear_solver linear; /* of driver->linear_solver */
    bool wide; /* the widest lanes, setting->isa matters; else one member after the other:
                * fewer of the long cases */
};
extern const struct osw_bench_method osw_bench_methods[]; /* the last has no name */
/* NULL: no such method. */
const struct osw_bench_method *osw_bench_method_find(const char *name);

/* Is the method run on the problem? Envelopes: where events may repeat themselves. */
bool osw_bench_method_suits(const struct osw_bench_method *method,
                            const struct osw_bench_problem *problem);

/* A method at work on a problem. What create does is not measured; osw_bench_work is. */
struct osw_bench_run;
enum osw_status osw_bench_method_create(const struct osw_bench_method *method,
                                        const struct osw_bench_problem *problem,
                                        const struct osw_bench_setting *setting,
                                        struct osw_bench_run **run) OSW_MUST_CHECK;
void osw_bench_method_destroy(struct osw_bench_run *run);

/* Members first … first + n - 1; states [n][n_times][n_states], NAN where a member
 * failed. Counts are added. In a function of its own so that a profiler can be told to
 * look at it alone; denormals are flushed to zero meanwhile where the machine can. */
enum osw_status osw_bench_work(struct osw_bench_run *run, int first, int n,
                               double *states,
                               struct osw_bench_counts *counts) OSW_MUST_CHECK;
#define OSW_BENCH_WORK_SYMBOL "osw_bench_work"

#endif
