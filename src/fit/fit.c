/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fit/fit.h"
#include "base/random.h"
#include "design/distribution.h"

#include <math.h>
#include <string.h>

static const double usual_sd = 0.3;    /* of the logarithm, where no prior says */
static const double noticeable = 0.05; /* of a datum's noise */

void osw_fit_start_point(const struct osw_fit_problem *problem, int start, double *x)
{
    for (int k = 0; k < problem->n_params; k++) {
        const struct osw_fit_parameter *q = &problem->params[k];
        double low = log(q->lower), high = log(q->upper);
        double u = osw_random_uniform(problem->seed, (uint64_t)start, (uint64_t)k);
        if (start == 0)
            x[k] = log(q->row->nominal);
        else if (isfinite(q->prior_sd))
            x[k] = q->prior_mean + q->prior_sd * osw_distribution_normal_score(u);
        else
            x[k] = low + u * (high - low);
        x[k] = fmin(fmax(x[k], low), high);
    }
}

struct starting {
    struct osw_fit_start *starts;
    double **x; /* [starts] */
};

static enum osw_status do_start(const struct osw_fit_task *task)
{
    const struct starting *s = task->context;
    const struct osw_fit_problem *p = task->objective->problem;
    double *x = s->x[task->number];
    osw_fit_start_point(p, task->number, x);
    return osw_fit_search(task->objective, x, -1, p->tolerance,
                          &s->starts[task->number].search);
}

static enum osw_status search_all(struct osw_fit *fit,
                                  const struct osw_fit_threads *threads)
{
    const struct osw_fit_problem *p = fit->problem;
    size_t n = (size_t)p->n_params;
    struct starting s = {0};
    s.starts = osw_arena_alloc(fit->arena, (size_t)p->starts, sizeof *s.starts);
    s.x = osw_arena_alloc(fit->arena, (size_t)p->starts, sizeof *s.x);
    if (!s.starts || !s.x)
        return OSW_ERR_MEMORY;
    for (int i = 0; i < p->starts; i++) {
        double *from = osw_arena_alloc(fit->arena, n, sizeof *from);
        s.starts[i].x = s.x[i] = osw_arena_alloc(fit->arena, n, sizeof **s.x);
        if (!from || !s.x[i])
            return OSW_ERR_MEMORY;
        osw_fit_start_point(p, i, from);
        s.starts[i].from = from;
    }
    fit->starts = s.starts;
    return osw_fit_parallel(p, p->starts, threads, "fit", do_start, &s);
}

/* The lowest sum; of equal ones the first. */
static enum osw_status choose(struct osw_fit *fit, struct osw_diag *diag)
{
    fit->best = -1;
    for (int i = 0; i < fit->problem->starts; i++) {
        const struct osw_fit_search *s = &fit->starts[i].search;
        if (s->end == OSW_FIT_FAILED && !isfinite(s->sum))
            continue;
        if (fit->best < 0 || s->sum < fit->starts[fit->best].search.sum)
            fit->best = i;
    }
    if (fit->best < 0)
        return osw_diag_fail(diag, OSW_ERR_INTEGRATION, (struct osw_loc){0},
                             "%s: no starting point could be simulated with its "
                             "derivatives",
                             fit->problem->path);
    fit->x = fit->starts[fit->best].x;
    return OSW_OK;
}

/* With the tables' values; a failure there is no failure of the fit. */
static enum osw_status look_before(struct osw_fit *fit, struct osw_fit_objective *o,
                                   double *r, double *before)
{
    const struct osw_fit_problem *p = fit->problem;
    for (int i = 0; i < p->n_data; i++)
        before[i] = NAN;
    enum osw_status status = osw_fit_residuals(o, fit->starts[0].from, r, NULL, before);
    fit->before = before;
    fit->sum_before = status ? NAN : osw_fit_sum(r, o->n_residuals);
    return status == OSW_ERR_INTEGRATION ? OSW_OK : status;
}

/* Residuals, derivatives and covariance at the best point. */
static enum osw_status look(struct osw_fit *fit, struct osw_fit_objective *o)
{
    const struct osw_fit_problem *p = fit->problem;
    size_t n = (size_t)p->n_params, m = (size_t)o->n_residuals;
    double *r = osw_arena_alloc(fit->arena, m, sizeof *r);
    double *J = osw_arena_alloc(fit->arena, m * n, sizeof *J);
    double *C = osw_arena_alloc(fit->arena, n * n, sizeof *C);
    double *sd = osw_arena_alloc(fit->arena, n, sizeof *sd);
    double *simulated = osw_arena_alloc(fit->arena, m, sizeof *simulated);
    double *before = osw_arena_alloc(fit->arena, m, sizeof *before);
    if (!r || !J || !C || !sd || !simulated || !before)
        return OSW_ERR_MEMORY;
    enum osw_status status = look_before(fit, o, r, before);
    if (!status)
        status = osw_fit_residuals(o, fit->x, r, J, NULL);
    if (!status) /* the values as the search saw them: steps there know no derivatives */
        status = osw_fit_residuals(o, fit->x, r, NULL, simulated);
    if (!status)
        status = osw_fit_covariance(J, (int)m, (int)n, C);
    if (status)
        return status;
    for (size_t k = 0; k < n; k++)
        sd[k] = sqrt(C[k * n + k]);
    fit->r = r;
    fit->J = J;
    fit->covariance = C;
    fit->sd = sd;
    fit->simulated = simulated;
    fit->sum = osw_fit_sum(r, (int)m);
    return OSW_OK;
}

enum osw_status osw_fit_run(const struct osw_fit_problem *problem,
                            const struct osw_fit_threads *threads, struct osw_diag *diag,
                            struct osw_fit **fit)
{
    struct osw_arena *arena = osw_arena_create();
    struct osw_fit *made = arena ? osw_arena_alloc(arena, 1, sizeof *made) : NULL;
    struct osw_fit_objective objective = {0};
    enum osw_status status = OSW_ERR_MEMORY;
    if (!made)
        goto fail;
    made->problem = problem;
    made->arena = arena;
    status = search_all(made, threads);
    if (!status)
        status = choose(made, diag);
    if (!status)
        status = osw_fit_objective_init(&objective, problem);
    if (!status)
        status = look(made, &objective);
    osw_fit_objective_fini(&objective);
    if (!status) {
        *fit = made;
        return OSW_OK;
    }
fail:
    osw_arena_destroy(arena);
    return status;
}

void osw_fit_destroy(struct osw_fit *fit)
{
    if (fit)
        osw_arena_destroy(fit->arena);
}

bool osw_fit_moves(const struct osw_fit *fit, int param, int datum)
{
    const struct osw_fit_problem *p = fit->problem;
    double sd = p->params[param].prior_sd;
    double slope = fit->J[(size_t)datum * (size_t)p->n_params + (size_t)param];
    return fabs(slope) * (isfinite(sd) ? sd : usual_sd) >= noticeable;
}
