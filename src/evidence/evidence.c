/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Loads a table, simulates each of its scenarios once, and judges the rows. */
#include "evidence/evidence.h"
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
        int j = osw_model_param(model, r->options->factors[i].param);
        if (j >= 0)
            made[j] = r->options->factors[i].factor;
    }
    *scales = made;
    return OSW_OK;
}

/* A subject that cannot be made (OSW_ERR_INPUT) or lived is a verdict of its rows. */
static enum osw_status run_study(struct running *r, struct osw_study *s)
{
    const struct osw_simulate_options options = {
        .solver = r->options->solver, .progress = tell, .context = r};
    struct osw_arena *arena = osw_arena_create();
    struct osw_plan plan = s->wanted;
    double *scales = NULL;
    osw_result_destroy(s->result);
    s->result = NULL;
    enum osw_status status =
        arena ? scales_of(r, plan.model, arena, &scales) : OSW_ERR_MEMORY;
    if (!status && scales)
        status = osw_plan_scale(&s->wanted, scales, false, arena, &plan);
    if (!status)
        status = osw_simulate(&plan, &options, r->diag, &s->result);
    if (s->result) /* the scaled plan goes now */
        s->result->plan = &s->wanted;
    s->status = status;
    osw_arena_destroy(arena);
    return status == OSW_ERR_INTEGRATION || status == OSW_ERR_INPUT ? OSW_OK : status;
}

static double mean_of(const struct osw_evidence *e, const struct osw_measure *m,
                      const struct osw_arm_ref *refs, int n, double t)
{
    double sum = 0;
    for (int i = 0; i < n; i++)
        sum += osw_study_value(e, &refs[i], m->mean24h, t);
    return n ? sum / n : 0;
}

static enum osw_status order_of(const struct osw_evidence *e, const struct osw_measure *m,
                                double t, double *s)
{
    double *y = osw_alloc((size_t)m->n_arms, sizeof *y);
    if (!y)
        return OSW_ERR_MEMORY;
    for (int i = 0; i < m->n_arms; i++)
        y[i] = osw_study_value(e, &m->arms[i], m->mean24h, t);
    *s = osw_statistic_increasing(y, m->n_arms);
    osw_free(y);
    return OSW_OK;
}

static enum osw_status statistic_at(const struct osw_evidence *e, int row, double t,
                                    double *s)
{
    const struct osw_measure *m = &e->measures[row];
    const struct osw_statistic *statistic = e->rows[row].statistic;
    const double *ref = m->reference;
    if (!statistic->of)
        return order_of(e, m, t, s);
    struct osw_statistic_terms x = {.y = mean_of(e, m, m->arms, m->n_arms, t),
                                    .c = mean_of(e, m, m->controls, m->n_controls, t),
                                    .elapsed = t - ref[0]};
    if (statistic->n_references > 0) {
        x.y_ref = mean_of(e, m, m->arms, m->n_arms, ref[0]);
        x.c_ref = mean_of(e, m, m->controls, m->n_controls, ref[0]);
    }
    if (statistic->n_references > 1)
        x.y_second = mean_of(e, m, m->arms, m->n_arms, ref[1]);
    *s = osw_unit_convert(statistic->of(&x), m->from, m->to);
    return OSW_OK;
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
        enum osw_status status = statistic_at(e, row, m->times[i], &s);
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

enum osw_status osw_evidence_run(struct osw_evidence *evidence,
                                 struct osw_evidence_result *results,
                                 const struct osw_evidence_options *options,
                                 struct osw_diag *diag)
{
    struct running r = {.e = evidence, .options = options, .diag = diag};
    enum osw_status status = OSW_OK;
    for (; r.study < evidence->n_studies && !status; r.study++)
        status = run_study(&r, &evidence->studies[r.study]);
    for (int i = 0; i < evidence->n_rows && !status; i++)
        status = judge(evidence, i, &results[i]);
    return status;
}
