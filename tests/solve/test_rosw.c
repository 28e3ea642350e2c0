/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The method's numbers: order conditions of a W-method, which hold for any matrix (Hairer
 * & Wanner, Solving ODEs II, section IV.7), up to order 3; those of the embedded method
 * up to 2 and not 3; nodes and slopes as the row sums they must be; L-stability. */
#include "solve/rosw.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

enum { S = OSW_ROSW_STAGES };

/* Gamma = (I / gamma - C)^-1; alpha = A Gamma; b = m Gamma; b_low = (m - e) Gamma. */
static double Gamma[S][S], alpha[S][S], b[S], b_low[S];

static int setup(void **state)
{
    (void)state;
    const struct osw_rosw *k = &osw_ros34pw2;
    for (int j = 0; j < S; j++)
        for (int i = j; i < S; i++) {
            double sum = i == j;
            for (int l = j; l < i; l++)
                sum += k->c[i][l] * Gamma[l][j];
            Gamma[i][j] = k->gamma * sum;
        }
    for (int j = 0; j < S; j++)
        for (int l = 0; l < S; l++) {
            b[j] += k->m[l] * Gamma[l][j];
            b_low[j] += (k->m[l] - k->e[l]) * Gamma[l][j];
            for (int i = 0; i < S; i++)
                alpha[i][j] += k->a[i][l] * Gamma[l][j];
        }
    return 0;
}

static void times(double matrix[S][S], const double *x, double *y)
{
    for (int i = 0; i < S; i++) {
        y[i] = 0;
        for (int j = 0; j < S; j++)
            y[i] += matrix[i][j] * x[j];
    }
}

static double dot(const double *x, const double *y)
{
    double sum = 0;
    for (int i = 0; i < S; i++)
        sum += x[i] * y[i];
    return sum;
}

/* The largest violation of the conditions of this order. */
static double violation(const double *weights, int order)
{
    const double one[S] = {1, 1, 1, 1};
    double al[S], ga[S], square[S], aa[S], ag[S], gg[S], gal[S];
    times(alpha, one, al);
    times(Gamma, one, ga);
    times(alpha, al, aa);
    times(alpha, ga, ag);
    times(Gamma, al, gal);
    times(Gamma, ga, gg);
    for (int i = 0; i < S; i++)
        square[i] = al[i] * al[i];
    const double first[] = {dot(weights, one) - 1};
    const double second[] = {dot(weights, al) - 1. / 2, dot(weights, ga)};
    const double third[] = {dot(weights, square) - 1. / 3, dot(weights, aa) - 1. / 6,
                            dot(weights, ag), dot(weights, gal), dot(weights, gg)};
    const double *const conditions[] = {first, second, third};
    const int n[] = {1, 2, 5};
    double worst = 0;
    for (int i = 0; i < n[order - 1]; i++)
        worst = fmax(worst, fabs(conditions[order - 1][i]));
    return worst;
}

static void order(void **state)
{
    (void)state;
    for (int o = 1; o <= 3; o++)
        assert_true(violation(b, o) < 1e-14);
    assert_true(violation(b_low, 1) < 1e-14);
    assert_true(violation(b_low, 2) < 1e-14);
    assert_true(violation(b_low, 3) > 0.05);
}

static void sums(void **state)
{
    (void)state;
    const double one[S] = {1, 1, 1, 1};
    double al[S], ga[S];
    times(alpha, one, al);
    times(Gamma, one, ga);
    for (int i = 0; i < S; i++) {
        assert_true(fabs(al[i] - osw_ros34pw2.node[i]) < 1e-14);
        assert_true(fabs(ga[i] - osw_ros34pw2.slope[i]) < 1e-14);
    }
}

/* R(z) = 1 + z b (I - z (alpha + Gamma))^-1 1 for y' = lambda y, z = h lambda. */
static double stability(double z)
{
    double k[S];
    for (int i = 0; i < S; i++) {
        double sum = 1;
        for (int j = 0; j < i; j++)
            sum += z * (alpha[i][j] + Gamma[i][j]) * k[j];
        k[i] = sum / (1 - z * Gamma[i][i]);
    }
    return 1 + z * dot(b, k);
}

static void l_stable(void **state)
{
    (void)state;
    for (double z = 1e-3; z < 1e12; z *= 1.1)
        assert_true(fabs(stability(-z)) <= 1);
    assert_true(fabs(stability(-1e9)) < 1e-6);
    assert_true(fabs(stability(-1e-3) - exp(-1e-3)) < 1e-12);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(order),
        cmocka_unit_test(sums),
        cmocka_unit_test(l_stable),
    };
    return cmocka_run_group_tests(tests, setup, NULL);
}
