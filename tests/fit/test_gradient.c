/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The derivatives of the shipped problem's residuals, through decades of lives, settling,
 * meals, doses and dishes, against central differences of tight runs. */
#include "fit/objective.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char *const looked_at[] = {"K_M", "V_cx", "w_splay", "kg_I", "eta_S"};
static const double h = 3e-4, error = 3e-3;

static void gradient_of_the_shipped_problem(void **state)
{
    (void)state;
    struct osw_diag *diag = osw_diag_create();
    struct osw_fit_problem *p;
    struct osw_fit_objective o;
    assert_int_equal(osw_fit_problem_load("human", diag, &p), OSW_OK);
    p->rtol = 1e-9;
    assert_int_equal(osw_fit_objective_init(&o, p), OSW_OK);
    size_t n = (size_t)p->n_params, m = (size_t)o.n_residuals;
    double *x = calloc(n, sizeof *x), *r = calloc(3 * m, sizeof *r);
    double *J = calloc(m * n, sizeof *J), worst = 0;
    assert_true(x && r && J);
    for (size_t k = 0; k < n; k++)
        x[k] = log(p->params[k].row->nominal);
    assert_int_equal(osw_fit_residuals(&o, x, r, J, NULL), OSW_OK);
    int found = 0;
    for (size_t k = 0; k < n; k++) {
        bool wanted = false;
        for (size_t i = 0; i < sizeof looked_at / sizeof *looked_at; i++)
            wanted = wanted || !strcmp(p->params[k].row->id, looked_at[i]);
        if (!wanted)
            continue;
        found++;
        for (int side = 0; side < 2; side++) {
            double at = x[k];
            x[k] += side ? h : -h;
            assert_int_equal(osw_fit_residuals(&o, x, r + (side + 1) * m, NULL, NULL),
                             OSW_OK);
            x[k] = at;
        }
        for (size_t i = 0; i < m; i++) {
            double by_difference = (r[2 * m + i] - r[m + i]) / (2 * h);
            double off = fabs(J[i * n + k] - by_difference) / (1 + fabs(by_difference));
            worst = fmax(worst, off);
            if (!(off <= error))
                fail_msg("residual %zu by %s: %.9g, expected %.9g", i,
                         p->params[k].row->id, J[i * n + k], by_difference);
        }
    }
    assert_int_equal(found, sizeof looked_at / sizeof *looked_at);
    printf("greatest difference %.1e\n", worst);
    free(x);
    free(r);
    free(J);
    osw_fit_objective_fini(&o);
    osw_fit_problem_destroy(p);
    osw_diag_destroy(diag);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(gradient_of_the_shipped_problem)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
