/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/point.h"
#include "scenario/setting.h"
#include "solve/tolerance.h"

#include <string.h>

enum osw_status osw_point_settings(struct osw_session *session,
                                   const struct osw_words *set,
                                   struct osw_setting **settings)
{
    struct osw_setting *s = osw_arena_alloc(session->arena, set->n, sizeof *s);
    if (!s)
        return OSW_ERR_MEMORY;
    for (size_t i = 0; i < set->n; i++) {
        const char *equals = strchr(set->items[i], '=');
        if (!equals || equals == set->items[i] || !equals[1])
            return osw_diag_fail(session->diag, OSW_ERR_USAGE, (struct osw_loc){0},
                                 "--set: expected NAME=VALUE, found '%s'", set->items[i]);
        s[i].name = osw_arena_copy(session->arena, set->items[i],
                                   (size_t)(equals - set->items[i]));
        s[i].value = equals + 1;
        if (!s[i].name)
            return OSW_ERR_MEMORY;
    }
    *settings = s;
    return OSW_OK;
}

static enum osw_status apply(struct osw_session *session, const struct osw_model *model,
                             const struct osw_words *set, struct osw_point *point)
{
    struct osw_reader reader;
    struct osw_setting *settings;
    struct osw_assignment *list = NULL, **last = &list;
    double weight_kg;
    enum osw_status status = osw_point_settings(session, set, &settings);
    if (!status)
        status = osw_reader_init(&reader, model, session->arena, session->diag);
    for (size_t i = 0; i < set->n && !status; i++) {
        const struct osw_setting_request request = {
            .name = settings[i].name,
            .text = settings[i].value,
            .kinds = OSW_NAME_INPUT | OSW_NAME_PARAM | OSW_NAME_STATE,
            .noun = "input, parameter or state",
            .unknown = OSW_ERR_NOINPUT,
            .bad = OSW_ERR_USAGE};
        status = osw_setting_resolve(&reader, &request, &last);
    }
    if (status)
        return status;
    osw_setting_apply(list, point->params, NULL, &weight_kg);
    for (const struct osw_assignment *a = list; a; a = a->next)
        if (a->kind == OSW_SETTING_STATE)
            point->y[a->index] = a->value;
    return OSW_OK;
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
    enum osw_status status = set->n ? apply(session, model, set, point) : OSW_OK;
    return status ? status
                  : osw_tolerance_scales(k, point->scale, point->y, point->scale);
}
