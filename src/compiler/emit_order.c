/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The order of a function's statements. Elementary functions are gathered in batches, as
 * early as their arguments allow: a loop over a batch stays in the instruction cache and
 * overlaps its members, where straight-line code of as many would do neither. Everything
 * else stands as late as it may, so that few values wait in memory. */
#include "compiler/emit.h"

#include <stdlib.h>

enum osw_batch osw_emit_batch(const struct osw_emitter *e, int id)
{
    if (e->lowest != OSW_RANK_TIME)
        return OSW_BATCH_NONE;
    switch ((enum osw_node_op)e->nodes[id].op) {
    case OSW_NODE_SOFTPLUS:
        return OSW_BATCH_SOFTPLUS;
    case OSW_NODE_LN_POSITIVE:
        return OSW_BATCH_LN;
    case OSW_NODE_EXP:
    case OSW_NODE_EXP_BOUNDED:
        return OSW_BATCH_EXP;
    default:
        return OSW_BATCH_NONE;
    }
}

static int ascending(const void *a, const void *b)
{
    int x = *(const int *)a, y = *(const int *)b;
    return (x > y) - (x < y);
}

/* Stages by the number of batches before: a batch's results belong to the next stage. */
static int stage_after(const struct osw_emitter *e, int id)
{
    if (id < 0 || !e->uses[id])
        return 0;
    return e->stage[id] + (osw_emit_batch(e, id) != OSW_BATCH_NONE);
}

static int earliest_stages(struct osw_emitter *e)
{
    int last = 0;
    for (int i = 0; i < e->n_list; i++) {
        int id = e->list[i];
        int a = stage_after(e, e->nodes[id].a), b = stage_after(e, e->nodes[id].b);
        e->stage[id] = a > b ? a : b;
        int after = stage_after(e, id);
        last = after > last ? after : last;
    }
    return last;
}

static void pull(struct osw_emitter *e, int id, int stage)
{
    if (id >= 0 && e->uses[id] && osw_emit_batch(e, id) == OSW_BATCH_NONE &&
        stage < e->latest[id])
        e->latest[id] = stage;
}

/* What is not in a batch moves to the first stage that uses it, or the last one. */
static void latest_stages(struct osw_emitter *e, int last)
{
    for (int i = 0; i < e->n_list; i++)
        e->latest[e->list[i]] = last;
    for (int i = e->n_list - 1; i >= 0; i--) {
        int id = e->list[i];
        if (osw_emit_batch(e, id) == OSW_BATCH_NONE)
            e->stage[id] = e->latest[id];
        pull(e, e->nodes[id].a, e->stage[id]);
        pull(e, e->nodes[id].b, e->stage[id]);
    }
}

static int by_stage(const void *a, const void *b, void *context)
{
    const struct osw_emitter *e = context;
    int x = *(const int *)a, y = *(const int *)b;
    int difference = e->stage[x] - e->stage[y];
    if (!difference)
        difference = (int)osw_emit_batch(e, x) - (int)osw_emit_batch(e, y);
    return difference ? difference : (x > y) - (x < y);
}

void osw_emit_order(struct osw_emitter *e)
{
    qsort(e->list, (size_t)e->n_list, sizeof *e->list, ascending);
    latest_stages(e, earliest_stages(e));
    qsort_r(e->list, (size_t)e->n_list, sizeof *e->list, by_stage, e);
}
