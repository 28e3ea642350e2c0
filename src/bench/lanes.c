/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/lanes.h"
#include "base/memory.h"
#include "simulate/stride.h"
#include "solve/rodas.h"

#include <math.h>

enum { MOST_LANES = 8 };

struct member { /* in a lane */
    int k;
    struct osw_walk walk;
    struct osw_stride *stride; /* of envelopes */
};

struct lanes {
    const struct osw_bench_problem *problem;
    struct osw_batch *batch;
    struct osw_arm arm;
    struct osw_axis axis;
    struct osw_route route;
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
    for (int i = 0; i < MOST_LANES; i++)
        osw_stride_destroy(l->at[i].stride);
    osw_route_fini(&l->route);
    osw_axis_fini(&l->axis);
    osw_free(l);
}

static enum osw_status make_walks(struct lanes *l,
                                  const struct osw_bench_setting *setting, int strides)
{
    const struct osw_bench_problem *b = l->problem;
    l->arm = (struct osw_arm){.events = b->events, .n_events = b->n_events};
    enum osw_status status = osw_axis_plain(&l->axis, b->times, b->n_times);
    if (!status)
        status = osw_route_init(&l->route, b->kernel, &l->arm,
                                b->plan ? b->plan->lives : NULL, &l->axis, b->t_end);
    for (int i = 0; i < strides && !status; i++)
        status = osw_stride_create(b->kernel, setting->rtol, &l->at[i].stride);
    return status;
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
    options.max_steps = 100000000;
    options.observe = false;
    l->problem = problem;
    enum osw_status status =
        osw_batch_create(method->variant ? problem->wide[isa] : problem->kernel, isa,
                         problem->scale, NULL, &options, &l->batch);
    if (!status)
        status = make_walks(l, setting, method->variant == 2 ? MOST_LANES : 0);
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
    struct member *m = &l->at[lane->index];
    m->k = k;
    osw_walk_begin(&m->walk, &l->route, m->stride,
                   b->p + (size_t)k * (size_t)b->kernel->n_params);
    lane->t = 0;
    for (int i = 0; i < b->kernel->n_states; i++)
        lane->y[i * lane->stride] =
            b->y[(size_t)k * (size_t)b->kernel->n_states + (size_t)i];
    for (int j = 0; j < b->kernel->n_params; j++)
        lane->p[j * lane->stride] =
            b->p[(size_t)k * (size_t)b->kernel->n_params + (size_t)j];
    return OSW_BATCH_GO;
}

static enum osw_batch_answer on_turn(void *context, struct osw_batch_lane *lane,
                                     struct osw_batch_segment *segment)
{
    struct lanes *l = context;
    return osw_walk_turn(&l->at[lane->index].walk, lane, segment);
}

static void on_output(void *context, const struct osw_batch_lane *lane, int index)
{
    struct lanes *l = context;
    const struct osw_bench_problem *b = l->problem;
    const struct member *m = &l->at[lane->index];
    const size_t ny = (size_t)b->kernel->n_states;
    int row, last;
    osw_walk_rows(&m->walk, index, &row, &last);
    double *to =
        l->states + ((size_t)(m->k - l->first) * (size_t)b->n_times + (size_t)row) * ny;
    for (size_t i = 0; i < ny; i++)
        to[i] = lane->y[i * (size_t)lane->stride];
}

static enum osw_batch_answer on_failed(void *context, struct osw_batch_lane *lane,
                                       const struct osw_batch_failure *failure)
{
    (void)failure;
    struct lanes *l = context;
    struct member *m = &l->at[lane->index];
    const struct osw_bench_problem *b = l->problem;
    size_t size = (size_t)b->n_times * (size_t)b->kernel->n_states;
    double *to = l->states + (size_t)(m->k - l->first) * size;
    if (m->stride && osw_stride_failed(m->stride, &m->walk, lane))
        return OSW_BATCH_GO;
    for (size_t i = 0; i < size; i++)
        to[i] = NAN;
    l->failures++;
    return OSW_BATCH_END;
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
