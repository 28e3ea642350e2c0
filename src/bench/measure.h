/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Work and precision: what a method costs and how far it is from the reference. The error
 * of a member is the rms over times, states and outputs of |y - ref| / (|ref| + 1e-3 s),
 * with s a state's scale or an output's largest reference value; over members: geometric
 * mean, median, 95th percentile, maximum. */
#ifndef OSW_BENCH_MEASURE_H
#define OSW_BENCH_MEASURE_H

#include "bench/method.h"

struct osw_bench_point {
    const struct osw_bench_method *method;
    double rtol;
    int members;
    double error, median, p95, worst; /* of those that did not fail; NAN: all did */
    double cpu_ms;                    /* per member, least of the runs */
    struct osw_bench_counts counts;
};

struct osw_bench_reference {
    double *values; /* [n_members][n_times][n_states + n_outputs] */
    int singles;    /* members 0 … singles - 1 are CVODES' at rtol 1e-10 */
    /* Rodas5P at rtol 1e-9, which the others are by, against CVODES on those members:
     * how well the reference is known. */
    double error, worst;
};

/* By at most `singles` lives of CVODES. A member that fails is NAN, and no error is taken
 * of it. The reference may be finished after a failure. */
enum osw_status
osw_bench_reference_init(const struct osw_bench_problem *problem, int singles,
                         struct osw_bench_reference *reference) OSW_MUST_CHECK;
void osw_bench_reference_fini(struct osw_bench_reference *reference);

/* Largest |y - published| / (|published| + 1e-3 scale) over the states of member 0 at the
 * end; NAN where nothing is published. */
double osw_bench_published_error(const struct osw_bench_problem *problem,
                                 const double *reference);

/* Run members 0 … point->members - 1 `runs` times; method, rtol and members are given. */
enum osw_status osw_bench_measure(const struct osw_bench_problem *problem,
                                  const double *reference, int runs, enum osw_isa isa,
                                  struct osw_bench_point *point) OSW_MUST_CHECK;

/* Cost at the target error, by a line between logarithms of neighbouring points (ordered
 * by tolerance, loosest first). *bound: every point is more accurate, and the cheapest is
 * given. NAN: no point reaches it. */
double osw_bench_cost(const struct osw_bench_point *points, int n, double target,
                      bool *bound);

/* The loosest point that reaches the target error, or NULL. */
const struct osw_bench_point *osw_bench_reaching(const struct osw_bench_point *points,
                                                 int n, double target);

#endif
