/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Generated code against the model text, at random points: f, outputs, df/dy and df/dp
 * (complex step through the interpreter), structures that leave out no entry. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "point.h"

#include <complex.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define STEP 1e-40

const struct osw_kernel *osw_kernel_human(void);
const struct osw_kernel *osw_kernel_mouse(void);
const struct osw_kernel *osw_kernel_culture(void);
const struct osw_kernel *osw_kernel_features(void);

struct worst {
    double error;
    char what[160];
};

struct reference {
    double complex *y, *p, *value, *f;
    double *size; /* sum of |df/dy y|: what f is made of */
};

static struct reference reference_create(const struct subject *s)
{
    return (struct reference){
        calloc((size_t)s->layout.n_states, sizeof(double complex)),
        calloc((size_t)s->layout.n_params, sizeof(double complex)),
        calloc((size_t)s->source->n_symbols, sizeof(double complex)),
        calloc((size_t)s->layout.n_states, sizeof(double complex)),
        calloc((size_t)s->layout.n_states, sizeof(double))};
}

static void reference_destroy(struct reference *r)
{
    free(r->y);
    free(r->p);
    free(r->value);
    free(r->f);
    free(r->size);
}

static void reference_at(struct reference *r, const struct subject *s,
                         const struct point *at)
{
    for (int i = 0; i < s->layout.n_states; i++)
        r->y[i] = at->y[i];
    for (int j = 0; j < s->layout.n_params; j++)
        r->p[j] = at->p[j];
    const struct osw_kernel *k = s->kernel;
    for (int i = 0; i < k->n_states; i++)
        r->size[i] = fabs(at->f[i]);
    for (int c = 0; c < k->n_states; c++)
        for (int e = k->jac_colptr[c]; e < k->jac_colptr[c + 1]; e++)
            r->size[k->jac_row[e]] += fabs(at->J[e] * at->y[c]);
}

static void reference_rates(struct reference *r, const struct subject *s, double t)
{
    osw_eval_symbols(s->source, &s->layout, t, r->y, r->p, r->value);
    osw_eval_rates(s->source, &s->layout, t, r->value, r->f);
}

static const char *name(const struct subject *s, const int *symbols, int i)
{
    return s->source->symbols[symbols[i]].name;
}

/* Relative to the value, or to `size` when that is more: what cancels in the value. */
static void compare(struct worst *worst, double a, double b, double size,
                    const char *format, const char *x, const char *y)
{
    if (!isfinite(a) || !isfinite(b))
        fail_msg("%s: %g instead of %g", x, a, b);
    double error = a == b ? 0 : fabs(a - b) / fmax(size, fmax(fabs(a), fabs(b)));
    if (error <= worst->error)
        return;
    worst->error = error;
    snprintf(worst->what, sizeof worst->what, format, x, y);
}

/* Derivatives with respect to one variable, entry by entry of its column; entries that
 * the structure leaves out are 0. An entry is compared to the sum of terms of f over the
 * variable when it is less than a thousandth of that. */
static void compare_column(struct worst *worst, const struct subject *s,
                           const struct reference *r, const int *rows,
                           const double *values, int n, const char *variable, double at)
{
    int e = 0;
    for (int i = 0; i < s->layout.n_states; i++) {
        double derivative = cimag(r->f[i]) / STEP;
        bool there = e < n && rows[e] == i;
        if (!there && derivative != 0)
            fail_msg("d %s' / d %s is missing", name(s, s->layout.states, i), variable);
        if (there)
            compare(worst, values[e++], derivative, 1e-3 * r->size[i] / fabs(at),
                    "d %s' / d %s", name(s, s->layout.states, i), variable);
    }
    assert_int_equal(e, n);
}

static void check_values(const struct subject *s, const struct point *at,
                         struct reference *r, struct worst *worst)
{
    const struct osw_kernel *k = s->kernel;
    double *out = calloc((size_t)k->n_outputs, sizeof *out);
    double *f = calloc((size_t)k->n_states, sizeof *f);
    reference_rates(r, s, at->t);
    k->rhs(at->t, at->y, at->p, at->c, f);
    k->observe(at->t, at->y, at->p, at->c, out);
    for (int i = 0; i < k->n_states; i++) {
        compare(worst, at->f[i], creal(r->f[i]), r->size[i], "%s' of %s",
                k->states[i].name, k->name);
        assert_true(f[i] == at->f[i]);
    }
    for (int o = 0; o < k->n_outputs; o++) {
        int symbol = osw_source_find(s->source, k->outputs[o].name);
        compare(worst, out[o], creal(r->value[symbol]), 1e-6, "output %s of %s",
                k->outputs[o].name, k->name);
    }
    free(f);
    free(out);
}

static void check_jacobian(const struct subject *s, const struct point *at,
                           struct reference *r, struct worst *worst)
{
    const struct osw_kernel *k = s->kernel;
    for (int c = 0; c < k->n_states; c++) {
        int start = k->jac_colptr[c];
        r->y[c] += STEP * I;
        reference_rates(r, s, at->t);
        r->y[c] = at->y[c];
        compare_column(worst, s, r, k->jac_row + start, at->J + start,
                       k->jac_colptr[c + 1] - start, k->states[c].name, at->y[c]);
    }
}

static void check_dfdp(const struct subject *s, const struct point *at,
                       struct reference *r, struct worst *worst)
{
    const struct osw_kernel *k = s->kernel;
    double *P = calloc((size_t)k->dfdp_nnz, sizeof *P);
    k->dfdp(at->t, at->y, at->p, at->c, P);
    for (int j = 0, e = 0; j < k->n_params; j++) {
        int start = e;
        while (e < k->dfdp_nnz && k->dfdp_param[e] == j)
            e++;
        r->p[j] += STEP * I;
        reference_rates(r, s, at->t);
        r->p[j] = at->p[j];
        compare_column(worst, s, r, k->dfdp_state + start, P + start, e - start,
                       k->params[j].name, at->p[j]);
    }
    free(P);
}

/* Of outputs: D holds entries (output, `by`) sorted by `by`; x is the variable's array.
 */
static void check_observed(const struct subject *s, struct reference *r, double t,
                           const int *outputs, const int *by, const double *D, int nnz,
                           double complex *x, int n, struct worst *worst)
{
    const struct osw_kernel *k = s->kernel;
    for (int j = 0, e = 0; j < n; j++) {
        double complex kept = x[j];
        x[j] += STEP * I;
        osw_eval_symbols(s->source, &s->layout, t, r->y, r->p, r->value);
        x[j] = kept;
        for (int o = 0; o < k->n_outputs; o++) {
            int symbol = osw_source_find(s->source, k->outputs[o].name);
            double derivative = cimag(r->value[symbol]) / STEP;
            bool there = e < nnz && by[e] == j && outputs[e] == o;
            if (!there && derivative != 0)
                fail_msg("derivative %d of output %s is missing", j, k->outputs[o].name);
            double size = (1e-3 * cabs(r->value[symbol]) + 1e-6) / cabs(kept);
            if (there)
                compare(worst, D[e++], derivative, size, "d %s%s", k->outputs[o].name,
                        "");
        }
    }
}

static void check_outputs(const struct subject *s, const struct point *at,
                          struct reference *r, struct worst *worst)
{
    const struct osw_kernel *k = s->kernel;
    double *D = calloc((size_t)(k->dobs_dy_nnz + k->dobs_dp_nnz), sizeof *D);
    k->dobs_dy(at->t, at->y, at->p, D);
    k->dobs_dp(at->t, at->y, at->p, D + k->dobs_dy_nnz);
    check_observed(s, r, at->t, k->dobs_dy_output, k->dobs_dy_state, D, k->dobs_dy_nnz,
                   r->y, k->n_states, worst);
    check_observed(s, r, at->t, k->dobs_dp_output, k->dobs_dp_param, D + k->dobs_dy_nnz,
                   k->dobs_dp_nnz, r->p, k->n_params, worst);
    free(D);
}

/* Of initial values, against differences. */
static void check_init(const struct subject *s, const struct point *at)
{
    const struct osw_kernel *k = s->kernel;
    size_t n = (size_t)k->n_states;
    double *D = calloc((size_t)k->dinit_dp_nnz, sizeof *D);
    double *above = calloc(n, sizeof *above), *below = calloc(n, sizeof *below);
    k->dinit_dp(at->p, D);
    for (int j = 0, e = 0; j < k->n_params; j++) {
        double kept = at->p[j], h = 1e-5 * fmax(fabs(kept), 1e-3);
        at->p[j] = kept + h;
        k->init(at->p, above);
        at->p[j] = kept - h;
        k->init(at->p, below);
        at->p[j] = kept;
        for (int i = 0; i < k->n_states; i++) {
            double slope = (above[i] - below[i]) / (2 * h), size = fabs(above[i]);
            bool there = e < k->dinit_dp_nnz && k->dinit_dp_param[e] == j &&
                         k->dinit_dp_state[e] == i;
            assert_true(fabs((there ? D[e] : 0) - slope) <=
                        1e-6 * fabs(slope) + 1e-9 * size / fmax(fabs(kept), 1e-3));
            e += there;
        }
    }
    free(D);
    free(above);
    free(below);
}

/* Is every value of the model real and finite there? */
static bool is_admissible(const struct subject *s, struct reference *r,
                          const struct point *at)
{
    reference_at(r, s, at);
    reference_rates(r, s, at->t);
    for (int i = 0; i < s->source->n_symbols; i++)
        if (!isfinite(creal(r->value[i])) || cimag(r->value[i]) != 0)
            return false;
    return true;
}

static void draw_admissible(struct point *at, const struct subject *s,
                            struct reference *r, uint64_t *seed)
{
    int n = 0;
    do {
        point_draw(at, s, seed);
        assert_true(n++ < 100);
    } while (!is_admissible(s, r, at));
    point_evaluate(at, s);
    reference_at(r, s, at);
}

enum { N_OBSERVED = 100 };

static void check(const struct subject *s, int n_jacobian, int n_dfdp)
{
    struct point at;
    struct reference r = reference_create(s);
    struct worst value = {0}, jacobian = {0}, dfdp = {0}, outputs = {0};
    uint64_t seed = 2;
    point_create(&at, s);
    for (int n = 0; n < n_jacobian; n++) {
        draw_admissible(&at, s, &r, &seed);
        check_values(s, &at, &r, &value);
        check_jacobian(s, &at, &r, &jacobian);
        if (n < n_dfdp)
            check_dfdp(s, &at, &r, &dfdp);
        if (n < N_OBSERVED) {
            check_outputs(s, &at, &r, &outputs);
            check_init(s, &at);
        }
    }
    printf("%s: worst relative error of values %.1e (%s),\n  of df/dy %.1e (%s, %d "
           "points), of df/dp %.1e (%s, %d points)\n",
           s->kernel->name, value.error, value.what, jacobian.error, jacobian.what,
           n_jacobian, dfdp.error, dfdp.what, n_dfdp);
    printf("  of outputs by states and parameters %.1e (%s, %d points)\n", outputs.error,
           outputs.what, N_OBSERVED);
    /* In the far tail of a softplus (calcium_excretion) digits are lost. */
    assert_true(outputs.error < 1e-8);
    assert_true(value.error < 1e-10);
    assert_true(jacobian.error < 1e-10);
    assert_true(dfdp.error < 1e-10);
    point_destroy(&at);
    reference_destroy(&r);
}

static void features(void **state)
{
    (void)state;
    struct subject s;
    subject_text(&s, osw_kernel_features(), FEATURES);
    check(&s, 1000, 1000);
    subject_destroy(&s);
}

static void check_shipped(const struct osw_kernel *kernel)
{
    struct subject s;
    subject_shipped(&s, kernel);
    check(&s, 1000, 1000);
    subject_destroy(&s);
}

static void human(void **state)
{
    (void)state;
    check_shipped(osw_kernel_human());
}

static void mouse(void **state)
{
    (void)state;
    check_shipped(osw_kernel_mouse());
}

static void culture(void **state)
{
    (void)state;
    check_shipped(osw_kernel_culture());
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(features),
                                       cmocka_unit_test(human), cmocka_unit_test(mouse),
                                       cmocka_unit_test(culture)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
