/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/point.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum osw_status osw_point_quantity(struct osw_session *session,
                                   const struct osw_model *model, const char *text,
                                   const struct osw_unit *unit, const char *unit_text,
                                   double *value)
{
    char *rest;
    double x = strtod(text, &rest);
    struct osw_loc nowhere = {0};
    if (rest == text || !isfinite(x))
        return osw_diag_fail(
            session->diag, OSW_ERR_USAGE, nowhere,
            "expected a finite number with a unit such as %s, found '%s'", unit_text,
            text);
    rest += strspn(rest, " ");
    if (*rest) {
        const struct osw_unit *given = osw_units_parse(model->units, rest);
        if (!given)
            return osw_diag_fail(session->diag, OSW_ERR_USAGE, nowhere,
                                 "'%s' is not a unit", rest);
        if (!osw_unit_convertible(given, unit))
            return osw_diag_fail(session->diag, OSW_ERR_USAGE, nowhere,
                                 "'%s' is in %s: expected %s", text, rest, unit_text);
        x = osw_unit_convert(x, given, unit);
    }
    *value = x;
    return OSW_OK;
}

enum osw_status osw_point_unknown(struct osw_session *session,
                                  const struct osw_model *model, const char *name)
{
    const struct osw_kernel *k = model->kernel;
    size_t most = (size_t)(k->n_params + k->n_states + model->n_inputs), n = 0;
    const char **names = osw_arena_alloc(session->arena, most, sizeof *names);
    if (!names)
        return OSW_ERR_MEMORY;
    for (int j = 0; j < k->n_params; j++)
        names[n++] = k->params[j].name;
    for (int i = 0; i < k->n_states; i++)
        names[n++] = k->states[i].name;
    for (int i = 0; i < model->n_inputs; i++)
        names[n++] = model->inputs[i].id;
    const char *closest = osw_diag_closest(name, names, n);
    return osw_diag_fail(session->diag, OSW_ERR_NOINPUT, (struct osw_loc){0},
                         "model %s has no parameter, input or state '%s'%s%s%s",
                         model->name, name, closest ? " (did you mean '" : "",
                         closest ? closest : "", closest ? "'?)" : "");
}

static enum osw_status set_param(struct osw_session *session,
                                 const struct osw_model *model, int j, const char *text,
                                 struct osw_point *point)
{
    const struct osw_parameter *p = &model->params[j];
    enum osw_status status = osw_point_quantity(session, model, text, p->unit,
                                                p->unit_text, &point->params[j]);
    double x = point->params[j];
    if (!status && (x < p->lower || x > p->upper))
        return osw_diag_fail(session->diag, OSW_ERR_USAGE, (struct osw_loc){0},
                             "parameter '%s': %g is outside its bounds %g to %g %s",
                             p->id, x, p->lower, p->upper, p->unit_text);
    return status;
}

static enum osw_status set_target(struct osw_session *session,
                                  const struct osw_model *model,
                                  const struct osw_input_target *target, const char *text,
                                  struct osw_point *point)
{
    const struct osw_parameter *p = &model->params[target->param];
    double *value = &point->params[target->param];
    if (!target->words) {
        enum osw_status status =
            osw_point_quantity(session, model, text, target->unit, p->unit_text, value);
        if (!status)
            *value = osw_unit_convert(*value, target->unit, p->unit);
        return status;
    }
    for (int i = 0; i < target->n_words; i++) {
        if (strcmp(target->words[i], text) && strcmp(target->words[i], "*"))
            continue;
        *value = target->word_values[i];
        return OSW_OK;
    }
    return osw_diag_fail(session->diag, OSW_ERR_USAGE, (struct osw_loc){0},
                         "expected one of the words of the input (%s, …), found '%s'",
                         target->words[0], text);
}

static enum osw_status apply(struct osw_session *session, const struct osw_model *model,
                             const char *setting, struct osw_point *point)
{
    const char *equals = strchr(setting, '=');
    if (!equals || equals == setting || !equals[1])
        return osw_diag_fail(session->diag, OSW_ERR_USAGE, (struct osw_loc){0},
                             "--set: expected NAME=VALUE, found '%s'", setting);
    char *name = osw_arena_copy(session->arena, setting, (size_t)(equals - setting));
    if (!name)
        return OSW_ERR_MEMORY;
    const struct osw_input *input = osw_model_input(model, name);
    int param = osw_model_param(model, name), state = osw_model_state(model, name);
    enum osw_status status = OSW_OK;
    for (int i = 0; input && i < input->n_targets && !status; i++)
        status = set_target(session, model, &input->targets[i], equals + 1, point);
    if (input)
        return status;
    if (param >= 0)
        return set_param(session, model, param, equals + 1, point);
    if (state < 0)
        return osw_point_unknown(session, model, name);
    return osw_point_quantity(session, model, equals + 1, model->states[state].unit,
                              model->states[state].unit_text, &point->y[state]);
}

enum osw_status osw_point_init(struct osw_session *session, const struct osw_model *model,
                               const struct osw_words *set, struct osw_point *point)
{
    const struct osw_kernel *k = model->kernel;
    size_t n = (size_t)k->n_states;
    point->params = osw_arena_alloc(session->arena, (size_t)k->n_params, sizeof(double));
    point->y = osw_arena_alloc(session->arena, n, sizeof(double));
    point->scale = osw_arena_alloc(session->arena, n, sizeof(double));
    point->held = osw_arena_alloc(session->arena, n, 1);
    if (!point->params || !point->y || !point->scale || !point->held)
        return OSW_ERR_MEMORY;
    for (int j = 0; j < k->n_params; j++)
        point->params[j] = model->params[j].nominal;
    k->init(point->params, point->y);
    for (int i = 0; i < k->n_states; i++) {
        if (model->states[i].has_start)
            point->y[i] = model->states[i].start;
        point->scale[i] = model->states[i].scale;
        point->held[i] = model->states[i].held;
    }
    enum osw_status status = OSW_OK;
    for (size_t i = 0; i < set->n && !status; i++)
        status = apply(session, model, set->items[i], point);
    return status;
}
