/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Three steady states at one drive: the guess chooses, unstable ones are counted, the
 * spectrum is that of the free states alone, folds and missing states are coded; the
 * branch turns at drive = 2/3 and -2/3; every linear solver goes the same way. */
#include "cubic.h"
#include "fixture.h"
#include "solve/continuation.h"
#include "solve/steady.h"

#include <math.h>
#include <string.h>

static const double scale[] = {1, 1, 1};
static const unsigned char w_held[] = {0, 0, 1}, all_held[] = {1, 1, 1};

static enum osw_status find(double drive, double drift, const unsigned char *held,
                            double *y, struct osw_steady_result *found)
{
    const double p[] = {drive, drift};
    return osw_steady_find(&cubic_kernel, scale, held, 0, p, y, true, found);
}

static void test_guess_chooses(void **state)
{
    (void)state;
    static const double cases[][4] = {
        /* drive, guess, x, largest eigenvalue */
        {0, -2, -1.7320508075688772, -2},
        {0, -1.2, -1.7320508075688772, -2},
        {0, 0, 0, 1},
        {0, 1.2, 1.7320508075688772, -2},
        {0, 3, 1.7320508075688772, -2},
        {-1, 0.5, -2.1038034027355366, -3.4259887573616223}, /* the only one */
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const double *c = cases[i];
        double y[] = {c[1], 9, 4};
        struct osw_steady_result found;
        assert_int_equal(find(c[0], 0, w_held, y, &found), OSW_OK);
        assert_true(fabs(y[CUBIC_X] - c[2]) < 1e-9);
        assert_true(fabs(y[CUBIC_Z] - 4) < 1e-9);
        assert_true(y[CUBIC_W] == 4);
        assert_int_equal(found.n_positive, c[3] > 0);
        assert_true(fabs(found.largest_real - c[3]) < 1e-8);
    }
}

/* What is held has no eigenvalue: neither one of its own nor one in its stead. */
static void test_spectrum_of_the_free(void **state)
{
    (void)state;
    static const unsigned char follower_free[] = {1, 0, 1};
    double y[] = {0, 9, 4};
    struct osw_steady_result found;
    assert_int_equal(find(0, 0, follower_free, y, &found), OSW_OK);
    assert_true(y[CUBIC_X] == 0 && fabs(y[CUBIC_Z] - 4) < 1e-9);
    assert_int_equal(found.n_positive, 0);
    printf("one free state of rate -5: largest real part %g\n", found.largest_real);
    assert_true(fabs(found.largest_real + 5) < 1e-12);
    assert_int_equal(find(0, 0, all_held, y, &found), OSW_OK);
    assert_int_equal(found.n_positive, 0);
    assert_true(found.largest_real == -INFINITY);
}

/* At a fold J is singular; the state is reached to the root of the residual. */
static void test_fold(void **state)
{
    (void)state;
    double y[] = {-1.5, 4, 4};
    struct osw_steady_result found;
    assert_int_equal(find(2.0 / 3, 0, w_held, y, &found), OSW_OK);
    assert_true(found.residual <= 1e-9);
    assert_true(fabs(y[CUBIC_X] + 1) < 4e-5);
    assert_true(fabs(found.largest_real) < 1e-4);
}

static void test_none(void **state)
{
    (void)state;
    struct osw_steady_result found;
    double drifting[] = {-2, 4, 4}, lost[] = {NAN, 4, 4};
    assert_int_equal(find(0, 1, NULL, drifting, &found), OSW_ERR_INTEGRATION);
    assert_int_equal(find(0, 0, w_held, lost, &found), OSW_ERR_INTEGRATION);
    assert_int_equal(found.n_positive, -1);
}

struct folds {
    double drive[4], x[4], last;
    int n;
};

static bool visit(void *context, double value, const double *y, bool is_fold)
{
    struct folds *seen = context;
    if (is_fold && seen->n < 4) {
        seen->drive[seen->n] = value;
        seen->x[seen->n++] = y[CUBIC_X];
    }
    seen->last = y[CUBIC_X];
    return false;
}

static void test_branch(void **state)
{
    (void)state;
    const double p[] = {-1, 0}, y[] = {-2.1038034027355366, 4, 4};
    const struct osw_branch_options options = {.param = CUBIC_DRIVE,
                                               .low = -1,
                                               .high = 1,
                                               .largest_step = 0.2,
                                               .most_points = 2000};
    struct folds seen = {0};
    int points;
    assert_int_equal(osw_branch_follow(&cubic_kernel, scale, w_held, p, y, &options,
                                       visit, &seen, &points),
                     OSW_OK);
    assert_int_equal(seen.n, 2);
    printf("folds at %.15g and %.15g, %d points\n", seen.drive[0], seen.drive[1], points);
    for (int i = 0; i < 2; i++) {
        double sign = i ? -1 : 1;
        assert_true(fabs(seen.drive[i] - sign * 2 / 3) < 1e-12);
        assert_true(fabs(seen.x[i] + sign) < 1e-6);
    }
    assert_true(fabs(seen.last - 2.1038034027355366) < 1e-9);
}

static void test_linear_solvers(void **state)
{
    (void)state;
    double end[3] = {0};
    for (int w = OSW_LINEAR_KLU; w <= OSW_LINEAR_GENERATED; w++) {
        struct problem one = {.kernel = &cubic_kernel,
                              .y = {0.1, 9, 4},
                              .p = {0.2, 0.5},
                              .scale = {1, 1, 1}};
        struct osw_solver_options options =
            tolerance(1e-9, 1e-9, (enum osw_linear_solver)w);
        struct osw_solver *solver = begin(&one, NULL, &options, 0);
        const double *y = go(solver, 6);
        end[w] = y[CUBIC_X];
        assert_true(fabs(y[CUBIC_W] - 7) < 1e-7);
        assert_true(fabs(y[CUBIC_Z] - (7 - 0.1 + (5 + 0.1) * exp(-30))) < 1e-7);
        assert_true(fabs(end[w] - end[0]) < 1e-7);
        osw_solver_destroy(solver);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_guess_chooses), cmocka_unit_test(test_spectrum_of_the_free),
        cmocka_unit_test(test_fold),          cmocka_unit_test(test_none),
        cmocka_unit_test(test_branch),        cmocka_unit_test(test_linear_solvers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
