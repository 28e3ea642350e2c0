/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The same generated text with complex or long double lanes: its Jacobian against its own
 * right-hand side, by complex step or by central differences. */
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

static void rates(const struct osw_kernel *k, const osw_lane *y, const osw_lane *p,
                  const osw_lane *c, osw_lane *f)
{
    k->rhs(0.7, y, p, c, f);
}

/* Column j of J from rates alone. */
static void column(const struct osw_kernel *k, osw_lane *y, int j, const osw_lane *p,
                   const osw_lane *c, double *derivative)
{
    osw_lane keep = y[j], up[N];
#ifdef OSW_LANE_COMPLEX
    y[j] = keep + 1e-40 * I;
    rates(k, y, p, c, up);
    for (int i = 0; i < N; i++)
        derivative[i] = cimag(up[i]) / 1e-40;
#else
    osw_lane down[N], h = 1e-7L;
    y[j] = keep + h;
    rates(k, y, p, c, up);
    y[j] = keep - h;
    rates(k, y, p, c, down);
    for (int i = 0; i < N; i++)
        derivative[i] = (double)((up[i] - down[i]) / (2 * h));
#endif
    y[j] = keep;
}

static void jacobian(void **state)
{
    (void)state;
    const struct osw_kernel *k = osw_kernel_features();
    osw_lane y[N] = {1.2, 0.9, 1.1, 0.5, 2.0}, p[P], c[64], f[N], J[N * N];
    assert_int_equal(k->n_states, N);
    assert_int_equal(k->n_params, P);
    assert_true(k->n_constants <= 64);
    for (int j = 0; j < P; j++)
        p[j] = values[j];
    k->prepare(p, c);
    k->segment(p, c);
    k->rhs_jac(0.7, y, p, c, f, J);
    for (int j = 0; j < N; j++) {
        double derivative[N];
        column(k, y, j, p, c, derivative);
        for (int e = k->jac_colptr[j]; e < k->jac_colptr[j + 1]; e++) {
            double a = (double)OSW_LANE_REAL(J[e]), b = derivative[k->jac_row[e]];
            if (!(fabs(a - b) <= TOLERANCE * (1 + fabs(b))))
                fail_msg("d %s' / d %s is %.15g instead of %.15g",
                         k->states[k->jac_row[e]].name, k->states[j].name, a, b);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(jacobian)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
