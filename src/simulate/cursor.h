/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A way through a timeline, segment by segment: what a lane does at the end of one
 * segment, and where the next one leads. It depends on the timeline and the lane's time
 * alone; which solver runs the segments is not known here. */
#ifndef OSW_SIMULATE_CURSOR_H
#define OSW_SIMULATE_CURSOR_H

#include "simulate/events.h"
#include "simulate/timeline.h"
#include "solve/batch.h"

struct osw_cursor {
    const struct osw_timeline *timeline;
    const double
        *p; /* [n_params] from the beginning on, once the first output is given */
    struct osw_sensitivities *sensitivities; /* carried along, or NULL */
    int group, asked; /* the next group of events and asked output */
    int first;        /* asked index of the segment's first output */
    int end_row;      /* row of the output at the segment's end, or -1 */
    int show_row;     /* row of the output that is to be given at once */
    bool begins, started, over;
    int64_t segments; /* begun so far */
    /* Set by a driver that takes several periods of the rhythm at once: */
    double shift;   /* added to every event's time, while a trial period is run */
    double horizon; /* no segment leads beyond; there the driver says what follows */
    bool blind;     /* outputs are not wanted */
};

/* At day t. */
void osw_cursor_begin(struct osw_cursor *cursor, const struct osw_timeline *timeline,
                      double t, const double *p, struct osw_sensitivities *sensitivities);

/* At the segment's end (and at the beginning) the two are called one after the other. The
 * lane has arrived: END when all is done; GO with segment->show: an output is to be given
 * first, then arrive again. */
enum osw_batch_answer osw_cursor_arrive(struct osw_cursor *cursor,
                                        struct osw_batch_lane *lane,
                                        struct osw_batch_segment *segment);

/* Apply the events that are due and aim at the next segment's end. GO, with segment->show
 * when the state after the events is asked for; or END. */
enum osw_batch_answer osw_cursor_depart(struct osw_cursor *cursor,
                                        struct osw_batch_lane *lane,
                                        struct osw_batch_segment *segment);

/* The rows [*first, *last] that the segment's output `index` is for; -1: the one to be
 * given at once. */
void osw_cursor_rows(const struct osw_cursor *cursor, int index, int *first, int *last);

/* Is the state at the end of this segment asked for after the events there, too? */
bool osw_cursor_second_row(const struct osw_cursor *cursor);

/* The first asked output at or after day t. */
int osw_cursor_asked_from(const struct osw_cursor *cursor, double t);

#endif
