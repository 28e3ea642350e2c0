/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What all drivers do alike for a trajectory: begin, keep values, end. */
#include "simulate/trajectory.h"
#include "model/kernel.h"

void osw_trajectory_begin(struct osw_trajectory *trajectory,
                          struct osw_sensitivities *sensitivities,
                          struct osw_batch_lane *lane)
{
    const struct osw_kernel *k = trajectory->timeline->kernel;
    lane->t = trajectory->t;
    for (int i = 0; i < k->n_states; i++)
        lane->y[i * lane->stride] = trajectory->y[i];
    for (int j = 0; j < k->n_params; j++)
        lane->p[j * lane->stride] = trajectory->p[j];
    if (trajectory->most_steps > 0)
        lane->most_steps = trajectory->most_steps;
    trajectory->status = OSW_OK;
    trajectory->failure = (struct osw_solver_failure){.state = -1, .reason = ""};
    trajectory->stats = (struct osw_solver_stats){0};
    trajectory->periods = trajectory->periods_run = 0;
    osw_cursor_begin(&trajectory->cursor, trajectory->timeline, trajectory->t,
                     trajectory->p_from_on ? trajectory->p_from_on : trajectory->p,
                     sensitivities);
}

void osw_trajectory_record(struct osw_trajectory *trajectory,
                           const struct osw_batch_lane *lane, int index)
{
    const int n_states = trajectory->timeline->kernel->n_states;
    int row, last;
    osw_cursor_rows(&trajectory->cursor, index, &row, &last);
    for (; row <= last; row++) {
        double *outputs = trajectory->outputs
                              ? trajectory->outputs + (ptrdiff_t)row * trajectory->n_kept
                              : NULL;
        double *states =
            trajectory->states ? trajectory->states + (ptrdiff_t)row * n_states : NULL;
        for (int i = 0; outputs && i < trajectory->n_kept; i++)
            outputs[i] = lane->outputs[trajectory->kept[i] * lane->stride];
        for (int i = 0; states && i < n_states; i++)
            states[i] = lane->y[i * lane->stride];
    }
}

void osw_trajectory_end(struct osw_trajectory *trajectory,
                        const struct osw_batch_lane *lane)
{
    for (int i = 0; trajectory->end && i < trajectory->timeline->kernel->n_states; i++)
        trajectory->end[i] = lane->y[i * lane->stride];
}
