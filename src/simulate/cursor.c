/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Cutting a life or an arm into segments: at its events, at the horizon of the driver, at
 * its end. An output at the time of an event is the value before it; where the axis has a
 * second row for the time, that one is given after the event (simulate/axis.h). */
#include "simulate/cursor.h"
#include "model/kernel.h"

#include <math.h>

void osw_cursor_begin(struct osw_cursor *c, const struct osw_timeline *timeline, double t,
                      const double *p, struct osw_sensitivities *sensitivities)
{
    *c = (struct osw_cursor){.timeline = timeline,
                             .p = p,
                             .sensitivities = sensitivities,
                             .begins = true,
                             .end_row = -1,
                             .horizon = INFINITY};
    while (c->asked < timeline->n_times && timeline->times[c->asked] < t)
        c->asked++;
}

static int row_of(const struct osw_timeline *timeline, int asked)
{
    return timeline->rows ? timeline->rows[asked] : asked;
}

static struct osw_events_target target(const struct osw_cursor *c,
                                       const struct osw_batch_lane *lane,
                                       const struct osw_batch_segment *segment)
{
    return (struct osw_events_target){.kernel = c->timeline->kernel,
                                      .y = lane->y,
                                      .p = lane->p,
                                      .stride = lane->stride,
                                      .switched = segment->switched,
                                      .changed = segment->changed,
                                      .sensitivities = c->sensitivities};
}

static void take_changes(struct osw_batch_segment *segment,
                         const struct osw_events_target *to)
{
    segment->switched = to->switched;
    segment->changed = to->changed;
}

/* Groups of events due at day t. */
static void apply_events(struct osw_cursor *c, double t, struct osw_batch_lane *lane,
                         struct osw_batch_segment *segment)
{
    const struct osw_timeline *timeline = c->timeline;
    const struct osw_rhythm *r = &timeline->rhythm;
    struct osw_events_target to = target(c, lane, segment);
    if (c->group < r->n_groups) {
        const int kind = r->groups[c->group].kind + 1;
        segment->kind = kind < OSW_BATCH_KINDS ? kind : 0;
    }
    for (;
         c->group < r->n_groups && r->groups[c->group].t + c->shift <= t + OSW_SAME_TIME;
         c->group++)
        for (int e = r->groups[c->group].first; e < r->groups[c->group].end; e++)
            osw_events_apply(timeline->arm, e, timeline->life, c->p, &to);
    take_changes(segment, &to);
}

/* Where the segment ends, and the outputs on its way. */
static void aim(struct osw_cursor *c, struct osw_batch_segment *segment)
{
    const struct osw_timeline *timeline = c->timeline;
    const struct osw_rhythm *r = &timeline->rhythm;
    double stop = fmin(timeline->end, c->horizon);
    if (c->group < r->n_groups)
        stop = fmin(stop, r->groups[c->group].t + c->shift);
    int last = c->first = c->asked;
    while (!c->blind && last < timeline->n_times &&
           timeline->times[last] <= stop + OSW_SAME_TIME)
        last++;
    c->end_row = -1;
    if (last > c->asked && timeline->times[last - 1] >= stop - OSW_SAME_TIME) {
        stop = timeline->times[last - 1]; /* one time, not two a rounding apart */
        c->end_row = row_of(timeline, last - 1);
    }
    segment->t_end = stop;
    segment->times = last > c->asked ? timeline->times + c->asked : NULL;
    segment->n_times = last - c->asked;
    c->asked = last;
    c->segments++;
}

enum osw_batch_answer osw_cursor_arrive(struct osw_cursor *c, struct osw_batch_lane *lane,
                                        struct osw_batch_segment *segment)
{
    const struct osw_timeline *timeline = c->timeline;
    *segment = (struct osw_batch_segment){.t_end = lane->t, .hold = timeline->hold};
    if (c->over)
        return OSW_BATCH_END;
    if (c->begins) {
        c->begins = false;
        if (c->asked < timeline->n_times &&
            timeline->times[c->asked] <= lane->t + OSW_SAME_TIME) {
            c->show_row = c->end_row = row_of(timeline, c->asked++);
            segment->show = true;
            return OSW_BATCH_GO;
        }
    }
    if (!c->started) {
        struct osw_events_target to = target(c, lane, segment);
        osw_events_set_params(c->p, &to);
        take_changes(segment, &to);
        c->started = true;
    }
    return OSW_BATCH_GO;
}

static bool has_second_row(const struct osw_cursor *c, int row)
{
    return c->timeline->axis && osw_axis_twin(c->timeline->axis, row);
}

bool osw_cursor_second_row(const struct osw_cursor *c)
{
    return has_second_row(c, c->end_row);
}

enum osw_batch_answer osw_cursor_depart(struct osw_cursor *c, struct osw_batch_lane *lane,
                                        struct osw_batch_segment *segment)
{
    apply_events(c, lane->t, lane, segment);
    segment->show = osw_cursor_second_row(c);
    c->show_row = c->end_row + 1;
    c->over = lane->t >= c->timeline->end - OSW_SAME_TIME;
    if (c->over && !segment->show)
        return OSW_BATCH_END;
    if (!c->over)
        aim(c, segment);
    return OSW_BATCH_GO;
}

void osw_cursor_rows(const struct osw_cursor *c, int index, int *first, int *last)
{
    *first = index < 0 ? c->show_row : row_of(c->timeline, c->first + index);
    /* Before the segment's end both rows of a time are the same. */
    *last = *first + (index >= 0 && has_second_row(c, *first) && *first != c->end_row);
}

int osw_cursor_asked_from(const struct osw_cursor *c, double t)
{
    int low = 0, high = c->timeline->n_times;
    while (low < high) {
        int middle = low + (high - low) / 2;
        if (c->timeline->times[middle] < t - OSW_SAME_TIME)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}
