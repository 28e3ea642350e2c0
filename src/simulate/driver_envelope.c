/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Rodas5P in lanes, and steps of many periods (solve/envelope.h) in the stretches of an
 * arm that repeat themselves. The first period of a step is run exactly, outputs and all;
 * three more are trials, run at other times and without outputs; outputs that the step
 * passes over are given afterwards, from states between its ends. Where no step is
 * possible, period follows period. */
#include "base/memory.h"
#include "model/kernel.h"
#include "simulate/driver_lanes.h"
#include "solve/envelope.h"

#include <math.h>
#include <string.h>

enum mode {
    APPROACHING, /* the next stretch of periods */
    RUNNING,     /* a period exactly */
    TRYING,      /* a trial period of a step */
    BETWEEN      /* one within a step, for outputs */
};

struct periods {
    struct osw_envelope *envelope;
    int n_states;
    enum mode mode;
    int next_stretch;
    const struct osw_stretch *stretch; /* not while APPROACHING */
    int n;                             /* the period that is (or was last) run exactly */
    double *y, *y_end;                 /* where it began and ended, and … */
    int asked, end_row;                /* … where the cursor was then */
    double *p;                         /* parameters when a period begins */
    bool p_known;
    bool failed;             /* the trial period could not be run */
    int64_t most_steps;      /* of the lane; one tried is allowed fewer: … */
    int64_t steps_before;    /* taken when the last period of RUNNING began, … */
    int64_t steps_of_period; /* and those of the last such period */
    int output, last_output; /* asked indices to give of the last step: [output, last) */
    int between;             /* the period of the last one given */
    double *y_between;
    int64_t n_periods; /* that the stretches of the arm have */
    int64_t n_run;     /* that were run */
};

static void destroy(void *extra)
{
    struct periods *s = extra;
    osw_envelope_destroy(s->envelope);
    osw_free(s->y);
    osw_free(s->y_end);
    osw_free(s->y_between);
    osw_free(s->p);
    osw_free(s);
}

static enum osw_status create(const struct osw_driver_setup *setup, void **extra)
{
    const struct osw_kernel *kernel = setup->kernel;
    struct periods *s = osw_alloc(1, sizeof *s);
    if (!s)
        return OSW_ERR_MEMORY;
    s->n_states = kernel->n_states;
    s->y = osw_alloc((size_t)kernel->n_states, sizeof *s->y);
    s->y_end = osw_alloc((size_t)kernel->n_states, sizeof *s->y_end);
    s->y_between = osw_alloc((size_t)kernel->n_states, sizeof *s->y_between);
    s->p = osw_alloc((size_t)kernel->n_params, sizeof *s->p);
    enum osw_status status = OSW_ERR_MEMORY;
    if (s->y && s->y_end && s->y_between && s->p)
        status = osw_envelope_create(kernel, setup->options.rtol, &s->envelope);
    if (status) {
        destroy(s);
        return status;
    }
    *extra = s;
    return OSW_OK;
}

static const struct osw_rhythm *rhythm_of(const struct osw_cursor *c)
{
    return &c->timeline->rhythm;
}

static double begins(const struct periods *s, const struct osw_cursor *c, int n)
{
    return osw_rhythm_begins(rhythm_of(c), s->stretch, n);
}

/* On to the next stretch. */
static void approach(struct periods *s, struct osw_cursor *c)
{
    const struct osw_rhythm *r = rhythm_of(c);
    s->mode = APPROACHING;
    c->horizon = INFINITY;
    if (s->next_stretch < r->n_stretches)
        c->horizon = osw_rhythm_begins(r, &r->stretches[s->next_stretch], 0);
}

static void begin(void *extra, struct osw_cursor *c)
{
    struct periods *s = extra;
    s->mode = APPROACHING;
    s->next_stretch = 0;
    s->n_periods = s->n_run = 0;
    approach(s, c);
}

static void read_state(const struct periods *s, const struct osw_batch_lane *lane,
                       double *y)
{
    for (int i = 0; i < s->n_states; i++)
        y[i] = lane->y[i * lane->stride];
}

static void keep_params(struct periods *s, const struct osw_cursor *c,
                        const struct osw_batch_lane *lane)
{
    for (int j = 0; j < c->timeline->kernel->n_params; j++)
        s->p[j] = lane->p[j * lane->stride];
    s->p_known = true;
}

/* What the period's events set is set back to its value when a period begins. */
static void restore_params(const struct periods *s, const struct osw_cursor *c,
                           struct osw_batch_lane *lane, struct osw_batch_segment *segment)
{
    const struct osw_event_group *g = &rhythm_of(c)->groups[s->stretch->first];
    for (int i = g->first; i < g[s->stretch->length - 1].end; i++) {
        const struct osw_event *e = &c->timeline->arm->events[i];
        double *p = &lane->p[e->index * lane->stride];
        if (e->kind != OSW_EVENT_SET_PARAM || *p == s->p[e->index])
            continue;
        *p = s->p[e->index];
        segment->switched = segment->changed = true;
    }
}

/* The lane goes on with state y at the beginning of period n, `shift` later. */
static void go_to(const struct periods *s, struct osw_cursor *c, int n, double shift,
                  const double *y, struct osw_batch_lane *lane,
                  struct osw_batch_segment *segment)
{
    lane->t = begins(s, c, n) + shift;
    c->shift = shift;
    for (int i = 0; i < s->n_states; i++)
        lane->y[i * lane->stride] = y[i];
    restore_params(s, c, lane, segment);
    c->group = s->stretch->first + n * s->stretch->length;
    c->end_row = -1;
}

static int64_t taken(const struct osw_batch_lane *lane)
{
    return lane->steps + lane->rejected;
}

/* Period n, exactly, from the state of the lane. */
static void run_period(struct periods *s, struct osw_cursor *c, int n,
                       const struct osw_batch_lane *lane)
{
    s->mode = RUNNING;
    s->steps_before = taken(lane);
    s->n = n;
    s->n_run++;
    read_state(s, lane, s->y);
    c->blind = false;
    c->horizon = begins(s, c, n + 1);
}

static void leave(struct periods *s, struct osw_cursor *c)
{
    s->next_stretch++;
    approach(s, c);
}

/* A predicted state may lie in a very stiff region: give its period fewer steps. */
static void allow_steps(const struct periods *s, struct osw_batch_lane *lane)
{
    enum { MANY = 10, LEAST = 100 };
    const int64_t most = taken(lane) + LEAST + MANY * s->steps_of_period;
    lane->most_steps = most < s->most_steps ? most : s->most_steps;
}

static void try_period(struct periods *s, struct osw_cursor *c,
                       struct osw_batch_lane *lane, struct osw_batch_segment *segment)
{
    const double place = osw_envelope_place(s->envelope);
    const int n = (int)place;
    const double length = begins(s, c, n + 1) - begins(s, c, n);
    s->mode = TRYING;
    s->failed = false;
    s->n_run++;
    go_to(s, c, n, (place - n) * length, osw_envelope_state(s->envelope), lane, segment);
    c->blind = true;
    c->horizon = lane->t + length;
    allow_steps(s, lane);
}

/* On from the end of the last period that was run exactly. */
static void go_on(struct periods *s, struct osw_cursor *c, struct osw_batch_lane *lane,
                  struct osw_batch_segment *segment)
{
    const int n = s->n + 1;
    if (s->mode != RUNNING) {
        go_to(s, c, n, 0, s->y_end, lane, segment);
        c->asked = s->asked;
        c->end_row = s->end_row;
    }
    c->blind = false;
    if (n < s->stretch->n_periods)
        run_period(s, c, n, lane);
    else
        leave(s, c);
}

/* A step from the period that ran, or the next period. The last one of a step is to be
 * within the stretch, too. */
static void step_or_go_on(struct periods *s, struct osw_cursor *c,
                          struct osw_batch_lane *lane, struct osw_batch_segment *segment)
{
    if (osw_envelope_try(s->envelope, s->stretch->n_periods - 1))
        try_period(s, c, lane, segment);
    else
        go_on(s, c, lane, segment);
}

/* The output there is that before events: shown at once. */
static void show_asked(struct osw_cursor *c, struct osw_batch_segment *segment)
{
    c->show_row = c->end_row = c->timeline->rows[c->asked++];
    segment->show = true;
}

/* The next outputs within the last step, those of one period at a time, or what follows
 * when all are given. */
static void give_between(struct periods *s, struct osw_cursor *c,
                         struct osw_batch_lane *lane, struct osw_batch_segment *segment)
{
    const double *asked = c->timeline->times;
    if (s->output == s->last_output) {
        step_or_go_on(s, c, lane, segment);
        return;
    }
    while (begins(s, c, s->between + 1) <= asked[s->output] + OSW_SAME_TIME)
        s->between++;
    s->mode = BETWEEN;
    osw_envelope_between(s->envelope, s->between, s->y_between);
    go_to(s, c, s->between, 0, s->y_between, lane, segment);
    c->blind = false;
    c->asked = s->output;
    const int last = osw_cursor_asked_from(c, begins(s, c, s->between + 1));
    s->output = last < s->last_output ? last : s->last_output;
    c->horizon = asked[s->output - 1];
    if (c->horizon > lane->t + OSW_SAME_TIME)
        s->n_run++;
    if (asked[c->asked] <= lane->t + OSW_SAME_TIME)
        show_asked(c, segment);
}

/* The period that was run exactly has ended. */
static void ran(struct periods *s, struct osw_cursor *c, struct osw_batch_lane *lane,
                struct osw_batch_segment *segment)
{
    if (!s->p_known)
        keep_params(s, c, lane);
    read_state(s, lane, s->y_end);
    s->steps_of_period = taken(lane) - s->steps_before;
    s->asked = c->asked;
    s->end_row = c->end_row;
    osw_envelope_ran(s->envelope, s->n, begins(s, c, s->n + 1) - begins(s, c, s->n), s->y,
                     s->y_end, lane->tolerance, lane->stride);
    give_between(s, c, lane, segment);
}

/* The step led to the beginning of a period; the outputs that it passed are given when
 * that one has been run. */
static void stepped(struct periods *s, struct osw_cursor *c, struct osw_batch_lane *lane,
                    struct osw_batch_segment *segment)
{
    const struct osw_timeline *timeline = c->timeline;
    const int n = (int)osw_envelope_place(s->envelope);
    s->between = s->n + 1;
    s->output = osw_cursor_asked_from(c, begins(s, c, s->between));
    s->last_output = osw_cursor_asked_from(c, begins(s, c, n));
    go_to(s, c, n, 0, osw_envelope_state(s->envelope), lane, segment);
    c->asked = s->last_output;
    if (c->asked < timeline->n_times &&
        timeline->times[c->asked] <= lane->t + OSW_SAME_TIME)
        show_asked(c, segment);
    run_period(s, c, n, lane);
}

static void tried(struct periods *s, struct osw_cursor *c, struct osw_batch_lane *lane,
                  struct osw_batch_segment *segment)
{
    lane->most_steps = s->most_steps;
    if (!s->failed)
        read_state(s, lane, s->y_between);
    switch (osw_envelope_take(s->envelope, s->failed ? NULL : s->y_between)) {
    case OSW_ENVELOPE_PERIOD:
        try_period(s, c, lane, segment);
        break;
    case OSW_ENVELOPE_STEPPED:
        stepped(s, c, lane, segment);
        break;
    case OSW_ENVELOPE_LEFT:
        go_on(s, c, lane, segment);
        break;
    }
}

static void enter(struct periods *s, struct osw_cursor *c,
                  const struct osw_batch_lane *lane)
{
    s->stretch = &rhythm_of(c)->stretches[s->next_stretch];
    s->n_periods += s->stretch->n_periods;
    s->p_known = false;
    s->most_steps = lane->most_steps;
    s->output = s->last_output = 0;
    osw_envelope_begin(s->envelope);
    run_period(s, c, 0, lane);
}

static void at_horizon(void *extra, struct osw_cursor *c, struct osw_batch_lane *lane,
                       struct osw_batch_segment *segment)
{
    struct periods *s = extra;
    switch (s->mode) {
    case APPROACHING:
        enter(s, c, lane);
        break;
    case RUNNING:
        ran(s, c, lane, segment);
        break;
    case TRYING:
        tried(s, c, lane, segment);
        break;
    case BETWEEN: /* first, what is to be given after the events there */
        if (!osw_cursor_second_row(c))
            give_between(s, c, lane, segment);
        break;
    }
}

static bool failed(void *extra, struct osw_cursor *c, struct osw_batch_lane *lane)
{
    struct periods *s = extra;
    if (s->mode != TRYING || taken(lane) >= s->most_steps)
        return false;
    s->failed = true;
    lane->t = c->horizon;
    for (int i = 0; i < s->n_states; i++)
        lane->y[i * lane->stride] = s->y_end[i];
    return true;
}

static void watch(void *extra, struct osw_batch_segment *segment)
{
    struct periods *s = extra;
    if (s->mode != RUNNING)
        return;
    segment->sum_jac = osw_envelope_jacobian(s->envelope);
    segment->sum_slope = osw_envelope_slope(s->envelope);
}

static void ended(const void *extra, struct osw_trajectory *trajectory)
{
    const struct periods *s = extra;
    trajectory->periods = s->n_periods;
    trajectory->periods_run = s->n_run;
}

static enum osw_status create_lanes(const struct osw_driver_setup *setup, void **work)
{
    static const struct osw_lane_extra extra = {create, begin, at_horizon, watch,
                                                failed, ended, destroy};
    return osw_driver_lanes_create(setup, &extra, work);
}

const struct osw_driver osw_driver_envelope = {
    .name = "envelope",
    .summary = "Rodas5P that follows the envelope of periodic regimens: years in a step",
    .in_lanes = true,
    .counts_periods = true,
    .create = create_lanes,
    .run = osw_driver_lanes_run,
    .find_steady = osw_driver_lanes_find_steady,
    .stats = osw_driver_lanes_stats,
    .destroy = osw_driver_lanes_destroy};
