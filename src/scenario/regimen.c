/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenario/regimen.h"

#include <math.h>
#include <string.h>

enum osw_status osw_regimen_spare_match(struct osw_arm_builder *b, int j,
                                        struct osw_loc at, const char *name)
{
    const struct osw_life *life = &b->subject->life;
    if (life->match_output < 0 || life->match_param != j)
        return OSW_OK;
    return osw_diag_fail(b->r->diag, OSW_ERR_INPUT, at,
                         "'%s' changes parameter '%s', which the subject's match finds",
                         name, b->r->model->params[j].id);
}

void osw_regimen_active(struct osw_arm_builder *b, double from, double until)
{
    if (from >= b->r->duration)
        return;
    b->first_on = fmin(b->first_on, from); /* fmin and fmax pass over NAN */
    b->last_on = fmax(b->last_on, fmin(until, b->r->duration));
}

enum osw_status osw_regimen_dose(struct osw_arm_builder *b, int state, double t,
                                 double value, double by_weight)
{
    return osw_happenings_add(&b->h, (struct osw_happening){.t = t,
                                                            .kind = OSW_HAPPENS_DOSE,
                                                            .index = state,
                                                            .value = value,
                                                            .by_weight = by_weight});
}

static enum osw_status turn(struct osw_arm_builder *b, double t,
                            enum osw_happening_kind kind, int effect)
{
    return osw_happenings_add(
        &b->h, (struct osw_happening){.t = t, .kind = kind, .index = effect});
}

enum osw_status osw_regimen_hold(struct osw_arm_builder *b, struct osw_effect effect,
                                 const struct osw_schedule *schedule)
{
    int index;
    double end = b->r->duration, start, stop;
    enum osw_status status =
        osw_regimen_spare_match(b, effect.param, effect.at, effect.name);
    if (!status)
        status = osw_happenings_effect(&b->h, effect, &index);
    for (size_t k = 0; !status && osw_schedule_period(schedule, end, k, &start, &stop);
         k++) {
        status = turn(b, start, OSW_HAPPENS_ON, index);
        if (!status && stop < end)
            status = turn(b, stop, OSW_HAPPENS_OFF, index);
    }
    return status;
}

static enum osw_status add_doses(struct osw_arm_builder *b, const struct osw_regimen *g,
                                 const struct osw_target *t, double value,
                                 double by_weight)
{
    enum osw_status status = OSW_OK;
    struct osw_schedule_cursor cursor = {0, 0};
    double time;
    for (size_t i = 0; !status && i < g->n_at; i++)
        status = osw_regimen_dose(b, t->index, g->at[i], value, by_weight);
    if (g->at)
        return status;
    while (!status && osw_schedule_next(&g->schedule, b->r->duration, &cursor, &time))
        status = osw_regimen_dose(b, t->index, time, value, by_weight);
    return status;
}

static const char *param_name(const struct osw_arm_builder *b, const struct osw_target *t)
{
    return b->r->model->params[t->index].id;
}

static enum osw_status refuse(struct osw_arm_builder *b, const struct osw_regimen *g,
                              const struct osw_target *t)
{
    if (t->is_state && g->infusion)
        return osw_diag_fail(b->r->diag, OSW_ERR_INPUT, g->loc,
                             "an infusion (RATE) into '%s' would go to state '%s', which "
                             "takes single doses only: use RATE 0, or a parameter that "
                             "holds a rate",
                             g->v->name, b->r->model->states[t->index].id);
    if (t->is_state)
        return OSW_OK;
    if (g->at)
        return osw_diag_fail(b->r->diag, OSW_ERR_INPUT, g->loc,
                             "'%s' holds parameter '%s' while it is active: give it "
                             "'from' and 'until', not single doses",
                             g->v->name, param_name(b, t));
    if (g->infusion && !t->used[OSW_TERM_EVERY])
        return osw_diag_fail(b->r->diag, OSW_ERR_INPUT, g->loc,
                             "an infusion (RATE) of '%s' needs an effect on '%s' by dose "
                             "over time, such as \"dose / every\"",
                             g->v->name, param_name(b, t));
    return OSW_OK;
}

static enum osw_status add_target(struct osw_arm_builder *b, const struct osw_regimen *g,
                                  const struct osw_target *t)
{
    double value, slope;
    enum osw_status status = refuse(b, g, t);
    if (!status)
        status = osw_intervention_value(b->r, g->v, t, &g->dose, b->subject->weight_kg,
                                        g->schedule.every, g->loc, &value);
    if (!status)
        status = osw_intervention_by_weight(
            b->r, g->v, t, &g->dose, b->subject->weight_kg, g->schedule.every, &slope);
    if (status)
        return status;
    b->weighs |= osw_intervention_weighs(g->v, t, &g->dose);
    if (t->is_state)
        return add_doses(b, g, t, value, slope);
    struct osw_effect effect = {.param = t->index,
                                .combine = t->combine,
                                .value = value,
                                .by_weight = slope,
                                .name = g->v->name,
                                .at = g->loc};
    return osw_regimen_hold(b, effect, &g->schedule);
}

/* Refuse what would not fit before anything of it is made. */
static enum osw_status count(struct osw_arm_builder *b, const struct osw_regimen *g)
{
    double end = b->r->duration, n = 0;
    for (int i = 0; i < g->v->n_targets; i++)
        n += !g->v->targets[i].is_state ? 2 * osw_schedule_most_periods(&g->schedule, end)
             : g->at                    ? (double)g->n_at
                                        : osw_schedule_most_doses(&g->schedule, end);
    size_t whole = n < OSW_MOST_EVENTS ? (size_t)n : OSW_MOST_EVENTS + 1;
    return osw_reader_count(b->r, whole, g->loc, g->v->name);
}

static enum osw_status list_name(struct osw_arm_builder *b, const char *name)
{
    for (size_t i = 0; i < b->n_interventions; i++)
        if (!strcmp(b->interventions[i], name))
            return OSW_OK;
    if (b->n_interventions == b->interventions_room) {
        size_t room = b->interventions_room ? 2 * b->interventions_room : 8;
        void *names = b->interventions;
        enum osw_status status =
            osw_grow(&names, b->interventions_room, room, sizeof *b->interventions);
        b->interventions = names;
        if (status)
            return status;
        b->interventions_room = room;
    }
    b->interventions[b->n_interventions++] = name;
    return OSW_OK;
}

static void note_active(struct osw_arm_builder *b, const struct osw_regimen *g)
{
    const struct osw_schedule *s = &g->schedule;
    if (!g->at) {
        bool single = isnan(s->every) && isnan(s->on);
        for (int i = 0; i < g->v->n_targets; i++)
            single = single && g->v->targets[i].is_state;
        osw_regimen_active(b, s->from, single ? s->from : s->until);
    }
    for (size_t i = 0; i < g->n_at; i++)
        osw_regimen_active(b, g->at[i], g->at[i]);
}

enum osw_status osw_regimen_add(struct osw_arm_builder *b, const struct osw_regimen *g)
{
    enum osw_status status = count(b, g);
    if (!status)
        status = list_name(b, g->v->name);
    for (int i = 0; !status && i < g->v->n_targets; i++)
        status = add_target(b, g, &g->v->targets[i]);
    if (!status)
        note_active(b, g);
    return status;
}
