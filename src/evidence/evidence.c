/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Loads a table, simulates each of its scenarios once, and judges the rows. */
#include "evidence/measure.h"
#include "evidence/rows.h"
#include "evidence/statistic.h"
#include "evidence/study.h"

#include <math.h>
#include <string.h>

const char *const osw_verdict_names[] = {"inside", "outside", "failed"};

enum osw_status osw_evidence_load(const char *path,
                                  const struct osw_evidence_selection *selection,
                                  struct osw_diag *diag, struct osw_evidence **evidence)
{
    struct osw_arena *arena = osw_arena_create();
    struct osw_evidence *e = arena ? osw_arena_alloc(arena, 1, sizeof *e) : NULL;
    enum osw_status status = OSW_ERR_MEMORY;
    if (e) {
        e->arena = arena;
        e->path = osw_arena_string(arena, path);
    }
    if (e && e->path)
        status = osw_rows_read(e->path, selection, arena, diag, &e->rows, &e->n_rows);
    if (!status)
        status = osw_studies_load(e, diag);
    if (!status) {
        *evidence = e;
        return OSW_OK;
    }
    if (e)
        osw_evidence_destroy(e);
    else if (arena)
        osw_arena_destroy(arena);
    return status;
}

void osw_evidence_destroy(struct osw_evidence *evidence)
{
    if (!evidence)
        return;
    osw_studies_fini(evidence);
    osw_arena_destroy(evidence->arena);
}

struct running {
    struct osw_evidence *e;
    const struct osw_evidence_options *options;
    struct osw_diag *diag;
    int study;
};

static bool tell(void *context, double fraction, const char *what)
{
    const struct running *r = context;
    double all = (r->study + fraction) / r->e->n_studies;
    return r->options->progress && r->options->progress(r->options->context, all, what);
}

/* The model's parameter that a factor moves, or -1. */
static int param_of(const struct osw_model *model, const struct osw_evidence_factor *f)
{
    int j = osw_model_param(model, f->param);
    bool elsewhere = j >= 0 && f->file && strcmp(model->params[j].at.file, f->file) != 0;
    return elsewhere ? -1 : j;
}

/* What each parameter is multiplied by; NULL when all stay as they are. */
static enum osw_status scales_of(const struct running *r, const struct osw_model *model,
                                 struct osw_arena *arena, double **scales)
{
    int n = model->kernel->n_params;
    *scales = NULL;
    if (!r->options->n_factors)
        return OSW_OK;
    double *made = osw_arena_alloc(arena, (size_t)n, sizeof *made);
    if (!made)
        return OSW_ERR_MEMORY;
    for (int j = 0; j < n; j++)
        made[j] = 1;
    for (int i = 0; i < r->options->n_factors; i++) {
        int j = param_of(model, &r->options->factors[i]);
        if (j >= 0)
            made[j] = r->options->factors[i].factor;
    }
    *scales = made;
    return OSW_OK;
}

/* Which parameters to differentiate by; s->moved says whose slope each will be. */
static enum osw_status directions_of(const struct running *r, struct osw_study *s,
                                     struct osw_arena *arena,
                                     struct osw_simulate_options *options)
{
    int most = r->options->slopes ? r->options->n_factors : 0;
    int *sensitive = osw_arena_alloc(arena, (size_t)most, sizeof *sensitive);
    osw_free(s->moved);
    s->moved = osw_alloc((size_t)most, sizeof *s->moved);
    if (!sensitive || !s->moved)
        return OSW_ERR_MEMORY;
    for (int i = 0; i < most; i++) {
        int j = param_of(s->wanted.model, &r->options->factors[i]);
        if (j < 0)
            continue;
        s->moved[options->n_sensitive] = i;
        sensitive[options->n_sensitive++] = j;
    }
    options->sensitive = sensitive;
    return OSW_OK;
}

/* A subject that cannot be made (OSW_ERR_INPUT) or lived is a verdict of its rows. */
static enum osw_status run_study(struct running *r, struct osw_study *s)
{
    struct osw_simulate_options options = {.solver = r->options->solver,
                                           .own_only = r->options->own_only,
                                           .progress = tell,
                                           .context = r};
    struct osw_arena *arena = osw_arena_create();
    struct osw_plan plan = s->wanted;
    double *scales = NULL;
    osw_result_destroy(s->result);
    s->result = NULL;
    enum osw_status status =
        arena ? scales_of(r, plan.model, arena, &scales) : OSW_ERR_MEMORY;
    if (!status)
        status = directions_of(r, s, arena, &options);
    if (!status && scales)
        status = osw_plan_scale(&s->wanted, scales, r->options->own_only, arena, &plan);
    if (!status)
        status = osw_simulate(&plan, &options, r->diag, &s->result);
    if (s->result) /* the scaled plan goes now */
        s->result->plan = &s->wanted;
    s->status = status;
    osw_arena_destroy(arena);
    return status == OSW_ERR_INTEGRATION || status == OSW_ERR_INPUT ? OSW_OK : status;
}

/* How far a value is from what was published: outside the interval first. */
static double distance(const struct osw_evidence_row *row, double s)
{
    static const double outside = 1e100;
    double beyond = fmax(fmax(row->lower - s, s - row->upper), 0);
    double off = isfinite(row->published) ? fabs(s - row->published) : 0;
    return beyond > 0 ? outside * beyond : off;
}

static enum osw_status judge(const struct osw_evidence *e, int row,
                             struct osw_evidence_result *result)
{
    const struct osw_measure *m = &e->measures[row];
    const struct osw_evidence_row *r = &e->rows[row];
    double s = NAN;
    *result = (struct osw_evidence_result){NAN, OSW_VERDICT_FAILED};
    for (int i = 0; i < m->n_times; i++) {
        enum osw_status status = osw_measure(e, row, i, &s, NULL, 0);
        if (status)
            return status;
        if (!isfinite(s)) {
            result->simulated = NAN;
            result->verdict = OSW_VERDICT_FAILED;
            return OSW_OK;
        }
        if (i && distance(r, s) <= distance(r, result->simulated))
            continue;
        result->simulated = s;
        result->verdict =
            s >= r->lower && s <= r->upper ? OSW_VERDICT_INSIDE : OSW_VERDICT_OUTSIDE;
    }
    return OSW_OK;
}

enum osw_status osw_evidence_share(const struct osw_evidence *evidence,
                                   struct osw_evidence *view)
{
    size_t n = (size_t)evidence->n_studies;
    struct osw_study *studies = osw_alloc(n, sizeof *studies);
    if (!studies)
        return OSW_ERR_MEMORY;
    for (size_t i = 0; i < n; i++) {
        studies[i] = evidence->studies[i];
        studies[i].result = NULL;
        studies[i].moved = NULL;
    }
    *view = *evidence;
    view->studies = studies;
    return OSW_OK;
}

void osw_evidence_unshare(struct osw_evidence *view)
{
    for (int i = 0; view->studies && i < view->n_studies; i++) {
        osw_result_destroy(view->studies[i].result);
        osw_free(view->studies[i].moved);
    }
    osw_free(view->studies);
    *view = (struct osw_evidence){0};
}

enum osw_status osw_evidence_simulate(struct osw_evidence *evidence,
                                      const struct osw_evidence_options *options,
                                      struct osw_diag *diag)
{
    struct running r = {.e = evidence, .options = options, .diag = diag};
    enum osw_status status = OSW_OK;
    for (; r.study < evidence->n_studies && !status; r.study++)
        status = run_study(&r, &evidence->studies[r.study]);
    return status;
}

enum osw_status osw_evidence_run(struct osw_evidence *evidence,
                                 struct osw_evidence_result *results,
                                 const struct osw_evidence_options *options,
                                 struct osw_diag *diag)
{
    enum osw_status status = osw_evidence_simulate(evidence, options, diag);
    for (int i = 0; i < evidence->n_rows && !status; i++)
        status = judge(evidence, i, &results[i]);
    return status;
}
