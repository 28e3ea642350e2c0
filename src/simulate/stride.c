/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "simulate/stride.h"
#include "base/memory.h"
#include "model/kernel.h"

#include <math.h>
#include <string.h>

enum mode {
    APPROACHING, /* the next stretch */
    RUNNING,     /* a period as it is */
    TRYING,      /* one for the sake of a step */
    BETWEEN      /* one within a step, for outputs */
};

struct osw_stride {
    struct osw_envelope *envelope;
    int n_states;
    enum mode mode;
    int next_stretch;
    const struct osw_stretch *stretch; /* not while APPROACHING */
    int n;                             /* the period that runs, or ran last, as it is */
    double *y, *y_end;                 /* where it began and ended, and … */
    int asked, end_row;                /* … what the walk was at then */
    double *p;                         /* parameters when a period begins */
    bool p_known;
    bool failed;             /* the one tried could not be run */
    int64_t most_steps;      /* of the lane; one tried is allowed fewer: … */
    int64_t steps_before;    /* taken when the last period of RUNNING began, … */
    int64_t steps_of_period; /* and those of the last such period */
    int output, last_output; /* asked indices to give of the last step: [output, last) */
    int between;             /* the period of the last one given */
    double *y_between;
    struct osw_stride_stats stats;
};

enum osw_status osw_stride_create(const struct osw_kernel *kernel, double rtol,
                                  struct osw_stride **stride)
{
    struct osw_stride *s = osw_alloc(1, sizeof *s);
    if (!s)
        return OSW_ERR_MEMORY;
    s->n_states = kernel->n_states;
    s->y = osw_alloc((size_t)kernel->n_states, sizeof *s->y);
    s->y_end = osw_alloc((size_t)kernel->n_states, sizeof *s->y_end);
    s->y_between = osw_alloc((size_t)kernel->n_states, sizeof *s->y_between);
    s->p = osw_alloc((size_t)kernel->n_params, sizeof *s->p);
    enum osw_status status = OSW_ERR_MEMORY;
    if (s->y && s->y_end && s->y_between && s->p)
        status = osw_envelope_create(kernel, rtol, &s->envelope);
    if (status) {
        osw_stride_destroy(s);
        return status;
    }
    *stride = s;
    return OSW_OK;
}

void osw_stride_destroy(struct osw_stride *s)
{
    if (!s)
        return;
    osw_envelope_destroy(s->envelope);
    osw_free(s->y);
    osw_free(s->y_end);
    osw_free(s->y_between);
    osw_free(s->p);
    osw_free(s);
}

static const struct osw_rhythm *rhythm_of(const struct osw_walk *w)
{
    return &w->route->rhythm;
}

static double begins(const struct osw_stride *s, const struct osw_walk *w, int n)
{
    return osw_rhythm_begins(rhythm_of(w), s->stretch, n);
}

/* First asked index at or after t. */
static int asked_from(const struct osw_walk *w, double t)
{
    const struct osw_axis *axis = w->route->axis;
    int low = 0, high = axis->n_asked;
    while (low < high) {
        int middle = low + (high - low) / 2;
        if (axis->asked[middle] < t - OSW_SAME_TIME)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* On to the next stretch. */
static void approach(struct osw_stride *s, struct osw_walk *w)
{
    const struct osw_rhythm *r = rhythm_of(w);
    s->mode = APPROACHING;
    w->horizon = INFINITY;
    if (s->next_stretch < r->n_stretches)
        w->horizon = osw_rhythm_begins(r, &r->stretches[s->next_stretch], 0);
}

void osw_stride_begin(struct osw_stride *s, struct osw_walk *w)
{
    s->next_stretch = 0;
    s->stats = (struct osw_stride_stats){0};
    approach(s, w);
}

static void read_state(const struct osw_stride *s, const struct osw_batch_lane *lane,
                       double *y)
{
    for (int i = 0; i < s->n_states; i++)
        y[i] = lane->y[i * lane->stride];
}

static void keep_params(struct osw_stride *s, const struct osw_walk *w,
                        const struct osw_batch_lane *lane)
{
    for (int j = 0; j < w->route->kernel->n_params; j++)
        s->p[j] = lane->p[j * lane->stride];
    s->p_known = true;
}

/* What the period's events set is set back to what it is when a period begins. */
static void restore_params(const struct osw_stride *s, const struct osw_walk *w,
                           struct osw_batch_lane *lane, struct osw_batch_segment *segment)
{
    const struct osw_event_group *g = &rhythm_of(w)->groups[s->stretch->first];
    for (int i = g->first; i < g[s->stretch->length - 1].end; i++) {
        const struct osw_event *e = &w->route->arm->events[i];
        double *p = &lane->p[e->index * lane->stride];
        if (e->kind != OSW_EVENT_SET_PARAM || *p == s->p[e->index])
            continue;
        *p = s->p[e->index];
        segment->switched = segment->changed = true;
    }
}

/* The lane goes on with state y at the beginning of period n, `shift` later. */
static void go_to(const struct osw_stride *s, struct osw_walk *w, int n, double shift,
                  const double *y, struct osw_batch_lane *lane,
                  struct osw_batch_segment *segment)
{
    lane->t = begins(s, w, n) + shift;
    w->shift = shift;
    for (int i = 0; i < s->n_states; i++)
        lane->y[i * lane->stride] = y[i];
    restore_params(s, w, lane, segment);
    w->group = s->stretch->first + n * s->stretch->length;
    w->end_row = -1;
}

static int64_t taken(const struct osw_batch_lane *lane)
{
    return lane->steps + lane->rejected;
}

/* Period n, as it is, from the state of the lane. */
static void run_period(struct osw_stride *s, struct osw_walk *w, int n,
                       const struct osw_batch_lane *lane)
{
    s->mode = RUNNING;
    s->steps_before = taken(lane);
    s->n = n;
    s->stats.run++;
    read_state(s, lane, s->y);
    w->blind = false;
    w->horizon = begins(s, w, n + 1);
}

static void leave(struct osw_stride *s, struct osw_walk *w)
{
    s->next_stretch++;
    approach(s, w);
}

/* A state that the step's method made up may lie where the rates are wild. */
static void allow_steps(const struct osw_stride *s, struct osw_batch_lane *lane)
{
    enum { MANY = 10, LEAST = 100 };
    const int64_t most = taken(lane) + LEAST + MANY * s->steps_of_period;
    lane->most_steps = most < s->most_steps ? most : s->most_steps;
}

static void try_period(struct osw_stride *s, struct osw_walk *w,
                       struct osw_batch_lane *lane, struct osw_batch_segment *segment)
{
    const double place = osw_envelope_place(s->envelope);
    const int n = (int)place;
    const double length = begins(s, w, n + 1) - begins(s, w, n);
    s->mode = TRYING;
    s->failed = false;
    s->stats.run++;
    go_to(s, w, n, (place - n) * length, osw_envelope_state(s->envelope), lane, segment);
    w->blind = true;
    w->horizon = lane->t + length;
    allow_steps(s, lane);
}

/* On from the end of the last period that was run as it is. */
static void go_on(struct osw_stride *s, struct osw_walk *w, struct osw_batch_lane *lane,
                  struct osw_batch_segment *segment)
{
    const int n = s->n + 1;
    if (s->mode != RUNNING) {
        go_to(s, w, n, 0, s->y_end, lane, segment);
        w->asked = s->asked;
        w->end_row = s->end_row;
    }
    w->blind = false;
    if (n < s->stretch->n_periods)
        run_period(s, w, n, lane);
    else
        leave(s, w);
}

/* A step from the period that ran, or the next period. The last one of a step is to be
 * within the stretch, too. */
static void step_or_go_on(struct osw_stride *s, struct osw_walk *w,
                          struct osw_batch_lane *lane, struct osw_batch_segment *segment)
{
    if (osw_envelope_try(s->envelope, s->stretch->n_periods - 1))
        try_period(s, w, lane, segment);
    else
        go_on(s, w, lane, segment);
}

/* The output there is that before events: shown at once. */
static void show_asked(struct osw_walk *w, struct osw_batch_segment *segment)
{
    w->show_row = w->end_row = w->route->axis->index[w->asked++];
    segment->show = true;
}

/* The next outputs within the last step, those of one period at a time, or what follows
 * when all are given. */
static void give_between(struct osw_stride *s, struct osw_walk *w,
                         struct osw_batch_lane *lane, struct osw_batch_segment *segment)
{
    const double *asked = w->route->axis->asked;
    if (s->output == s->last_output) {
        step_or_go_on(s, w, lane, segment);
        return;
    }
    while (begins(s, w, s->between + 1) <= asked[s->output] + OSW_SAME_TIME)
        s->between++;
    s->mode = BETWEEN;
    osw_envelope_between(s->envelope, s->between, s->y_between);
    go_to(s, w, s->between, 0, s->y_between, lane, segment);
    w->blind = false;
    w->asked = s->output;
    const int last = asked_from(w, begins(s, w, s->between + 1));
    s->output = last < s->last_output ? last : s->last_output;
    w->horizon = asked[s->output - 1];
    if (w->horizon > lane->t + OSW_SAME_TIME)
        s->stats.run++;
    if (asked[w->asked] <= lane->t + OSW_SAME_TIME)
        show_asked(w, segment);
}

/* The period that was run as it is has ended. */
static void ran(struct osw_stride *s, struct osw_walk *w, struct osw_batch_lane *lane,
                struct osw_batch_segment *segment)
{
    if (!s->p_known)
        keep_params(s, w, lane);
    read_state(s, lane, s->y_end);
    s->steps_of_period = taken(lane) - s->steps_before;
    s->asked = w->asked;
    s->end_row = w->end_row;
    osw_envelope_ran(s->envelope, s->n, begins(s, w, s->n + 1) - begins(s, w, s->n), s->y,
                     s->y_end, lane->tolerance, lane->stride);
    give_between(s, w, lane, segment);
}

/* The step led to the beginning of a period; the outputs that it passed are given when
 * that one has been run. */
static void stepped(struct osw_stride *s, struct osw_walk *w, struct osw_batch_lane *lane,
                    struct osw_batch_segment *segment)
{
    const struct osw_axis *axis = w->route->axis;
    const int n = (int)osw_envelope_place(s->envelope);
    s->between = s->n + 1;
    s->output = asked_from(w, begins(s, w, s->between));
    s->last_output = asked_from(w, begins(s, w, n));
    go_to(s, w, n, 0, osw_envelope_state(s->envelope), lane, segment);
    w->asked = s->last_output;
    if (w->asked < axis->n_asked && axis->asked[w->asked] <= lane->t + OSW_SAME_TIME)
        show_asked(w, segment);
    run_period(s, w, n, lane);
}

static void tried(struct osw_stride *s, struct osw_walk *w, struct osw_batch_lane *lane,
                  struct osw_batch_segment *segment)
{
    lane->most_steps = s->most_steps;
    if (!s->failed)
        read_state(s, lane, s->y_between);
    switch (osw_envelope_take(s->envelope, s->failed ? NULL : s->y_between)) {
    case OSW_ENVELOPE_PERIOD:
        try_period(s, w, lane, segment);
        break;
    case OSW_ENVELOPE_STEPPED:
        stepped(s, w, lane, segment);
        break;
    case OSW_ENVELOPE_LEFT:
        go_on(s, w, lane, segment);
        break;
    }
}

static void enter(struct osw_stride *s, struct osw_walk *w,
                  const struct osw_batch_lane *lane)
{
    s->stretch = &rhythm_of(w)->stretches[s->next_stretch];
    s->stats.periods += s->stretch->n_periods;
    s->p_known = false;
    s->most_steps = lane->most_steps;
    s->output = s->last_output = 0;
    osw_envelope_begin(s->envelope);
    run_period(s, w, 0, lane);
}

void osw_stride_turn(struct osw_stride *s, struct osw_walk *w,
                     struct osw_batch_lane *lane, struct osw_batch_segment *segment)
{
    switch (s->mode) {
    case APPROACHING:
        enter(s, w, lane);
        break;
    case RUNNING:
        ran(s, w, lane, segment);
        break;
    case TRYING:
        tried(s, w, lane, segment);
        break;
    case BETWEEN: /* first, what is to be shown after the events there */
        if (!osw_axis_twin(w->route->axis, w->end_row))
            give_between(s, w, lane, segment);
        break;
    }
}

bool osw_stride_failed(struct osw_stride *s, struct osw_walk *w,
                       struct osw_batch_lane *lane)
{
    if (s->mode != TRYING || taken(lane) >= s->most_steps)
        return false;
    s->failed = true;
    lane->t = w->horizon;
    for (int i = 0; i < s->n_states; i++)
        lane->y[i * lane->stride] = s->y_end[i];
    return true;
}

void osw_stride_watch(struct osw_stride *s, struct osw_batch_segment *segment)
{
    if (s->mode != RUNNING)
        return;
    segment->sum_jac = osw_envelope_jacobian(s->envelope);
    segment->sum_slope = osw_envelope_slope(s->envelope);
}

const struct osw_stride_stats *osw_stride_stats(const struct osw_stride *s)
{
    return &s->stats;
}
