/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What happens in a life or an arm, and when: events, the outputs that are asked for with
 * the row of each, the end. No solver; read-only once made. */
#ifndef OSW_SIMULATE_TIMELINE_H
#define OSW_SIMULATE_TIMELINE_H

#include "scenario/rhythm.h"
#include "simulate/axis.h"

struct osw_timeline { /* shared by all who go through it; borrowed but for the rhythm */
    const char *name;
    const struct osw_kernel *kernel;
    const struct osw_arm *arm; /* NULL: a life, which has no events */
    const struct osw_life *life;
    double end;          /* day */
    bool hold;           /* states that are held stay as they are */
    const double *times; /* [n_times] asked outputs, ascending, day … */
    const int *rows; /* … and their rows of the axis, the first of two; NULL: 0, 1 … */
    int n_times;
    const struct osw_axis *axis;
    struct osw_rhythm rhythm; /* of the arm's events */
};

/* life may be NULL when the arm has no gains. */
enum osw_status osw_timeline_arm(struct osw_timeline *timeline,
                                 const struct osw_kernel *kernel,
                                 const struct osw_arm *arm, const struct osw_life *life,
                                 const struct osw_axis *axis, double end) OSW_MUST_CHECK;
/* A life to time 0, with the history that the axis asks for; axis NULL: none. */
void osw_timeline_life(struct osw_timeline *timeline, const struct osw_kernel *kernel,
                       const struct osw_life *life, const struct osw_axis *axis);
void osw_timeline_fini(struct osw_timeline *timeline);

#endif
