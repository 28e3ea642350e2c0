/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The cost of one step of Rodas5P in a lane: every lane runs a member near nominal over
 * the same days by steps of one day, so that none waits, and nothing is put out. */
#include "lane_step.h"
#include "model/kernel.h"
#include "solve/batch.h"
#include "solve/rodas.h"

#include <math.h>
#include <stdlib.h>
#include <time.h>

enum { RUNS = 5, DAYS = 400 };

struct crowd {
    const struct osw_model *model;
    int n_given, n_lanes;
    bool failed;
};

static enum osw_batch_answer next(void *context, struct osw_batch_lane *lane)
{
    struct crowd *c = context;
    if (c->n_given == c->n_lanes)
        return OSW_BATCH_END;
    c->n_given++;
    lane->t = 0;
    for (int j = 0; j < c->model->kernel->n_params; j++)
        lane->p[j * lane->stride] = c->model->params[j].nominal;
    for (int i = 0; i < c->model->kernel->n_states; i++) {
        const struct osw_state *s = &c->model->states[i];
        double start = s->start > 1e-9 * s->scale ? s->start : 0.01 * s->scale;
        lane->y[i * lane->stride] = start * (1 + 0.01 * lane->index);
    }
    return OSW_BATCH_GO;
}

static enum osw_batch_answer turn(void *context, struct osw_batch_lane *lane,
                                  struct osw_batch_segment *segment)
{
    (void)context;
    *segment = (struct osw_batch_segment){.t_end = DAYS};
    return lane->t < DAYS ? OSW_BATCH_GO : OSW_BATCH_END;
}

static void output(void *context, const struct osw_batch_lane *lane, int index)
{
    (void)context;
    (void)lane;
    (void)index;
}

static enum osw_batch_answer failed(void *context, struct osw_batch_lane *lane,
                                    const struct osw_batch_failure *failure)
{
    struct crowd *c = context;
    (void)lane;
    (void)failure;
    c->failed = true;
    return OSW_BATCH_END;
}

static double cpu_seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* Per state: a fused operation for each coefficient below the diagonals, and what forms
 * right-hand sides, the new state and the norm of the error. */
static double sums_flops(int n_states)
{
    int terms = 0;
    for (int s = 1; s < OSW_RODAS_STAGES; s++)
        terms += s + (s < 6 ? s : 0);
    return n_states * (2.0 * terms + 3 * OSW_RODAS_STAGES + 8);
}

static bool time_batch(const struct osw_model *model, struct osw_batch *batch, int lanes,
                       double *seconds)
{
    struct crowd crowd = {.model = model, .n_lanes = lanes};
    const struct osw_batch_source source = {&crowd, next, turn, output, failed};
    *seconds = INFINITY;
    for (int run = 0; run < RUNS; run++) {
        const struct osw_batch_stats was = *osw_batch_stats(batch);
        double before = cpu_seconds();
        crowd.n_given = 0;
        if (osw_batch_run(batch, &source) || crowd.failed)
            return false;
        double spent = cpu_seconds() - before;
        double sweeps = (double)(osw_batch_stats(batch)->sweeps - was.sweeps);
        *seconds = fmin(*seconds, spent / (sweeps * lanes));
    }
    return true;
}

bool bench_lane_step(const struct osw_model *model, const struct osw_kernel *kernel,
                     enum osw_isa isa, const double kernel_flops[4],
                     struct bench_lane_step *result)
{
    struct osw_batch_options options = OSW_BATCH_DEFAULTS;
    struct osw_batch *batch = NULL;
    double *scale = malloc((size_t)kernel->n_states * sizeof *scale);
    options.max_step = 1;
    options.observe = false;
    for (int i = 0; i < kernel->n_states && scale; i++)
        scale[i] = model->states[i].scale;
    bool good = scale && !osw_batch_create(kernel, isa, scale, NULL, &options, &batch) &&
                time_batch(model, batch, kernel->lanes, &result->seconds);
    result->flops = (OSW_RODAS_STAGES - 1) * kernel_flops[0] + kernel_flops[1] +
                    kernel_flops[2] + OSW_RODAS_STAGES * kernel_flops[3] +
                    sums_flops(kernel->n_states);
    osw_batch_destroy(batch);
    free(scale);
    return good;
}
