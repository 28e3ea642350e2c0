/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Forward sensitivities of the shipped models against differences of tight runs, through
 * settling, lives, matches, interventions and switches: for each arm, output and
 * parameter whose elasticity is above 1e-2 they agree to 1e-5 relative, and they converge
 * as the tolerance tightens. Tells what a gradient costs. Arguments [all] [SCENARIO
 * STEP]: every parameter in place of the calibrated ones; another scenario. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "simulate/simulate.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const double matters = 1e-2, tight = 1e-12;
static bool all_parameters;
static const char *other; /* a scenario in place of ours */
static double other_step;

struct study {
    struct osw_diag *diag;
    struct osw_plan *plan;
    int *params, n;
};

static void open_study(struct study *s, const char *scenario)
{
    *s = (struct study){.diag = osw_diag_create()};
    if (osw_plan_load(scenario, NULL, s->diag, &s->plan)) {
        osw_diag_render(s->diag, stderr, false);
        fail();
    }
    const struct osw_model *m = s->plan->model;
    s->params = calloc((size_t)m->kernel->n_params, sizeof *s->params);
    for (int j = 0; j < m->kernel->n_params; j++)
        if (all_parameters || !strcmp(m->params[j].status, "calibrated"))
            s->params[s->n++] = j;
    assert_true(s->n > 5);
}

static void close_study(struct study *s)
{
    free(s->params);
    osw_plan_destroy(s->plan);
    osw_diag_destroy(s->diag);
}

static struct osw_result *run(const struct study *s, const struct osw_plan *plan,
                              double rtol, bool sensitive)
{
    struct osw_simulate_options options = {.solver = OSW_SOLVER_DEFAULTS};
    struct osw_result *result;
    options.solver.rtol = rtol;
    options.solver.atol = fmin(rtol, options.solver.atol);
    options.sensitive = s->params;
    options.n_sensitive = sensitive ? s->n : 0;
    if (osw_simulate(plan, &options, s->diag, &result)) {
        osw_diag_render(s->diag, stderr, false);
        fail();
    }
    return result;
}

static size_t size_of(const struct osw_result *r)
{
    return (size_t)r->plan->n_arms * (size_t)r->n_times * (size_t)r->plan->n_outputs;
}

/* Seven-point differences by the logarithm of parameter k: to slope [size]. */
static void differences(const struct study *s, int k, double step, size_t size,
                        double *slope)
{
    static const double at[] = {-3, -2, -1, 1, 2, 3}, weight[] = {-1, 9, -45, 45, -9, 1};
    int n_params = s->plan->model->kernel->n_params;
    double *factors = calloc((size_t)n_params, sizeof *factors);
    memset(slope, 0, size * sizeof *slope);
    for (int side = 0; side < 6; side++) {
        struct osw_arena *arena = osw_arena_create();
        struct osw_plan moved;
        for (int j = 0; j < n_params; j++)
            factors[j] = j == s->params[k] ? exp(at[side] * step) : 1;
        assert_int_equal(osw_plan_scale(s->plan, factors, false, arena, &moved), OSW_OK);
        struct osw_result *r = run(s, &moved, tight, false);
        assert_true(size_of(r) == size);
        for (size_t i = 0; i < size; i++)
            slope[i] += weight[side] * r->outputs[i] / (60 * step);
        osw_result_destroy(r);
        osw_arena_destroy(arena);
    }
    free(factors);
}

static const double steep = 1e3; /* elasticity that differences cannot follow */

struct outcome {
    double worst, worst_loose;
    int n;
    char where[120];
};

static void compare(const struct study *s, int k, const double *slope,
                    const struct osw_result *r, const struct osw_result *loose,
                    struct outcome *o)
{
    const struct osw_model *m = s->plan->model;
    for (size_t i = 0; i < size_of(r); i++) {
        size_t arm = i / ((size_t)s->plan->n_outputs * (size_t)r->n_times);
        double p = r->arms[arm].params[s->params[k]];
        double found = p * r->sensitivities[i * (size_t)s->n + (size_t)k];
        double value = fabs(r->outputs[i]);
        if (fabs(slope[i]) <= matters * value || value < 1e-6)
            continue;
        if (fabs(slope[i]) >
            steep * value) /* a flag at its threshold: the steps of the */
            continue;      /* differences are wider than its edge */
        double error = fabs(found - slope[i]) / fabs(slope[i]);
        o->n++;
        o->worst_loose =
            fmax(o->worst_loose,
                 fabs(p * loose->sensitivities[i * (size_t)s->n + (size_t)k] - slope[i]) /
                     fabs(slope[i]));
        if (error <= o->worst)
            continue;
        o->worst = error;
        size_t output = i % (size_t)s->plan->n_outputs;
        snprintf(o->where, sizeof o->where, "%s by %s in %s, %.3g (elasticity %.2g)",
                 m->outputs[s->plan->outputs[output]].id, m->params[s->params[k]].id,
                 s->plan->arms[arm].name, slope[i], slope[i] / value);
    }
}

static void check_scenario(const char *scenario, double step)
{
    struct study s;
    struct outcome o = {0};
    open_study(&s, scenario);
    struct osw_result *plain = run(&s, s.plan, 1e-6, false);
    struct osw_result *loose = run(&s, s.plan, 1e-6, true);
    struct osw_result *r = run(&s, s.plan, tight, true);
    double cost =
        (loose->integrate_cpu_s - plain->integrate_cpu_s) / plain->integrate_cpu_s / s.n;
    double *slope = calloc(size_of(r), sizeof *slope);
    for (int k = 0; k < s.n; k++) {
        differences(&s, k, step, size_of(r), slope);
        compare(&s, k, slope, r, loose, &o);
    }
    printf("%s: %d values matter; worst relative difference %.1e (%s), at rtol 1e-6 "
           "%.1e; gradient by %d parameters: %.2f of a run each\n",
           scenario, o.n, o.worst, o.where, o.worst_loose, s.n, cost);
    assert_true(o.n > 100);
    assert_true(o.worst < 1e-5);
    assert_true(o.worst < 0.1 * o.worst_loose);
    free(slope);
    osw_result_destroy(plain);
    osw_result_destroy(loose);
    osw_result_destroy(r);
    close_study(&s);
}

/* The step of the differences stands above the noise that growing mineral makes of
 * rounding, and below the width of a switch. */
static const struct {
    const char *scenario;
    double step;
} few[] = {
    {"statin-cac", 0.015},       /* a match, interventions */
    {"culture-reversal", 0.004}, /* a frozen settling, switches of the medium */
    {"mouse-senolytic", 0.008},  /* doses that end */
};

static void test_scenarios(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof few / sizeof *few && !other; i++)
        check_scenario(few[i].scenario, few[i].step);
    if (other)
        check_scenario(other, other_step);
}

int main(int argc, char **argv)
{
    int first = 1;
    all_parameters = argc > 1 && !strcmp(argv[first], "all");
    first += all_parameters;
    if (argc > first + 1) {
        other = argv[first];
        other_step = strtod(argv[first + 1], NULL);
    }
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_scenarios)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
