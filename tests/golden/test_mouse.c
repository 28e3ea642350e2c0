/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The mouse: with the ageing clock and the long-lived matrix held it rests; knock-outs
 * stand in the published order; a senolytic softens the old artery and takes no mineral;
 * serum follows the genotype. */
#include "human.h"
#include "solve/steady.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

enum { MOST_STATES = 256 };

static struct human h;

static int setup(void **state)
{
    (void)state;
    human_open_model(&h, "mouse");
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    human_close(&h);
    return 0;
}

/* At 4 and 27 months with the cell fractions of that age: the largest drift in a year. */
static double drift_at(double age_y, double senescent)
{
    const struct osw_kernel *k = h.model->kernel;
    double steady[MOST_STATES], most = 0;
    struct osw_steady_result found;
    struct osw_solver_options options = OSW_SOLVER_DEFAULTS;
    struct osw_solver *solver = NULL;
    assert_true(k->n_states <= MOST_STATES);
    h.p[osw_model_param(h.model, "clock_")] = 0;
    h.p[osw_model_param(h.model, "age0")] = age_y;
    for (int i = 0; i < k->n_states; i++)
        steady[i] = h.model->states[i].start;
    steady[osw_model_state(h.model, "senescent")] = senescent;
    steady[osw_model_state(h.model, "contractile")] = 1 - senescent;
    assert_int_equal(osw_steady_find(k, h.scale, h.held, 0, h.p, steady, true, &found),
                     OSW_OK);
    assert_int_equal(found.n_positive, 0);
    options.rtol = 1e-8;
    options.atol = 1e-9;
    assert_int_equal(osw_solver_create(k, h.scale, h.held, &options, &solver), OSW_OK);
    assert_int_equal(osw_solver_start(solver, 0, steady, h.p), OSW_OK);
    assert_int_equal(osw_solver_advance(solver, 365, NULL, 0, NULL, NULL), OSW_OK);
    const double *end = osw_solver_state(solver, NULL);
    for (int i = 0; i < k->n_states; i++)
        most = fmax(most, fabs(end[i] - steady[i]) / h.scale[i]);
    osw_solver_destroy(solver);
    return most;
}

static void test_rests(void **state)
{
    (void)state;
    double young = drift_at(0.33, 0.07), old = drift_at(2.25, 0.27);
    printf("a year at rest: drift %.1e of scale (4 months), %.1e (27 months); to reach "
           "< 1e-6\n",
           young, old);
    assert_true(young < 1e-6);
    assert_true(old < 1e-6);
}

/* Without `history:` a mouse has lived from birth, and a dish begins settled. */
static void test_default_history(void **state)
{
    (void)state;
    struct osw_plan *old =
        human_plan(h.diag, "title: old\nmodel: mouse\nsubject: {age: 24 month}\n"
                           "duration: 1 day\narms: {a: []}\n");
    struct osw_plan *dish = human_plan(
        h.diag, "title: dish\nmodel: culture\nduration: 1 day\narms: {a: []}\n");
    assert_true(fabs(old->lives[0].t_start + 730.5) < 1e-9);
    assert_true(dish->lives[0].t_start == 0);
    osw_plan_destroy(old);
    osw_plan_destroy(dish);
}

static struct osw_result *run_shipped(const char *name, struct osw_plan **plan)
{
    struct osw_plan_options options = {0};
    if (osw_plan_load(name, &options, h.diag, plan)) {
        osw_diag_render(h.diag, stderr, false);
        fail();
    }
    return human_run(h.diag, *plan, 1e-6, false);
}

static double value_of(const struct osw_result *r, const char *arm, double day,
                       const char *id)
{
    int a = 0, k = r->n_times - 1;
    while (a < r->plan->n_arms && strcmp(r->arms[a].name, arm))
        a++;
    assert_true(a < r->plan->n_arms);
    while (k > 0 && r->times[k] > day)
        k--;
    assert_true(r->times[k] == day);
    return human_value(r, a, k, id);
}

static void rises(const struct osw_result *r, double day, const char *id,
                  const char *const *arms, int n)
{
    for (int i = 1; i < n; i++) {
        double low = value_of(r, arms[i - 1], day, id),
               high = value_of(r, arms[i], day, id);
        if (!(high > low))
            fail_msg("day %g: %s of %s is %g, of %s %g", day, id, arms[i - 1], low,
                     arms[i], high);
    }
}

static void test_knockouts(void **state)
{
    (void)state;
    static const char *const at_3_weeks[] = {"wild_type", "kl_null", "mgp_null"};
    static const char *const single[] = {
        "wild_type", "opn_null",     "enpp1_null",      "tnap",
        "mgp_null",  "opn_mgp_null", "mgp_null_high_pi"};
    static const char *const phosphate[] = {"wild_type", "wild_type_high_pi", "kl_null"};
    static const char *const klotho[] = {"wild_type", "kl_napi2a_null",
                                         "wild_type_high_pi"};
    struct osw_plan *plan;
    struct osw_result *r = run_shipped("mouse-knockouts", &plan);
    rises(r, 21, "medial_calcium", at_3_weeks, 3);
    rises(r, 56, "medial_calcium", single, 7);
    rises(r, 56, "medial_calcium", phosphate, 3);
    rises(r, 84, "medial_calcium", klotho, 3);
    rises(r, 84, "osteogenic_fraction", phosphate, 3);
    assert_true(value_of(r, "enpp1_null", 56, "ppi_plasma") <
                0.5 * value_of(r, "wild_type", 56, "ppi_plasma"));
    assert_true(value_of(r, "kl_null", 56, "klotho") < 50);
    osw_result_destroy(r);
    osw_plan_destroy(plan);
}

static void test_senolytics(void **state)
{
    (void)state;
    static const char *const stiff[] = {"genetic", "navitoclax", "control"};
    struct osw_plan *plan;
    struct osw_result *r = run_shipped("mouse-senolytic", &plan);
    rises(r, 28, "cfpwv", stiff, 3);
    rises(r, 28, "senescent_fraction", stiff, 3);
    double start = value_of(r, "control", 0, "ha");
    assert_true(value_of(r, "genetic", 28, "ha") > start);
    assert_true(value_of(r, "navitoclax", 28, "ha") > start);
    osw_result_destroy(r);
    osw_plan_destroy(plan);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rests), cmocka_unit_test(test_default_history),
        cmocka_unit_test(test_knockouts), cmocka_unit_test(test_senolytics)};
    return cmocka_run_group_tests(tests, setup, teardown);
}
