/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Between create and destroy nothing is allocated, by us or by any library. */
#include "counting.h"
#include "fixture.h"

static void ignore(void *context, int index, double t, const double *y)
{
    (void)context, (void)index, (void)t, (void)y;
}

static void test_stepping(void **state)
{
    (void)state;
    static const double p[MOST_PARAMS] = {0.0007, 280};
    static const char *const ways[] = {"klu", "dense", "generated"};
    for (int w = OSW_LINEAR_KLU; w <= OSW_LINEAR_GENERATED; w++) {
        struct problem problem;
        problem_init(&problem, osw_kernel_hires(), p);
        struct osw_solver_options options =
            tolerance(1e-6, 1e-9, (enum osw_linear_solver)w);
        long before = counting_calls();
        struct osw_solver *solver = begin(&problem, NULL, &options, 0);
        long made = counting_calls() - before;
        assert_true(made > 10);
        before = counting_calls();
        for (int i = 0; i < 100; i++) {
            double times[] = {3.0 * i + 0.5, 3.0 * i + 1, 3.0 * i + 2};
            double y[MOST_STATES] = {i % 2, 0, 0, 0, 0, 0, 0, 0.0057};
            problem.p[1] = 280 + i % 3;
            if (osw_solver_start(solver, 3.0 * i, y, problem.p) ||
                osw_solver_advance(solver, 3.0 * i + 3, times, 3, ignore, NULL))
                fail();
        }
        long stepping = counting_calls() - before;
        printf("%-9s %ld allocations at create, %ld in 100 restarts and %ld steps\n",
               ways[w], made, stepping, (long)osw_solver_stats(solver)->steps);
        assert_int_equal(stepping, 0);
        osw_solver_destroy(solver);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_stepping)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
