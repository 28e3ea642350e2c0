/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/point.h"
#include "cli/scatter.h"
#include "scenario/setting.h"
#include "solve/tolerance.h"

#include <math.h>
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
    point->declared = osw_arena_alloc(session->arena, n, sizeof(double));
    point->scale = osw_arena_alloc(session->arena, n, sizeof(double));
    point->held = osw_arena_alloc(session->arena, n, 1);
    if (!point->params || !point->y || !point->declared || !point->scale || !point->held)
        return OSW_ERR_MEMORY;
    for (int j = 0; j < k->n_params; j++)
        point->params[j] = model->params[j].nominal;
    k->init(point->params, point->y);
    for (int i = 0; i < k->n_states; i++) {
        if (model->states[i].has_start)
            point->y[i] = model->states[i].start;
        point->declared[i] = model->states[i].scale;
        point->held[i] = model->states[i].held;
    }
    enum osw_status status = set->n ? apply(session, model, set, point) : OSW_OK;
    return status ? status
                  : osw_tolerance_scales(k, point->declared, point->y, point->scale);
}

void osw_point_scatter(const struct osw_model *model, const struct osw_point *point,
                       int start, double *y)
{
    const int n = model->kernel->n_states;
    for (int i = 0; i < n; i++) {
        const double u = osw_scatter((uint64_t)start * (uint64_t)n + (uint64_t)i);
        y[i] = point->y[i];
        if (!start || point->held[i])
            continue;
        const double by = start == 1   ? 30
                          : start == 2 ? 1 / 30.0
                                       : pow(10, (start % 2 ? 6 : 2) * (u - 0.5));
        y[i] = by * (y[i] != 0 ? y[i] : point->scale[i]);
    }
}

/* In units of the state's scale, or, where none is declared, of its own size. */
static double difference(const struct osw_point *point, int i, double a, double b)
{
    const double size = fmax(fmax(fabs(a), fabs(b)), 1e-8 * point->scale[i]);
    return fabs(a - b) / (point->declared[i] > 0 ? point->scale[i] : size);
}

bool osw_point_among(const struct osw_model *model, const struct osw_point *point,
                     const double *known, int n, const double *y)
{
    const int n_states = model->kernel->n_states;
    for (int k = 0; k < n; k++) {
        double apart = 0.0;
        for (int i = 0; i < n_states; i++)
            apart = fmax(apart, difference(point, i, y[i], known[k * n_states + i]));
        if (apart < 1e-5)
            return true;
    }
    return false;
}
