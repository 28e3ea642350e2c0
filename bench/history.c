/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Integration alone: CPU time and counters of the 60-year natural history for each linear
 * solver and tolerance, with the error actually achieved against a run at 1e-10 (largest
 * over outputs, relative to the output's largest value). Counters are exact and
 * repeatable; times are printed beside the figure to reach and never judged.
 *   history SCENARIO RUNS */
#include "simulate/simulate.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static double cpu_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return 1e3 * (double)now.tv_sec + 1e-6 * (double)now.tv_nsec;
}

static struct osw_result *simulate(const struct osw_plan *plan, struct osw_diag *diag,
                                   double rtol, enum osw_linear_solver linear)
{
    struct osw_simulate_options options = {.solver = OSW_SOLVER_DEFAULTS};
    struct osw_result *result = NULL;
    options.solver.rtol = rtol;
    options.solver.atol = 0.1 * rtol;
    options.solver.linear_solver = linear;
    if (osw_simulate(plan, &options, diag, &result)) {
        osw_diag_render(diag, stderr, false);
        exit(1);
    }
    return result;
}

static double error(const struct osw_result *a, const struct osw_result *exact)
{
    double worst = 0;
    int n = a->plan->n_outputs;
    for (int j = 0; j < n; j++) {
        double largest = 0, off = 0;
        for (int k = 0; k < a->n_times; k++) {
            double x = exact->outputs[(long)k * n + j];
            largest = fmax(largest, fabs(x));
            off = fmax(off, fabs(a->outputs[(long)k * n + j] - x));
        }
        if (largest > 0)
            worst = fmax(worst, off / largest);
    }
    return worst;
}

static void measure(const struct osw_plan *plan, struct osw_diag *diag, double rtol,
                    enum osw_linear_solver linear, int runs,
                    const struct osw_result *exact)
{
    static const char *const names[] = {"klu", "dense", "generated"};
    double least = INFINITY;
    struct osw_result *result = simulate(plan, diag, rtol, linear);
    struct osw_solver_stats stats = result->arms[0].stats;
    double achieved = error(result, exact);
    osw_result_destroy(result);
    for (int i = 0; i < runs; i++) {
        double before = cpu_ms();
        result = simulate(plan, diag, rtol, linear);
        double taken = cpu_ms() - before;
        least = fmin(least, taken);
        osw_result_destroy(result);
    }
    printf("%-10s %8.0e %10.1e %8.3f %6lld %6lld %5lld %5lld\n", names[linear], rtol,
           achieved, least, (long long)stats.steps, (long long)stats.rhs,
           (long long)stats.jacobians, (long long)stats.factorizations);
}

int main(int argc, char **argv)
{
    static const double rtols[] = {1e-4, 1e-5, 1e-6, 1e-7, 1e-8};
    struct osw_plan_options options = {0};
    struct osw_plan *plan = NULL;
    struct osw_diag *diag = osw_diag_create();
    int runs = argc == 3 ? atoi(argv[2]) : 0;
    if (!diag || runs < 1 || osw_plan_load(argv[1], &options, diag, &plan)) {
        if (diag)
            osw_diag_render(diag, stderr, false);
        fprintf(stderr, "usage: history SCENARIO RUNS\n");
        return 64;
    }
    struct osw_result *exact = simulate(plan, diag, 1e-10, OSW_LINEAR_KLU);
    printf("%s: settling at 20 years and the whole life, least of %d runs "
           "(to reach at 1e-06: < 3 ms)\n",
           plan->title, runs);
    printf("%-10s %8s %10s %8s %6s %6s %5s %5s\n", "solver", "rtol", "achieved", "CPU ms",
           "steps", "rhs", "jac", "lu");
    for (int linear = OSW_LINEAR_KLU; linear <= OSW_LINEAR_GENERATED; linear++)
        for (size_t i = 0; i < sizeof rtols / sizeof *rtols; i++)
            measure(plan, diag, rtols[i], (enum osw_linear_solver)linear, runs, exact);
    osw_result_destroy(exact);
    osw_plan_destroy(plan);
    osw_diag_destroy(diag);
    return 0;
}
