/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Stiff problems with published end values (Test Set for IVP Solvers, Mazzia & Magherini
 * 2008), each by every linear solver, and at two tolerances: the error must fall.
 * Robertson's at 40 and 4e6: Radau IIA of order 5 at rtol 1e-12, digits shared with BDF.
 */
#include "fixture.h"

#include <math.h>
#include <string.h>

struct published {
    const char *name;
    osw_kernel_entry *kernel;
    double p[MOST_PARAMS], t_end, y[MOST_STATES], scale[MOST_STATES];
};

static const struct published cases[] = {
    {"Robertson",
     osw_kernel_robertson,
     {0.04, 3e7, 1e4},
     1e11,
     {0.2083340149701255e-7, 0.8333360770334713e-13, 0.9999999791665050},
     {1e-6, 1e-12, 1}},
    {"Robertson, 40",
     osw_kernel_robertson,
     {0.04, 3e7, 1e4},
     40,
     {0.7158270687, 9.185534765e-6, 0.2841637457},
     {1e-1, 1e-6, 1e-1}},
    {"Robertson, 4e6",
     osw_kernel_robertson,
     {0.04, 3e7, 1e4},
     4e6,
     {5.16809601e-4, 2.06829449e-9, 0.999483188330},
     {1e-4, 1e-9, 1}},
    {"HIRES",
     osw_kernel_hires,
     {0.0007, 280},
     321.8122,
     {0.7371312573325668e-3, 0.1442485726316185e-3, 0.5888729740967575e-4,
      0.1175651343283149e-2, 0.2386356198831331e-2, 0.6238968252742796e-2,
      0.2849998395185769e-2, 0.2850001604814231e-2},
     {1e-3, 1e-3, 1e-3, 1e-3, 1e-3, 1e-3, 1e-3, 1e-3}},
    {"Oregonator",
     osw_kernel_oregonator,
     {77.27, 0.161, 8.375e-6},
     360,
     {0.1000814870318523e1, 0.1228178521549917e4, 0.1320554942846706e3},
     {1, 1, 1}},
};

static double error_of(const struct published *c, double rtol,
                       enum osw_linear_solver linear)
{
    struct problem problem;
    problem_init(&problem, c->kernel(), c->p);
    memcpy(problem.scale, c->scale, sizeof problem.scale);
    struct osw_solver_options options = tolerance(rtol, rtol, linear);
    struct osw_solver *solver = begin(&problem, NULL, &options, 0);
    const double *y = go(solver, c->t_end);
    double worst = 0;
    for (int i = 0; i < problem.kernel->n_states; i++)
        worst = fmax(worst, fabs(y[i] / c->y[i] - 1));
    osw_solver_destroy(solver);
    return worst;
}

static void test_published(void **state)
{
    (void)state;
    static const char *const ways[] = {"klu", "dense", "generated"};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (int w = OSW_LINEAR_KLU; w <= OSW_LINEAR_GENERATED; w++) {
            double loose = error_of(&cases[i], 1e-5, (enum osw_linear_solver)w);
            double tight = error_of(&cases[i], 1e-9, (enum osw_linear_solver)w);
            printf("%-14s %-9s largest relative error %.1e at rtol 1e-5, %.1e at 1e-9\n",
                   cases[i].name, ways[w], loose, tight);
            assert_true(loose < 1e-2);
            assert_true(tight < 1e-6);
            assert_true(tight < 0.1 * loose);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_published)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
