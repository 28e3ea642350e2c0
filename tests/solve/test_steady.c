/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Steady states: a closed form, one that stays at rest, a poor guess that must be carried
 * along, and none to be found. */
#include "fixture.h"
#include "solve/steady.h"

#include <math.h>
#include <string.h>

static void test_closed_form(void **state)
{
    (void)state;
    const struct osw_kernel *k = osw_kernel_pk();
    double p[MOST_PARAMS] = {0};
    p[param(k, "ka")] = 8;
    p[param(k, "ke")] = 1.5;
    p[param(k, "k12")] = 0.7;
    p[param(k, "k21")] = 0.4;
    p[param(k, "rate")] = 3;
    struct problem one;
    struct osw_steady_result found;
    problem_init(&one, k, p);
    assert_int_equal(osw_steady_find(k, one.scale, NULL, 12, one.p, one.y, true, &found),
                     OSW_OK);
    assert_true(found.residual < 1e-12);
    assert_true(fabs(one.y[state_of(k, "central")] - 2) < 1e-10);
    assert_true(fabs(one.y[state_of(k, "peripheral")] - 3.5) < 1e-10);
    assert_true(fabs(one.y[state_of(k, "clock")] - 12) < 1e-9); /* time stands at 12 */
    assert_int_equal(found.n_positive, 0);
    double sum = 1.5 + 0.7 + 0.4, slowest = (sum - sqrt(sum * sum - 4 * 1.5 * 0.4)) / 2;
    assert_true(fabs(found.largest_real + slowest) < 1e-9);
}

static void test_held(void **state)
{
    (void)state;
    const struct osw_kernel *k = osw_kernel_pk();
    double p[MOST_PARAMS] = {0};
    p[param(k, "ka")] = 8;
    p[param(k, "ke")] = 1.5;
    p[param(k, "k12")] = 0.7;
    p[param(k, "k21")] = 0.4;
    unsigned char held[MOST_STATES] = {0};
    struct problem one;
    struct osw_steady_result found;
    problem_init(&one, k, p);
    held[state_of(k, "peripheral")] = 1;
    one.y[state_of(k, "peripheral")] = 11;
    assert_int_equal(osw_steady_find(k, one.scale, held, 0, one.p, one.y, false, &found),
                     OSW_OK);
    assert_true(one.y[state_of(k, "peripheral")] == 11);
    assert_true(fabs(one.y[state_of(k, "central")] - 0.4 * 11 / 2.2) < 1e-10);
    assert_int_equal(found.n_positive, -1);
}

/* HIRES is open and has one steady state; guesses far from it must lead there, and the
 * integrator must stay there. */
static void test_poor_guess(void **state)
{
    (void)state;
    static const double p[MOST_PARAMS] = {0.0007, 280};
    static const double guesses[][MOST_STATES] = {
        {1, 0, 0, 0, 0, 0, 0, 0.0057},
        {0, 0, 0, 0, 0, 0, 0.0057, 0},
        {30, 20, 10, 50, 20, 10, 0.001, 0.0047}};
    double first[MOST_STATES];
    for (size_t g = 0; g < sizeof guesses / sizeof *guesses; g++) {
        struct problem one;
        struct osw_steady_result found;
        problem_init(&one, osw_kernel_hires(), p);
        memcpy(one.y, guesses[g], sizeof one.y);
        for (int i = 0; i < 8; i++)
            one.scale[i] = 1e-3;
        /* y7 + y8 is conserved: y8 follows from y7, so y8 is not searched for but given
         * by the integrator. */
        struct osw_solver_options options = OSW_SOLVER_DEFAULTS;
        struct osw_solver *solver = begin(&one, NULL, &options, 0);
        memcpy(one.y, go(solver, 1e5), sizeof one.y);
        osw_solver_destroy(solver);
        assert_int_equal(
            osw_steady_find(one.kernel, one.scale, NULL, 0, one.p, one.y, true, &found),
            OSW_OK);
        assert_true(found.residual < 1e-9);
        assert_int_equal(found.n_positive, 0);
        if (g == 0)
            memcpy(first, one.y, sizeof first);
        for (int i = 0; i < 8; i++)
            assert_true(fabs(one.y[i] - first[i]) < 1e-6);
    }
}

/* Growth without bound and a rate that cannot vanish have no steady state. */
static void test_none(void **state)
{
    (void)state;
    const struct osw_kernel *k = osw_kernel_faulty();
    double p[MOST_PARAMS];
    p[param(k, "growth")] = 0;
    p[param(k, "edge")] = 1;
    struct problem one;
    struct osw_steady_result found;
    problem_init(&one, k, p);
    assert_int_equal(osw_steady_find(k, one.scale, NULL, 0, one.p, one.y, false, &found),
                     OSW_ERR_INTEGRATION);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_closed_form), cmocka_unit_test(test_held),
        cmocka_unit_test(test_poor_guess), cmocka_unit_test(test_none)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
