/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Generated kernels as the solvers use them: the LU against a dense one, structures, what
 * prepare and segment write, initial values. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "point.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const struct osw_kernel *osw_kernel_human(void);
const struct osw_kernel *osw_kernel_features(void);

static void structures_of(const struct osw_kernel *k)
{
    assert_int_equal(k->abi, OSW_KERNEL_ABI);
    assert_int_equal(k->lanes, 1);
    assert_int_equal(strlen(k->hash), 64);
    assert_int_equal(k->jac_colptr[0], 0);
    assert_int_equal(k->jac_colptr[k->n_states], k->jac_nnz);
    for (int c = 0; c < k->n_states; c++) {
        bool diagonal = false;
        for (int e = k->jac_colptr[c]; e < k->jac_colptr[c + 1]; e++) {
            assert_in_range(k->jac_row[e], 0, k->n_states - 1);
            assert_true(e == k->jac_colptr[c] || k->jac_row[e - 1] < k->jac_row[e]);
            diagonal |= k->jac_row[e] == c;
        }
        assert_true(diagonal);
    }
    for (int e = 1; e < k->dfdp_nnz; e++)
        assert_true(k->dfdp_param[e - 1] < k->dfdp_param[e] ||
                    (k->dfdp_param[e - 1] == k->dfdp_param[e] &&
                     k->dfdp_state[e - 1] < k->dfdp_state[e]));
    assert_true(k->lu_size >= k->jac_nnz);
}

static void structures(void **state)
{
    (void)state;
    structures_of(osw_kernel_human());
    structures_of(osw_kernel_features());
    assert_int_equal(osw_kernel_features()->n_states, 5);
    assert_int_equal(osw_kernel_features()->n_params, 9);
    assert_string_equal(osw_kernel_features()->name, "features");
}

/* x = A^-1 b by elimination with partial pivoting in long double; A is overwritten. */
static void dense_solve(int n, long double *A, long double *x)
{
    for (int k = 0; k < n; k++) {
        int best = k;
        for (int i = k + 1; i < n; i++)
            if (fabsl(A[i * n + k]) > fabsl(A[best * n + k]))
                best = i;
        for (int j = 0; j < n && best != k; j++) {
            long double swap = A[k * n + j];
            A[k * n + j] = A[best * n + j];
            A[best * n + j] = swap;
        }
        long double swap = x[k];
        x[k] = x[best];
        x[best] = swap;
        for (int i = k + 1; i < n; i++) {
            long double factor = A[i * n + k] / A[k * n + k];
            for (int j = k; j < n && factor != 0; j++)
                A[i * n + j] -= factor * A[k * n + j];
            x[i] -= factor * x[k];
        }
    }
    for (int k = n - 1; k >= 0; k--) {
        for (int j = k + 1; j < n; j++)
            x[k] -= A[k * n + j] * x[j];
        x[k] /= A[k * n + k];
    }
}

/* Worst error of (I - gamma J)^-1 b, relative to the entries' scales. */
static double lu_error(const struct subject *s, const struct point *at, double gamma,
                       uint64_t *seed)
{
    const struct osw_kernel *k = s->kernel;
    int n = k->n_states;
    long double *A = calloc((size_t)n * (size_t)n, sizeof *A);
    long double *x = calloc((size_t)n, sizeof *x);
    double *lu = calloc((size_t)k->lu_size, sizeof *lu);
    double *b = calloc((size_t)n, sizeof *b);
    for (int c = 0; c < n; c++) {
        A[c * n + c] = 1;
        for (int e = k->jac_colptr[c]; e < k->jac_colptr[c + 1]; e++)
            A[k->jac_row[e] * n + c] -= (long double)gamma * at->J[e];
    }
    for (int i = 0; i < n; i++)
        x[i] = b[i] = at->y[i] * normal(seed);
    dense_solve(n, A, x);
    k->lu_factor(at->J, gamma, lu);
    k->lu_solve(lu, b);
    double worst = 0;
    for (int i = 0; i < n; i++)
        worst = fmax(worst, fabs(b[i] - (double)x[i]) /
                                fmax(fabs((double)x[i]), 1e-3 * at->y[i]));
    free(A);
    free(x);
    free(lu);
    free(b);
    return worst;
}

static void lu_of(struct subject *s, double gamma_max)
{
    struct point at;
    uint64_t seed = 5;
    double worst = 0;
    point_create(&at, s);
    for (int n = 0; n < 100; n++) {
        double gamma = gamma_max * pow(10, -6 * uniform(&seed));
        point_draw(&at, s, &seed);
        point_evaluate(&at, s);
        bool finite = true;
        for (int e = 0; e < s->kernel->jac_nnz; e++)
            finite &= isfinite(at.J[e]) != 0;
        if (finite)
            worst = fmax(worst, lu_error(s, &at, gamma, &seed));
    }
    printf("%s: worst error of the generated LU %.1e\n", s->kernel->name, worst);
    assert_true(worst > 0 && worst < 1e-8);
    point_destroy(&at);
}

static void lu(void **state)
{
    (void)state;
    struct subject s;
    subject_shipped(&s, osw_kernel_human());
    lu_of(&s, 10);
    subject_destroy(&s);
    subject_text(&s, osw_kernel_features(), FEATURES);
    lu_of(&s, 1);
    subject_destroy(&s);
}

/* All of c is written; a switch of a switchable parameter needs segment only. */
static void prepare_and_segment(void **state)
{
    (void)state;
    struct subject s;
    struct point at, other;
    int n_switchable = 0;
    subject_shipped(&s, osw_kernel_human());
    point_create(&at, &s);
    point_create(&other, &s);
    const struct osw_kernel *k = s.kernel;
    size_t size = (size_t)k->n_constants * sizeof *at.c;
    memcpy(at.p, s.p, (size_t)k->n_params * sizeof *at.p);
    memcpy(at.y, s.y, (size_t)k->n_states * sizeof *at.y);
    point_evaluate(&at, &s);
    for (int c = 0; c < k->n_constants; c++)
        assert_true(isfinite(at.c[c]));
    for (int j = 0; j < k->n_params; j++) {
        if (!k->param_switchable[j])
            continue;
        n_switchable++;
        at.p[j] = 0.9 * at.p[j] + 0.01;
    }
    assert_true(n_switchable > 10 && n_switchable < k->n_params / 2);
    memcpy(other.p, at.p, (size_t)k->n_params * sizeof *at.p);
    k->segment(at.p, at.c);
    point_evaluate(&other, &s);
    assert_memory_equal(at.c, other.c, size);
    point_destroy(&at);
    point_destroy(&other);
    subject_destroy(&s);
}

/* Softplus and logistics far from their middle: X/w is 5e7. */
static void extremes(void **state)
{
    (void)state;
    struct subject s;
    struct point at;
    subject_text(&s, osw_kernel_features(), FEATURES);
    point_create(&at, &s);
    memcpy(at.p, s.p, (size_t)s.kernel->n_params * sizeof *at.p);
    for (int sign = -1; sign <= 1; sign += 2) {
        for (int i = 0; i < s.kernel->n_states; i++)
            at.y[i] = *s.kernel->states[i].name == 'X' ? 1e6 : 20.5 + 19.5 * sign;
        point_evaluate(&at, &s);
        for (int i = 0; i < s.kernel->n_states; i++)
            assert_true(isfinite(at.f[i]));
        for (int e = 0; e < s.kernel->jac_nnz; e++)
            assert_true(isfinite(at.J[e]));
    }
    point_destroy(&at);
    subject_destroy(&s);
}

static void initial_values(void **state)
{
    (void)state;
    struct subject s;
    subject_text(&s, osw_kernel_features(), FEATURES);
    double y[5] = {NAN, NAN, NAN, NAN, NAN};
    s.kernel->init(s.p, y);
    for (int i = 0; i < 5; i++) {
        const char *name = s.kernel->states[i].name;
        double expected = *name == 'X' ? 3 : *name == 'Y' ? 0.5 : 0;
        assert_true(y[i] == expected);
    }
    subject_destroy(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(structures),          cmocka_unit_test(lu),
        cmocka_unit_test(prepare_and_segment), cmocka_unit_test(extremes),
        cmocka_unit_test(initial_values),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
