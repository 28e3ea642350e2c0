/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Arms: doses by superposition of a closed form, order at equal times, the value before
 * an event at an output time, or both, failures coded, arms that do not touch one
 * another.
 */
#include "fixture.h"

#include <math.h>
#include <string.h>

static const double ka = 8, ke = 1.5, k12 = 0.7, k21 = 0.4;
static struct made m;
static int depot, central, peripheral, rate;

static int setup(void **state)
{
    (void)state;
    made_init(&m, osw_kernel_pk());
    depot = made_state(&m, "depot");
    central = made_state(&m, "central");
    peripheral = made_state(&m, "peripheral");
    rate = made_param(&m, "rate");
    m.p[0][made_param(&m, "ka")] = ka;
    m.p[0][made_param(&m, "ke")] = ke;
    m.p[0][made_param(&m, "k12")] = k12;
    m.p[0][made_param(&m, "k21")] = k21;
    m.p[0][rate] = 0;
    made_output(&m, "central");
    made_output(&m, "rate_in");
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    made_fini(&m);
    return 0;
}

/* Central amount after a unit bolus into it. */
static double bolus(double t)
{
    double sum = ke + k12 + k21, root = sqrt(sum * sum - 4 * ke * k21);
    double a = (sum + root) / 2, b = (sum - root) / 2;
    return t < 0 ? 0 : ((a - k21) * exp(-a * t) + (k21 - b) * exp(-b * t)) / (a - b);
}

static void test_doses(void **state)
{
    (void)state;
    struct osw_event doses[12];
    for (int i = 0; i < 12; i++)
        doses[i] = (struct osw_event){0.3 + 0.5 * i, OSW_EVENT_ADD_STATE, central, i + 1};
    made_times(&m, 7, 0.25);
    made_arm(&m, "doses", doses, 12);
    struct osw_result *r = made_run(&m, OSW_OK);
    double worst = 0;
    assert_int_equal(r->n_times, 29);
    for (int k = 0; k < r->n_times; k++) {
        double expected = 0;
        for (int i = 0; i < 12; i++)
            expected += doses[i].value * bolus(r->times[k] - doses[i].t);
        worst = fmax(worst, fabs(at(r, 1, k, 0) - expected));
        assert_true(at(r, 0, k, 0) == 0);
    }
    printf("12 doses: largest error %.1e, %d restarts, %d steps\n", worst,
           (int)r->arms[1].stats.segments, (int)r->arms[1].stats.steps);
    assert_true(worst < 1e-6);
    osw_result_destroy(r);
}

/* Output before, switches, doses, output after; a time without a difference stands once.
 */
static void test_equal_times(void **state)
{
    (void)state;
    const struct osw_event events[] = {
        {0, OSW_EVENT_SET_STATE, central, 5},  {1, OSW_EVENT_SET_PARAM, rate, 4},
        {1, OSW_EVENT_SET_STATE, central, 2},  {1, OSW_EVENT_ADD_STATE, central, 0.5},
        {2, OSW_EVENT_SET_PARAM, rate, 4},     {3, OSW_EVENT_ADD_STATE, peripheral, 7},
        {4, OSW_EVENT_ADD_STATE, central, 10},
    };
    made_times(&m, 4, 1);
    made_arm(&m, "events", events, 7);
    m.options.both_sides = true;
    struct osw_result *r = made_run(&m, OSW_OK);
    static const double times[] = {0, 0, 1, 1, 2, 3, 4, 4};
    static const bool after[] = {0, 1, 0, 1, 0, 0, 0, 1};
    assert_memory_equal(r->after, after, sizeof after);
    assert_int_equal(r->n_times, 8);
    assert_memory_equal(r->times, times, sizeof times);
    assert_true(at(r, 1, 0, 0) == 0 && at(r, 1, 1, 0) == 5);
    assert_true(fabs(at(r, 1, 2, 0) - 5 * bolus(1)) < 1e-6);
    assert_true(at(r, 1, 2, 1) == 0 && at(r, 1, 3, 1) == 4);
    assert_true(at(r, 1, 3, 0) == 2.5);
    assert_true(at(r, 1, 7, 0) == at(r, 1, 6, 0) + 10);
    for (int k = 0; k < r->n_times; k++)
        assert_true(at(r, 0, k, 0) == 0);
    osw_result_destroy(r);
    /* With states the dose into another compartment shows too. */
    m.options.states = true;
    r = made_run(&m, OSW_OK);
    assert_int_equal(r->n_times, 9);
    int n = m.model.kernel->n_states;
    const double *before = r->states + (r->n_times + 5) * n, *jumped = before + n;
    assert_true(r->times[5] == 3 && r->times[6] == 3);
    assert_true(jumped[peripheral] == before[peripheral] + 7);
    osw_result_destroy(r);
    m.options.both_sides = m.options.states = false;
}

/* Every time once, with the value just before its events. */
static void test_value_before_events(void **state)
{
    (void)state;
    const struct osw_event events[] = {{0, OSW_EVENT_SET_STATE, central, 5},
                                       {1, OSW_EVENT_SET_STATE, central, 2},
                                       {2, OSW_EVENT_SET_PARAM, rate, 4}};
    made_times(&m, 2, 1);
    m.plan.n_arms = 0;
    made_arm(&m, "events", events, 3);
    struct osw_result *r = made_run(&m, OSW_OK);
    assert_int_equal(r->n_times, 3);
    assert_null(r->after);
    assert_true(at(r, 0, 0, 0) == 0);
    assert_true(fabs(at(r, 0, 1, 0) - 5 * bolus(1)) < 1e-6);
    assert_true(fabs(at(r, 0, 2, 0) - 2 * bolus(1)) < 0.5 && at(r, 0, 2, 1) == 0);
    osw_result_destroy(r);
}

/* An arm's values are the same bits whoever runs beside it, before it and how often. */
static void test_independence(void **state)
{
    (void)state;
    const struct osw_event one[] = {{0.7, OSW_EVENT_ADD_STATE, depot, 3},
                                    {1.5, OSW_EVENT_SET_PARAM, rate, 2}};
    const struct osw_event two[] = {{0.2, OSW_EVENT_SET_PARAM, rate, 90}};
    made_times(&m, 3, 0.25);
    m.plan.n_arms = 0;
    made_arm(&m, "two", two, 1);
    made_arm(&m, "one", one, 2);
    struct osw_result *both = made_run(&m, OSW_OK);
    m.plan.n_arms = 0;
    made_arm(&m, "one", one, 2);
    struct osw_result *alone = made_run(&m, OSW_OK);
    assert_int_equal(both->n_times, alone->n_times);
    size_t values = (size_t)alone->n_times * 2;
    assert_memory_equal(both->outputs + values, alone->outputs, values * sizeof(double));
    assert_memory_equal(&both->arms[1].stats, &alone->arms[0].stats,
                        sizeof alone->arms[0].stats);
    osw_result_destroy(both);
    osw_result_destroy(alone);
}

static void test_failure(void **state)
{
    (void)state;
    struct made f;
    made_init(&f, osw_kernel_faulty());
    made_output(&f, "blow");
    made_times(&f, 4, 0.5);
    f.p[0][made_param(&f, "growth")] = 0;
    f.p[0][made_param(&f, "edge")] = 0;
    int blow = made_state(&f, "blow"), growth = made_param(&f, "growth");
    const struct osw_event bad[] = {{1, OSW_EVENT_SET_STATE, blow, 1},
                                    {1, OSW_EVENT_SET_PARAM, growth, 1}};
    made_arm(&f, "bad", bad, 2);
    made_arm(&f, "after", bad, 1);
    struct osw_result *r = made_run(&f, OSW_ERR_INTEGRATION);
    assert_int_equal(r->arms[0].status, OSW_OK);
    assert_int_equal(r->arms[1].status, OSW_ERR_INTEGRATION);
    assert_int_equal(r->arms[2].status, OSW_OK);
    assert_true(fabs(r->arms[1].failure.t - 2) < 1e-3);
    assert_int_equal(r->arms[1].failure.state, blow);
    for (int k = 0; k < r->n_times; k++) {
        assert_true(isnan(at(r, 1, k, 0)) == (r->times[k] > 1.75));
        assert_true(at(r, 2, k, 0) == (k > 2));
    }
    assert_true(strstr(osw_diag_text(f.diag, 0), "bad: integration failed at day"));
    osw_result_destroy(r);
    made_fini(&f);
}

struct told {
    double last;
    int calls, stop_at;
};

static bool listen(void *context, double fraction, const char *what)
{
    struct told *told = context;
    assert_non_null(what);
    assert_true(fraction >= told->last && fraction <= 1 + 1e-12);
    told->last = fraction;
    return ++told->calls == told->stop_at;
}

static void test_progress(void **state)
{
    (void)state;
    const struct osw_event one[] = {{0.7, OSW_EVENT_ADD_STATE, depot, 3}};
    struct told told = {0};
    made_times(&m, 3, 0.25);
    made_arm(&m, "one", one, 1);
    m.options.progress = listen;
    m.options.context = &told;
    osw_result_destroy(made_run(&m, OSW_OK));
    assert_true(told.calls > 10 && told.last == 1);
    told = (struct told){.stop_at = 5};
    assert_null(made_run(&m, OSW_INTERRUPTED));
    assert_true(told.calls < 30);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_doses, setup, teardown),
        cmocka_unit_test_setup_teardown(test_equal_times, setup, teardown),
        cmocka_unit_test_setup_teardown(test_value_before_events, setup, teardown),
        cmocka_unit_test_setup_teardown(test_independence, setup, teardown),
        cmocka_unit_test_setup_teardown(test_failure, setup, teardown),
        cmocka_unit_test_setup_teardown(test_progress, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
