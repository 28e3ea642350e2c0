/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The same generated text with complex or long double lanes: its Jacobian and df/dt
 * against its own right-hand side, by complex step or by central differences. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "model/kernel.h"

const struct osw_kernel *osw_kernel_features(void);

enum { N = 5, P = 9 };

#ifdef OSW_LANE_COMPLEX
#define TOLERANCE 1e-12
#else
#define TOLERANCE 1e-8
#endif

/* Parameters in the order of the text. */
static const double values[P] = {1.5, 0.3, 2, 2.7, 0.8, 0.02, 4, 1, 7};

/* df/dx from rates alone; x is t or a state. */
static void column(const struct osw_kernel *k, osw_lane *x, const osw_lane *t,
                   const osw_lane *y, const osw_lane *p, const osw_lane *c,
                   double *derivative)
{
    osw_lane keep = *x, up[N];
#ifdef OSW_LANE_COMPLEX
    *x = keep + 1e-40 * I;
    k->rhs(*t, y, p, c, up);
    for (int i = 0; i < N; i++)
        derivative[i] = cimag(up[i]) / 1e-40;
#else
    osw_lane down[N], h = 1e-7L;
    *x = keep + h;
    k->rhs(*t, y, p, c, up);
    *x = keep - h;
    k->rhs(*t, y, p, c, down);
    for (int i = 0; i < N; i++)
        derivative[i] = (double)((up[i] - down[i]) / (2 * h));
#endif
    *x = keep;
}

static void assert_derivative(osw_lane computed, double expected, const char *state,
                              const char *variable)
{
    double a = (double)OSW_LANE_REAL(computed);
    if (!(fabs(a - expected) <= TOLERANCE * (1 + fabs(expected))))
        fail_msg("d %s' / d %s is %.15g instead of %.15g", state, variable, a, expected);
}

static void time_derivative(const struct osw_kernel *k, osw_lane t, const osw_lane *y,
                            const osw_lane *p, const osw_lane *c)
{
    osw_lane T[N], dense[N] = {0};
    double derivative[N];
    int n_nonzero = 0;
    k->dfdt(t, y, p, c, T);
    for (int e = 0; e < k->dfdt_nnz; e++)
        dense[k->dfdt_state[e]] = T[e];
    column(k, &t, &t, y, p, c, derivative);
    for (int i = 0; i < N; i++) {
        assert_derivative(dense[i], derivative[i], k->states[i].name, "time");
        n_nonzero += derivative[i] != 0;
    }
    assert_int_equal(n_nonzero, k->dfdt_nnz);
    assert_int_equal(n_nonzero, 1);
}

static void jacobian(void **state)
{
    (void)state;
    const struct osw_kernel *k = osw_kernel_features();
    osw_lane t = 0.7, y[N] = {1.2, 0.9, 1.1, 0.5, 2.0}, p[P], c[64], f[N], J[N * N];
    assert_int_equal(k->n_states, N);
    assert_int_equal(k->n_params, P);
    assert_true(k->n_constants <= 64);
    for (int j = 0; j < P; j++)
        p[j] = values[j];
    k->prepare(p, c);
    k->segment(p, c);
    k->rhs_jac(t, y, p, c, f, J);
    for (int j = 0; j < N; j++) {
        double derivative[N];
        column(k, &y[j], &t, y, p, c, derivative);
        for (int e = k->jac_colptr[j]; e < k->jac_colptr[j + 1]; e++)
            assert_derivative(J[e], derivative[k->jac_row[e]],
                              k->states[k->jac_row[e]].name, k->states[j].name);
    }
    time_derivative(k, t, y, p, c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(jacobian)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
