/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The dish: phosphate and calcium are conserved through changes of medium, additions and
 * mineral; normal medium stays clear; more phosphate makes more mineral, inhibitors make
 * less; cells and medium are held while they settle. */
#include "human.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

static struct human h;

static int setup(void **state)
{
    (void)state;
    human_open_model(&h, "culture");
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    human_close(&h);
    return 0;
}

static struct osw_plan *shipped(const char *name)
{
    struct osw_plan_options options = {0};
    struct osw_plan *plan = NULL;
    if (osw_plan_load(name, &options, h.diag, &plan)) {
        osw_diag_render(h.diag, stderr, false);
        fail();
    }
    return plan;
}

/* What a switch of a parameter of fresh medium brings into the dish before the
 * time of row k. */
static double switched(const struct osw_result *r, int a, int k, const char *param)
{
    const struct osw_arm *arm = &r->plan->arms[a];
    int index = osw_model_param(r->plan->model, param);
    double start = r->plan->lives[arm->life].params[index], now = start, t = r->times[k];
    for (int i = 0; i < arm->n_events; i++) {
        const struct osw_event *e = &arm->events[i];
        if (e->t < t && e->kind == OSW_EVENT_SET_PARAM && e->index == index)
            now = e->value;
    }
    return now - start;
}

/* All of an element, less what came and went by changes of medium, additions and cells.
 */
static double balance(const struct osw_result *r, int a, int k, bool phosphate)
{
    if (!phosphate)
        return human_value(r, a, k, "Ca_total") - human_value(r, a, k, "Ca_source") -
               switched(r, a, k, "medium_Ca");
    return human_value(r, a, k, "P_total") - human_value(r, a, k, "P_source") -
           switched(r, a, k, "medium_P") - 2e-3 * switched(r, a, k, "medium_PPi");
}

static void check_balance(const char *name)
{
    struct osw_plan *plan = shipped(name);
    struct osw_result *r = human_run(h.diag, plan, 1e-6, false);
    double worst = 0;
    for (int a = 0; a < plan->n_arms; a++)
        for (int k = 0; k < r->n_times; k++)
            for (int phosphate = 0; phosphate < 2; phosphate++) {
                double first = balance(r, a, 0, phosphate);
                double off = fabs(balance(r, a, k, phosphate) / first - 1);
                worst = fmax(worst, off);
            }
    printf("%s: phosphate and calcium balance within %.1e; to reach 1e-9\n", name, worst);
    assert_true(worst < 1e-9);
    osw_result_destroy(r);
    osw_plan_destroy(plan);
}

static void test_balance(void **state)
{
    (void)state;
    check_balance("culture-phosphate");
    check_balance("culture-reversal");
    check_balance("culture-ppi");
    check_balance("culture-bmp2");
    check_balance("vessel-ring");
}

static void test_normal_medium(void **state)
{
    (void)state;
    struct osw_plan *plan = shipped("culture-phosphate");
    struct osw_result *r = human_run(h.diag, plan, 1e-6, true);
    int last = r->n_times - 1;
    for (int i = 0; i < plan->model->kernel->n_states; i++)
        if (h.held[i])
            assert_true(r->states[i] == h.model->states[i].start);
    double mineral = human_value(r, 0, last, "calcium_deposited");
    double osteogenic = human_value(r, 0, last, "osteogenic_fraction");
    printf("normal medium, 14 days: deposit %.1e, osteogenic fraction %.4f\n", mineral,
           osteogenic);
    assert_string_equal(plan->arms[0].name, "pi_1.0");
    assert_true(mineral < 1e-3);
    assert_true(osteogenic < 0.01);
    assert_true(fabs(human_value(r, 0, last, "pi_medium") - 1) < 0.01);
    osw_result_destroy(r);
    osw_plan_destroy(plan);
}

/* calcium_deposited is stated relative to this dish. */
static void test_reference_dish(void **state)
{
    (void)state;
    struct osw_plan *plan = shipped("culture-phosphate");
    struct osw_result *r = human_run(h.diag, plan, 1e-6, false);
    assert_string_equal(plan->arms[3].name, "pi_2.6");
    double deposit = human_value(r, 3, r->n_times - 1, "calcium_deposited");
    double ref = plan->lives[0].params[osw_model_param(plan->model, "deposit_ref")];
    printf("2.6 mmol/L, 14 days: deposit %.4f of deposit_ref, %.4g ug/mg; to reach 1 +- "
           "0.02\n",
           deposit, deposit * ref);
    assert_true(fabs(deposit - 1) < 0.02);
    osw_result_destroy(r);
    osw_plan_destroy(plan);
}

/* Mineral of one dish per value of `input`, 14 days at this phosphate (mmol/L): rises
 * (direction 1) or falls (-1) from each to the next, and over all by at least 5 %. */
static void check_response(const char *input, const char *unit, double phosphate,
                           const double *values, int n, int direction)
{
    char yaml[4096];
    int at = snprintf(yaml, sizeof yaml,
                      "title: dishes\nmodel: culture\nsubject: monolayer\n"
                      "duration: 14 day\nevery: 14 day\narms:\n");
    for (int i = 0; i < n; i++)
        at += snprintf(yaml + at, sizeof yaml - (size_t)at,
                       "  a%d: [medium_change, {at: 0 day, set: {medium_phosphate: %g "
                       "mmol/L}}, {at: 0 day, set: {%s: %g%s}}]\n",
                       i, phosphate, input, values[i], unit);
    struct osw_plan *plan = human_plan(h.diag, yaml);
    struct osw_result *r = human_run(h.diag, plan, 1e-6, false);
    double first = human_value(r, 0, r->n_times - 1, "calcium_deposited"), last = first;
    for (int i = 1; i < n; i++) {
        double now = human_value(r, i, r->n_times - 1, "calcium_deposited");
        if (!(direction * (now - last) > 0))
            fail_msg("%s from %g to %g: deposit %g, then %g", input, values[i - 1],
                     values[i], last, now);
        last = now;
    }
    printf("%s %g to %g%s: deposit %.3g to %.3g\n", input, values[0], values[n - 1], unit,
           first, last);
    assert_true(direction * (last - first) > 0.05 * first);
    osw_result_destroy(r);
    osw_plan_destroy(plan);
}

static void test_responses(void **state)
{
    (void)state;
    static const double share[] = {0, 0.2, 0.4, 0.6, 0.8, 0.95};
    static const double amount[] = {0.1, 0.3, 1, 2, 3, 5, 10};
    static const double calcium[] = {0.6, 1.2, 1.8, 2.4, 3.0};
    double phosphate[15];
    for (int i = 0; i < 15; i++)
        phosphate[i] = 0.8 + 0.2 * i;
    check_response("medium_phosphate", " mmol/L", 1, phosphate, 15, 1);
    check_response("medium_calcium", " mmol/L", 2, calcium, 5, 1);
    check_response("medium_ppi", " umol/L", 2.6, amount, 7, -1);
    check_response("fetuin", " g/L", 2.6, amount, 3, -1);
    check_response("medium_magnesium", " mmol/L", 2.6, amount + 1, 4, -1);
    check_response("pit_block", "", 2.6, share, 6, -1);
    check_response("medium_klotho", "", 2, share, 6, -1);
    check_response("cMGP", "", 2.6, amount, 5, -1);
    check_response("medium_bgp", " mmol/L", 1, amount, 7, 1);
    check_response("tnap_factor", "", 2.6, amount + 2, 4, 1);
    check_response("medium_bmp2", " ng/mL", 2, amount + 2, 5, 1);
    check_response("medium_tnf", " pg/mL", 2, amount + 2, 5, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_balance), cmocka_unit_test(test_normal_medium),
        cmocka_unit_test(test_reference_dish), cmocka_unit_test(test_responses)};
    return cmocka_run_group_tests(tests, setup, teardown);
}
