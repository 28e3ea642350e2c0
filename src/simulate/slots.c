/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Making trajectories of a slot's life and arms, and telling the caller how arms ended.
 */
#include "simulate/slots.h"

#include <math.h>
#include <string.h>

int64_t osw_slots_most_steps(const struct osw_members *m, int arm)
{
    int64_t segments = arm < m->plan->n_arms ? m->plan->arms[arm].n_events + 1 : 1;
    int64_t least = 100 * segments, given = m->options.solver.max_steps;
    return given > least ? given : least;
}

void osw_slots_arm_params(const struct osw_members *m, const struct osw_life_slot *slot,
                          double *p)
{
    memcpy(p, slot->p, (size_t)m->plan->model->kernel->n_params * sizeof *p);
    if (m->source->start)
        m->source->start(m->source->context, slot->member, p);
}

static void clear(double *x, size_t n)
{
    for (size_t i = 0; x && i < n; i++)
        x[i] = NAN;
}

void osw_slots_life(struct osw_members *m, struct osw_lane_work *lane,
                    struct osw_life_slot *slot)
{
    lane->members = m;
    lane->slot = slot;
    lane->arm = -1;
    lane->fallback = NULL;
    lane->reported = slot->t_start;
    lane->trajectory = (struct osw_trajectory){
        .context = lane,
        .timeline = &m->life_timelines[slot->life],
        .t = slot->t_start,
        .y = slot->y,
        .p = slot->p,
        .most_steps = m->driver->in_lanes ? m->most_steps[m->plan->n_arms] : 0,
        .kept = m->plan->outputs,
        .n_kept = m->plan->n_outputs,
        .outputs = slot->outputs,
        .states = slot->states,
        .end = slot->y};
}

static void clear_arm(struct osw_members *m, struct osw_lane_work *lane)
{
    const size_t rows = (size_t)m->axis.n, n = (size_t)m->plan->n_outputs;
    clear(lane->outputs, rows * n);
    clear(lane->states, rows * (size_t)m->plan->model->kernel->n_states);
    clear(lane->slopes, rows * n * (size_t)m->options.n_sensitive);
}

void osw_slots_arm(struct osw_members *m, struct osw_lane_work *lane,
                   struct osw_life_slot *slot, int arm)
{
    const size_t rows = (size_t)m->axis.n_history, n = (size_t)m->plan->n_outputs;
    const size_t n_states = (size_t)m->plan->model->kernel->n_states;
    clear_arm(m, lane);
    memcpy(lane->outputs, slot->outputs, rows * n * sizeof *lane->outputs);
    if (lane->states)
        memcpy(lane->states, slot->states, rows * n_states * sizeof *lane->states);
    osw_slots_arm_params(m, slot, lane->p);
    if (m->sensitivities.n)
        osw_sensitivities_restore(&m->sensitivities);
    lane->members = m;
    lane->slot = slot;
    lane->arm = arm;
    lane->fallback = NULL;
    lane->reported = 0;
    lane->trajectory = (struct osw_trajectory){
        .context = lane,
        .timeline = &m->arm_timelines[arm],
        .t = 0,
        .y = slot->y,
        .p = slot->p,
        .p_from_on = lane->p,
        .most_steps = m->driver->in_lanes ? m->most_steps[arm] : 0,
        .kept = m->plan->outputs,
        .n_kept = m->plan->n_outputs,
        .outputs = lane->outputs,
        .states = lane->states,
        .slopes = lane->slopes};
}

static void tell(struct osw_members *m, const struct osw_lane_work *lane,
                 struct osw_life_slot *slot, const struct osw_life_slot *after)
{
    const struct osw_trajectory *trajectory = &lane->trajectory;
    const struct osw_arm_result result = {.name = m->plan->arms[lane->arm].name,
                                          .status = trajectory->status,
                                          .failure = trajectory->failure,
                                          .stats = trajectory->stats,
                                          .life_stats = after->stats,
                                          .matched_value = slot->matched,
                                          .params = slot->p,
                                          .fallback = lane->fallback,
                                          .fallback_t = lane->fallback_t,
                                          .periods = trajectory->periods,
                                          .periods_run = trajectory->periods_run};
    const struct osw_member_arm arm = {.member = slot->member,
                                       .arm = lane->arm,
                                       .result = &result,
                                       .outputs = lane->outputs,
                                       .states = lane->states,
                                       .slopes = lane->slopes};
    m->source->done(m->source->context, &arm);
    if (--slot->open_arms == 0)
        slot->stage = OSW_SLOT_FREE;
}

void osw_slots_tell(struct osw_members *m, struct osw_lane_work *lane,
                    struct osw_life_slot *slot, const struct osw_life_slot *after)
{
    const struct osw_trajectory *trajectory = &lane->trajectory;
    if (trajectory->status)
        osw_life_say_failed(m->plan->model, m->plan->arms[lane->arm].name,
                            &trajectory->failure, m->diag);
    tell(m, lane, slot, after);
}

void osw_slots_tell_failed(struct osw_members *m, struct osw_lane_work *lane,
                           struct osw_life_slot *slot, int arm, enum osw_status why,
                           const struct osw_solver_failure *failure)
{
    clear_arm(m, lane);
    lane->arm = arm;
    lane->trajectory = (struct osw_trajectory){.status = why, .failure = *failure};
    tell(m, lane, slot, slot);
}
