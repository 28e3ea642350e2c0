/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Linear systems (I - gamma J) x = b by each way: residuals of random systems, pivots
 * that vanish, singular and infinite matrices told, no memory of earlier matrices. */
#include "fixture.h"
#include "solve/linear.h"

#include <math.h>
#include <string.h>

enum { N = 6, NNZ = N * N };
static int colptr[N + 1], rows[NNZ];

static void rest(const double *p, double *c)
{
    (void)p, (void)c;
}

/* Full structure; KLU and the dense way need no more of a kernel than this. */
static struct osw_kernel full = {.lanes = 1,
                                 .n_states = N,
                                 .jac_nnz = NNZ,
                                 .jac_colptr = colptr,
                                 .jac_row = rows,
                                 .prepare = rest,
                                 .segment = rest};

static int setup(void **state)
{
    (void)state;
    for (int j = 0; j <= N; j++)
        colptr[j] = j * N;
    for (int e = 0; e < NNZ; e++)
        rows[e] = e % N;
    return 0;
}

static double uniform(unsigned *seed) /* -1 … 1, minimal standard generator */
{
    *seed = (unsigned)((unsigned long long)*seed * 48271u % 2147483647u);
    return 2.0 * *seed / 2147483647.0 - 1;
}

/* Largest |b - (I - gamma J) x| relative to |x| and the matrix. */
static double residual(const double *J, double gamma, const double *x, const double *b)
{
    double worst = 0, size = 1e-300;
    for (int i = 0; i < N; i++) {
        double r = b[i] - x[i];
        for (int j = 0; j < N; j++) {
            r += gamma * J[j * N + i] * x[j];
            size = fmax(size, fabs(gamma * J[j * N + i] * x[j]) + fabs(x[i]));
        }
        worst = fmax(worst, fabs(r));
    }
    return worst / size;
}

static void check(struct osw_linear *linear, const double *J, double gamma)
{
    static const double b[N] = {1, -2, 3, 0.5, 0, 7};
    double x[N];
    memcpy(x, b, sizeof x);
    assert_true(osw_linear_factor(linear, J, gamma));
    osw_linear_solve(linear, x);
    assert_true(residual(J, gamma, x, b) < 1e-6); /* pivots of 1e-9 are let pass */
}

static void test_ways(void **state)
{
    (void)state;
    for (int w = OSW_LINEAR_KLU; w <= OSW_LINEAR_DENSE; w++) {
        struct osw_linear *linear = NULL;
        unsigned seed = 7;
        assert_int_equal(osw_linear_create(&full, (enum osw_linear_solver)w, &linear),
                         OSW_OK);
        for (int k = 0; k < 200; k++) {
            double J[NNZ], gamma = pow(10, 8 * uniform(&seed));
            for (int e = 0; e < NNZ; e++)
                J[e] = uniform(&seed);
            check(linear, J, gamma);
            for (int i = 0; i < N; i++) /* then the diagonal of I - gamma J vanishes */
                J[i * N + i] = 1 / gamma;
            check(linear, J, gamma);
        }
        osw_linear_destroy(linear);
    }
}

static void test_told(void **state)
{
    (void)state;
    for (int w = OSW_LINEAR_KLU; w <= OSW_LINEAR_DENSE; w++) {
        struct osw_linear *linear = NULL;
        double J[NNZ] = {0};
        assert_int_equal(osw_linear_create(&full, (enum osw_linear_solver)w, &linear),
                         OSW_OK);
        check(linear, J, 3);
        J[0] = 0.5; /* row and column 0 of I - 2 J are zero */
        assert_false(osw_linear_factor(linear, J, 2));
        check(linear, J, 1);
        J[7] = NAN;
        assert_false(osw_linear_factor(linear, J, 1));
        J[7] = INFINITY;
        assert_false(osw_linear_factor(linear, J, 1));
        J[7] = 0;
        check(linear, J, 1);
        osw_linear_destroy(linear);
    }
}

/* The same matrix gives the same bits whatever was factored before. */
static void test_no_memory(void **state)
{
    (void)state;
    for (int w = OSW_LINEAR_KLU; w <= OSW_LINEAR_DENSE; w++) {
        struct osw_linear *linear = NULL;
        double J[NNZ], hard[NNZ], first[N] = {1, 2, 3, 4, 5, 6}, again[N];
        unsigned seed = 99;
        memcpy(again, first, sizeof again);
        for (int e = 0; e < NNZ; e++) {
            J[e] = uniform(&seed);
            hard[e] = e % (N + 1) ? J[e] : 1;
        }
        assert_int_equal(osw_linear_create(&full, (enum osw_linear_solver)w, &linear),
                         OSW_OK);
        assert_true(osw_linear_factor(linear, J, 0.1));
        osw_linear_solve(linear, first);
        assert_true(osw_linear_factor(linear, hard, 1));
        assert_true(osw_linear_factor(linear, J, 0.1));
        osw_linear_solve(linear, again);
        assert_memory_equal(first, again, sizeof first);
        osw_linear_destroy(linear);
    }
}

/* The generated way against the dense one on the Jacobian of HIRES. */
static void test_generated(void **state)
{
    (void)state;
    static const double p[] = {0.0007, 280};
    const struct osw_kernel *k = osw_kernel_hires();
    struct osw_linear *dense = NULL, *generated = NULL;
    double J[64], f[8], y[] = {0.5, 0.1, 0.03, 0.2, 0.1, 0.4, 0.003, 0.0027};
    assert_true(k->jac_nnz <= 64);
    k->rhs_jac(0, y, p, p, f, J);
    assert_int_equal(osw_linear_create(k, OSW_LINEAR_DENSE, &dense), OSW_OK);
    assert_int_equal(osw_linear_create(k, OSW_LINEAR_GENERATED, &generated), OSW_OK);
    for (double gamma = 1e-6; gamma < 1e3; gamma *= 10) {
        double a[] = {1, 2, 3, 4, 5, 6, 7, 8}, b[] = {1, 2, 3, 4, 5, 6, 7, 8};
        assert_true(osw_linear_factor(dense, J, gamma));
        assert_true(osw_linear_factor(generated, J, gamma));
        osw_linear_solve(dense, a);
        osw_linear_solve(generated, b);
        for (int i = 0; i < 8; i++)
            assert_true(fabs(a[i] - b[i]) < 1e-11 * (1 + fabs(a[i])));
    }
    J[0] = NAN;
    assert_false(osw_linear_factor(generated, J, 1));
    osw_linear_destroy(dense);
    osw_linear_destroy(generated);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ways), cmocka_unit_test(test_told),
        cmocka_unit_test(test_no_memory), cmocka_unit_test(test_generated)};
    return cmocka_run_group_tests(tests, setup, NULL);
}
