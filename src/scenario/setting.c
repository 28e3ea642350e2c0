/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenario/setting.h"
#include "scenario/plan.h"
#include "scenario/quantity.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const char *unit_or_one(const char *text)
{
    return text && *text ? text : "1";
}

static enum osw_status append(struct osw_reader *r, struct osw_assignment ***last,
                              const struct osw_setting_request *q,
                              struct osw_assignment made)
{
    struct osw_assignment *a = osw_arena_alloc(r->arena, 1, sizeof *a);
    if (!a)
        return OSW_ERR_MEMORY;
    *a = made;
    a->name = q->name;
    a->at = q->text_at;
    **last = a;
    *last = &a->next;
    return OSW_OK;
}

enum osw_status osw_setting_check(struct osw_reader *r, int j, double value,
                                  struct osw_loc at, const char *what)
{
    const struct osw_parameter *p = &r->model->params[j];
    bool below = value<p->lower, above = value> p->upper;
    if (isfinite(value) && !below && !above)
        return OSW_OK;
    const char *unit = unit_or_one(p->unit_text);
    if (!isfinite(value))
        return osw_diag_fail(r->diag, OSW_ERR_INPUT, at,
                             "%s: parameter '%s' would not be a finite number", what,
                             p->id);
    char table[160] = "";
    if (p->at.file && p->at.line > 0)
        snprintf(table, sizeof table, " (%.120s:%d)", p->at.file, p->at.line);
    return osw_diag_fail(r->diag, OSW_ERR_INPUT, at,
                         "%s: %.6g %s is %s bound %.6g %s of parameter '%s'%s", what,
                         value, unit, below ? "below the lower" : "above the upper",
                         below ? p->lower : p->upper, unit, p->id, table);
}

static enum osw_status to_param(struct osw_reader *r, const struct osw_setting_request *q,
                                int j, double value, struct osw_assignment ***last)
{
    enum osw_status status = osw_setting_check(r, j, value, q->text_at, q->name);
    return status ? status
                  : append(r, last, q,
                           (struct osw_assignment){
                               .kind = OSW_SETTING_PARAM, .index = j, .value = value});
}

static enum osw_status set_param(struct osw_reader *r,
                                 const struct osw_setting_request *q, int j,
                                 struct osw_assignment ***last)
{
    const struct osw_parameter *p = &r->model->params[j];
    double value;
    enum osw_status status =
        osw_quantity_in(r, q->text, q->text_at, q->name, p->unit, p->unit_text, &value);
    return status ? status : to_param(r, q, j, value, last);
}

static enum osw_status set_state(struct osw_reader *r,
                                 const struct osw_setting_request *q, int i,
                                 struct osw_assignment ***last)
{
    const struct osw_state *s = &r->model->states[i];
    double value;
    enum osw_status status =
        osw_quantity_in(r, q->text, q->text_at, q->name, s->unit, s->unit_text, &value);
    if (status)
        return status;
    if (value < 0 && !r->model->library) /* a user's own model may have such states */
        return osw_diag_fail(r->diag, OSW_ERR_INPUT, q->text_at,
                             "%s: a state cannot be set below 0, found '%.80s'", q->name,
                             q->text);
    return append(
        r, last, q,
        (struct osw_assignment){.kind = OSW_SETTING_STATE, .index = i, .value = value});
}

/* The index of the word, or of "*", or -1. */
static int find_word(const struct osw_input_target *t, const char *text)
{
    int any = -1;
    for (int i = 0; i < t->n_words; i++) {
        if (!strcmp(t->words[i], text))
            return i;
        if (!strcmp(t->words[i], "*"))
            any = i;
    }
    return any;
}

static enum osw_status unknown_word(struct osw_reader *r,
                                    const struct osw_setting_request *q,
                                    const struct osw_input_target *t)
{
    char list[256] = "";
    size_t used = 0;
    for (int i = 0; i < t->n_words && used < sizeof list - 1; i++)
        used += (size_t)snprintf(list + used, sizeof list - used, "%s%.40s",
                                 i ? ", " : "", t->words[i]);
    const char *closest = osw_diag_closest(q->text, t->words, (size_t)t->n_words);
    return osw_diag_fail(r->diag, OSW_ERR_INPUT, q->text_at,
                         "%s: unknown word '%.40s'%s%s%s; expected one of: %s", q->name,
                         q->text, closest ? " (did you mean '" : "",
                         closest ? closest : "", closest ? "'?)" : "", list);
}

/* How long before the age: what is given cannot be negative. */
static enum osw_status set_tie(struct osw_reader *r, const struct osw_setting_request *q,
                               const struct osw_input_target *t, double value,
                               struct osw_assignment ***last)
{
    if (value < 0)
        return osw_diag_fail(r->diag, OSW_ERR_INPUT, q->text_at,
                             "%s: expected 0 or more, found '%.80s'", q->name, q->text);
    return append(
        r, last, q,
        (struct osw_assignment){
            .kind = OSW_SETTING_TIE, .index = t->param, .value = value, .target = t});
}

static enum osw_status set_target(struct osw_reader *r,
                                  const struct osw_setting_request *q,
                                  const struct osw_input *input,
                                  const struct osw_input_target *t,
                                  struct osw_assignment ***last)
{
    const struct osw_parameter *p = &r->model->params[t->param];
    if (t->words) {
        int i = find_word(t, q->text);
        return i < 0 ? unknown_word(r, q, t)
                     : to_param(r, q, t->param, t->word_values[i], last);
    }
    double value;
    enum osw_status status = osw_quantity_in(r, q->text, q->text_at, q->name, t->unit,
                                             input->unit_text, &value);
    if (status)
        return status;
    if (t->terms)
        return set_tie(r, q, t, value, last);
    if (t->unit && p->unit)
        value = osw_unit_convert(value, t->unit, p->unit);
    return to_param(r, q, t->param, value, last);
}

static enum osw_status set_input(struct osw_reader *r,
                                 const struct osw_setting_request *q,
                                 const struct osw_input *input,
                                 struct osw_assignment ***last)
{
    for (int i = 0; i < input->n_targets; i++) {
        enum osw_status status = set_target(r, q, input, &input->targets[i], last);
        if (status)
            return status;
    }
    return OSW_OK;
}

static enum osw_status set_weight(struct osw_reader *r,
                                  const struct osw_setting_request *q,
                                  struct osw_assignment ***last)
{
    double kg;
    enum osw_status status =
        osw_quantity_in(r, q->text, q->text_at, q->name, r->kg, "kg", &kg);
    if (status)
        return status;
    if (kg <= 0)
        return osw_diag_fail(r->diag, OSW_ERR_INPUT, q->text_at,
                             "weight: expected more than 0 kg, found '%.80s'", q->text);
    return append(r, last, q,
                  (struct osw_assignment){.kind = OSW_SETTING_WEIGHT, .value = kg});
}

/* Names that every model takes as inputs, even without a row in the table. */
static enum osw_status set_common(struct osw_reader *r,
                                  const struct osw_setting_request *q,
                                  struct osw_assignment ***last, bool *done)
{
    int j = -1;
    *done = true;
    if (!strcmp(q->name, "weight"))
        return (j = osw_model_param(r->model, "weight")) < 0 ? set_weight(r, q, last)
                                                             : set_param(r, q, j, last);
    if (!strcmp(q->name, "age")) {
        if ((j = osw_model_param(r->model, "age0")) >= 0)
            return set_param(r, q, j, last);
        return osw_diag_fail(r->diag, q->bad, q->name_at,
                             "age: model '%s' knows no age (it has no parameter 'age0')",
                             r->model->name);
    }
    *done = false;
    return OSW_OK;
}

static enum osw_status resolve(struct osw_reader *r, const struct osw_setting_request *q,
                               struct osw_assignment ***last)
{
    const struct osw_model *m = r->model;
    bool done = false;
    int index;
    if (q->kinds & OSW_NAME_INPUT) {
        const struct osw_input *input = osw_model_input(m, q->name);
        if (input)
            return set_input(r, q, input, last);
        enum osw_status status = set_common(r, q, last, &done);
        if (done)
            return status;
    }
    if ((q->kinds & OSW_NAME_PARAM) && (index = osw_model_param(m, q->name)) >= 0)
        return set_param(r, q, index, last);
    if ((q->kinds & OSW_NAME_STATE) && (index = osw_model_state(m, q->name)) >= 0)
        return set_state(r, q, index, last);
    return osw_reader_unknown(r, q->unknown, q->name_at, q->noun, q->name, q->kinds, NULL,
                              0);
}

enum osw_status osw_setting_resolve(struct osw_reader *r,
                                    const struct osw_setting_request *request,
                                    struct osw_assignment ***last)
{
    enum osw_status status = resolve(r, request, last);
    return status == OSW_ERR_INPUT ? request->bad : status;
}

/* Does nothing after it in the list give the same parameter? */
static bool stands(const struct osw_assignment *a)
{
    for (const struct osw_assignment *b = a->next; b; b = b->next)
        if (b->index == a->index &&
            (b->kind == OSW_SETTING_PARAM || b->kind == OSW_SETTING_TIE))
            return false;
    return true;
}

void osw_setting_apply(const struct osw_assignment *list, double *params,
                       unsigned char *given, double *weight_kg)
{
    for (const struct osw_assignment *a = list; a; a = a->next) {
        if (a->kind == OSW_SETTING_PARAM)
            params[a->index] = a->value;
        if ((a->kind == OSW_SETTING_PARAM || a->kind == OSW_SETTING_TIE) && given)
            given[a->index] = 1;
        if (a->kind == OSW_SETTING_WEIGHT)
            *weight_kg = a->value;
    }
    for (const struct osw_assignment *a = list; a; a = a->next)
        if (a->kind == OSW_SETTING_TIE && stands(a)) {
            const struct osw_tie tie = {.value = a->value, .target = a->target};
            params[a->index] = osw_tie_value(&tie, params);
        }
}
