/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A lane's way through an arm: what happens at an event, where the segment after it ends,
 * which outputs lie on the way. At an event that is an output time the state is shown
 * before and after, as in simulate.c. Where the arm's rhythm allows, a stride takes many
 * of its periods in one step (simulate/stride.h). */
#ifndef OSW_SIMULATE_WALK_H
#define OSW_SIMULATE_WALK_H

#include "scenario/rhythm.h"
#include "simulate/axis.h"
#include "solve/batch.h"

struct osw_stride;

struct osw_route { /* what all walks of an arm share; borrowed but for the rhythm */
    const struct osw_kernel *kernel;
    const struct osw_arm *arm;
    const struct osw_life *life;
    const struct osw_axis *axis;
    double end; /* of the arm */
    struct osw_rhythm rhythm;
};

enum osw_status osw_route_init(struct osw_route *route, const struct osw_kernel *kernel,
                               const struct osw_arm *arm, const struct osw_life *life,
                               const struct osw_axis *axis, double end) OSW_MUST_CHECK;
void osw_route_fini(struct osw_route *route);

struct osw_walk {
    const struct osw_route *route;
    struct osw_stride *stride; /* or NULL: every period is run */
    const double *p;           /* [n_params] at time 0, with what changes then */
    int group, asked;          /* the next of each */
    int first;                 /* asked index of the segment's first time */
    int end_row;               /* axis index of the output at the segment's end, or -1 */
    int show_row;              /* … of what is to be shown after a turn */
    bool begins, started, over;
    int64_t segments;
    /* Set by the stride: */
    double shift;   /* events happen so much later than they are listed */
    double horizon; /* no segment leads beyond; there the stride says what follows */
    bool blind;     /* outputs are not wanted */
};

/* At time 0. */
void osw_walk_begin(struct osw_walk *walk, const struct osw_route *route,
                    struct osw_stride *stride, const double *p);

/* osw_batch_source.turn, until the end of the arm. */
enum osw_batch_answer osw_walk_turn(struct osw_walk *walk, struct osw_batch_lane *lane,
                                    struct osw_batch_segment *segment);

/* The rows of the axis [*first, *last] that an output of the lane is for. */
void osw_walk_rows(const struct osw_walk *walk, int index, int *first, int *last);

#endif
