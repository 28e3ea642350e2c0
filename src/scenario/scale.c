/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A plan with other parameter values, as if it had been loaded with them. */
#include "scenario/plan.h"

#include <math.h>

/* A dish settles as long at any age of the donor. */
double osw_life_starts_by_age(const struct osw_model *model, const struct osw_life *life)
{
    const double year = 365.25;
    const int age0 = osw_model_param(model, "age0");
    if (age0 < 0 || !(life->t_start < 0) || life->settle_frozen)
        return 0;
    return -year * life->age_y / life->params[age0];
}

double osw_life_starts(const struct osw_model *model, const struct osw_life *life,
                       const double *p)
{
    const double slope = osw_life_starts_by_age(model, life);
    const int age0 = osw_model_param(model, "age0");
    if (slope == 0 || p[age0] == life->params[age0])
        return life->t_start;
    return fmin(life->t_start + slope * (p[age0] - life->params[age0]), 0);
}

double osw_arm_value(const struct osw_arm *arm, int event, const struct osw_life *life,
                     const double *p)
{
    const int j = arm->events[event].index;
    double gain = arm->gains ? arm->gains[event] : 0;
    return arm->events[event].value + gain * (p[j] - life->params[j]);
}

/* By how much an event's value grows with the weight. */
static double heavier(const struct osw_arm *arm, int event, double ratio)
{
    double value = arm->events[event].value;
    double slope = arm->by_weight ? arm->by_weight[event] : 0;
    return slope != 0 && value != 0 && ratio != 1
               ? value * (pow(ratio, slope / value) - 1)
               : 0;
}

static enum osw_status scale_life(const struct osw_model *model, struct osw_life *life,
                                  const double *factors, bool own_only,
                                  struct osw_arena *arena)
{
    const int n = model->kernel->n_params;
    double *p = osw_arena_alloc(arena, (size_t)n, sizeof *p);
    if (!p)
        return OSW_ERR_MEMORY;
    for (int j = 0; j < n; j++) {
        bool moves = !(own_only && life->given && life->given[j]);
        p[j] = moves ? life->params[j] * factors[j] : life->params[j];
    }
    osw_life_follow(life, p);
    life->t_start = osw_life_starts(model, life, p);
    life->params = p;
    return OSW_OK;
}

static enum osw_status scale_arm(const struct osw_model *model, struct osw_arm *arm,
                                 const struct osw_life *before, const double *now,
                                 struct osw_arena *arena)
{
    struct osw_event *events =
        osw_arena_alloc(arena, (size_t)arm->n_events, sizeof *events);
    const int weight = osw_model_param(model, "weight");
    const double ratio = weight < 0 ? 1 : now[weight] / before->params[weight];
    if (!events)
        return OSW_ERR_MEMORY;
    for (int i = 0; i < arm->n_events; i++) {
        events[i] = arm->events[i];
        if (events[i].kind == OSW_EVENT_SET_PARAM)
            events[i].value = osw_arm_value(arm, i, before, now);
        events[i].value += heavier(arm, i, ratio);
    }
    arm->events = events;
    return OSW_OK;
}

enum osw_status osw_plan_scale(const struct osw_plan *plan, const double *factors,
                               bool own_only, struct osw_arena *arena,
                               struct osw_plan *scaled)
{
    struct osw_life *lives = osw_arena_alloc(arena, (size_t)plan->n_lives, sizeof *lives);
    struct osw_arm *arms = osw_arena_alloc(arena, (size_t)plan->n_arms, sizeof *arms);
    enum osw_status status = lives && arms ? OSW_OK : OSW_ERR_MEMORY;
    for (int i = 0; i < plan->n_lives && !status; i++) {
        lives[i] = plan->lives[i];
        status = scale_life(plan->model, &lives[i], factors, own_only, arena);
    }
    for (int a = 0; a < plan->n_arms && !status; a++) {
        arms[a] = plan->arms[a];
        int life = arms[a].life;
        status = scale_arm(plan->model, &arms[a], &plan->lives[life], lives[life].params,
                           arena);
    }
    if (status)
        return status;
    *scaled = *plan;
    scaled->lives = lives;
    scaled->arms = arms;
    return OSW_OK;
}
