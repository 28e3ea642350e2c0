/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Lives: from a steady state with what is held through history to time 0, frozen
 * settling, stated start values, history in results, and matching by a parameter. */
#include "fixture.h"

#include <math.h>
#include <string.h>

static const double ke = 1.5, k12 = 0.7, k21 = 0.4;
static struct made m;
static int central, peripheral, rate;

static int setup(void **state)
{
    (void)state;
    made_init(&m, osw_kernel_pk());
    central = made_state(&m, "central");
    peripheral = made_state(&m, "peripheral");
    rate = made_param(&m, "rate");
    m.p[0][made_param(&m, "ka")] = 8;
    m.p[0][made_param(&m, "ke")] = ke;
    m.p[0][made_param(&m, "k12")] = k12;
    m.p[0][made_param(&m, "k21")] = k21;
    m.p[0][rate] = 3;
    m.states[peripheral].start = 11;
    m.states[peripheral].has_start = true;
    made_output(&m, "central");
    made_output(&m, "peripheral");
    made_times(&m, 1, 0.5);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    made_fini(&m);
    return 0;
}

/* What is held gives way to the equations after the start: the slow mode of the linear
 * system from (c0, p0) towards the steady state (rate/ke, k12/k21 rate/ke). */
static double mixed(double t, double c0, double p0)
{
    double c = 3 / ke, p = k12 / k21 * c, sum = ke + k12 + k21;
    double root = sqrt(sum * sum - 4 * ke * k21), a = (sum + root) / 2;
    double b = (sum - root) / 2, x = c0 - c, y = p0 - p;
    double slope = -(ke + k12) * x + k21 * y;
    return c + ((slope + a * x) * exp(-b * t) - (slope + b * x) * exp(-a * t)) / (a - b);
}

static void test_history(void **state)
{
    (void)state;
    static const double history[] = {-6, -4, -2, 0};
    m.states[peripheral].held = true;
    memcpy(m.history, history, sizeof history);
    m.plan.n_history_times = 4;
    m.lives[0].t_start = -4;
    m.options.history = true;
    struct osw_result *r = made_run(&m, OSW_OK);
    static const double times[] = {-6, -4, -2, 0, 0.5, 1};
    double start = (3 + k21 * 11) / (ke + k12); /* central at rest, peripheral held */
    assert_int_equal(r->n_times, 6);
    assert_memory_equal(r->times, times, sizeof times);
    assert_true(isnan(at(r, 0, 0, 0))); /* not yet born */
    assert_true(at(r, 0, 1, 1) == 11);
    for (int k = 1; k < 6; k++)
        assert_true(fabs(at(r, 0, k, 0) - mixed(times[k] + 4, start, 11)) < 1e-6);
    osw_result_destroy(r);
}

/* Without history in the results the arms are the same bits. */
static void test_history_changes_nothing(void **state)
{
    (void)state;
    m.states[peripheral].held = true;
    m.lives[0].t_start = -4;
    for (int k = 0; k < 50; k++)
        m.history[k] = -4 + 0.08 * k;
    m.plan.n_history_times = 50;
    struct osw_result *without = made_run(&m, OSW_OK);
    m.options.history = true;
    struct osw_result *with = made_run(&m, OSW_OK);
    assert_int_equal(with->n_times, 53);
    assert_memory_equal(with->outputs + 50 * 2, without->outputs, 6 * sizeof(double));
    osw_result_destroy(without);
    osw_result_destroy(with);
}

static void test_stated_start(void **state)
{
    (void)state;
    struct osw_result *r = made_run(&m, OSW_OK); /* nothing is held: no steady state */
    assert_true(at(r, 0, 0, 0) == 0 && at(r, 0, 0, 1) == 11);
    osw_result_destroy(r);
}

static void test_frozen(void **state)
{
    (void)state;
    m.states[peripheral].held = true;
    m.lives[0].settle_frozen = true;
    m.lives[0].t_start = -60;
    struct osw_result *r = made_run(&m, OSW_OK);
    double rest = (3 + k21 * 11) / (ke + k12);
    assert_true(at(r, 0, 0, 1) == 11);
    assert_true(fabs(at(r, 0, 0, 0) - rest) < 1e-6);
    assert_true(fabs(at(r, 0, 2, 0) - mixed(1, rest, 11)) < 1e-6); /* released at 0 */
    assert_true(r->arms[0].life_stats.segments == 1 && r->arms[0].life_stats.steps > 5);
    osw_result_destroy(r);
}

static void test_no_steady_state(void **state)
{
    (void)state;
    struct made f;
    made_init(&f, osw_kernel_faulty());
    made_output(&f, "calm");
    made_times(&f, 1, 0.5);
    f.states[made_state(&f, "blow")].held = true; /* `lost` cannot rest */
    struct osw_result *r = made_run(&f, OSW_ERR_INTEGRATION);
    assert_int_equal(r->arms[0].status, OSW_ERR_INTEGRATION);
    assert_string_equal(r->arms[0].failure.reason, "no steady state was found");
    for (int k = 0; k < r->n_times; k++)
        assert_true(isnan(at(r, 0, k, 0)));
    assert_true(strstr(osw_diag_text(f.diag, 0), "steady state"));
    osw_result_destroy(r);
    made_fini(&f);
}

static void match_central(double goal)
{
    m.states[peripheral].held = true;
    m.states[peripheral].start = 0;
    m.lives[0].match_output = m.output[0];
    m.lives[0].match_param = rate;
    m.lives[0].match_value = goal;
    m.lives[0].t_start = -200; /* e-folds of the slow mode: 50 */
}

static void test_match(void **state)
{
    (void)state;
    match_central(17); /* at rest: rate/ke */
    struct osw_result *r = made_run(&m, OSW_OK);
    printf("matched rate %.9g, expected %.9g\n", r->arms[0].matched_value, 17 * ke);
    assert_true(fabs(r->arms[0].matched_value - 17 * ke) < 1e-5);
    assert_true(r->arms[0].params[rate] == r->arms[0].matched_value);
    assert_true(fabs(at(r, 0, 0, 0) - 17) < 1e-5);
    osw_result_destroy(r);
}

static void test_match_unreachable(void **state)
{
    (void)state;
    match_central(1000);
    assert_null(made_run(&m, OSW_ERR_INPUT));
    const char *text = osw_diag_text(m.diag, 0);
    printf("%s\n", text);
    assert_true(strstr(text, "cannot be reached") && strstr(text, "66.66"));
    assert_int_equal(osw_diag_count(m.diag, OSW_ERROR), 1);
}

/* The far bound of growth is deadly (the state would be infinite before time 0). */
static void test_match_past_deadly_values(void **state)
{
    (void)state;
    struct made f;
    made_init(&f, osw_kernel_faulty());
    made_output(&f, "blow");
    made_times(&f, 1, 0.5);
    int blow = made_state(&f, "blow"), growth = made_param(&f, "growth");
    f.p[0][made_param(&f, "edge")] = 0;
    f.p[0][growth] = 0.1;
    f.states[blow].has_start = true;
    f.states[blow].start = 1;
    f.lives[0].t_start = -1;
    f.lives[0].match_output = f.output[0];
    f.lives[0].match_param = growth;
    f.lives[0].match_value = 3; /* 1/(1 - growth): growth 2/3 */
    f.plan.duration = 0.1;
    f.plan.n_times = 1;
    struct osw_result *r = made_run(&f, OSW_OK);
    assert_true(fabs(r->arms[0].matched_value - 2.0 / 3) < 1e-6);
    osw_result_destroy(r);
    made_fini(&f);
}

/* Two lives, three arms in mixed order: who shares a life starts from the same bits, and
 * as if the other life were not there. */
static void test_shared_life(void **state)
{
    (void)state;
    const struct osw_event dose[] = {{0.5, OSW_EVENT_ADD_STATE, central, 1}};
    m.states[peripheral].held = true;
    m.lives[0].t_start = m.lives[1].t_start = -4;
    memcpy(m.p[1], m.p[0], sizeof m.p[0]);
    m.p[1][rate] = 5;
    m.plan.n_lives = 2;
    m.arms[0].life = 1;
    made_arm(&m, "first", NULL, 0);
    made_arm(&m, "second", dose, 1);
    m.options.both_sides = true;
    struct osw_result *r = made_run(&m, OSW_OK);
    m.options.both_sides = false;
    size_t row = 2 * sizeof(double), arm = (size_t)r->n_times * 2;
    assert_int_equal(r->n_times, 4); /* 0, 0.5 twice, 1 */
    assert_memory_equal(r->outputs + arm, r->outputs + 2 * arm, row);
    assert_true(at(r, 2, 2, 0) == at(r, 2, 1, 0) + 1);
    assert_true(fabs(at(r, 0, 0, 0) - at(r, 1, 0, 0)) > 0.1);
    assert_memory_equal(&r->arms[1].life_stats, &r->arms[2].life_stats,
                        sizeof r->arms[1].life_stats);
    assert_true(r->arms[0].params[rate] == 5 && r->arms[1].params[rate] == 3);
    m.plan.n_lives = 1;
    m.plan.n_arms = 1;
    m.arms[0].life = 0;
    struct osw_result *alone = made_run(&m, OSW_OK);
    assert_memory_equal(r->outputs + arm, alone->outputs, row);
    osw_result_destroy(alone);
    osw_result_destroy(r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_history, setup, teardown),
        cmocka_unit_test_setup_teardown(test_history_changes_nothing, setup, teardown),
        cmocka_unit_test_setup_teardown(test_stated_start, setup, teardown),
        cmocka_unit_test_setup_teardown(test_frozen, setup, teardown),
        cmocka_unit_test(test_no_steady_state),
        cmocka_unit_test_setup_teardown(test_match, setup, teardown),
        cmocka_unit_test_setup_teardown(test_match_unreachable, setup, teardown),
        cmocka_unit_test_setup_teardown(test_shared_life, setup, teardown),
        cmocka_unit_test(test_match_past_deadly_values),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
