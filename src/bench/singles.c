/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/singles.h"
#include "base/memory.h"
#include "solve/solver.h"

#include <math.h>
#include <string.h>

struct singles {
    const struct osw_bench_problem *problem;
    struct osw_solver *solver;
    double *p, *y; /* of the member at hand */
};

struct rows { /* where a segment's outputs go */
    double *to;
    size_t n_states;
};

void osw_bench_singles_destroy(void *work)
{
    struct singles *s = work;
    if (!s)
        return;
    osw_solver_destroy(s->solver);
    osw_free(s->p);
    osw_free(s->y);
    osw_free(s);
}

enum osw_status osw_bench_singles_create(const struct osw_bench_method *method,
                                         const struct osw_bench_problem *problem,
                                         const struct osw_bench_setting *setting,
                                         struct osw_diag *diag, void **work)
{
    (void)diag;
    struct osw_solver_options options = OSW_SOLVER_DEFAULTS;
    struct singles *s = osw_alloc(1, sizeof *s);
    enum osw_status status = OSW_ERR_MEMORY;
    if (!s)
        return status;
    options.rtol = setting->rtol;
    options.linear_solver = (enum osw_linear_solver)method->variant;
    s->problem = problem;
    s->p = osw_alloc((size_t)problem->kernel->n_params, sizeof *s->p);
    s->y = osw_alloc((size_t)problem->kernel->n_states, sizeof *s->y);
    if (s->p && s->y)
        status = osw_solver_create(problem->kernel, problem->scale, NULL, &options,
                                   &s->solver);
    if (status) {
        osw_bench_singles_destroy(s);
        return status;
    }
    *work = s;
    return OSW_OK;
}

static void keep(void *context, int i, double t, const double *y)
{
    (void)t;
    struct rows *rows = context;
    memcpy(rows->to + (size_t)i * rows->n_states, y, rows->n_states * sizeof *y);
}

/* From event to event; an output at the time of an event is that before it. */
static enum osw_status run_one(struct singles *s, double *states)
{
    const struct osw_bench_problem *b = s->problem;
    size_t ny = (size_t)b->kernel->n_states;
    int event = 0, out = 0;
    enum osw_status status = OSW_OK;
    osw_solver_begin(s->solver);
    for (double t = 0; t < b->t_end && !status;) {
        osw_bench_apply(b, t, &event, s->p, s->y);
        bool waits = event < b->n_events && b->events[event].t < b->t_end;
        double stop = waits ? b->events[event].t : b->t_end;
        int last = out;
        while (last < b->n_times && b->times[last] <= stop)
            last++;
        struct rows rows = {states + (size_t)out * ny, ny};
        status = osw_solver_start(s->solver, t, s->y, s->p);
        if (!status)
            status = osw_solver_advance(s->solver, stop, b->times + out, last - out, keep,
                                        &rows);
        memcpy(s->y, osw_solver_state(s->solver, NULL), ny * sizeof *s->y);
        out = last;
        t = stop;
    }
    return status;
}

enum osw_status osw_bench_singles_run(void *work, int first, int n, double *states,
                                      struct osw_bench_counts *counts)
{
    struct singles *s = work;
    const struct osw_bench_problem *b = s->problem;
    size_t np = (size_t)b->kernel->n_params, ny = (size_t)b->kernel->n_states;
    size_t size = (size_t)b->n_times * ny;
    enum osw_status status = OSW_OK;
    osw_solver_reset_stats(s->solver);
    for (int k = 0; k < n && !status; k++) {
        double *to = states + (size_t)k * size;
        memcpy(s->p, b->p + (size_t)(first + k) * np, np * sizeof *s->p);
        memcpy(s->y, b->y + (size_t)(first + k) * ny, ny * sizeof *s->y);
        status = run_one(s, to);
        if (status == OSW_ERR_INTEGRATION) {
            status = OSW_OK;
            counts->failures++;
            for (size_t i = 0; i < size; i++)
                to[i] = NAN;
        }
    }
    const struct osw_solver_stats *stats = osw_solver_stats(s->solver);
    counts->steps += stats->steps;
    counts->rhs += stats->rhs;
    counts->jacobians += stats->jacobians;
    counts->factorizations += stats->factorizations;
    counts->rejections += stats->error_failures + stats->nonlinear_failures;
    return status;
}
