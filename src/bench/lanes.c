/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/lanes.h"
#include "base/memory.h"
#include "solve/batch.h"
#include "solve/rodas.h"

#include <math.h>
#include <string.h>

enum { MOST_LANES = 8 };

struct member { /* in a lane */
    int k, event, out;
};

struct lanes {
    const struct osw_bench_problem *problem;
    struct osw_batch *batch;
    struct member at[MOST_LANES];
    int next, end; /* members still to come */
    int first;
    double *states; /* of member `first` and those after it */
    int64_t failures;
};

void osw_bench_lanes_destroy(void *work)
{
    struct lanes *l = work;
    if (!l)
        return;
    osw_batch_destroy(l->batch);
    osw_free(l);
}

enum osw_status osw_bench_lanes_create(const struct osw_bench_method *method,
                                       const struct osw_bench_problem *problem,
                                       const struct osw_bench_setting *setting,
                                       struct osw_diag *diag, void **work)
{
    (void)diag;
    struct osw_batch_options options = OSW_BATCH_DEFAULTS;
    enum osw_isa isa = method->variant ? setting->isa : OSW_ISA_BASELINE;
    while (method->variant && !problem->wide[isa] && isa > OSW_ISA_BASELINE)
        isa--;
    struct lanes *l = osw_alloc(1, sizeof *l);
    if (!l)
        return OSW_ERR_MEMORY;
    options.rtol = setting->rtol;
    options.atol = 0.1 * setting->rtol; /* as of CVODE */
    options.max_steps = 100000000;
    options.observe = false;
    l->problem = problem;
    enum osw_status status =
        osw_batch_create(method->variant ? problem->wide[isa] : problem->kernel, isa,
                         problem->scale, NULL, &options, &l->batch);
    if (status) {
        osw_bench_lanes_destroy(l);
        return status;
    }
    *work = l;
    return OSW_OK;
}

static enum osw_batch_answer on_next(void *context, struct osw_batch_lane *lane)
{
    struct lanes *l = context;
    const struct osw_bench_problem *b = l->problem;
    int k = l->next;
    if (k == l->end)
        return OSW_BATCH_END;
    l->next++;
    l->at[lane->index] = (struct member){.k = k};
    lane->t = 0;
    for (int i = 0; i < b->kernel->n_states; i++)
        lane->y[i * lane->stride] =
            b->y[(size_t)k * (size_t)b->kernel->n_states + (size_t)i];
    for (int j = 0; j < b->kernel->n_params; j++)
        lane->p[j * lane->stride] =
            b->p[(size_t)k * (size_t)b->kernel->n_params + (size_t)j];
    return OSW_BATCH_GO;
}

/* Doses are one kind of discontinuity, switching on and off two more: after each, the
 * first step that suited the last of its kind. */
static void apply(const struct osw_bench_problem *b, const struct osw_event *e,
                  struct osw_batch_lane *lane, struct osw_batch_segment *s)
{
    const unsigned char *switchable = b->kernel->param_switchable;
    if (e->kind == OSW_EVENT_SET_PARAM) {
        bool is_switch = switchable && switchable[e->index];
        lane->p[e->index * lane->stride] = e->value;
        s->switched = s->switched || is_switch;
        s->changed = s->changed || !is_switch;
        s->kind = e->value != 0 ? 2 : 3;
        return;
    }
    double *y = &lane->y[e->index * lane->stride];
    *y = e->kind == OSW_EVENT_SET_STATE ? e->value : *y + e->value;
    s->kind = 1;
}

static enum osw_batch_answer on_turn(void *context, struct osw_batch_lane *lane,
                                     struct osw_batch_segment *s)
{
    struct lanes *l = context;
    const struct osw_bench_problem *b = l->problem;
    struct member *m = &l->at[lane->index];
    if (lane->t >= b->t_end)
        return OSW_BATCH_END;
    *s = (struct osw_batch_segment){.kind = 0};
    for (; m->event < b->n_events && b->events[m->event].t <= lane->t; m->event++)
        apply(b, &b->events[m->event], lane, s);
    s->t_end = m->event < b->n_events ? fmin(b->events[m->event].t, b->t_end) : b->t_end;
    s->times = b->times + m->out;
    while (m->out < b->n_times && b->times[m->out] <= s->t_end) {
        m->out++;
        s->n_times++;
    }
    return OSW_BATCH_GO;
}

/* The segment's times end at m->out, or are still to come from there on: by place. */
static void on_output(void *context, const struct osw_batch_lane *lane, int index)
{
    (void)index;
    struct lanes *l = context;
    const struct osw_bench_problem *b = l->problem;
    const struct member *m = &l->at[lane->index];
    int row = m->out - 1;
    while (row > 0 && b->times[row] > lane->t)
        row--;
    size_t ny = (size_t)b->kernel->n_states;
    double *to =
        l->states + ((size_t)(m->k - l->first) * (size_t)b->n_times + (size_t)row) * ny;
    for (size_t i = 0; i < ny; i++)
        to[i] = lane->y[i * (size_t)lane->stride];
}

static void on_failed(void *context, const struct osw_batch_lane *lane,
                      const struct osw_batch_failure *failure)
{
    (void)failure;
    struct lanes *l = context;
    const struct osw_bench_problem *b = l->problem;
    size_t size = (size_t)b->n_times * (size_t)b->kernel->n_states;
    double *to = l->states + (size_t)(l->at[lane->index].k - l->first) * size;
    for (size_t i = 0; i < size; i++)
        to[i] = NAN;
    l->failures++;
}

enum osw_status osw_bench_lanes_run(void *work, int first, int n, double *states,
                                    struct osw_bench_counts *counts)
{
    struct lanes *l = work;
    const struct osw_batch_source source = {l, on_next, on_turn, on_output, on_failed};
    const struct osw_batch_stats before = *osw_batch_stats(l->batch);
    l->first = l->next = first;
    l->end = first + n;
    l->states = states;
    l->failures = 0;
    enum osw_status status = osw_batch_run(l->batch, &source);
    const struct osw_batch_stats *after = osw_batch_stats(l->batch);
    int64_t rejected = after->rejected - before.rejected;
    int64_t tried = after->steps - before.steps + rejected;
    counts->steps += tried - rejected;
    counts->rejections += rejected;
    counts->rhs += OSW_RODAS_STAGES * tried;
    counts->jacobians += tried; /* one of each in every attempt */
    counts->factorizations += tried;
    counts->failures += l->failures;
    return status;
}
