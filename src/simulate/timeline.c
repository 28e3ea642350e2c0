/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Timelines of arms and lives from what a plan says of them. */
#include "simulate/timeline.h"

enum osw_status osw_timeline_arm(struct osw_timeline *timeline,
                                 const struct osw_kernel *kernel,
                                 const struct osw_arm *arm, const struct osw_life *life,
                                 const struct osw_axis *axis, double end)
{
    *timeline = (struct osw_timeline){.name = arm->name,
                                      .kernel = kernel,
                                      .arm = arm,
                                      .life = life,
                                      .end = end,
                                      .times = axis->asked,
                                      .rows = axis->index,
                                      .n_times = axis->n_asked,
                                      .axis = axis};
    return osw_rhythm_init(&timeline->rhythm, arm->events, arm->n_events);
}

void osw_timeline_life(struct osw_timeline *timeline, const struct osw_kernel *kernel,
                       const struct osw_life *life, const struct osw_axis *axis)
{
    *timeline = (struct osw_timeline){
        .name = life->name, .kernel = kernel, .life = life, .hold = life->settle_frozen};
    if (!axis)
        return;
    timeline->times = axis->history;
    timeline->n_times = axis->n_history;
    timeline->axis = axis;
}

void osw_timeline_fini(struct osw_timeline *timeline)
{
    osw_rhythm_fini(&timeline->rhythm);
}
