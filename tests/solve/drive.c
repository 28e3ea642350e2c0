/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "drive.h"

#include <math.h>

static enum osw_batch_answer next(void *context, struct osw_batch_lane *lane)
{
    struct drive *d = context;
    const struct osw_kernel *k = d->kernel;
    if (d->n_given == d->n_members)
        return OSW_BATCH_END;
    int m = d->order ? d->order[d->n_given] : d->n_given;
    d->n_given++;
    d->lanes[lane->index] = (struct drive_lane){.member = m};
    lane->t = d->t_start;
    for (int i = 0; i < k->n_states; i++)
        lane->y[i * lane->stride] = d->y[m * k->n_states + i];
    for (int j = 0; j < k->n_params; j++)
        lane->p[j * lane->stride] = d->p[m * k->n_params + j];
    return OSW_BATCH_GO;
}

static enum osw_batch_answer turn(void *context, struct osw_batch_lane *lane,
                                  struct osw_batch_segment *s)
{
    struct drive *d = context;
    struct drive_lane *at = &d->lanes[lane->index];
    d->steps[at->member] = lane->steps + lane->rejected;
    if (lane->t >= d->t_end)
        return OSW_BATCH_END;
    *s = (struct osw_batch_segment){.kind = 0};
    for (; at->event < d->n_events && d->events[at->event].t <= lane->t; at->event++) {
        const struct drive_event *e = &d->events[at->event];
        if (e->state >= 0)
            lane->y[e->state * lane->stride] += e->value;
        else
            lane->p[e->param * lane->stride] = e->value;
        s->kind = 1 + at->event % 2;
        s->changed = s->changed || e->state < 0;
    }
    s->t_end =
        at->event < d->n_events ? fmin(d->events[at->event].t, d->t_end) : d->t_end;
    s->times = d->times + at->out;
    while (at->out < d->n_times && d->times[at->out] <= s->t_end) {
        at->out++;
        s->n_times++;
    }
    return OSW_BATCH_GO;
}

static void output(void *context, const struct osw_batch_lane *lane, int index)
{
    struct drive *d = context;
    const struct drive_lane *at = &d->lanes[lane->index];
    int row = 0;
    (void)index;
    while (d->times[row] != lane->t)
        row++;
    double *to = d->states + ((size_t)at->member * (size_t)d->n_times + (size_t)row) *
                                 (size_t)d->kernel->n_states;
    for (int i = 0; i < d->kernel->n_states; i++)
        to[i] = lane->y[i * lane->stride];
}

static enum osw_batch_answer failed(void *context, struct osw_batch_lane *lane,
                                    const struct osw_batch_failure *failure)
{
    struct drive *d = context;
    d->failures[d->lanes[lane->index].member] = *failure;
    return OSW_BATCH_END;
}

enum osw_status drive_run(struct drive *d, const struct osw_kernel *kernel,
                          enum osw_isa isa, const double *scale,
                          const struct osw_batch_options *options,
                          struct osw_batch_stats *stats)
{
    const struct osw_batch_source source = {d, next, turn, output, failed};
    struct osw_batch *batch;
    d->n_given = 0;
    for (int m = 0; m < d->n_members; m++)
        d->failures[m] = (struct osw_batch_failure){0};
    for (int i = 0; i < d->n_members * d->n_times * d->kernel->n_states; i++)
        d->states[i] = NAN;
    enum osw_status status = osw_batch_create(kernel, isa, scale, NULL, options, &batch);
    if (status)
        return status;
    status = osw_batch_run(batch, &source);
    if (stats)
        *stats = *osw_batch_stats(batch);
    osw_batch_destroy(batch);
    return status;
}
