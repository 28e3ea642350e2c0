/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Branches of steady states against closed forms: x' = s + x^2/(1 + x^2) - d x has its
 * folds where 2x = d (1 + x^2)^2; a second state follows on a far slower scale and
 * another size, a third is held. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "solve/continuation.h"

#include <math.h>

enum { S, D, N_PARAMS };
static const int colptr[] = {0, 2, 3, 5}, rows[] = {0, 1, 1, 1, 2};
static const int dfdp_state[] = {0, 0}, dfdp_param[] = {S, D};

static void nothing(const double *p, double *c)
{
    (void)p, (void)c;
}

/* y: switch x, follower z (z' = 1e-6 (1e4 x + w - z)), held w. */
static void rhs_jac(double t, const double *y, const double *p, const double *c,
                    double *f, double *J)
{
    (void)t, (void)c;
    double x = y[0], q = 1 + x * x;
    f[0] = p[S] + x * x / q - p[D] * x;
    f[1] = 1e-6 * (1e4 * x + y[2] - y[1]);
    f[2] = 5.0; /* held: it must not matter */
    J[0] = 2 * x / (q * q) - p[D];
    J[1] = 1e-2;
    J[2] = -1e-6;
    J[3] = 1e-6;
    J[4] = 0.0;
}

static void dfdp(double t, const double *y, const double *p, const double *c, double *P)
{
    (void)t, (void)p, (void)c;
    P[0] = 1.0;
    P[1] = -y[0];
}

static const struct osw_kernel kernel = {.lanes = 1,
                                         .n_states = 3,
                                         .n_params = N_PARAMS,
                                         .jac_nnz = 5,
                                         .jac_colptr = colptr,
                                         .jac_row = rows,
                                         .dfdp_nnz = 2,
                                         .dfdp_state = dfdp_state,
                                         .dfdp_param = dfdp_param,
                                         .prepare = nothing,
                                         .segment = nothing,
                                         .rhs_jac = rhs_jac,
                                         .dfdp = dfdp};
static const double scale[] = {1.0, 1e4, 1.0};
static const unsigned char held[] = {0, 0, 1};

struct seen {
    double folds[8], last, worst;
    const double *p;
    int n_folds, n, stop_after;
};

static bool visit(void *context, double value, const double *y, bool is_fold)
{
    struct seen *seen = context;
    double x = y[0];
    seen->worst = fmax(seen->worst, fabs(value + x * x / (1 + x * x) - seen->p[D] * x));
    seen->worst = fmax(seen->worst, fabs(1e4 * x + y[2] - y[1]) / 1e4);
    if (is_fold && seen->n_folds < 8)
        seen->folds[seen->n_folds++] = value;
    seen->last = value;
    return ++seen->n == seen->stop_after;
}

static enum osw_status follow(const double *p, double low, double high, struct seen *seen,
                              int *points)
{
    const struct osw_branch_options options = {
        .param = S, .low = low, .high = high, .largest_step = 0.2, .most_points = 2000};
    double y[3] = {low / p[D], 0, 7.0}; /* near the low branch */
    for (int i = 0; i < 50; i++) {
        double q = 1 + y[0] * y[0];
        y[0] -= (low + y[0] * y[0] / q - p[D] * y[0]) / (2 * y[0] / (q * q) - p[D]);
    }
    y[1] = 1e4 * y[0] + y[2];
    seen->p = p;
    return osw_branch_follow(&kernel, scale, held, p, y, &options, visit, seen, points);
}

/* The s at which x is a fold for this d: bisection on 2x - d (1 + x^2)^2 in [a, b]. */
static double fold(double d, double a, double b)
{
    double fa = 2 * a - d * (1 + a * a) * (1 + a * a);
    for (int i = 0; i < 100; i++) {
        double m = 0.5 * (a + b), fm = 2 * m - d * (1 + m * m) * (1 + m * m);
        if (fa * fm > 0)
            a = m;
        else
            b = m;
    }
    return d * a - a * a / (1 + a * a);
}

static void both_folds(void **state)
{
    (void)state;
    const double p[] = {0, 0.55};
    struct seen seen = {0};
    int points;
    assert_int_equal(follow(p, -0.05, 0.3, &seen, &points), OSW_OK);
    assert_int_equal(seen.n, points);
    assert_int_equal(seen.n_folds, 2);
    assert_true(fabs(seen.folds[0] - fold(0.55, 0.1, 0.577)) < 1e-10);
    assert_true(fabs(seen.folds[1] - fold(0.55, 0.577, 3.0)) < 1e-10);
    assert_true(fabs(seen.last - 0.3) < 1e-12); /* lands on the end of the range */
    assert_true(seen.worst < 1e-9);
}

static void no_fold(void **state)
{
    (void)state;
    const double p[] = {0, 0.8}; /* d > 9/(8 sqrt(3)) = 0.6495: monotone */
    struct seen seen = {0};
    int points;
    assert_int_equal(follow(p, 0.0, 1.0, &seen, &points), OSW_OK);
    assert_int_equal(seen.n_folds, 0);
    assert_true(fabs(seen.last - 1.0) < 1e-12);
}

/* The range ends between the folds: the branch turns and leaves where it came from. */
static void leaves_by_the_low_end(void **state)
{
    (void)state;
    const double p[] = {0, 0.55};
    struct seen seen = {0};
    int points;
    double upper = fold(0.55, 0.1, 0.577), lower = fold(0.55, 0.577, 3.0);
    assert_int_equal(follow(p, 0.5 * (upper + lower), upper + 0.1, &seen, &points),
                     OSW_OK);
    assert_int_equal(seen.n_folds, 1);
    assert_true(fabs(seen.last - 0.5 * (upper + lower)) < 1e-12);
}

static void stops_when_told(void **state)
{
    (void)state;
    const double p[] = {0, 0.55};
    struct seen seen = {.stop_after = 3};
    int points;
    assert_int_equal(follow(p, -0.05, 0.3, &seen, &points), OSW_OK);
    assert_int_equal(points, 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_folds),
        cmocka_unit_test(no_fold),
        cmocka_unit_test(leaves_by_the_low_end),
        cmocka_unit_test(stops_when_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
