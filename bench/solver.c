/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Work and accuracy of the solver on shipped scenarios: for each linear solver and
 * tolerance the CPU time of integration (least of several runs), counters, and the
 * largest difference of any output from a run at rtol 1e-10. Prints, never fails on time.
 *   solver RUNS SCENARIO… */
#include "simulate/simulate.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static const struct {
    const char *name;
    enum osw_linear_solver which;
} ways[] = {{"klu", OSW_LINEAR_KLU},
            {"dense", OSW_LINEAR_DENSE},
            {"generated", OSW_LINEAR_GENERATED}};

/* Largest difference of an output, relative to its largest value in any arm. */
static double difference(const struct osw_result *a, const struct osw_result *b)
{
    int n = a->plan->n_outputs, rows = a->plan->n_arms * a->n_times;
    double worst = 0;
    if (a->n_times != b->n_times)
        return NAN;
    for (int i = 0; i < n; i++) {
        double largest = 0, error = 0;
        for (int k = 0; k < rows; k++) {
            largest = fmax(largest, fabs(b->outputs[k * n + i]));
            error = fmax(error, fabs(a->outputs[k * n + i] - b->outputs[k * n + i]));
        }
        if (largest > 0)
            worst = fmax(worst, error / largest);
    }
    return worst;
}

static struct osw_result *simulate(const struct osw_plan *plan, struct osw_diag *diag,
                                   enum osw_linear_solver which, double rtol)
{
    struct osw_simulate_options options = {.solver = OSW_SOLVER_DEFAULTS};
    struct osw_result *result = NULL;
    options.solver.linear_solver = which;
    options.solver.rtol = rtol;
    options.solver.atol = 0.1 * rtol;
    if (osw_simulate(plan, &options, diag, &result))
        osw_diag_render(diag, stderr, false);
    return result;
}

/* Counters of all arms together. */
static struct osw_solver_stats arms_total(const struct osw_result *result)
{
    struct osw_solver_stats sum = {0};
    for (int a = 0; a < result->plan->n_arms; a++) {
        const struct osw_solver_stats *s = &result->arms[a].stats;
        sum.segments += s->segments;
        sum.steps += s->steps;
        sum.rhs += s->rhs;
        sum.jacobians += s->jacobians;
        sum.factorizations += s->factorizations;
    }
    return sum;
}

static int measure_one(const struct osw_plan *plan, struct osw_diag *diag, int runs,
                       int way, double rtol, const struct osw_result *reference)
{
    double least = INFINITY, error = NAN;
    struct osw_solver_stats sum = {0};
    for (int i = 0; i < runs; i++) {
        struct osw_result *r = simulate(plan, diag, ways[way].which, rtol);
        if (!r)
            return 1;
        least = fmin(least, r->integrate_cpu_s);
        error = difference(r, reference);
        sum = arms_total(r);
        osw_result_destroy(r);
    }
    printf("%-10s %5.0e %10.1e %10.3f %8lld %8lld %8lld %6lld %8lld\n", ways[way].name,
           rtol, error, 1e3 * least, (long long)sum.segments, (long long)sum.steps,
           (long long)sum.rhs, (long long)sum.jacobians, (long long)sum.factorizations);
    return 0;
}

static int measure(const struct osw_plan *plan, struct osw_diag *diag, int runs)
{
    static const double tolerances[] = {1e-4, 1e-5, 1e-6, 1e-7, 1e-8};
    struct osw_result *reference = simulate(plan, diag, OSW_LINEAR_KLU, 1e-10);
    int code = !reference;
    printf("%s: %d lives, %d arms; CPU time with settling, least of %d runs; counters of "
           "the arms\n%-10s %5s %10s %10s %8s %8s %8s %6s %8s\n",
           plan->title, plan->n_lives, plan->n_arms, runs, "solver", "rtol", "achieved",
           "CPU ms", "segments", "steps", "rhs", "jac", "lu");
    for (int w = 0; w < (int)(sizeof ways / sizeof *ways); w++)
        for (size_t k = 0; k < sizeof tolerances / sizeof *tolerances && !code; k++)
            code = measure_one(plan, diag, runs, w, tolerances[k], reference);
    osw_result_destroy(reference);
    return code;
}

int main(int argc, char **argv)
{
    int runs = argc > 1 ? atoi(argv[1]) : 0, code = 0;
    if (argc < 3 || runs < 1) {
        fprintf(stderr, "usage: solver RUNS SCENARIO...\n");
        return 64;
    }
    for (int i = 2; i < argc && !code; i++) {
        struct osw_plan_options options = {0};
        struct osw_diag *diag = osw_diag_create();
        struct osw_plan *plan = NULL;
        code = !diag || osw_plan_load(argv[i], &options, diag, &plan);
        if (code && diag)
            osw_diag_render(diag, stderr, false);
        if (!code)
            code = measure(plan, diag, runs);
        osw_plan_destroy(plan);
        osw_diag_destroy(diag);
    }
    return code;
}
