/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Sparse LU by KLU (Davis & Palamadai Natarajan 2010, ACM TOMS 37:36): the fence around
 * it. Ordering and pivots are chosen once, at create, on a diagonally dominant matrix of
 * the kernel's structure; each factor then refills them (klu_refactor, which allocates
 * nothing). A matrix for which those pivots are bad is factored afresh, alone: this
 * allocates, and leaves nothing behind for the next. */
#include "base/memory.h"
#include "solve/linear.h"

#include <string.h>
#if __has_include(<suitesparse/klu.h>)
#include <suitesparse/klu.h>
#else
#include <klu.h>
#endif

struct klu {
    struct osw_linear base;
    klu_common common;
    klu_symbolic *symbolic;
    klu_numeric *numeric; /* pivots of create */
    klu_numeric *fresh;   /* of the last matrix, if those were bad for it */
    int *colptr, *row;
    double *values;
};

/* Smallest over largest pivot below which the fixed pivots are not trusted. */
static const double bad_pivots = 1e-9; /* human model: never below 1e-4 */

static bool refactor(struct klu *s)
{
    return klu_refactor(s->colptr, s->row, s->values, s->symbolic, s->numeric,
                        &s->common) &&
           s->common.status == KLU_OK && klu_rcond(s->symbolic, s->numeric, &s->common) &&
           s->common.rcond > bad_pivots;
}

static bool klu_way_factor(struct osw_linear *linear, const double *J, double gamma)
{
    struct klu *s = (struct klu *)linear;
    double sum = 0;
    for (int j = 0; j < linear->kernel->n_states; j++)
        for (int e = s->colptr[j]; e < s->colptr[j + 1]; e++) {
            s->values[e] = (s->row[e] == j) - gamma * J[e];
            sum += s->values[e] * 0;
        }
    if (s->fresh)
        klu_free_numeric(&s->fresh, &s->common);
    if (sum != 0)
        return false;
    if (refactor(s))
        return true;
    s->fresh = klu_factor(s->colptr, s->row, s->values, s->symbolic, &s->common);
    return s->fresh && s->common.status == KLU_OK;
}

static void klu_way_solve(struct osw_linear *linear, double *b)
{
    struct klu *s = (struct klu *)linear;
    klu_solve(s->symbolic, s->fresh ? s->fresh : s->numeric, linear->kernel->n_states, 1,
              b, &s->common);
}

static void klu_way_destroy(struct osw_linear *linear)
{
    struct klu *s = (struct klu *)linear;
    if (s->fresh)
        klu_free_numeric(&s->fresh, &s->common);
    if (s->numeric)
        klu_free_numeric(&s->numeric, &s->common);
    if (s->symbolic)
        klu_free_symbolic(&s->symbolic, &s->common);
    osw_free(s->colptr);
    osw_free(s->row);
    osw_free(s->values);
    osw_free(s);
}

static bool choose_pivots(struct klu *s)
{
    int n = s->base.kernel->n_states;
    for (int j = 0; j < n; j++)
        for (int e = s->colptr[j]; e < s->colptr[j + 1]; e++)
            s->values[e] = s->row[e] == j ? 1 : 1e-6;
    klu_defaults(&s->common);
    s->symbolic = klu_analyze(n, s->colptr, s->row, &s->common);
    if (s->symbolic)
        s->numeric = klu_factor(s->colptr, s->row, s->values, s->symbolic, &s->common);
    return s->numeric;
}

struct osw_linear *osw_linear_klu(const struct osw_kernel *kernel)
{
    size_t n = (size_t)kernel->n_states, nnz = (size_t)kernel->jac_nnz;
    struct klu *s = osw_alloc(1, sizeof *s);
    if (!s)
        return NULL;
    s->base = (struct osw_linear){kernel, klu_way_factor, klu_way_solve, klu_way_destroy};
    s->colptr = osw_alloc(n + 1, sizeof *s->colptr);
    s->row = osw_alloc(nnz, sizeof *s->row);
    s->values = osw_alloc(nnz, sizeof *s->values);
    if (!s->colptr || !s->row || !s->values)
        goto fail;
    memcpy(s->colptr, kernel->jac_colptr, (n + 1) * sizeof *s->colptr);
    memcpy(s->row, kernel->jac_row, nnz * sizeof *s->row);
    if (choose_pivots(s))
        return &s->base;
fail:
    klu_way_destroy(&s->base);
    return NULL;
}
