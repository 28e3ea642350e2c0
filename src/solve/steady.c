/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Steady states by pseudo-transient continuation (Kelley & Keyes 1998, SIAM J. Numer.
 * Anal. 35:508): implicit Euler steps whose length grows as the residual falls, until
 * they are Newton steps. A poor guess is first carried along by the integrator. Matrices
 * are small (about a hundred states), so a dense LU with pivoting serves. */
#include "solve/steady.h"
#include "base/memory.h"
#include "solve/dense.h"

#include <math.h>
#include <string.h>

static const double residual_goal = 1e-13;  /* of a state's scale, per unit of time */
static const double residual_enough = 1e-9; /* accepted when no step lowers it further */
enum { MOST_STEPS = 200 };

struct search {
    const struct osw_kernel *kernel;
    const double *declared, *p; /* scales as osw_solver_create takes them */
    const unsigned char *held;
    double t;
    double *c, *f, *jac, *y, *trial, *step, *matrix, *carried, *scale;
    struct osw_dense *dense;
    int least_steps; /* from a guess whose residual says nothing */
};

static void search_fini(struct search *s)
{
    double *arrays[] = {s->c,    s->f,      s->jac,     s->trial,
                        s->step, s->matrix, s->carried, s->scale};
    for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++)
        osw_free(arrays[i]);
    osw_dense_destroy(s->dense);
}

static enum osw_status search_init(struct search *s)
{
    const struct osw_kernel *k = s->kernel;
    size_t n = (size_t)k->n_states;
    s->c = osw_alloc((size_t)k->n_constants, sizeof(double));
    s->f = osw_alloc(n, sizeof(double));
    s->jac = osw_alloc((size_t)k->jac_nnz, sizeof(double));
    s->trial = osw_alloc(n, sizeof(double));
    s->step = osw_alloc(n, sizeof(double));
    s->matrix = osw_alloc(n * n, sizeof(double));
    s->carried = osw_alloc(n, sizeof(double));
    s->scale = osw_alloc(n, sizeof(double));
    s->dense = osw_dense_create(k->n_states);
    if (!s->c || !s->f || !s->jac || !s->trial || !s->step || !s->matrix || !s->carried ||
        !s->scale || !s->dense) {
        search_fini(s);
        return OSW_ERR_MEMORY;
    }
    k->prepare(s->p, s->c);
    k->segment(s->p, s->c);
    return OSW_OK;
}

static bool is_held(const struct search *s, int i)
{
    return s->held && s->held[i];
}

/* f of the free states, and the largest |f| in units of scale. */
static double residual(const struct search *s, const double *y, double *f)
{
    double worst = 0;
    s->kernel->rhs(s->t, y, s->p, s->c, f);
    for (int i = 0; i < s->kernel->n_states; i++) {
        if (is_held(s, i))
            f[i] = 0;
        double r = fabs(f[i]) / s->scale[i];
        worst = isnan(worst) || r <= worst ? worst : r; /* NaN wins */
    }
    return worst;
}

/* matrix = shift I - J, held rows and columns those of I; row-major. */
static void assemble(const struct search *s, double shift)
{
    const struct osw_kernel *k = s->kernel;
    int n = k->n_states;
    memset(s->matrix, 0, (size_t)n * (size_t)n * sizeof *s->matrix);
    k->rhs_jac(s->t, s->y, s->p, s->c, s->f, s->jac);
    for (int j = 0; j < n; j++)
        for (int e = k->jac_colptr[j]; e < k->jac_colptr[j + 1]; e++) {
            int i = k->jac_row[e];
            if (!is_held(s, i) && !is_held(s, j))
                s->matrix[i * n + j] = -s->jac[e];
        }
    for (int i = 0; i < n; i++)
        s->matrix[i * n + i] = is_held(s, i) ? 1 : s->matrix[i * n + i] + shift;
}

/* One step of length 1/shift from s->y; true when it was taken. */
static bool advance(struct search *s, double shift, double *r)
{
    int n = s->kernel->n_states;
    assemble(s, shift);
    residual(s, s->y, s->step);
    if (!osw_dense_factor(s->dense, s->matrix))
        return false;
    osw_dense_solve(s->dense, s->matrix, s->step);
    for (int i = 0; i < n; i++) {
        s->trial[i] = s->y[i] + s->step[i];
        /* A quantity that cannot be negative comes at most nine tenths closer to zero. */
        if (s->y[i] >= 0 && s->trial[i] < 0)
            s->trial[i] = 0.1 * s->y[i];
    }
    double next = residual(s, s->trial, s->f);
    if (!(next < 2 * *r) && !(next < residual_goal))
        return false;
    memcpy(s->y, s->trial, (size_t)n * sizeof *s->y);
    *r = next;
    return true;
}

/* Implicit Euler growing into Newton; true when the residual is small enough. */
static bool approach(struct search *s, struct osw_steady_result *result)
{
    double r = residual(s, s->y, s->f), best = r, shift = 1e-2;
    int stalled = 0;
    for (int k = 0;
         k < MOST_STEPS && (r > residual_goal || k < s->least_steps) && stalled < 40;
         k++) {
        double before = r;
        bool taken = advance(s, shift, &r);
        result->newton_steps++;
        if (taken && r < before)
            shift *= fmax(0.05, 0.5 * r / before);
        else
            shift = fmax(10 * shift, 1e-12);
        stalled = r < 0.9 * best ? 0 : stalled + 1;
        best = fmin(best, r);
        if (shift > 1e6)
            break;
    }
    result->residual = r;
    return r <= residual_enough;
}

/* Where states without declared scales turn out smaller than the guess said, again with
 * the scales of what was found. */
static bool converge(struct search *s, struct osw_steady_result *result)
{
    const int n = s->kernel->n_states;
    bool found = approach(s, result), again = s->least_steps > 0;
    for (int round = 0; round < 4 && found && again; round++) {
        again = false;
        for (int i = 0; i < n; i++)
            if (!(s->declared[i] > 0) && s->y[i] != 0 &&
                fabs(s->y[i]) < 0.1 * s->scale[i]) {
                s->scale[i] = fabs(s->y[i]);
                again = true;
            }
        if (again)
            found = approach(s, result);
    }
    return found;
}

/* A poor guess is carried towards the steady state by the integrator. */
static enum osw_status carry(const struct search *s, double span)
{
    struct osw_solver_options options = OSW_SOLVER_DEFAULTS;
    struct osw_solver *solver = NULL;
    options.rtol = 1e-5;
    options.freeze_time = true;
    enum osw_status status =
        osw_solver_create(s->kernel, s->declared, s->held, &options, &solver);
    if (!status)
        status = osw_solver_start(solver, s->t, s->y, s->p);
    if (!status)
        status = osw_solver_advance(solver, s->t + span, NULL, 0, NULL, NULL);
    if (!status)
        memcpy(s->y, osw_solver_state(solver, NULL),
               (size_t)s->kernel->n_states * sizeof *s->y);
    osw_solver_destroy(solver);
    return status;
}

/* From where the integrator left off, whatever a search from there came to. */
static enum osw_status carry_on(struct search *s, double span)
{
    size_t size = (size_t)s->kernel->n_states * sizeof *s->y;
    enum osw_status status = OSW_OK;
    if (span > 0) {
        memcpy(s->y, s->carried, size);
        status = carry(s, span);
    }
    memcpy(s->carried, s->y, size);
    return status;
}

/* J over the free states alone, packed into the front of matrix; how many there are. */
static int pack_free(struct search *s)
{
    int n = s->kernel->n_states, m = 0, to = 0;
    assemble(s, 0);
    for (int i = 0; i < n; i++)
        m += !is_held(s, i);
    for (int i = 0; i < n; i++)
        for (int j = 0; !is_held(s, i) && j < n; j++)
            if (!is_held(s, j))
                s->matrix[to++] = -s->matrix[i * n + j];
    return m;
}

/* Eigenvalues of J over the free states. */
static enum osw_status spectrum(struct search *s, struct osw_steady_result *result)
{
    int m = pack_free(s);
    result->n_positive = 0;
    result->largest_real = -INFINITY;
    if (m == 0)
        return OSW_OK;
    struct osw_dense *dense = osw_dense_create(m);
    if (!dense)
        return OSW_ERR_MEMORY;
    enum osw_status status = osw_dense_spectrum(
        dense, s->matrix, 1e-12, &result->n_positive, &result->largest_real);
    osw_dense_destroy(dense);
    return status;
}

enum osw_status osw_steady_find(const struct osw_kernel *kernel, const double *scale,
                                const unsigned char *held, double t, const double *p,
                                double *y, bool stability,
                                struct osw_steady_result *result)
{
    static const double spans[] = {0, 1, 30, 400, 2000, 20000};
    struct search s = {
        .kernel = kernel, .declared = scale, .held = held, .t = t, .p = p, .y = y};
    *result = (struct osw_steady_result){.n_positive = -1};
    enum osw_status status = search_init(&s);
    if (status)
        return status;
    status = osw_tolerance_scales(kernel, scale, y, s.scale);
    for (int i = 0; i < kernel->n_states; i++)
        if (!(scale[i] > 0))
            s.least_steps = 3;
    bool found = false;
    for (size_t i = 0; i < sizeof spans / sizeof *spans && !found && !status; i++) {
        status = carry_on(&s, spans[i]);
        if (!status)
            found = converge(&s, result);
    }
    if (!status && !found)
        status = OSW_ERR_INTEGRATION;
    if (!status && stability)
        status = spectrum(&s, result);
    search_fini(&s);
    return status;
}

/* b = df/dtheta + J_held S_held; S_free = (-J_free)^-1 b with the factored matrix. */
static void solve_direction(struct search *s, const int *param_start, const double *P,
                            const struct osw_direction *direction, double *S)
{
    const struct osw_kernel *k = s->kernel;
    memset(s->step, 0, (size_t)k->n_states * sizeof *s->step);
    osw_direction_add(k, param_start, direction, P, s->step);
    for (int j = 0; j < k->n_states; j++)
        for (int e = k->jac_colptr[j]; is_held(s, j) && e < k->jac_colptr[j + 1]; e++)
            s->step[k->jac_row[e]] += s->jac[e] * S[j];
    for (int i = 0; i < k->n_states; i++)
        if (is_held(s, i))
            s->step[i] = S[i];
    osw_dense_solve(s->dense, s->matrix, s->step);
    memcpy(S, s->step, (size_t)k->n_states * sizeof *S);
}

enum osw_status osw_steady_sensitivity(const struct osw_kernel *kernel,
                                       const unsigned char *held, double t,
                                       const double *p, const double *y, int n,
                                       const struct osw_direction *directions, double *S)
{
    struct search s = {.kernel = kernel, .held = held, .t = t, .p = p};
    enum osw_status status = search_init(&s);
    if (status)
        return status;
    double *P = osw_alloc((size_t)kernel->dfdp_nnz, sizeof *P);
    int *start = osw_alloc((size_t)kernel->n_params + 1, sizeof *start);
    if (P && start) {
        memcpy(s.trial, y, (size_t)kernel->n_states * sizeof *y);
        s.y = s.trial;
        osw_direction_starts(kernel->dfdp_param, kernel->dfdp_nnz, kernel->n_params,
                             start);
        kernel->dfdp(t, y, p, s.c, P);
        assemble(&s, 0);
        if (!osw_dense_factor(s.dense, s.matrix))
            status = OSW_ERR_INTEGRATION;
        for (int k = 0; k < n && !status; k++)
            solve_direction(&s, start, P, &directions[k],
                            S + (size_t)k * (size_t)kernel->n_states);
    } else {
        status = OSW_ERR_MEMORY;
    }
    osw_free(P);
    osw_free(start);
    search_fini(&s);
    return status;
}
