/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Far outside what the model was made for, everything stays finite and plausible: no
 * kidney function, no intake, ten-fold and hundred-fold doses, all interventions at once.
 */
#include "human.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

static struct human h;
static const double rounding = 1e-7; /* the absolute tolerance of a fraction */

static int setup(void **state)
{
    (void)state;
    human_open(&h);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    human_close(&h);
    return 0;
}

static void in_range(const struct osw_result *r, int a, int k, const char *id, double low,
                     double high)
{
    double x = human_value(r, a, k, id);
    if (!(x >= low && x <= high))
        fail_msg("arm %s, day %g: %s is %g, expected %g to %g", r->arms[a].name,
                 r->times[k], id, x, low, high);
}

/* Nothing is negative beyond the absolute tolerance. */
static void no_negative_state(const struct osw_result *r, int a, int k)
{
    int n = h.model->kernel->n_states;
    const double *y =
        r->states + ((size_t)a * (size_t)r->n_times + (size_t)k) * (size_t)n;
    for (int i = 0; i < n; i++)
        if (!(y[i] > -1e-5 * h.scale[i]))
            fail_msg("arm %s, day %g: state %s is %g", r->arms[a].name, r->times[k],
                     h.model->states[i].id, y[i]);
}

static void check(const struct osw_result *r)
{
    static const char *const fractions[] = {
        "contractile_fraction",      "osteogenic_fraction",  "senescent_fraction",
        "mgp_carboxylated_fraction", "intimal_share_of_cac", "chd_risk_10y"};
    double ceiling = h.p[osw_model_param(h.model, "H_max")];
    for (int a = 0; a < r->plan->n_arms; a++) {
        for (int k = 0; k < r->n_times; k++) {
            no_negative_state(r, a, k);
            for (size_t f = 0; f < sizeof fractions / sizeof *fractions; f++)
                in_range(r, a, k, fractions[f], -rounding, 1 + rounding);
            double cells = human_value(r, a, k, "contractile_fraction") +
                           human_value(r, a, k, "osteogenic_fraction") +
                           human_value(r, a, k, "senescent_fraction");
            assert_true(cells <= 1 + rounding);
            in_range(r, a, k, "ha", 0, ceiling);
            in_range(r, a, k, "serum_phosphate", 0.05, 12);
            in_range(r, a, k, "serum_calcium", 0.5, 3);
            in_range(r, a, k, "cfpwv", 2, 60);
            in_range(r, a, k, "abi", 0.2, 2.5);
            in_range(r, a, k, "cac", 0, 1e5);
        }
    }
}

static void run_and_check(struct osw_plan *plan)
{
    struct osw_result *result = human_run(h.diag, plan, 1e-6, true);
    check(result);
    printf("%s: %d arms, %d times, all plausible\n", plan->title, plan->n_arms,
           result->n_times);
    osw_result_destroy(result);
    osw_plan_destroy(plan);
}

static void run_shipped(const char *name)
{
    struct osw_plan_options options = {0};
    struct osw_plan *plan = NULL;
    if (osw_plan_load(name, &options, h.diag, &plan)) {
        osw_diag_render(h.diag, stderr, false);
        fail();
    }
    run_and_check(plan);
}

static void test_extreme_subjects(void **state)
{
    (void)state;
    run_shipped("extremes");
}

static void test_everything_at_once(void **state)
{
    (void)state;
    run_shipped("all-interventions");
}

static void test_lifelong(void **state)
{
    (void)state;
    run_and_check(human_plan(
        h.diag,
        "title: extremes from 20 to 100 years\nmodel: human\n"
        "subject: {extends: healthy, age: 20 year}\nduration: 80 year\n"
        "every: 1 year\narms:\n"
        "  nothing_eaten: [{at: 0 day, set: {phosphate_organic: 0 mmol/d, "
        "phosphate_additive: 0 mmol/d, vitamin_k1_intake: 0 ug/d, "
        "vitamin_k2_intake: 0 ug/d}}]\n"
        "  tenfold_diet: [{at: 0 day, set: {phosphate_organic: 380 mmol/d, "
        "phosphate_additive: 100 mmol/d}}]\n"
        "  no_kidney: [{at: 1 day, set: {ckd: 1, gfr_ckd: 0 mL/min, ckd_onset: 20 "
        "year}}]\n"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_extreme_subjects),
                                       cmocka_unit_test(test_everything_at_once),
                                       cmocka_unit_test(test_lifelong)};
    return cmocka_run_group_tests(tests, setup, teardown);
}
