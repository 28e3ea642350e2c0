/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * C text from DAG nodes. Expressions of parameters that the right-hand side needs are
 * hoisted into the array c: by prepare those without a switchable parameter, by segment
 * the rest. A node that is used once stands in the expression that uses it, any other is
 * a local; nodes that are rules of the model carry its names. Functions of time and state
 * evaluate their exponentials and logarithms in batches (emit_order.c). */
#ifndef OSW_COMPILER_EMIT_H
#define OSW_COMPILER_EMIT_H

#include "compiler/gradient.h"
#include "compiler/sparse_lu.h"

#include <stdio.h>

struct osw_target { /* array[index] = node; */
    const char *array;
    int index, node;
    const char *name;    /* enumerator to write for the index, or NULL for its number */
    const char *comment; /* or NULL */
};

/* Derivatives as pairs (of, by), sorted by `by`, then `of`. */
struct osw_entries {
    int nnz, *of, *by, *node;
    struct osw_target *targets;
};

/* All that is emitted, in the arena. */
struct osw_code {
    struct osw_program *program;
    const char *entry;
    int *outputs, n_outputs; /* symbols */
    struct osw_gradient *by_state, *by_param, *by_time;
    int jac_nnz, *jac_colptr, *jac_row, *jac_node;
    int dfdp_nnz, *dfdp_state, *dfdp_param, *dfdp_node;
    int dfdt_nnz, *dfdt_state, *dfdt_node;
    struct osw_entries dobs_dy, dobs_dp, dinit_dp;
    struct osw_lu_plan lu;
    struct osw_target *rhs, *rhs_jac, *dfdp, *dfdt, *observe, *init;
    int n_rhs, n_rhs_jac;
    struct osw_arena *arena;
};

struct osw_work { /* as struct osw_kernel_work */
    long operations;
    int exps, lns, others;
};

/* Elementary functions that are evaluated together. */
enum osw_batch { OSW_BATCH_NONE, OSW_BATCH_SOFTPLUS, OSW_BATCH_LN, OSW_BATCH_EXP };

/* Work space of emit_order.c, by node; user has two places a node, ready three. */
struct osw_order {
    int *start, *n_users, *user, *pending, *height, *done, *next, *ready;
};

struct osw_emitter {
    FILE *out;
    const struct osw_code *code;
    const struct osw_program *program;
    const struct osw_node *nodes;
    const char **name; /* by node: rule it is, or NULL */
    int *hoisted;      /* by node: entry of c, or -1 */
    int n_hoisted;
    int *hoist_list; /* [n_hoisted]: nodes, those of rank member first */
    /* One function's own, by node; all zero between functions. */
    int *uses;  /* how often its value is needed in the function */
    int *local; /* number of its temporary; 0: written in place; below 0: has a name */
    int *size;  /* operations of the text written in its place */
    int *list, n_list;
    int *stage, *slot; /* where it stands in the order; slot: in its batch */
    int n_stages;      /* of batches; each target is one more */
    struct osw_order order;
    struct osw_work work; /* of what was written since it was last cleared */
    enum osw_rank lowest; /* nodes of lower rank are read from c */
    struct osw_work rhs, rhs_jac, observe; /* of these functions, once written */
};

enum osw_status osw_emitter_init(struct osw_emitter *e, const struct osw_code *code,
                                 FILE *out) OSW_MUST_CHECK;
void osw_emitter_fini(struct osw_emitter *e);

/* Body of a function that computes the targets; arrays t, y, p and c are in scope.
 * Returns its work. */
struct osw_work osw_emit_body(struct osw_emitter *e, const struct osw_target *targets,
                              int n);
/* Body of prepare (rank member) or segment: its entries of c. */
void osw_emit_hoisted(struct osw_emitter *e, enum osw_rank rank);
/* Body of a function that is called seldom: nothing is read from c. */
void osw_emit_plain(struct osw_emitter *e, const struct osw_target *targets, int n);

/* Which batch a listed node belongs to; sort the list: stage by stage, in each what is
 * not in a batch, then the batch. */
enum osw_batch osw_emit_batch(const struct osw_emitter *e, int id);
void osw_emit_order(struct osw_emitter *e, const struct osw_target *targets, int n);
enum osw_status osw_order_init(struct osw_order *order, int n_nodes) OSW_MUST_CHECK;
void osw_order_fini(struct osw_order *order);

enum osw_status osw_emit_lu(FILE *out, const struct osw_code *code) OSW_MUST_CHECK;
/* Enumerators of y, p and c. */
void osw_emit_names(const struct osw_emitter *e);
/* Symbols, structures, the kernel and its accessor. */
void osw_emit_tables(const struct osw_emitter *e);

#endif
