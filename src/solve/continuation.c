/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The unknown is x = (y_k / scale_k for free k, (p - low) / (high - low)), the residual
 * G_k = f_k / scale_k, each row divided by its largest entry (rates span ten decades).
 * Bordered systems are small and dense. */
#include "solve/continuation.h"
#include "base/memory.h"
#include "solve/dense.h"

#include <assert.h>
#include <math.h>
#include <string.h>

struct branch {
    const struct osw_kernel *kernel;
    const double *scale;
    const struct osw_branch_options *options;
    int n; /* free states; x has n + 1 entries */
    int *free_to_state, *state_to_free;
    double *p, *c, *y, *f, *J, *P;
    struct osw_dense *dense;
    double *a; /* [(n+1)][(n+1)] bordered matrix */
    double *x, *tangent, *trial, *trial_tangent, *guess, *b;
};

static double *numbers(struct osw_arena *arena, int n)
{
    return osw_arena_alloc(arena, (size_t)n, sizeof(double));
}

static enum osw_status branch_init(struct branch *s, struct osw_arena *arena,
                                   const struct osw_kernel *k, const unsigned char *held)
{
    s->free_to_state = osw_arena_alloc(arena, (size_t)k->n_states, sizeof(int));
    s->state_to_free = osw_arena_alloc(arena, (size_t)k->n_states, sizeof(int));
    if (!s->free_to_state || !s->state_to_free)
        return OSW_ERR_MEMORY;
    for (int i = 0; i < k->n_states; i++) {
        bool is_held = held && held[i];
        s->state_to_free[i] = is_held ? -1 : s->n;
        if (!is_held)
            s->free_to_state[s->n++] = i;
    }
    int m = s->n + 1;
    double **vectors[] = {&s->x,     &s->tangent, &s->trial, &s->trial_tangent,
                          &s->guess, &s->b};
    for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++)
        if (!(*vectors[i] = numbers(arena, m)))
            return OSW_ERR_MEMORY;
    s->p = numbers(arena, k->n_params);
    s->c = numbers(arena, k->n_constants);
    s->y = numbers(arena, k->n_states);
    s->f = numbers(arena, k->n_states);
    s->J = numbers(arena, k->jac_nnz);
    s->P = numbers(arena, k->dfdp_nnz);
    s->a = numbers(arena, m * m);
    s->dense = osw_dense_create(m);
    return s->dense && s->p && s->c && s->y && s->f && s->J && s->P && s->a
               ? OSW_OK
               : OSW_ERR_MEMORY;
}

static double param_value(const struct branch *s, double x)
{
    return s->options->low + x * (s->options->high - s->options->low);
}

/* Residual (negated) in b and the first n rows of a, at x; false when not finite. */
static bool evaluate(struct branch *s, const double *x)
{
    const struct osw_kernel *k = s->kernel;
    int m = s->n + 1;
    for (int r = 0; r < s->n; r++)
        s->y[s->free_to_state[r]] = x[r] * s->scale[s->free_to_state[r]];
    s->p[s->options->param] = param_value(s, x[s->n]);
    k->prepare(s->p, s->c);
    k->segment(s->p, s->c);
    k->rhs_jac(s->options->t, s->y, s->p, s->c, s->f, s->J);
    k->dfdp(s->options->t, s->y, s->p, s->c, s->P);
    memset(s->a, 0, (size_t)(m * m) * sizeof *s->a);
    for (int col = 0; col < k->n_states; col++)
        for (int e = k->jac_colptr[col]; e < k->jac_colptr[col + 1]; e++) {
            int r = s->state_to_free[k->jac_row[e]], q = s->state_to_free[col];
            if (r >= 0 && q >= 0)
                s->a[r * m + q] = s->J[e] * s->scale[col] / s->scale[k->jac_row[e]];
        }
    for (int e = 0; e < k->dfdp_nnz; e++) {
        int i = k->dfdp_state[e], r = s->state_to_free[i];
        if (r >= 0 && k->dfdp_param[e] == s->options->param)
            s->a[r * m + s->n] =
                s->P[e] * (s->options->high - s->options->low) / s->scale[i];
    }
    bool finite = true;
    for (int r = 0; r < s->n; r++) {
        double largest = 0.0;
        for (int q = 0; q < m; q++)
            largest = fmax(largest, fabs(s->a[r * m + q]));
        double by = largest > 0 ? 1.0 / largest : 1.0;
        for (int q = 0; q < m; q++)
            s->a[r * m + q] *= by;
        s->b[r] = -s->f[s->free_to_state[r]] / s->scale[s->free_to_state[r]] * by;
        finite = finite && isfinite(s->b[r]) && isfinite(largest);
    }
    return finite;
}

/* Replace b by the solution of the bordered system; a is used up. */
static bool solve(struct branch *s)
{
    if (!osw_dense_factor(s->dense, s->a))
        return false;
    osw_dense_solve(s->dense, s->a, s->b);
    return true;
}

/* Newton on G = 0 with `normal` . (x - guess) = 0. Steps taken, or -1. */
static int correct(struct branch *s, const double *guess, const double *normal, double *x)
{
    enum { MOST_STEPS = 12 };
    int n = s->n, m = n + 1;
    for (int step = 1; step <= MOST_STEPS; step++) {
        if (!evaluate(s, x))
            return -1;
        double along = 0.0, largest = 0.0;
        for (int q = 0; q < m; q++) {
            s->a[n * m + q] = normal[q];
            along += normal[q] * (x[q] - guess[q]);
        }
        s->b[n] = -along;
        if (!solve(s))
            return -1;
        for (int q = 0; q < m; q++) {
            x[q] += s->b[q];
            largest = fmax(largest, fabs(s->b[q]) / (1.0 + fabs(x[q])));
        }
        if (!isfinite(largest) || largest > 1e3)
            return -1;
        if (largest < 1e-10)
            return step;
    }
    return -1;
}

/* Unit tangent at x, continuing the direction of `before`. */
static bool find_tangent(struct branch *s, const double *x, const double *before,
                         double *tangent)
{
    int n = s->n, m = n + 1;
    double norm = 0.0;
    if (!evaluate(s, x))
        return false;
    memcpy(&s->a[n * m], before, (size_t)m * sizeof *before);
    memset(s->b, 0, (size_t)n * sizeof *s->b);
    s->b[n] = 1.0;
    if (!solve(s))
        return false;
    for (int q = 0; q < m; q++)
        norm += s->b[q] * s->b[q];
    if (!(norm > 0) || !isfinite(norm))
        return false;
    for (int q = 0; q < m; q++)
        tangent[q] = s->b[q] / sqrt(norm);
    return true;
}

/* From x along the tangent by `arc`: trial and trial_tangent. Newton steps, or -1. */
static int step(struct branch *s, double arc)
{
    int m = s->n + 1;
    for (int q = 0; q < m; q++)
        s->guess[q] = s->trial[q] = s->x[q] + arc * s->tangent[q];
    int steps = correct(s, s->guess, s->tangent, s->trial);
    if (steps < 0 || !find_tangent(s, s->trial, s->tangent, s->trial_tangent))
        return -1;
    return steps;
}

static bool give(struct branch *s, const double *x, bool is_fold, osw_branch_visit *visit,
                 void *context, int *points)
{
    for (int r = 0; r < s->n; r++)
        s->y[s->free_to_state[r]] = x[r] * s->scale[s->free_to_state[r]];
    ++*points;
    return visit(context, param_value(s, x[s->n]), s->y, is_fold);
}

/* The parameter turned round between x and x + arc: bisect, then give the fold. */
static bool locate_fold(struct branch *s, double arc, osw_branch_visit *visit,
                        void *context, int *points)
{
    double low = 0.0, high = arc, before = s->tangent[s->n];
    while (high - low > 1e-8) {
        double middle = 0.5 * (low + high);
        if (step(s, middle) < 0)
            break;
        if (s->trial_tangent[s->n] * before > 0)
            low = middle;
        else
            high = middle;
    }
    if (step(s, high) < 0)
        return false;
    return give(s, s->trial, true, visit, context, points);
}

/* Land on the end of the range that the branch just left: Newton at a fixed parameter. */
static bool land(struct branch *s, osw_branch_visit *visit, void *context, int *points)
{
    int n = s->n, m = n + 1;
    memset(s->trial_tangent, 0, (size_t)m * sizeof *s->trial_tangent);
    s->trial_tangent[n] = 1.0;
    s->trial[n] = s->trial[n] > 1.0 ? 1.0 : 0.0;
    memcpy(s->guess, s->trial, (size_t)m * sizeof *s->guess);
    return correct(s, s->guess, s->trial_tangent, s->trial) > 0 &&
           give(s, s->trial, false, visit, context, points);
}

/* No state moves by more than largest_step of itself (small ones: of their scale), the
 * parameter by no more than a quarter of that of its range. */
static double largest_arc(const struct branch *s)
{
    double fastest = 4.0 * fabs(s->tangent[s->n]);
    for (int r = 0; r < s->n; r++)
        fastest = fmax(fastest, fabs(s->tangent[r]) / (1.0 + fabs(s->x[r])));
    return s->options->largest_step / fastest;
}

static enum osw_status follow(struct branch *s, osw_branch_visit *visit, void *context,
                              int *points)
{
    int n = s->n, m = n + 1;
    double arc = 1e-3, smallest = 1e-9;
    memset(s->tangent, 0, (size_t)m * sizeof *s->tangent);
    s->tangent[n] = 1.0;
    memcpy(s->guess, s->x, (size_t)m * sizeof *s->guess);
    if (correct(s, s->guess, s->tangent, s->x) < 0 ||
        !find_tangent(s, s->x, s->tangent, s->tangent))
        return OSW_ERR_INTEGRATION;
    bool stop = give(s, s->x, false, visit, context, points);
    while (!stop && *points < s->options->most_points) {
        int steps = step(s, arc);
        double turned = 0.0;
        for (int q = 0; q < m && steps > 0; q++)
            turned += s->tangent[q] * s->trial_tangent[q];
        if (steps < 0 || turned < 0.97) { /* lost, or a bend too sharp for this step */
            if ((arc *= 0.5) < smallest)
                return OSW_ERR_INTEGRATION;
            continue;
        }
        if (s->trial[n] > 1.0 || s->trial[n] < 0.0) {
            (void)land(s, visit, context, points);
            return OSW_OK;
        }
        if (s->tangent[n] * s->trial_tangent[n] < 0) {
            if (locate_fold(s, arc, visit, context, points))
                return OSW_OK;
            if (step(s, arc) < 0)
                return OSW_ERR_INTEGRATION;
        }
        memcpy(s->x, s->trial, (size_t)m * sizeof *s->x);
        memcpy(s->tangent, s->trial_tangent, (size_t)m * sizeof *s->tangent);
        stop = give(s, s->x, false, visit, context, points);
        if (steps <= 4)
            arc *= 1.5;
        arc = fmin(arc, largest_arc(s));
    }
    return stop ? OSW_OK : OSW_ERR_INTEGRATION;
}

enum osw_status osw_branch_follow(const struct osw_kernel *kernel, const double *scale,
                                  const unsigned char *held, const double *p,
                                  const double *y,
                                  const struct osw_branch_options *options,
                                  osw_branch_visit *visit, void *context, int *points)
{
    assert(options->high != options->low && options->largest_step > 0);
    struct branch s = {.kernel = kernel, .scale = scale, .options = options};
    struct osw_arena *arena = osw_arena_create();
    if (!arena)
        return OSW_ERR_MEMORY;
    *points = 0;
    enum osw_status status = branch_init(&s, arena, kernel, held);
    if (!status) {
        memcpy(s.p, p, (size_t)kernel->n_params * sizeof *p);
        memcpy(s.y, y, (size_t)kernel->n_states * sizeof *y);
        for (int r = 0; r < s.n; r++)
            s.x[r] = y[s.free_to_state[r]] / scale[s.free_to_state[r]];
        status = follow(&s, visit, context, points);
    }
    osw_dense_destroy(s.dense);
    osw_arena_destroy(arena);
    return status;
}
