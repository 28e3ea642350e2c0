/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Forward sensitivities by CVODES: the second part of its fence. J and df/dp belong to a
 * state that the corrector has settled already, so they are evaluated once for it and
 * serve all sensitivities and iterations (Feehery, Tolsma & Barton 1997, Appl. Numer.
 * Math. 25:41 for the staggered corrector). */
#include "base/memory.h"
#include "solve/cvode.h"

#include <assert.h>
#include <string.h>

struct osw_cvode_sens {
    const struct osw_kernel *kernel;
    int n;
    struct osw_direction *directions;
    int *param_start;
    double *f, *J, *P;  /* at … */
    double t, *y;       /* … this time and state */
    bool known;         /* they are */
    double *start;      /* [n][n_states] where the segment began */
    double *read;       /* [n][n_states] as the caller sees it */
    N_Vector *S, *view; /* over start and read */
};

void osw_direction_starts(const int *by, int nnz, int n_params, int *start)
{
    int e = 0;
    for (int j = 0; j <= n_params; j++) {
        while (e < nnz && by[e] < j)
            e++;
        start[j] = e;
    }
}

static int place(const struct osw_direction *direction, int param)
{
    int d = 0;
    while (d < direction->n && direction->param[d] != param)
        d++;
    return d;
}

bool osw_direction_move(struct osw_direction *direction, int param, double gain)
{
    const int d = place(direction, param);
    if (d == OSW_DIRECTION_TERMS)
        return false;
    if (d == direction->n) {
        direction->n++;
        direction->param[d] = param;
        direction->gain[d] = 0;
    }
    direction->gain[d] += gain;
    return true;
}

double osw_direction_gain(const struct osw_direction *direction, int param)
{
    const int d = place(direction, param);
    return d < direction->n ? direction->gain[d] : 0;
}

void osw_direction_add(const struct osw_kernel *kernel, const int *param_start,
                       const struct osw_direction *direction, const double *P,
                       double *out)
{
    for (int d = 0; d < direction->n; d++) {
        int j = direction->param[d];
        for (int e = param_start[j]; e < param_start[j + 1]; e++)
            out[kernel->dfdp_state[e]] += direction->gain[d] * P[e];
    }
}

static bool evaluate(const struct osw_solver *s, double t, const double *y)
{
    struct osw_cvode_sens *sens = s->sens;
    size_t size = (size_t)s->kernel->n_states * sizeof *y;
    if (sens->known && sens->t == t && !memcmp(sens->y, y, size))
        return true;
    sens->known = false;
    if (!osw_cvode_jacobian(s, t, y, sens->f, sens->J))
        return false;
    s->kernel->dfdp(osw_cvode_time(s, t), y, s->p, s->c, sens->P);
    for (int e = 0; s->held && e < s->kernel->dfdp_nnz; e++)
        if (s->held[s->kernel->dfdp_state[e]])
            sens->P[e] = 0;
    memcpy(sens->y, y, size);
    sens->t = t;
    sens->known = osw_cvode_finite(sens->P, s->kernel->dfdp_nnz);
    return sens->known;
}

/* out = J S + df/dp dp/dtheta */
static void derivative(const struct osw_cvode_sens *sens, int k, const double *S,
                       double *out)
{
    const struct osw_kernel *kernel = sens->kernel;
    memset(out, 0, (size_t)kernel->n_states * sizeof *out);
    osw_direction_add(kernel, sens->param_start, &sens->directions[k], sens->P, out);
    for (int j = 0; j < kernel->n_states; j++)
        for (int e = kernel->jac_colptr[j]; S[j] != 0 && e < kernel->jac_colptr[j + 1];
             e++)
            out[kernel->jac_row[e]] += sens->J[e] * S[j];
}

static int rates(int n, double t, N_Vector y, N_Vector f, N_Vector *S, N_Vector *out,
                 void *data, N_Vector a, N_Vector b)
{
    (void)f, (void)a, (void)b;
    const struct osw_solver *s = data;
    if (!evaluate(s, t, N_VGetArrayPointer(y)))
        return 1;
    for (int k = 0; k < n; k++)
        derivative(s->sens, k, N_VGetArrayPointer(S[k]), N_VGetArrayPointer(out[k]));
    return 0;
}

static N_Vector *views(const struct osw_solver *s, int n, double *values)
{
    N_Vector *made = osw_alloc((size_t)n, sizeof *made);
    for (int k = 0; made && k < n; k++)
        made[k] =
            N_VMake_Serial(s->kernel->n_states,
                           values + (size_t)k * (size_t)s->kernel->n_states, s->context);
    return made;
}

static void drop(N_Vector *vectors, int n)
{
    for (int k = 0; vectors && k < n; k++)
        if (vectors[k])
            N_VDestroy(vectors[k]);
    osw_free(vectors);
}

static bool all_there(const struct osw_cvode_sens *sens)
{
    bool there = sens->S && sens->view;
    for (int k = 0; there && k < sens->n; k++)
        there = sens->S[k] && sens->view[k];
    return there;
}

static bool allocate(struct osw_solver *s, struct osw_cvode_sens *sens, int n)
{
    const struct osw_kernel *k = s->kernel;
    size_t states = (size_t)k->n_states, all = (size_t)n * states;
    sens->kernel = k;
    sens->n = n;
    sens->directions = osw_alloc((size_t)n, sizeof *sens->directions);
    sens->param_start = osw_alloc((size_t)k->n_params + 1, sizeof *sens->param_start);
    sens->f = osw_alloc(states, sizeof(double));
    sens->J = osw_alloc((size_t)k->jac_nnz, sizeof(double));
    sens->P = osw_alloc((size_t)k->dfdp_nnz, sizeof(double));
    sens->y = osw_alloc(states, sizeof(double));
    sens->start = osw_alloc(all, sizeof(double));
    sens->read = osw_alloc(all, sizeof(double));
    if (!sens->directions || !sens->param_start || !sens->f || !sens->J || !sens->P ||
        !sens->y || !sens->start || !sens->read)
        return false;
    osw_direction_starts(k->dfdp_param, k->dfdp_nnz, k->n_params, sens->param_start);
    sens->S = views(s, n, sens->start);
    sens->view = views(s, n, sens->read);
    return all_there(sens);
}

enum osw_status osw_solver_sensitivities(struct osw_solver *s, int n)
{
    assert(n > 0 && !s->sens);
    struct osw_cvode_sens *sens = osw_alloc(1, sizeof *sens);
    if (!sens)
        return OSW_ERR_MEMORY;
    s->sens = sens;
    if (!allocate(s, sens, n))
        return OSW_ERR_MEMORY;
    int bad = CVodeSensInit(s->cvode, n, CV_STAGGERED, rates, sens->S) ||
              CVodeSensEEtolerances(s->cvode) || CVodeSetSensErrCon(s->cvode, SUNTRUE);
    return bad ? OSW_ERR_MEMORY : OSW_OK;
}

void osw_cvode_sens_destroy(struct osw_cvode_sens *sens)
{
    if (!sens)
        return;
    drop(sens->S, sens->n);
    drop(sens->view, sens->n);
    double *arrays[] = {sens->f, sens->J, sens->P, sens->y, sens->start, sens->read};
    for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++)
        osw_free(arrays[i]);
    osw_free(sens->directions);
    osw_free(sens->param_start);
    osw_free(sens);
}

enum osw_status osw_solver_start_sensitive(struct osw_solver *s, double t,
                                           const double *y, const double *p,
                                           const double *S,
                                           const struct osw_direction *directions)
{
    struct osw_cvode_sens *sens = s->sens;
    assert(sens);
    size_t all = (size_t)sens->n * (size_t)s->kernel->n_states;
    memmove(sens->start, S, all * sizeof *S);
    memcpy(sens->read, sens->start, all * sizeof *S);
    memmove(sens->directions, directions, (size_t)sens->n * sizeof *directions);
    sens->known = false;
    return osw_solver_start(s, t, y, p);
}

bool osw_cvode_sens_restart(struct osw_solver *s)
{
    return !CVodeSensReInit(s->cvode, CV_STAGGERED, s->sens->S);
}

bool osw_cvode_sens_read(struct osw_solver *s, double t)
{
    return !CVodeGetSensDky(s->cvode, t, 0, s->sens->view);
}

bool osw_cvode_sens_euler(struct osw_solver *s, double h)
{
    struct osw_cvode_sens *sens = s->sens;
    int n = s->kernel->n_states;
    if (!evaluate(s, s->t, N_VGetArrayPointer(s->y)))
        return false;
    for (int k = 0; k < sens->n; k++) {
        double *S = sens->read + (size_t)k * (size_t)n;
        derivative(sens, k, S, sens->f);
        for (int i = 0; i < n; i++)
            S[i] += h * sens->f[i];
    }
    sens->known = false; /* f was used */
    return true;
}

const double *osw_solver_sensitivity(const struct osw_solver *s)
{
    return s->sens->read;
}
