/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fit/objective.h"

#include <math.h>
#include <string.h>

enum osw_status osw_fit_objective_init(struct osw_fit_objective *objective,
                                       const struct osw_fit_problem *problem)
{
    size_t n = (size_t)problem->n_params;
    *objective =
        (struct osw_fit_objective){.problem = problem,
                                   .n_residuals = problem->n_data + problem->n_params,
                                   .without_prior = -1};
    objective->factors = osw_alloc(n, sizeof *objective->factors);
    objective->slopes = osw_alloc(n, sizeof *objective->slopes);
    enum osw_status status =
        objective->factors && objective->slopes ? OSW_OK : OSW_ERR_MEMORY;
    for (size_t k = 0; k < n && !status; k++) {
        const struct osw_parameter *row = problem->params[k].row;
        objective->factors[k] = (struct osw_evidence_factor){row->id, 1, row->at.file};
    }
    for (int s = 0; s < problem->n_sources && !status; s++)
        status = osw_evidence_share(problem->sources[s], &objective->views[s]);
    if (status)
        osw_fit_objective_fini(objective);
    return status;
}

void osw_fit_objective_fini(struct osw_fit_objective *objective)
{
    for (int s = 0; s < OSW_FIT_SOURCES; s++)
        osw_evidence_unshare(&objective->views[s]);
    osw_free(objective->factors);
    osw_free(objective->slopes);
    *objective = (struct osw_fit_objective){0};
}

static bool same(void *context, double fraction, const char *what)
{
    const struct osw_fit_objective *o = context;
    return o->progress && o->progress(o->context, fraction, what);
}

/* A trial step that cannot be integrated is the fit's to judge: nobody is told. */
static enum osw_status simulate(struct osw_fit_objective *o, bool slopes)
{
    const struct osw_fit_problem *p = o->problem;
    struct osw_evidence_options options = {.solver = OSW_SOLVER_DEFAULTS,
                                           .factors = o->factors,
                                           .n_factors = p->n_params,
                                           .own_only = true,
                                           .slopes = slopes,
                                           .progress = same,
                                           .context = o};
    struct osw_diag *unheard = osw_diag_create();
    enum osw_status status = unheard ? OSW_OK : OSW_ERR_MEMORY;
    options.solver.rtol = p->rtol;
    for (int s = 0; s < p->n_sources && !status; s++)
        status = osw_evidence_simulate(&o->views[s], &options, unheard);
    osw_diag_destroy(unheard);
    o->n_values += !slopes;
    o->n_slopes += slopes;
    return status;
}

static bool has_prior(const struct osw_fit_objective *o, int k)
{
    return k != o->without_prior && isfinite(o->problem->params[k].prior_sd);
}

/* One residual of the data, its row of J and the statistic itself. */
static enum osw_status residual(struct osw_fit_objective *o, int i, double *r, double *J,
                                double *simulated)
{
    const struct osw_fit_datum *d = &o->problem->data[i];
    int n = o->problem->n_params;
    double s;
    enum osw_status status =
        osw_measure(&o->views[d->source], d->row, d->time, &s, J ? o->slopes : NULL, n);
    if (status)
        return status;
    double y = d->log ? log(s) : s, off = (y - d->centre) / d->width;
    if (!isfinite(off))
        return OSW_ERR_INTEGRATION;
    bool pulls = d->side == 0 || d->side * off > 0;
    *r = pulls ? off : 0;
    if (simulated)
        *simulated = s;
    for (int k = 0; J && k < n; k++) {
        J[k] = pulls ? o->slopes[k] / (d->log ? s * d->width : d->width) : 0;
        if (!isfinite(J[k]))
            return OSW_ERR_INTEGRATION;
    }
    return OSW_OK;
}

enum osw_status osw_fit_residuals(struct osw_fit_objective *objective, const double *x,
                                  double *r, double *J, double *simulated)
{
    const struct osw_fit_problem *p = objective->problem;
    size_t n = (size_t)p->n_params;
    for (size_t k = 0; k < n; k++)
        objective->factors[k].factor = exp(x[k]) / p->params[k].row->nominal;
    enum osw_status status = simulate(objective, J != NULL);
    for (int i = 0; i < p->n_data && !status; i++)
        status = residual(objective, i, &r[i], J ? J + (size_t)i * n : NULL,
                          simulated ? &simulated[i] : NULL);
    for (size_t k = 0; k < n && !status; k++) {
        const struct osw_fit_parameter *q = &p->params[k];
        bool prior = has_prior(objective, (int)k);
        r[(size_t)p->n_data + k] = prior ? (x[k] - q->prior_mean) / q->prior_sd : 0;
        for (size_t m = 0; J && m < n; m++)
            J[((size_t)p->n_data + k) * n + m] = prior && m == k ? 1 / q->prior_sd : 0;
    }
    return status;
}

double osw_fit_sum(const double *r, int n)
{
    double sum = 0;
    for (int i = 0; i < n; i++)
        sum += r[i] * r[i];
    return sum;
}
