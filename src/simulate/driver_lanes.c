/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Trajectories in the lanes of a batch: the batch asks for the next one, for the segment
 * that follows, where outputs go; a lane that fails gives its trajectory back, coded. A
 * second batch finds steady states at loose tolerances. */
#include "simulate/driver_lanes.h"
#include "base/memory.h"

struct lane {
    struct osw_trajectory *trajectory;
    void *extra;
};

struct lanes {
    const struct osw_lane_extra *extra; /* or NULL */
    struct osw_batch *batch, *settler;
    unsigned char *unsure; /* osw_driver_setup.unsure */
    int n_states;
    struct lane at[OSW_BATCH_MOST_LANES];
    const struct osw_trajectory_source *source; /* of a run */
};

void osw_driver_lanes_destroy(void *work)
{
    struct lanes *l = work;
    if (!l)
        return;
    osw_batch_destroy(l->batch);
    osw_batch_destroy(l->settler);
    for (int i = 0; i < OSW_BATCH_MOST_LANES; i++)
        if (l->at[i].extra)
            l->extra->destroy(l->at[i].extra);
    osw_free(l);
}

static enum osw_status make_batches(struct lanes *l, const struct osw_driver_setup *s)
{
    const struct osw_batch_options options = {.rtol = s->options.rtol,
                                              .atol = s->options.atol,
                                              .max_step = s->options.max_step,
                                              .max_steps = INT64_MAX,
                                              .observe = s->observe};
    /* Only to bring a guess nearer: Newton's method gives the state its accuracy. */
    const struct osw_batch_options approach = {.rtol = 1e-5, .max_steps = INT64_MAX};
    enum osw_status status =
        osw_batch_create(s->wide, s->isa, s->scale, s->held, &options, &l->batch);
    return status ? status
                  : osw_batch_create(s->wide, s->isa, s->scale, s->held, &approach,
                                     &l->settler);
}

enum osw_status osw_driver_lanes_create(const struct osw_driver_setup *setup,
                                        const struct osw_lane_extra *extra, void **work)
{
    struct lanes *l = osw_alloc(1, sizeof *l);
    if (!l)
        return OSW_ERR_MEMORY;
    l->extra = extra;
    l->unsure = setup->unsure;
    l->n_states = setup->wide->n_states;
    enum osw_status status = make_batches(l, setup);
    for (int i = 0; i < setup->wide->lanes && extra && !status; i++)
        status = extra->create(setup, &l->at[i].extra);
    if (status) {
        osw_driver_lanes_destroy(l);
        return status;
    }
    *work = l;
    return OSW_OK;
}

static enum osw_batch_answer on_next(void *context, struct osw_batch_lane *lane)
{
    struct lanes *l = context;
    struct lane *at = &l->at[lane->index];
    enum osw_batch_answer answer =
        l->source->next(l->source->context, lane->index, &at->trajectory);
    if (answer != OSW_BATCH_GO)
        return answer;
    osw_trajectory_begin(at->trajectory, NULL, lane);
    if (l->extra)
        l->extra->begin(at->extra, &at->trajectory->cursor);
    return OSW_BATCH_GO;
}

static void count(struct osw_trajectory *trajectory, const struct osw_batch_lane *lane)
{
    int64_t all = lane->steps + lane->rejected;
    trajectory->stats =
        (struct osw_solver_stats){.steps = lane->steps,
                                  .rhs = OSW_BATCH_RHS * all,
                                  .jacobians = all,
                                  .factorizations = all,
                                  .error_failures = lane->rejected,
                                  .segments = trajectory->cursor.segments};
}

static enum osw_batch_answer end(struct lanes *l, const struct osw_batch_lane *lane)
{
    struct lane *at = &l->at[lane->index];
    count(at->trajectory, lane);
    if (l->extra)
        l->extra->ended(at->extra, at->trajectory);
    for (int i = 0; l->unsure && i < l->n_states; i++)
        l->unsure[i] |= osw_batch_unsure(l->batch, lane->index, i);
    osw_trajectory_end(at->trajectory, lane);
    bool stop = l->source->ended(l->source->context, at->trajectory);
    return stop ? OSW_BATCH_STOP : OSW_BATCH_END;
}

static enum osw_batch_answer at_segment_end(void *context, struct osw_batch_lane *lane,
                                            struct osw_batch_segment *segment)
{
    struct lanes *l = context;
    struct lane *at = &l->at[lane->index];
    struct osw_cursor *cursor = &at->trajectory->cursor;
    if (l->source->stop && l->source->stop(l->source->context, at->trajectory, lane->t))
        return OSW_BATCH_STOP;
    enum osw_batch_answer answer = osw_cursor_arrive(cursor, lane, segment);
    if (answer == OSW_BATCH_GO && !segment->show &&
        lane->t >= cursor->horizon - OSW_SAME_TIME) {
        l->extra->at_horizon(at->extra, cursor, lane, segment);
        segment->t_end = lane->t;
    }
    if (answer == OSW_BATCH_END)
        return end(l, lane);
    if (segment->show)
        return OSW_BATCH_GO;
    answer = osw_cursor_depart(cursor, lane, segment);
    if (answer == OSW_BATCH_END)
        return end(l, lane);
    if (l->extra)
        l->extra->watch(at->extra, segment);
    return OSW_BATCH_GO;
}

static void on_output(void *context, const struct osw_batch_lane *lane, int index)
{
    struct lanes *l = context;
    osw_trajectory_record(l->at[lane->index].trajectory, lane, index);
}

static enum osw_batch_answer on_failed(void *context, struct osw_batch_lane *lane,
                                       const struct osw_batch_failure *failure)
{
    struct lanes *l = context;
    struct lane *at = &l->at[lane->index];
    if (l->extra && l->extra->failed(at->extra, &at->trajectory->cursor, lane))
        return OSW_BATCH_GO;
    at->trajectory->status = OSW_ERR_INTEGRATION;
    at->trajectory->failure = (struct osw_solver_failure){
        failure->t, failure->state, (int)failure->code, osw_batch_reason(failure->code)};
    return end(l, lane);
}

enum osw_status osw_driver_lanes_run(void *work,
                                     const struct osw_trajectory_source *source)
{
    struct lanes *l = work;
    const struct osw_batch_source lanes = {l, on_next, at_segment_end, on_output,
                                           on_failed};
    l->source = source;
    return osw_batch_run(l->batch, &lanes);
}

enum osw_status osw_driver_lanes_find_steady(void *work,
                                             struct osw_batch_search *searches, int n)
{
    struct lanes *l = work;
    osw_batch_settle(l->settler, searches, n);
    return OSW_OK;
}

struct osw_batch_stats osw_driver_lanes_stats(const void *work)
{
    const struct lanes *l = work;
    struct osw_batch_stats sum = *osw_batch_stats(l->batch);
    sum.searches += osw_batch_stats(l->settler)->searches;
    return sum;
}
