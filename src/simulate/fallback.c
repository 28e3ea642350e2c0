/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The same life and arms by the reference solver, the life from its start, too. What
 * fails there as well is told with its status. */
#include "simulate/fallback.h"

#include <math.h>
#include <string.h>

/* The life again, in the spare slot; the lane's trajectory says how it ended. */
static enum osw_status run_life(struct osw_members *m, struct osw_lane_work *lane,
                                const struct osw_life_slot *slot)
{
    struct osw_life_slot *spare = &m->spare;
    const size_t rows = (size_t)m->axis.n_history;
    const size_t n_states = (size_t)m->plan->model->kernel->n_states;
    spare->member = slot->member;
    spare->life = slot->life;
    spare->t_start = slot->t_start;
    memcpy(spare->p, slot->p,
           (size_t)m->plan->model->kernel->n_params * sizeof *spare->p);
    for (size_t i = 0; i < rows * (size_t)m->plan->n_outputs; i++)
        spare->outputs[i] = NAN;
    for (size_t i = 0; i < rows * n_states; i++)
        spare->states[i] = NAN;
    osw_slots_life(m, lane, spare);
    lane->trajectory.most_steps = 0;
    enum osw_status status = osw_life_run(&m->lives, &lane->trajectory, m->diag);
    spare->stats = lane->trajectory.stats;
    return status;
}

static enum osw_status run_arm(struct osw_members *m, struct osw_lane_work *lane, int arm)
{
    osw_slots_arm(m, lane, &m->spare, arm);
    lane->trajectory.most_steps = osw_slots_most_steps(m, arm);
    return osw_driver_run_one(m->lives.driver, m->lives.work, &lane->trajectory);
}

void osw_fallback_run(struct osw_members *m, struct osw_lane_work *lane,
                      struct osw_life_slot *slot, int arm, const char *reason, double t)
{
    m->status = run_life(m, lane, slot);
    const struct osw_solver_failure failure = lane->trajectory.failure;
    const enum osw_status life = lane->trajectory.status;
    for (int a = 0; a < m->plan->n_arms && !m->status; a++) {
        if (arm < 0 ? m->plan->arms[a].life != slot->life : a != arm)
            continue;
        if (!life)
            m->status = run_arm(m, lane, a);
        lane->fallback = reason;
        lane->fallback_t = t;
        if (life)
            osw_slots_tell_failed(m, lane, slot, a, life, &failure);
        else if (!m->status)
            osw_slots_tell(m, lane, slot, &m->spare);
    }
}
