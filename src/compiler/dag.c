/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The node table of the expression DAG. Ranks and the dependence on states and parameters
 * are known when a node is made. */
#include "compiler/dag.h"

#include <stdint.h>
#include <string.h>

enum { FIRST_ROOM = 1024 };

enum osw_status osw_dag_init(struct osw_dag *dag, const unsigned char *switchable)
{
    *dag = (struct osw_dag){.switchable = switchable};
    dag->nodes = osw_alloc(FIRST_ROOM, sizeof *dag->nodes);
    dag->table = osw_alloc(2 * FIRST_ROOM, sizeof *dag->table);
    if (!dag->nodes || !dag->table) {
        osw_dag_fini(dag);
        return OSW_ERR_MEMORY;
    }
    dag->room = FIRST_ROOM;
    dag->n_table = 2 * FIRST_ROOM;
    (void)osw_dag_number(dag, 0);
    (void)osw_dag_number(dag, 1);
    return OSW_OK;
}

void osw_dag_fini(struct osw_dag *dag)
{
    osw_free(dag->nodes);
    osw_free(dag->table);
    *dag = (struct osw_dag){0};
}

static uint64_t mix(uint64_t h, uint64_t value)
{
    h ^= value;
    h *= UINT64_C(0x9e3779b97f4a7c15); /* 2^64 over the golden ratio */
    return h ^ (h >> 29);
}

static uint64_t hash_node(const struct osw_node *node)
{
    uint64_t bits;
    memcpy(&bits, &node->number, sizeof bits);
    uint64_t h = mix(node->op + UINT64_C(1), bits);
    return mix(mix(h, (uint64_t)node->a), (uint64_t)node->b);
}

static bool same(const struct osw_node *x, const struct osw_node *y)
{
    return x->op == y->op && x->a == y->a && x->b == y->b &&
           !memcmp(&x->number, &y->number, sizeof x->number);
}

/* Slot of the node, or the free slot where it belongs. */
static int *find_slot(const struct osw_dag *dag, const struct osw_node *node)
{
    uint64_t mask = (uint64_t)dag->n_table - 1;
    for (uint64_t i = hash_node(node) & mask;; i = (i + 1) & mask) {
        int *slot = &dag->table[i];
        if (!*slot || same(&dag->nodes[*slot - 1], node))
            return slot;
    }
}

static enum osw_status grow(struct osw_dag *dag)
{
    if (dag->n >= OSW_NODES_MAX)
        return OSW_ERR_INPUT;
    int room = 2 * dag->room;
    int *table = osw_alloc(2 * (size_t)room, sizeof *table);
    if (!table)
        return OSW_ERR_MEMORY;
    if (osw_grow((void **)&dag->nodes, (size_t)dag->room, (size_t)room,
                 sizeof *dag->nodes)) {
        osw_free(table);
        return OSW_ERR_MEMORY;
    }
    osw_free(dag->table);
    dag->table = table;
    dag->n_table = 2 * room;
    dag->room = room;
    for (int id = 0; id < dag->n; id++)
        *find_slot(dag, &dag->nodes[id]) = id + 1;
    return OSW_OK;
}

static void inherit(struct osw_node *node, const struct osw_node *operand)
{
    if (operand->rank > node->rank)
        node->rank = operand->rank;
    node->has_state |= operand->has_state;
    node->has_param |= operand->has_param;
    node->has_time |= operand->has_time;
}

static void classify(const struct osw_dag *dag, struct osw_node *node)
{
    switch ((enum osw_node_op)node->op) {
    case OSW_NODE_NUMBER:
        node->rank = OSW_RANK_CONSTANT;
        return;
    case OSW_NODE_PARAM:
        node->rank = dag->switchable && !dag->switchable[node->a] ? OSW_RANK_MEMBER
                                                                  : OSW_RANK_SEGMENT;
        node->has_param = true;
        return;
    case OSW_NODE_STATE:
        node->rank = OSW_RANK_STATE;
        node->has_state = true;
        return;
    case OSW_NODE_TIME:
        node->rank = OSW_RANK_TIME;
        node->has_time = true;
        return;
    default:
        inherit(node, &dag->nodes[node->a]);
        if (node->b >= 0)
            inherit(node, &dag->nodes[node->b]);
    }
}

int osw_dag_intern(struct osw_dag *dag, struct osw_node node)
{
    if (dag->failed)
        return 0;
    int *slot = find_slot(dag, &node);
    if (*slot)
        return *slot - 1;
    if (dag->n == dag->room) {
        dag->failed = grow(dag);
        if (dag->failed)
            return 0;
        slot = find_slot(dag, &node);
    }
    classify(dag, &node);
    dag->nodes[dag->n] = node;
    *slot = ++dag->n;
    return dag->n - 1;
}

int osw_dag_number(struct osw_dag *dag, double value)
{
    double number = value == 0 ? 0 : value; /* one zero only */
    return osw_dag_intern(
        dag,
        (struct osw_node){.op = OSW_NODE_NUMBER, .a = -1, .b = -1, .number = number});
}

int osw_dag_param(struct osw_dag *dag, int index)
{
    return osw_dag_intern(dag,
                          (struct osw_node){.op = OSW_NODE_PARAM, .a = index, .b = -1});
}

int osw_dag_state(struct osw_dag *dag, int index)
{
    return osw_dag_intern(dag,
                          (struct osw_node){.op = OSW_NODE_STATE, .a = index, .b = -1});
}

int osw_dag_time(struct osw_dag *dag)
{
    return osw_dag_intern(dag, (struct osw_node){.op = OSW_NODE_TIME, .a = -1, .b = -1});
}
