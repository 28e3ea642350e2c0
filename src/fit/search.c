/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A trial point that cannot be integrated gets residuals so large that the trust region
 * shrinks away from it. The search ends by what is left to gain, not by the length of a
 * step: gᵀ(JᵀJ)⁻¹g has the unit of the sum of squares and knows no scale of parameters.
 */
#include "fit/search.h"

#include <gsl/gsl_blas.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_linalg.h>
#include <gsl/gsl_multifit_nlinear.h>
#include <math.h>
#include <string.h>

const char *const osw_fit_ends[] = {"converged", "stalled", "unfinished", "failed"};

static const double unreachable = 1e10; /* residual where nothing can be integrated */
static const double least_precision = 1e-10; /* added to JᵀJ */

struct workspace {
    struct osw_fit_objective *o;
    double *x, *r, *J;      /* of the objective: all parameters */
    double *gain;           /* [n_params] dx/du */
    int fixed;              /* does not move; -1 */
    enum osw_status status; /* what ended the search from within */
    bool failed;            /* derivatives, or the start, could not be integrated */
    int unreachable;
};

static int n_params(const struct workspace *w)
{
    return w->o->problem->n_params;
}

/* Bounds as logarithms. */
static void bounds_of(const struct workspace *w, int k, double *low, double *high)
{
    const struct osw_fit_parameter *q = &w->o->problem->params[k];
    *low = log(q->lower);
    *high = log(q->upper);
}

static void to_logarithms(struct workspace *w, const gsl_vector *u)
{
    for (int k = 0, i = 0; k < n_params(w); k++) {
        double low, high;
        if (k == w->fixed)
            continue;
        bounds_of(w, k, &low, &high);
        double share = 1 / (1 + exp(-gsl_vector_get(u, (size_t)i++)));
        w->x[k] = low + (high - low) * share;
        w->gain[k] = (high - low) * share * (1 - share);
    }
}

/* A start on a bound begins a little inside, where the map has a slope. */
static void from_logarithms(const struct workspace *w, const double *x, gsl_vector *u)
{
    static const double inside = 1e-6;
    for (int k = 0, i = 0; k < n_params(w); k++) {
        double low, high;
        if (k == w->fixed)
            continue;
        bounds_of(w, k, &low, &high);
        double share = fmin(fmax((x[k] - low) / (high - low), inside), 1 - inside);
        gsl_vector_set(u, (size_t)i++, log(share / (1 - share)));
    }
}

static int residuals(const gsl_vector *u, void *context, gsl_vector *f)
{
    struct workspace *w = context;
    to_logarithms(w, u);
    w->status = osw_fit_residuals(w->o, w->x, w->r, NULL, NULL);
    if (w->status && w->status != OSW_ERR_INTEGRATION)
        return GSL_EFAILED;
    w->unreachable += w->status != OSW_OK;
    for (size_t i = 0; i < f->size; i++)
        gsl_vector_set(f, i, w->status ? unreachable : w->r[i]);
    w->status = OSW_OK;
    return GSL_SUCCESS;
}

static int derivatives(const gsl_vector *u, void *context, gsl_matrix *J)
{
    struct workspace *w = context;
    size_t n = (size_t)n_params(w);
    to_logarithms(w, u);
    w->status = osw_fit_residuals(w->o, w->x, w->r, w->J, NULL);
    if (w->status == OSW_ERR_INTEGRATION) {
        w->status = OSW_OK;
        w->failed = true;
    }
    if (w->status || w->failed)
        return GSL_EFAILED;
    for (size_t i = 0; i < J->size1; i++)
        for (size_t k = 0, c = 0; k < n; k++)
            if ((int)k != w->fixed)
                gsl_matrix_set(J, i, c++, w->J[i * n + k] * w->gain[k]);
    return GSL_SUCCESS;
}

enum osw_status osw_fit_covariance(const double *J, int n_rows, int n, double *C)
{
    size_t m = (size_t)n;
    gsl_matrix_const_view from = gsl_matrix_const_view_array(J, (size_t)n_rows, m);
    gsl_matrix_view to = gsl_matrix_view_array(C, m, m);
    gsl_blas_dsyrk(CblasLower, CblasTrans, 1, &from.matrix, 0, &to.matrix);
    for (size_t k = 0; k < m; k++)
        C[k * m + k] += least_precision;
    if (gsl_linalg_cholesky_decomp1(&to.matrix) || gsl_linalg_cholesky_invert(&to.matrix))
        return OSW_ERR_INTERNAL;
    return OSW_OK;
}

/* gᵀ(JᵀJ)⁻¹g */
static enum osw_status left_to_gain(const gsl_multifit_nlinear_workspace *gsl,
                                    double *gain)
{
    const gsl_matrix *J = gsl_multifit_nlinear_jac(gsl);
    size_t n = J->size2;
    double *C = osw_alloc(n * n, sizeof *C), *dense = osw_alloc(J->size1 * n, sizeof *C);
    enum osw_status status = C && dense ? OSW_OK : OSW_ERR_MEMORY;
    for (size_t i = 0; i < J->size1 * n && !status; i++)
        dense[i] = gsl_matrix_get(J, i / n, i % n);
    if (!status)
        status = osw_fit_covariance(dense, (int)J->size1, (int)n, C);
    *gain = 0;
    for (size_t i = 0; i < n && !status; i++)
        for (size_t k = 0; k < n; k++)
            *gain += gsl_vector_get(gsl->g, i) * C[i * n + k] * gsl_vector_get(gsl->g, k);
    osw_free(C);
    osw_free(dense);
    return status;
}

static double sum_of(const gsl_multifit_nlinear_workspace *gsl)
{
    double norm = gsl_blas_dnrm2(gsl_multifit_nlinear_residual(gsl));
    return norm * norm;
}

static enum osw_status iterate(struct workspace *w, gsl_multifit_nlinear_workspace *gsl,
                               double tolerance, struct osw_fit_search *s)
{
    enum osw_status status = left_to_gain(gsl, &s->remaining);
    s->end = OSW_FIT_CONVERGED;
    while (!status && s->remaining > tolerance) {
        if (s->iterations == w->o->problem->iterations) {
            s->end = OSW_FIT_UNFINISHED;
            return OSW_OK;
        }
        s->iterations++;
        int error = gsl_multifit_nlinear_iterate(gsl);
        if (w->status)
            return w->status;
        if (error) {
            s->end = w->failed ? OSW_FIT_FAILED : OSW_FIT_STALLED;
            return OSW_OK;
        }
        status = left_to_gain(gsl, &s->remaining);
    }
    return status;
}

static enum osw_status search_with(struct workspace *w,
                                   gsl_multifit_nlinear_workspace *gsl, gsl_vector *u,
                                   double tolerance, struct osw_fit_search *s)
{
    gsl_multifit_nlinear_fdf functions = {.f = residuals,
                                          .df = derivatives,
                                          .n = (size_t)w->o->n_residuals,
                                          .p = u->size,
                                          .params = w};
    *s = (struct osw_fit_search){.end = OSW_FIT_FAILED, .first = NAN, .sum = INFINITY};
    int error = gsl_multifit_nlinear_init(u, &functions, gsl);
    if (w->status || error)
        return w->failed ? OSW_OK : w->status ? w->status : OSW_ERR_INTERNAL;
    s->first = sum_of(gsl);
    enum osw_status status = iterate(w, gsl, tolerance, s);
    s->sum = sum_of(gsl);
    s->unreachable = w->unreachable;
    to_logarithms(w, gsl_multifit_nlinear_position(gsl));
    return status;
}

static enum osw_status allocate(struct workspace *w)
{
    size_t n = (size_t)n_params(w), m = (size_t)w->o->n_residuals;
    w->x = osw_alloc(n, sizeof *w->x);
    w->gain = osw_alloc(n, sizeof *w->gain);
    w->r = osw_alloc(m, sizeof *w->r);
    w->J = osw_alloc(m * n, sizeof *w->J);
    return w->x && w->gain && w->r && w->J ? OSW_OK : OSW_ERR_MEMORY;
}

/* Nothing can move: the sum at x. */
static enum osw_status stand_still(struct workspace *w, const double *x,
                                   struct osw_fit_search *s)
{
    enum osw_status status = osw_fit_residuals(w->o, x, w->r, NULL, NULL);
    *s = (struct osw_fit_search){.end = OSW_FIT_FAILED, .first = NAN, .sum = INFINITY};
    if (!status) {
        s->end = OSW_FIT_CONVERGED;
        s->first = s->sum = osw_fit_sum(w->r, w->o->n_residuals);
    }
    return status == OSW_ERR_INTEGRATION ? OSW_OK : status;
}

enum osw_status osw_fit_search(struct osw_fit_objective *objective, double *x, int fixed,
                               double tolerance, struct osw_fit_search *search)
{
    struct workspace w = {.o = objective, .fixed = fixed};
    gsl_multifit_nlinear_parameters tuning = gsl_multifit_nlinear_default_parameters();
    gsl_multifit_nlinear_workspace *gsl = NULL;
    gsl_vector *u = NULL;
    enum osw_status status = allocate(&w);
    size_t n = (size_t)objective->problem->n_params, n_free = n - (fixed >= 0);
    gsl_set_error_handler_off();
    if (!status)
        memcpy(w.x, x, n * sizeof *x);
    if (!status && n_free) {
        u = gsl_vector_alloc(n_free);
        gsl = gsl_multifit_nlinear_alloc(gsl_multifit_nlinear_trust, &tuning,
                                         (size_t)objective->n_residuals, n_free);
        status = u && gsl ? OSW_OK : OSW_ERR_MEMORY;
        if (!status) {
            from_logarithms(&w, x, u);
            status = search_with(&w, gsl, u, tolerance, search);
        }
    } else if (!status) {
        status = stand_still(&w, x, search);
    }
    if (!status)
        memcpy(x, w.x, n * sizeof *x);
    gsl_multifit_nlinear_free(gsl);
    gsl_vector_free(u);
    osw_free(w.x);
    osw_free(w.gain);
    osw_free(w.r);
    osw_free(w.J);
    return status;
}
