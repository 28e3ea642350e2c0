/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Lane functions at one type: identities, extremes, slopes. Compiled for double, long
 * double and complex. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "numerics/lanes.h"

static double real(osw_lane x)
{
    return (double)OSW_LANE_REAL(x);
}

static void assert_close(double a, double b)
{
    if (fabs(a - b) > 4e-15 * fmax(fabs(a), fabs(b)))
        fail_msg("%.17g instead of %.17g", a, b);
}

static void softplus(void **state)
{
    (void)state;
    for (double x = -40; x <= 40; x += 0.37) {
        double plus = real(osw_lane_softplus(x)), minus = real(osw_lane_softplus(-x));
        assert_close(plus, x > 0 ? x + minus : plus);
        assert_close(plus, fmax(x, 0) + log1p(exp(-fabs(x))));
    }
    assert_close(real(osw_lane_softplus(1e6)), 1e6);
    assert_true(real(osw_lane_softplus(-1e6)) == 0);
    assert_close(real(osw_lane_softplus(-600)), exp(-600));
}

static void exp_bounded(void **state)
{
    (void)state;
    assert_close(real(osw_lane_exp_bounded(-3)), exp(-3));
    assert_close(real(osw_lane_exp_bounded(700)), exp(700));
    assert_true(isfinite(real(osw_lane_exp_bounded(1e9))));
    osw_lane e = osw_lane_exp_bounded(1e9), s = 1.0 / (1.0 + e);
    assert_true(isfinite(real(s * s * e)) && real(s * s * e) < 1e-300);
}

static void positive(void **state)
{
    (void)state;
    assert_true(real(osw_lane_positive(2.5)) == 2.5);
    assert_true(real(osw_lane_positive(0)) == DBL_MIN);
    assert_true(real(osw_lane_positive(-7)) == DBL_MIN);
    assert_close(real(osw_lane_ln_positive(0)), log(DBL_MIN));
    assert_close(real(osw_lane_ln_positive(9)), log(9));
    assert_true(real(osw_lane_exp(2.0 * osw_lane_ln_positive(0))) < 1e-300);
}

static void elementary(void **state)
{
    (void)state;
    assert_close(real(osw_lane_log10(1000)), 3);
    assert_close(real(osw_lane_sqrt(2)), sqrt(2));
    assert_close(real(osw_lane_sin(0.7)), sin(0.7));
    assert_close(real(osw_lane_cos(0.7)), cos(0.7));
    assert_close(real(osw_lane_tanh(0.7)), tanh(0.7));
    assert_close(real(osw_lane_exp(1.5)), exp(1.5));
    assert_close(real(osw_lane_ln_1p(1e-18)), 1e-18);
    assert_close(real(osw_lane_ln_1p(0.25)), log1p(0.25));
    assert_true(real(osw_lane_of(0.1)) == 0.1);
}

/* Complex step; the other types have no slope to show. */
static void slopes(void **state)
{
    (void)state;
#ifdef OSW_LANE_COMPLEX
    const double h = 1e-40;
    for (double x = -30; x <= 30; x += 0.71) {
        double logistic = x > 0 ? 1 / (1 + exp(-x)) : exp(x) / (1 + exp(x));
        assert_close(cimag(osw_lane_softplus(x + h * I)) / h, logistic);
        assert_close(cimag(osw_lane_exp_bounded(x + h * I)) / h, exp(x));
    }
    assert_close(cimag(osw_lane_ln_positive(4 + h * I)) / h, 0.25);
    assert_true(cimag(osw_lane_positive(-4 + h * I)) == 0);
    assert_close(cimag(osw_lane_log10(4 + h * I)) / h, 0.25 / log(10));
#else
    assert_true(sizeof(osw_lane) >= sizeof(double));
#endif
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(softplus), cmocka_unit_test(exp_bounded),
        cmocka_unit_test(positive), cmocka_unit_test(elementary),
        cmocka_unit_test(slopes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
