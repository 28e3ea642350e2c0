/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Steps of many periods (solve/envelope.h) for a walk, in the stretches of its arm that
 * repeat themselves. The first period of a step is run as it is, outputs and all; three
 * more are run for the step's sake, at other times and blindly; outputs that the step
 * passes over are given afterwards, from states between its ends. Where no step is
 * possible, period follows period. */
#ifndef OSW_SIMULATE_STRIDE_H
#define OSW_SIMULATE_STRIDE_H

#include "simulate/walk.h"
#include "solve/envelope.h"

/* One for each lane. */
enum osw_status osw_stride_create(const struct osw_kernel *kernel, double rtol,
                                  struct osw_stride **stride) OSW_MUST_CHECK;
void osw_stride_destroy(struct osw_stride *stride);

/* The walk begins: sets its horizon. */
void osw_stride_begin(struct osw_stride *stride, struct osw_walk *walk);

/* The lane is at the walk's horizon: it and the walk are moved to where they go on. With
 * segment->show: after outputs there were given. */
void osw_stride_turn(struct osw_stride *stride, struct osw_walk *walk,
                     struct osw_batch_lane *lane, struct osw_batch_segment *segment);

/* The lane failed. True: it has been put back to where it can go on. */
bool osw_stride_failed(struct osw_stride *stride, struct osw_walk *walk,
                       struct osw_batch_lane *lane);

/* Ask for what the stride has to know of the segment. */
void osw_stride_watch(struct osw_stride *stride, struct osw_batch_segment *segment);

/* Of the walk. */
struct osw_stride_stats {
    int64_t periods; /* that the arm's stretches have */
    int64_t run;     /* that were run */
};
const struct osw_stride_stats *osw_stride_stats(const struct osw_stride *stride);

#endif
