/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "simulate/walk.h"
#include "model/kernel.h"
#include "simulate/stride.h"

#include <math.h>

enum osw_status osw_route_init(struct osw_route *route, const struct osw_kernel *kernel,
                               const struct osw_arm *arm, const struct osw_life *life,
                               const struct osw_axis *axis, double end)
{
    *route = (struct osw_route){
        .kernel = kernel, .arm = arm, .life = life, .axis = axis, .end = end};
    return osw_rhythm_init(&route->rhythm, arm->events, arm->n_events);
}

void osw_route_fini(struct osw_route *route)
{
    osw_rhythm_fini(&route->rhythm);
}

void osw_walk_begin(struct osw_walk *w, const struct osw_route *route,
                    struct osw_stride *stride, const double *p)
{
    *w = (struct osw_walk){.route = route,
                           .stride = stride,
                           .p = p,
                           .begins = true,
                           .end_row = -1,
                           .horizon = INFINITY};
    if (stride)
        osw_stride_begin(stride, w);
}

static void set_param(const struct osw_walk *w, struct osw_batch_lane *lane, int j,
                      double value, struct osw_batch_segment *segment)
{
    const unsigned char *switchable = w->route->kernel->param_switchable;
    lane->p[j * lane->stride] = value;
    if (switchable && switchable[j])
        segment->switched = true;
    else
        segment->changed = true;
}

static void apply(const struct osw_walk *w, int event, struct osw_batch_lane *lane,
                  struct osw_batch_segment *segment)
{
    const struct osw_route *r = w->route;
    const struct osw_event *e = &r->arm->events[event];
    double *y = &lane->y[e->index * lane->stride];
    switch (e->kind) {
    case OSW_EVENT_SET_PARAM:
        set_param(w, lane, e->index, osw_arm_value(r->arm, event, r->life, w->p),
                  segment);
        break;
    case OSW_EVENT_SET_STATE:
        *y = e->value;
        break;
    case OSW_EVENT_ADD_STATE:
        *y += e->value;
        break;
    }
}

/* What changes at time 0. */
static void start(struct osw_walk *w, struct osw_batch_lane *lane,
                  struct osw_batch_segment *segment)
{
    w->started = true;
    for (int j = 0; j < w->route->kernel->n_params; j++)
        if (w->p[j] != lane->p[j * lane->stride])
            set_param(w, lane, j, w->p[j], segment);
}

/* Groups due at time t. */
static void pass_events(struct osw_walk *w, double t, struct osw_batch_lane *lane,
                        struct osw_batch_segment *segment)
{
    const struct osw_rhythm *r = &w->route->rhythm;
    if (w->group < r->n_groups) {
        const int kind = r->groups[w->group].kind + 1;
        segment->kind = kind < OSW_BATCH_KINDS ? kind : 0;
    }
    for (;
         w->group < r->n_groups && r->groups[w->group].t + w->shift <= t + OSW_SAME_TIME;
         w->group++)
        for (int e = r->groups[w->group].first; e < r->groups[w->group].end; e++)
            apply(w, e, lane, segment);
}

/* Where the segment from t ends, and the outputs on its way. */
static void aim(struct osw_walk *w, struct osw_batch_segment *segment)
{
    const struct osw_rhythm *r = &w->route->rhythm;
    const struct osw_axis *axis = w->route->axis;
    double stop = fmin(w->route->end, w->horizon);
    if (w->group < r->n_groups)
        stop = fmin(stop, r->groups[w->group].t + w->shift);
    int last = w->first = w->asked;
    while (!w->blind && last < axis->n_asked && axis->asked[last] <= stop + OSW_SAME_TIME)
        last++;
    w->end_row = -1;
    if (last > w->asked && axis->asked[last - 1] >= stop - OSW_SAME_TIME) {
        stop = axis->asked[last - 1]; /* one time, not two a rounding apart */
        w->end_row = axis->index[last - 1];
    }
    segment->t_end = stop;
    segment->times = axis->asked + w->asked;
    segment->n_times = last - w->asked;
    w->asked = last;
    w->segments++;
}

enum osw_batch_answer osw_walk_turn(struct osw_walk *w, struct osw_batch_lane *lane,
                                    struct osw_batch_segment *segment)
{
    const struct osw_axis *axis = w->route->axis;
    *segment = (struct osw_batch_segment){.t_end = lane->t};
    if (w->over)
        return OSW_BATCH_END;
    if (w->begins) {
        w->begins = false;
        if (axis->n_asked && axis->asked[0] <= OSW_SAME_TIME) {
            w->asked = 1;
            w->show_row = w->end_row = axis->index[0];
            segment->show = true;
            return OSW_BATCH_GO;
        }
    }
    if (!w->started)
        start(w, lane, segment);
    if (lane->t >= w->horizon - OSW_SAME_TIME) {
        osw_stride_turn(w->stride, w, lane, segment);
        segment->t_end = lane->t;
        if (segment->show)
            return OSW_BATCH_GO;
    }
    pass_events(w, lane->t, lane, segment);
    segment->show = osw_axis_twin(axis, w->end_row);
    w->show_row = w->end_row + 1;
    w->over = lane->t >= w->route->end - OSW_SAME_TIME;
    if (w->over && !segment->show)
        return OSW_BATCH_END;
    if (!w->over)
        aim(w, segment);
    if (w->stride)
        osw_stride_watch(w->stride, segment);
    return OSW_BATCH_GO;
}

void osw_walk_rows(const struct osw_walk *w, int index, int *first, int *last)
{
    const struct osw_axis *axis = w->route->axis;
    *first = index < 0 ? w->show_row : axis->index[w->first + index];
    /* Before the segment's end both entries of a time are the same. */
    *last = *first + (index >= 0 && osw_axis_twin(axis, *first) && *first != w->end_row);
}
