/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Hash-consed expressions: an operation on the same operands exists once, so equality is
 * equality of ids, and operands have smaller ids than what uses them. Constructors fold
 * constants and simplify; they never reassociate sums. Id 0 is the number 0, id 1 is 1.
 * When memory runs out, or the graph passes its size limit, constructors return 0 and
 * `failed` says why: check it once at the end. */
#ifndef OSW_COMPILER_DAG_H
#define OSW_COMPILER_DAG_H

#include "base/memory.h"
#include <stdbool.h>

enum osw_node_op {
    OSW_NODE_NUMBER,
    OSW_NODE_PARAM, /* a: index */
    OSW_NODE_STATE, /* a: index */
    OSW_NODE_TIME,
    OSW_NODE_NEG,
    OSW_NODE_ADD,
    OSW_NODE_SUB,
    OSW_NODE_MUL,
    OSW_NODE_DIV,
    OSW_NODE_EXP,
    OSW_NODE_EXP_BOUNDED, /* exp(min(x, 700)), only in logistics */
    OSW_NODE_LN,
    OSW_NODE_LN_POSITIVE, /* ln(max(x, DBL_MIN)), the logarithm of powers */
    OSW_NODE_POSITIVE,    /* max(x, DBL_MIN), only in derivatives of it */
    OSW_NODE_SOFTPLUS,    /* ln(1 + exp(x)) */
    OSW_NODE_LOG10,
    OSW_NODE_SQRT,
    OSW_NODE_SIN,
    OSW_NODE_COS,
    OSW_NODE_TANH,
};

/* How often an expression changes. */
enum osw_rank {
    OSW_RANK_CONSTANT,
    OSW_RANK_MEMBER,  /* parameters that do not switch */
    OSW_RANK_SEGMENT, /* any parameters */
    OSW_RANK_TIME,
    OSW_RANK_STATE,
};

enum { OSW_NODES_MAX = 4000000 };

struct osw_node {
    unsigned char op, rank;
    bool has_state, has_param, has_time;
    int a, b; /* operands; b -1 for unary */
    double number;
};

struct osw_dag {
    struct osw_node *nodes;
    int n, room;
    int *table; /* open addressing, id + 1; 0 is free */
    int n_table;
    const unsigned char *switchable; /* by parameter index; NULL: all are. Borrowed. */
    enum osw_status failed;
};

enum osw_status osw_dag_init(struct osw_dag *dag,
                             const unsigned char *switchable) OSW_MUST_CHECK;
void osw_dag_fini(struct osw_dag *dag);

int osw_dag_number(struct osw_dag *dag, double value);
int osw_dag_param(struct osw_dag *dag, int index);
int osw_dag_state(struct osw_dag *dag, int index);
int osw_dag_time(struct osw_dag *dag);

/* With simplification. */
int osw_dag_unary(struct osw_dag *dag, enum osw_node_op op, int a);
int osw_dag_binary(struct osw_dag *dag, enum osw_node_op op, int a, int b);

/* base^n by products; 1/(product) when n is negative. */
int osw_dag_integer_power(struct osw_dag *dag, int base, int n);
/* exp(exponent * ln(max(base, DBL_MIN))) */
int osw_dag_power(struct osw_dag *dag, int base, int exponent);

/* The node itself, without simplification: for the constructors above. */
int osw_dag_intern(struct osw_dag *dag, struct osw_node node);

static inline bool osw_node_is_leaf(const struct osw_node *node)
{
    return node->op <= OSW_NODE_TIME;
}

#endif
