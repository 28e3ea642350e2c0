/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Steady states in a batch: Newton's method in the end, from the guess or from where the
 * integrator carries it to; spans and tolerance as in steady.c. */
#include "solve/batch_work.h"

#include "model/kernel.h"
#include <string.h>

struct carriers {
    const struct osw_kernel *kernel;
    struct osw_batch_search *searches;
    int n, next;
    double span;
    int of_lane[OSW_BATCH_MOST_LANES];
};

static enum osw_batch_answer next(void *context, struct osw_batch_lane *lane)
{
    struct carriers *c = context;
    while (c->next < c->n && c->searches[c->next].found)
        c->next++;
    if (c->next == c->n)
        return OSW_BATCH_END;
    const struct osw_batch_search *search = &c->searches[c->next];
    c->of_lane[lane->index] = c->next++;
    lane->t = search->t;
    for (int i = 0; i < c->kernel->n_states; i++)
        lane->y[i * lane->stride] = search->carried[i];
    for (int j = 0; j < c->kernel->n_params; j++)
        lane->p[j * lane->stride] = search->p[j];
    lane->most_steps = 2000;
    return OSW_BATCH_GO;
}

static enum osw_batch_answer turn(void *context, struct osw_batch_lane *lane,
                                  struct osw_batch_segment *segment)
{
    struct carriers *c = context;
    struct osw_batch_search *search = &c->searches[c->of_lane[lane->index]];
    *segment = (struct osw_batch_segment){
        .t_end = search->t + c->span, .hold = true, .freeze = true};
    if (lane->t < segment->t_end)
        return OSW_BATCH_GO;
    for (int i = 0; i < c->kernel->n_states; i++)
        search->carried[i] = lane->y[i * lane->stride];
    return OSW_BATCH_END;
}

static void output(void *context, const struct osw_batch_lane *lane, int index)
{
    (void)context, (void)lane, (void)index;
}

/* It stays where it was: the next search starts from there again. */
static enum osw_batch_answer failed(void *context, struct osw_batch_lane *lane,
                                    const struct osw_batch_failure *failure)
{
    (void)context, (void)lane, (void)failure;
    return OSW_BATCH_END;
}

void osw_batch_settle(struct osw_batch *b, struct osw_batch_search *searches, int n)
{
    static const double spans[] = {0, 1, 30, 400, 2000, 20000};
    const size_t size = (size_t)b->kernel->n_states * sizeof(double);
    for (int i = 0; i < n; i++) {
        searches[i].found = false;
        memcpy(searches[i].carried, searches[i].y, size);
    }
    for (size_t s = 0; s < sizeof spans / sizeof *spans; s++) {
        struct carriers carriers = {b->kernel, searches, n, 0, spans[s], {0}};
        const struct osw_batch_source source = {&carriers, next, turn, output, failed};
        if (spans[s] > 0 && osw_batch_run(b, &source))
            return;
        for (int i = 0; i < n; i++)
            if (!searches[i].found)
                memcpy(searches[i].y, searches[i].carried, size);
        osw_batch_seek(b, searches, n);
    }
}
