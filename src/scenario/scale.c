/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A plan with other parameter values, as if it had been loaded with them. */
#include "scenario/plan.h"

static enum osw_status scale_life(struct osw_life *life, const double *factors, int n,
                                  bool own_only, struct osw_arena *arena)
{
    double *p = osw_arena_alloc(arena, (size_t)n, sizeof *p);
    if (!p)
        return OSW_ERR_MEMORY;
    for (int j = 0; j < n; j++) {
        bool moves = !(own_only && life->given && life->given[j]);
        p[j] = moves ? life->params[j] * factors[j] : life->params[j];
    }
    life->params = p;
    return OSW_OK;
}

/* Interventions act on the value that the parameter now has; switches stay. */
static enum osw_status scale_arm(struct osw_arm *arm, const double *before,
                                 const double *now, struct osw_arena *arena)
{
    struct osw_event *events =
        osw_arena_alloc(arena, (size_t)arm->n_events, sizeof *events);
    if (!events)
        return OSW_ERR_MEMORY;
    for (int i = 0; i < arm->n_events; i++) {
        events[i] = arm->events[i];
        int j = events[i].index;
        if (events[i].kind == OSW_EVENT_SET_PARAM && arm->gains)
            events[i].value += arm->gains[i] * (now[j] - before[j]);
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
        status = scale_life(&lives[i], factors, plan->model->kernel->n_params, own_only,
                            arena);
    }
    for (int a = 0; a < plan->n_arms && !status; a++) {
        arms[a] = plan->arms[a];
        int life = arms[a].life;
        status = scale_arm(&arms[a], plan->lives[life].params, lives[life].params, arena);
    }
    if (status)
        return status;
    *scaled = *plan;
    scaled->lives = lives;
    scaled->arms = arms;
    return OSW_OK;
}
