/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/local.h"
#include "cli/log.h"
#include "simulate/simulate.h"

#include <math.h>
#include <string.h>

struct local {
    struct osw_session *session;
    const struct osw_local_request *request;
    struct osw_plan *plan;
    struct osw_result *result;
    int *params, n; /* the parameters */
    const char **names;
};

static enum osw_status unknown(struct local *l, const char *name)
{
    const struct osw_model *m = l->plan->model;
    const size_t n = (size_t)m->kernel->n_params;
    const char **ids = osw_arena_alloc(l->session->arena, n, sizeof *ids);
    for (size_t j = 0; ids && j < n; j++)
        ids[j] = m->params[j].id;
    const char *closest = ids ? osw_diag_closest(name, ids, n) : NULL;
    return osw_diag_fail(l->session->diag, OSW_ERR_NOINPUT, (struct osw_loc){0},
                         "the model %s has no parameter '%s'%s%s%s", m->name, name,
                         closest ? " (did you mean '" : "", closest ? closest : "",
                         closest ? "'?)" : "");
}

static enum osw_status choose(struct local *l)
{
    const struct osw_local_request *r = l->request;
    const struct osw_model *m = l->plan->model;
    const size_t room = r->n_parameters ? r->n_parameters : (size_t)m->kernel->n_params;
    l->params = osw_arena_alloc(l->session->arena, room, sizeof *l->params);
    l->names = osw_arena_alloc(l->session->arena, room, sizeof *l->names);
    if (!l->params || !l->names)
        return OSW_ERR_MEMORY;
    for (size_t i = 0; i < r->n_parameters; i++) {
        l->params[l->n] = osw_model_param(m, r->parameters[i]);
        if (l->params[l->n++] < 0)
            return unknown(l, r->parameters[i]);
    }
    for (int j = 0; j < m->kernel->n_params && !r->n_parameters; j++)
        if (!strcmp(m->params[j].status, "calibrated"))
            l->params[l->n++] = j;
    for (int i = 0; i < l->n; i++) /* copies: a figure outlives the plan */
        l->names[i] =
            osw_arena_format(l->session->arena, "%s", m->params[l->params[i]].id);
    for (int i = 0; i < l->n; i++)
        if (!l->names[i])
            return OSW_ERR_MEMORY;
    if (l->n)
        return OSW_OK;
    return osw_diag_fail(l->session->diag, OSW_ERR_USAGE, (struct osw_loc){0},
                         "the model %s has no calibrated parameters: name some with "
                         "--parameter",
                         m->name);
}

/* What a match finds does not move anything: there is no derivative by it. */
static enum osw_status check_matches(struct local *l)
{
    const struct osw_plan *plan = l->plan;
    for (int a = 0; a < plan->n_arms; a++) {
        const struct osw_life *life = &plan->lives[plan->arms[a].life];
        for (int k = 0; k < l->n && life->match_output >= 0; k++)
            if (l->params[k] == life->match_param)
                return osw_diag_fail(l->session->diag, OSW_ERR_INPUT, life->match_at,
                                     "there is no derivative by '%s' in arm '%s': the "
                                     "subject's match finds it",
                                     l->names[k], plan->arms[a].name);
    }
    return OSW_OK;
}

static enum osw_status simulate(struct local *l)
{
    struct osw_progress progress;
    struct osw_simulate_options options = {.solver = l->request->solver,
                                           .sensitive = l->params,
                                           .n_sensitive = l->n,
                                           .progress = osw_progress_show,
                                           .context = &progress};
    osw_progress_begin(&progress, l->session);
    enum osw_status status =
        osw_simulate(l->plan, &options, l->session->diag, &l->result);
    osw_progress_end(&progress);
    return status;
}

static void number(FILE *out, double x, int digits)
{
    if (isfinite(x))
        fprintf(out, "\t%.*g", digits, x);
    else
        fputs("\tnan", out);
}

static void write_row(const struct local *l, int arm, int t, int output, FILE *out,
                      struct osw_bar *bars)
{
    const struct osw_result *r = l->result;
    const struct osw_plan *plan = l->plan;
    const size_t at =
        ((size_t)arm * (size_t)r->n_times + (size_t)t) * (size_t)plan->n_outputs +
        (size_t)output;
    const double y = r->outputs[at], *p = r->arms[arm].params;
    for (int k = 0; k < l->n; k++) {
        double slope = r->sensitivities[at * (size_t)l->n + (size_t)k];
        double elasticity = y != 0 ? slope * p[l->params[k]] / y : NAN;
        fprintf(out, "%s\t%s\t%.9g\t%s", plan->model->outputs[plan->outputs[output]].id,
                plan->arms[arm].name, r->times[t], l->names[k]);
        number(out, y, l->request->digits);
        number(out, slope, l->request->digits);
        number(out, elasticity, l->request->digits);
        fputc('\n', out);
        if (bars)
            bars[k].value = elasticity;
    }
}

static enum osw_status write_all(struct local *l, FILE *out,
                                 struct osw_indices_figure *figure)
{
    const struct osw_result *r = l->result;
    const struct osw_plan *plan = l->plan;
    const int last = r->n_times - 1;
    const char *title = osw_arena_format(l->session->arena, "%s", plan->title);
    if (!title)
        return OSW_ERR_MEMORY;
    osw_indices_figure_name(figure, title, "elasticity: per cent for a per cent", NULL,
                            l->names, l->n);
    fputs("output\tarm\tt_d\tparameter\tvalue\tderivative\telasticity\n", out);
    for (int k = 0; k < plan->n_outputs; k++)
        for (int a = 0; a < plan->n_arms; a++) {
            const char *output = plan->model->outputs[plan->outputs[k]].id;
            const bool wanted = osw_indices_figure_wants(figure, output);
            struct osw_bar *bars =
                wanted ? osw_indices_figure_panel(figure, output, plan->arms[a].name)
                       : NULL;
            if (wanted && !bars)
                return OSW_ERR_MEMORY;
            for (int t = l->request->all_times ? 0 : last; t <= last; t++)
                if (r->times[t] >= 0)
                    write_row(l, a, t, k, out, t == last ? bars : NULL);
        }
    return OSW_OK;
}

enum osw_status osw_local_write(struct osw_session *session,
                                const struct osw_local_request *request, FILE *out,
                                struct osw_indices_figure *figure)
{
    struct local l = {.session = session, .request = request};
    enum osw_status status =
        osw_plan_load(request->scenario, NULL, session->diag, &l.plan);
    if (!status)
        status = choose(&l);
    if (!status)
        status = check_matches(&l);
    if (!status)
        status = simulate(&l);
    if (!status)
        status = write_all(&l, out, figure);
    osw_result_destroy(l.result);
    osw_plan_destroy(l.plan);
    return status;
}
