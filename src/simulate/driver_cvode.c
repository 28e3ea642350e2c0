/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * CVODES (solve/solver.h), one trajectory after the other, begun anew at every event. It
 * alone carries sensitivities, and it is the reference that runs what others cannot. */
#include "base/memory.h"
#include "simulate/driver.h"
#include "simulate/sensitivities.h"
#include "solve/steady.h"

#include <string.h>

struct cvode {
    struct osw_driver_setup setup;
    struct osw_solver *solver, *frozen; /* frozen: made for the first that holds */
    struct osw_batch_lane lane;
    double *observed;                  /* [n_outputs of the model] */
    struct osw_batch_stats stats;      /* of all trajectories */
    struct osw_trajectory *trajectory; /* the one that runs … */
    struct osw_solver *current;        /* … by this solver */
    const struct osw_trajectory_source *source;
    bool stopped;
};

static void destroy(void *work)
{
    struct cvode *c = work;
    if (!c)
        return;
    osw_solver_destroy(c->solver);
    osw_solver_destroy(c->frozen);
    osw_free(c->lane.y);
    osw_free(c->lane.p);
    osw_free(c->observed);
    osw_free(c);
}

static enum osw_status make_solver(const struct cvode *c, const unsigned char *held,
                                   struct osw_solver **solver)
{
    const struct osw_driver_setup *s = &c->setup;
    enum osw_status status =
        osw_solver_create(s->kernel, s->scale, held, &s->options, solver);
    if (!status && s->sensitivities)
        status = osw_solver_sensitivities(*solver, s->sensitivities->total);
    return status;
}

static enum osw_status create(const struct osw_driver_setup *setup, void **work)
{
    const struct osw_kernel *k = setup->kernel;
    struct cvode *c = osw_alloc(1, sizeof *c);
    if (!c)
        return OSW_ERR_MEMORY;
    c->setup = *setup;
    c->lane.stride = 1;
    c->lane.y = osw_alloc((size_t)k->n_states, sizeof(double));
    c->lane.p = osw_alloc((size_t)k->n_params, sizeof(double));
    c->lane.outputs = c->observed = osw_alloc((size_t)k->n_outputs, sizeof(double));
    enum osw_status status = OSW_ERR_MEMORY;
    if (c->lane.y && c->lane.p && c->observed)
        status = make_solver(c, NULL, &c->solver);
    if (status) {
        destroy(c);
        return status;
    }
    *work = c;
    return OSW_OK;
}

static void poll_stop(struct cvode *c, double t)
{
    const struct osw_trajectory_source *source = c->source;
    if (source->stop && !c->stopped)
        c->stopped = source->stop(source->context, c->trajectory, t);
}

static void record_slopes(const struct cvode *c, double t, const double *y, int index)
{
    struct osw_sensitivities *g = c->setup.sensitivities;
    const struct osw_trajectory *trajectory = c->trajectory;
    const size_t n = (size_t)g->n, n_kept = (size_t)trajectory->n_kept;
    int row, last;
    osw_sensitivities_observe(g, t, y, c->lane.p, osw_solver_sensitivity(c->current));
    osw_cursor_rows(&trajectory->cursor, index, &row, &last);
    for (; row <= last; row++)
        for (size_t i = 0; i < n_kept; i++) {
            const double *slope =
                g->slopes + (size_t)trajectory->kept[i] * (size_t)g->total;
            double *to = trajectory->slopes + ((size_t)row * n_kept + i) * n;
            for (size_t k = 0; k < n; k++)
                to[k] = slope[k] / g->unit[k];
        }
}

static void output(void *context, int index, double t, const double *y)
{
    struct cvode *c = context;
    struct osw_batch_lane seen = c->lane;
    seen.t = t;
    seen.y = (double *)(uintptr_t)y; /* read only */
    if (c->setup.observe)
        c->setup.kernel->observe(t, y, c->lane.p, osw_solver_constants(c->current),
                                 c->observed);
    osw_trajectory_record(c->trajectory, &seen, index);
    if (c->trajectory->slopes)
        record_slopes(c, t, y, index);
    poll_stop(c, t);
}

static enum osw_status start(struct cvode *c)
{
    const struct osw_sensitivities *g = c->setup.sensitivities;
    if (!g)
        return osw_solver_start(c->current, c->lane.t, c->lane.y, c->lane.p);
    return osw_solver_start_sensitive(c->current, c->lane.t, c->lane.y, c->lane.p, g->S,
                                      g->directions);
}

/* To the segment's end; the lane and the sensitivities are there, too. */
static enum osw_status advance(struct cvode *c, const struct osw_batch_segment *segment)
{
    struct osw_sensitivities *g = c->setup.sensitivities;
    const size_t n = (size_t)c->setup.kernel->n_states;
    enum osw_status status = osw_solver_advance(
        c->current, segment->t_end, segment->times, segment->n_times, output, c);
    memcpy(c->lane.y, osw_solver_state(c->current, NULL), n * sizeof *c->lane.y);
    if (g)
        memcpy(g->S, osw_solver_sensitivity(c->current),
               n * (size_t)g->total * sizeof *g->S);
    c->lane.t = segment->t_end;
    return status;
}

static enum osw_status run_segments(struct cvode *c)
{
    struct osw_cursor *cursor = &c->trajectory->cursor;
    const int64_t most = c->trajectory->most_steps;
    struct osw_batch_segment segment;
    for (;;) {
        enum osw_batch_answer answer = osw_cursor_arrive(cursor, &c->lane, &segment);
        if (answer == OSW_BATCH_GO && !segment.show)
            answer = osw_cursor_depart(cursor, &c->lane, &segment);
        if (c->setup.sensitivities && c->setup.sensitivities->refused >= 0)
            return OSW_ERR_INPUT;
        if (answer == OSW_BATCH_END)
            return OSW_OK;
        enum osw_status status = start(c);
        if (!status && segment.show)
            output(c, -1, c->lane.t, c->lane.y);
        if (!status && segment.t_end > c->lane.t)
            status = advance(c, &segment);
        if (status)
            return status;
        poll_stop(c, c->lane.t);
        if (c->stopped)
            return OSW_INTERRUPTED;
        if (most > 0 && osw_solver_stats(c->current)->steps > most) {
            c->trajectory->failure =
                (struct osw_solver_failure){c->lane.t, -1, 0, "more steps than allowed"};
            return OSW_ERR_INTEGRATION;
        }
    }
}

/* The solver for the trajectory, its counters at nought. */
static enum osw_status choose_solver(struct cvode *c)
{
    c->current = c->solver;
    if (c->trajectory->timeline->hold) {
        if (!c->frozen) {
            enum osw_status status = make_solver(c, c->setup.held, &c->frozen);
            if (status)
                return status;
        }
        c->current = c->frozen;
    }
    osw_solver_reset_stats(c->current);
    osw_solver_begin(c->current);
    return OSW_OK;
}

static enum osw_status run_one(struct cvode *c, struct osw_trajectory *trajectory)
{
    c->trajectory = trajectory;
    enum osw_status status = choose_solver(c);
    if (status)
        return status;
    osw_trajectory_begin(trajectory, c->setup.sensitivities, &c->lane);
    status = run_segments(c);
    trajectory->stats = *osw_solver_stats(c->current);
    trajectory->stats.segments = trajectory->cursor.segments;
    c->stats.steps += trajectory->stats.steps;
    c->stats.rejected +=
        trajectory->stats.error_failures + trajectory->stats.nonlinear_failures;
    if (status == OSW_ERR_INTEGRATION) {
        if (!*trajectory->failure.reason)
            trajectory->failure = *osw_solver_last_failure(c->current);
        trajectory->status = status;
        status = OSW_OK;
    }
    for (int i = 0; c->setup.unsure && i < c->setup.kernel->n_states; i++)
        c->setup.unsure[i] |= osw_solver_unsure(c->current, i);
    osw_trajectory_end(trajectory, &c->lane);
    return status;
}

static enum osw_status run(void *work, const struct osw_trajectory_source *source)
{
    struct cvode *c = work;
    struct osw_trajectory *trajectory;
    enum osw_batch_answer answer;
    enum osw_status status = OSW_OK;
    c->source = source;
    c->stopped = false;
    while (!status &&
           (answer = source->next(source->context, 0, &trajectory)) != OSW_BATCH_END) {
        if (answer == OSW_BATCH_STOP)
            return OSW_INTERRUPTED;
        status = run_one(c, trajectory);
        if (!status && source->ended(source->context, trajectory))
            status = OSW_INTERRUPTED;
    }
    return status;
}

static enum osw_status find_one(struct cvode *c, struct osw_batch_search *search)
{
    const struct osw_driver_setup *s = &c->setup;
    struct osw_sensitivities *g = s->sensitivities;
    struct osw_steady_result found = {0};
    enum osw_status status = osw_steady_find(s->kernel, s->scale, s->held, search->t,
                                             search->p, search->y, false, &found);
    if (!status && g)
        status = osw_steady_sensitivity(s->kernel, s->held, search->t, search->p,
                                        search->y, g->total, g->settling, g->S);
    search->found = !status;
    search->residual = found.residual;
    return status == OSW_ERR_INTEGRATION ? OSW_OK : status;
}

static enum osw_status find_steady(void *work, struct osw_batch_search *searches, int n)
{
    enum osw_status status = OSW_OK;
    for (int i = 0; i < n && !status; i++)
        status = find_one(work, &searches[i]);
    return status;
}

static struct osw_batch_stats stats(const void *work)
{
    return ((const struct cvode *)work)->stats;
}

const struct osw_driver osw_driver_cvode = {
    .name = "cvode",
    .summary = "CVODES BDF, variable order 1-5, exact sparse Jacobian (reference)",
    .sensitivities = true,
    .linear_solver = true,
    .create = create,
    .run = run,
    .find_steady = find_steady,
    .stats = stats,
    .destroy = destroy};
