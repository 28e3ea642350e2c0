/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The order of a function's statements. Elementary functions are gathered in batches: a
 * loop over a batch stays in the instruction cache and overlaps its members, where
 * straight-line code of as many would do neither. Batches are small and those on the
 * longest chain come first (list scheduling), so that the wait for one hides behind the
 * next. Everything else stands as late as it may: few values wait in memory. */
#include "compiler/emit.h"

#include <stdlib.h>

enum {
    BATCH_MOST = 8, /* about what the reorder window of a core holds */
    KINDS = 3
};

enum osw_status osw_order_init(struct osw_order *order, int n_nodes)
{
    size_t n = (size_t)n_nodes;
    *order = (struct osw_order){
        .start = osw_alloc(n, sizeof(int)),
        .n_users = osw_alloc(n, sizeof(int)),
        .user = osw_alloc(2 * n, sizeof(int)),
        .pending = osw_alloc(n, sizeof(int)),
        .height = osw_alloc(n, sizeof(int)),
        .done = osw_alloc(n, sizeof(int)),
        .next = osw_alloc(n, sizeof(int)),
        .ready = osw_alloc(KINDS * (n + 1), sizeof(int)),
    };
    if (order->start && order->n_users && order->user && order->pending &&
        order->height && order->done && order->next && order->ready)
        return OSW_OK;
    osw_order_fini(order);
    return OSW_ERR_MEMORY;
}

void osw_order_fini(struct osw_order *order)
{
    osw_free(order->start);
    osw_free(order->n_users);
    osw_free(order->user);
    osw_free(order->pending);
    osw_free(order->height);
    osw_free(order->done);
    osw_free(order->next);
    osw_free(order->ready);
    *order = (struct osw_order){0};
}

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

static bool is_listed(const struct osw_emitter *e, int id)
{
    return id >= 0 && e->uses[id] > 0;
}

static int ascending(const void *a, const void *b)
{
    int x = *(const int *)a, y = *(const int *)b;
    return (x > y) - (x < y);
}

/* Users of each listed node, as user[start[id] .. start[id] + n_users[id] - 1]. */
static void find_users(struct osw_emitter *e)
{
    struct osw_order *o = &e->order;
    int total = 0;
    for (int i = 0; i < e->n_list; i++)
        o->n_users[e->list[i]] = 0;
    for (int i = 0; i < e->n_list; i++) {
        const struct osw_node *node = &e->nodes[e->list[i]];
        if (is_listed(e, node->a))
            o->n_users[node->a]++;
        if (is_listed(e, node->b))
            o->n_users[node->b]++;
    }
    for (int i = 0; i < e->n_list; i++) {
        int id = e->list[i];
        o->start[id] = total;
        total += o->n_users[id];
        o->n_users[id] = 0;
    }
    for (int i = 0; i < e->n_list; i++) {
        int id = e->list[i], a = e->nodes[id].a, b = e->nodes[id].b;
        o->pending[id] = is_listed(e, a) + is_listed(e, b);
        if (is_listed(e, a))
            o->user[o->start[a] + o->n_users[a]++] = id;
        if (is_listed(e, b))
            o->user[o->start[b] + o->n_users[b]++] = id;
    }
}

/* Batches on the longest chain from a node to the end, its own included. */
static int find_heights(struct osw_emitter *e)
{
    struct osw_order *o = &e->order;
    int highest = 0;
    for (int i = e->n_list - 1; i >= 0; i--) {
        int id = e->list[i], height = 0;
        for (int u = 0; u < o->n_users[id]; u++) {
            int above = o->height[o->user[o->start[id] + u]];
            height = above > height ? above : height;
        }
        o->height[id] = height + (osw_emit_batch(e, id) != OSW_BATCH_NONE);
        highest = o->height[id] > highest ? o->height[id] : highest;
    }
    return highest;
}

/* A node whose operands are there: one of a batch waits for it, any other is done and
 * completes others. done[] holds what is done but has not told its users. */
static void settle(struct osw_emitter *e, int id, int *n_done)
{
    struct osw_order *o = &e->order;
    enum osw_batch batch = osw_emit_batch(e, id);
    if (batch == OSW_BATCH_NONE) {
        o->done[(*n_done)++] = id;
        return;
    }
    int *head = &o->ready[o->height[id] * KINDS + (int)batch - 1];
    o->next[id] = *head;
    *head = id;
}

static void tell_users(struct osw_emitter *e, int n_done)
{
    struct osw_order *o = &e->order;
    while (n_done > 0) {
        int id = o->done[--n_done];
        for (int u = 0; u < o->n_users[id]; u++) {
            int user = o->user[o->start[id] + u];
            if (--o->pending[user] == 0)
                settle(e, user, &n_done);
        }
    }
}

/* Take the next batch: of the kind with the highest waiting node, its highest ones. Users
 * are lower than what they use, so that the height of the highest only falls. */
static bool take(struct osw_emitter *e, int *highest, int stage)
{
    struct osw_order *o = &e->order;
    int kind = 0, n = 0;
    while (*highest > 0 && o->ready[*highest * KINDS + kind] < 0) {
        kind = (kind + 1) % KINDS;
        *highest -= kind == 0;
    }
    for (int height = *highest; height > 0 && n < BATCH_MOST; height--)
        for (int *head = &o->ready[height * KINDS + kind]; *head >= 0 && n < BATCH_MOST;
             n++) {
            e->stage[*head] = stage;
            o->done[n] = *head;
            *head = o->next[*head];
        }
    tell_users(e, n);
    return n > 0;
}

/* Stages of batches, one each; returns their number. */
static int plan_batches(struct osw_emitter *e)
{
    struct osw_order *o = &e->order;
    int stage = 0, n_done = 0;
    find_users(e);
    int highest = find_heights(e);
    for (int i = 0; i < (highest + 1) * KINDS; i++)
        o->ready[i] = -1;
    for (int i = 0; i < e->n_list; i++)
        if (!o->pending[e->list[i]])
            o->done[n_done++] = e->list[i];
    int n_free = n_done;
    n_done = 0;
    for (int i = 0; i < n_free; i++)
        settle(e, o->done[i], &n_done);
    tell_users(e, n_done);
    while (take(e, &highest, stage))
        stage++;
    return stage;
}

static void pull(struct osw_emitter *e, int id, int stage)
{
    if (is_listed(e, id) && osw_emit_batch(e, id) == OSW_BATCH_NONE &&
        stage < e->stage[id])
        e->stage[id] = stage;
}

/* What is not in a batch moves to the first stage that uses it; behind the last batch
 * each target is a stage. */
static void plan_rest(struct osw_emitter *e, const struct osw_target *targets, int n)
{
    for (int i = 0; i < e->n_list; i++)
        if (osw_emit_batch(e, e->list[i]) == OSW_BATCH_NONE)
            e->stage[e->list[i]] = e->n_stages + n;
    for (int i = 0; i < n; i++)
        pull(e, targets[i].node, e->n_stages + i);
    for (int i = e->n_list - 1; i >= 0; i--) {
        int id = e->list[i];
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

void osw_emit_order(struct osw_emitter *e, const struct osw_target *targets, int n)
{
    qsort(e->list, (size_t)e->n_list, sizeof *e->list, ascending);
    e->n_stages = plan_batches(e);
    plan_rest(e, targets, n);
    qsort_r(e->list, (size_t)e->n_list, sizeof *e->list, by_stage, e);
}
