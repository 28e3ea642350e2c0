/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * An onset may be stated as an age or, by the input that counts back, as a duration; the
 * last statement counts. Whether one has begun is asked of the formula: the duration that
 * the age of onset stands for is not negative. */
#include "scenario/onset.h"

#include <string.h>

static const double rounding = 1e-9;

enum osw_status osw_onsets_init(struct osw_onsets *onsets, struct osw_reader *r)
{
    const struct osw_model *m = r->model;
    onsets->age = NULL;
    onsets->onset =
        osw_arena_alloc(r->arena, (size_t)m->kernel->n_params, sizeof *onsets->onset);
    if (!onsets->onset)
        return OSW_ERR_MEMORY;
    memset(onsets->onset, 0, (size_t)m->kernel->n_params * sizeof *onsets->onset);
    for (int i = 0; i < m->n_inputs; i++)
        for (int k = 0; k < m->inputs[i].n_targets; k++) {
            const struct osw_input_target *target = &m->inputs[i].targets[k];
            struct osw_tie *formula = &onsets->onset[target->param].formula;
            if (target->terms && !formula->target)
                *formula = (struct osw_tie){
                    .param = target->param, .target = target, .name = m->inputs[i].id};
        }
    return OSW_OK;
}

void osw_onsets_note(struct osw_onsets *onsets, struct osw_reader *r,
                     const struct osw_assignment *list, bool named)
{
    const int age0 = osw_model_param(r->model, "age0");
    for (const struct osw_assignment *a = list; a; a = a->next) {
        if (a->kind != OSW_SETTING_PARAM && a->kind != OSW_SETTING_TIE)
            continue;
        struct osw_onset *onset = &onsets->onset[a->index];
        if (a->kind == OSW_SETTING_TIE)
            onset->formula = (struct osw_tie){.param = a->index,
                                              .value = a->value,
                                              .target = a->target,
                                              .name = a->name,
                                              .at = a->at};
        for (int j = 0; a->index == age0 && j < r->model->kernel->n_params; j++)
            onsets->onset[j].aged_since = true;
        if (a->index == age0)
            onsets->age = a;
        onset->now = a;
        onset->aged_since = false;
        onset->due |= named && onset->formula.target;
    }
}

static bool tied(const struct osw_onset *onset)
{
    return onset->now && onset->now->kind == OSW_SETTING_TIE;
}

static void follow(const struct osw_onsets *onsets, struct osw_reader *r, double *params)
{
    for (int j = 0; j < r->model->kernel->n_params; j++)
        if (tied(&onsets->onset[j]))
            params[j] = osw_tie_value(&onsets->onset[j].formula, params);
}

void osw_onsets_expect(struct osw_onsets *onsets, struct osw_reader *r, double *params)
{
    follow(onsets, r, params);
    for (int j = 0; j < r->model->kernel->n_params; j++) {
        struct osw_onset *onset = &onsets->onset[j];
        onset->due |= onset->now && onset->formula.target &&
                      osw_tie_given(&onset->formula, params) >= -rounding;
    }
}

static enum osw_status not_begun(struct osw_onsets *onsets, struct osw_reader *r, int j,
                                 const double *params, const struct osw_life *life)
{
    const struct osw_onset *onset = &onsets->onset[j];
    const struct osw_parameter *p = &r->model->params[j];
    return osw_diag_fail(
        r->diag, OSW_ERR_INPUT, onset->aged_since ? onsets->age->at : onset->now->at,
        "subject '%s' does not hold at its age of %.6g year: %s is %.6g %s (%s "
        "%.6g %s). State %s of 0 or more, or an earlier %s; a person of whom this "
        "holds later extends 'healthy' and states it there",
        life->name, life->age_y, onset->now->name, params[j], p->unit_text,
        onset->formula.name, osw_tie_given(&onset->formula, params), p->unit_text,
        onset->formula.name, onset->now->name);
}

static enum osw_status check(struct osw_onsets *onsets, struct osw_reader *r, int j,
                             const double *params, const struct osw_life *life)
{
    const struct osw_onset *onset = &onsets->onset[j];
    if (tied(onset))
        return osw_setting_check(r, j, params[j], onset->now->at, onset->now->name);
    if (onset->due && osw_tie_given(&onset->formula, params) < -rounding)
        return not_begun(onsets, r, j, params, life);
    return OSW_OK;
}

enum osw_status osw_onsets_settle(struct osw_onsets *onsets, struct osw_reader *r,
                                  double *params, struct osw_life *life)
{
    const int n = r->model->kernel->n_params;
    struct osw_tie *ties;
    enum osw_status status = OSW_OK;
    follow(onsets, r, params);
    for (int j = 0; j < n; j++) {
        life->n_ties += tied(&onsets->onset[j]);
        osw_reader_keep(&status, check(onsets, r, j, params, life));
    }
    life->ties = ties =
        osw_arena_alloc(r->arena, (size_t)life->n_ties + 1, sizeof *life->ties);
    if (!ties)
        return OSW_ERR_MEMORY;
    for (int j = 0; j < n; j++)
        if (tied(&onsets->onset[j]))
            *ties++ = onsets->onset[j].formula;
    return status;
}
