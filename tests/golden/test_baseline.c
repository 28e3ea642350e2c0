/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A healthy baseline is a theorem: with the ageing clock, the long-lived matrix and the
 * mineral held, a 40-year-old is at a steady state, stays there for 50 years, and comes
 * back after any single state is raised by a fifth. */
#include "human.h"
#include "solve/steady.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

enum { MOST_STATES = 512 };
static const double year = 365.25;

static struct human h;
static double steady[MOST_STATES];

static int setup(void **state)
{
    (void)state;
    human_open(&h);
    const struct osw_kernel *k = h.model->kernel;
    assert_true(k->n_states <= MOST_STATES);
    h.p[osw_model_param(h.model, "clock_")] = 0;
    h.p[osw_model_param(h.model, "age0")] = 40;
    for (int i = 0; i < k->n_states; i++)
        steady[i] = h.model->states[i].start;
    struct osw_steady_result found;
    assert_int_equal(osw_steady_find(k, h.scale, h.held, 0, h.p, steady, true, &found),
                     OSW_OK);
    printf("steady state at 40 y: residual %.1e of scale per day, %d Newton steps, "
           "%d unstable directions, largest real part %.2e /d\n",
           found.residual, found.newton_steps, found.n_positive, found.largest_real);
    assert_int_equal(found.n_positive, 0);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    human_close(&h);
    return 0;
}

/* Largest distance from the steady state, in units of scale, after `years` from y. */
static double distance_after(double years, const double *y, int *worst)
{
    struct osw_solver_options options = OSW_SOLVER_DEFAULTS;
    struct osw_solver *solver = NULL;
    const struct osw_kernel *k = h.model->kernel;
    options.rtol = 1e-8;
    options.atol = 1e-9;
    assert_int_equal(osw_solver_create(k, h.scale, h.held, &options, &solver), OSW_OK);
    assert_int_equal(osw_solver_start(solver, 0, y, h.p), OSW_OK);
    assert_int_equal(osw_solver_advance(solver, years * year, NULL, 0, NULL, NULL),
                     OSW_OK);
    const double *end = osw_solver_state(solver, NULL);
    double most = 0;
    for (int i = 0; i < k->n_states; i++) {
        double off = fabs(end[i] - steady[i]) / h.scale[i];
        if (off >= most) {
            most = off;
            *worst = i;
        }
    }
    osw_solver_destroy(solver);
    return most;
}

static void test_stays(void **state)
{
    (void)state;
    int worst = 0;
    double off = distance_after(50, steady, &worst);
    printf("50 years at rest: largest drift %.1e of scale (%s); to reach < 1e-6\n", off,
           h.model->states[worst].id);
    assert_true(off < 1e-6);
}

static void test_comes_back(void **state)
{
    (void)state;
    double most = 0;
    int most_kicked = 0;
    for (int i = 0; i < h.model->kernel->n_states; i++) {
        double y[MOST_STATES];
        int worst = 0;
        if (h.held[i])
            continue;
        memcpy(y, steady, sizeof y);
        y[i] += 0.2 * (fabs(y[i]) > 0 ? y[i] : h.scale[i]);
        double off = distance_after(20, y, &worst);
        if (off >= 1e-4)
            printf("+20 %% of %s: %s is still %.1e of scale away after 20 years\n",
                   h.model->states[i].id, h.model->states[worst].id, off);
        if (off >= most) {
            most = off;
            most_kicked = i;
        }
    }
    printf("+20 %% of each free state, 20 years later: at most %.1e of scale away "
           "(after %s); to reach < 1e-4\n",
           most, h.model->states[most_kicked].id);
    assert_true(most < 1e-4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_stays),
                                       cmocka_unit_test(test_comes_back)};
    return cmocka_run_group_tests(tests, setup, teardown);
}
