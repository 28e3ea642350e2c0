/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "compiler/gradient.h"

#include <stdlib.h>

/* Work space: arrays by node cover the nodes that existed before differentiation. */
struct work {
    struct osw_program *program;
    struct osw_dag *dag;
    enum osw_variables by;
    const int *roots; /* [n_roots] nodes asked for */
    int n_roots;
    struct osw_arena *arena;
    struct osw_gradient **row; /* by node: of rules already differentiated, else NULL */
    int *adjoint;              /* by node, 0 between statements */
    bool *listed;              /* by node, false between statements */
    int *list, n_list;         /* nodes of a statement */
    int *entry;                /* by variable: node of the derivative being summed */
    bool *touched;             /* by variable */
    int *variables, n_variables;
    long n_entries; /* of all rows so far */
};

static bool depends(const struct work *w, int id)
{
    const struct osw_node *node = &w->dag->nodes[id];
    switch (w->by) {
    case OSW_BY_STATE:
        return node->has_state;
    case OSW_BY_PARAM:
        return node->has_param;
    default:
        return node->has_time;
    }
}

static int mul(struct work *w, int a, int b)
{
    return osw_dag_binary(w->dag, OSW_NODE_MUL, a, b);
}

static int divide(struct work *w, int a, int b)
{
    return osw_dag_binary(w->dag, OSW_NODE_DIV, a, b);
}

static int unary(struct work *w, enum osw_node_op op, int a)
{
    return osw_dag_unary(w->dag, op, a);
}

/* 1/(1 + exp(-u)) */
static int logistic(struct work *w, int u)
{
    int e = unary(w, OSW_NODE_EXP_BOUNDED, unary(w, OSW_NODE_NEG, u));
    return divide(w, 1, osw_dag_binary(w->dag, OSW_NODE_ADD, 1, e));
}

/* 1 - tanh(u)^2 = 4 s^2 E with E = exp(-2u), s = 1/(1 + E): no cancellation. */
static int tanh_slope(struct work *w, int u)
{
    int minus_2u = mul(w, osw_dag_number(w->dag, -2), u);
    int e = unary(w, OSW_NODE_EXP_BOUNDED, minus_2u);
    int s = divide(w, 1, osw_dag_binary(w->dag, OSW_NODE_ADD, 1, e));
    return mul(w, osw_dag_number(w->dag, 4), mul(w, mul(w, s, s), e));
}

/* Derivative of node id with respect to its one operand. */
static int slope(struct work *w, int id)
{
    const struct osw_node node = w->dag->nodes[id];
    switch ((enum osw_node_op)node.op) {
    case OSW_NODE_NEG:
        return osw_dag_number(w->dag, -1);
    case OSW_NODE_EXP:
    case OSW_NODE_EXP_BOUNDED:
        return id;
    case OSW_NODE_LN:
        return divide(w, 1, node.a);
    case OSW_NODE_LN_POSITIVE:
        return divide(w, 1, unary(w, OSW_NODE_POSITIVE, node.a));
    case OSW_NODE_SOFTPLUS:
        return logistic(w, node.a);
    case OSW_NODE_LOG10:
        return divide(w, osw_dag_number(w->dag, 0.43429448190325182765), node.a);
    case OSW_NODE_SQRT:
        return divide(w, osw_dag_number(w->dag, 0.5), id);
    case OSW_NODE_SIN:
        return unary(w, OSW_NODE_COS, node.a);
    case OSW_NODE_COS:
        return unary(w, OSW_NODE_NEG, unary(w, OSW_NODE_SIN, node.a));
    default:
        return tanh_slope(w, node.a);
    }
}

static void add_adjoint(struct work *w, int id, int term)
{
    if (depends(w, id))
        w->adjoint[id] = osw_dag_binary(w->dag, OSW_NODE_ADD, w->adjoint[id], term);
}

/* Pass the adjoint of an operation on to its operands. */
static void propagate(struct work *w, int id)
{
    const struct osw_node node = w->dag->nodes[id];
    int adjoint = w->adjoint[id];
    switch ((enum osw_node_op)node.op) {
    case OSW_NODE_ADD:
        add_adjoint(w, node.a, adjoint);
        add_adjoint(w, node.b, adjoint);
        return;
    case OSW_NODE_SUB:
        add_adjoint(w, node.a, adjoint);
        add_adjoint(w, node.b, unary(w, OSW_NODE_NEG, adjoint));
        return;
    case OSW_NODE_MUL:
        add_adjoint(w, node.a, mul(w, adjoint, node.b));
        add_adjoint(w, node.b, mul(w, adjoint, node.a));
        return;
    case OSW_NODE_DIV: {
        int reciprocal = divide(w, adjoint, node.b);
        add_adjoint(w, node.a, reciprocal);
        if (depends(w, node.b))
            add_adjoint(w, node.b, unary(w, OSW_NODE_NEG, mul(w, reciprocal, id)));
        return;
    }
    default:
        add_adjoint(w, node.a, mul(w, adjoint, slope(w, id)));
    }
}

static void list_node(struct work *w, int id)
{
    if (w->listed[id] || !depends(w, id))
        return;
    w->listed[id] = true;
    w->list[w->n_list++] = id;
}

static int descending(const void *a, const void *b)
{
    int x = *(const int *)a, y = *(const int *)b;
    return (x < y) - (x > y);
}

static int ascending(const void *a, const void *b)
{
    return descending(b, a);
}

/* Does differentiation of the statement at `root` stop at this node? */
static bool is_end(const struct work *w, int id, int root)
{
    return osw_node_is_leaf(&w->dag->nodes[id]) || (w->row[id] && id != root);
}

static void list_statement(struct work *w, int root)
{
    w->n_list = 0;
    list_node(w, root);
    for (int i = 0; i < w->n_list; i++) {
        const struct osw_node *node = &w->dag->nodes[w->list[i]];
        if (is_end(w, w->list[i], root))
            continue;
        list_node(w, node->a);
        if (node->b >= 0)
            list_node(w, node->b);
    }
    qsort(w->list, (size_t)w->n_list, sizeof *w->list, descending);
}

static void add_entry(struct work *w, int variable, int term)
{
    if (!w->touched[variable]) {
        w->touched[variable] = true;
        w->variables[w->n_variables++] = variable;
    }
    w->entry[variable] = osw_dag_binary(w->dag, OSW_NODE_ADD, w->entry[variable], term);
}

/* The end of a path: a variable, or a rule whose gradient is known. */
static void finish(struct work *w, int id)
{
    const struct osw_node node = w->dag->nodes[id];
    if (osw_node_is_leaf(&node)) {
        add_entry(w, w->by == OSW_BY_TIME ? 0 : node.a, w->adjoint[id]);
        return;
    }
    const struct osw_gradient *row = w->row[id];
    for (int e = 0; e < row->n; e++)
        add_entry(w, row->index[e], mul(w, w->adjoint[id], row->node[e]));
}

/* Move the summed entries to a row, ascending, without zeros. */
static enum osw_status collect(struct work *w, struct osw_gradient *row)
{
    w->n_entries += w->n_variables;
    if (w->n_entries > OSW_GRADIENT_ENTRIES_MAX)
        w->dag->failed = OSW_ERR_INPUT;
    qsort(w->variables, (size_t)w->n_variables, sizeof *w->variables, ascending);
    row->index = osw_arena_alloc(w->arena, (size_t)w->n_variables, sizeof *row->index);
    row->node = osw_arena_alloc(w->arena, (size_t)w->n_variables, sizeof *row->node);
    if (!row->index || !row->node)
        return OSW_ERR_MEMORY;
    row->n = 0;
    for (int i = 0; i < w->n_variables; i++) {
        int variable = w->variables[i];
        if (w->entry[variable]) {
            row->index[row->n] = variable;
            row->node[row->n++] = w->entry[variable];
        }
        w->entry[variable] = 0;
        w->touched[variable] = false;
    }
    w->n_variables = 0;
    return OSW_OK;
}

static enum osw_status differentiate(struct work *w, int root, struct osw_gradient *row)
{
    list_statement(w, root);
    w->adjoint[root] = 1;
    for (int i = 0; i < w->n_list; i++) {
        int id = w->list[i];
        if (w->adjoint[id] && !is_end(w, id, root))
            propagate(w, id);
        else if (w->adjoint[id])
            finish(w, id);
    }
    for (int i = 0; i < w->n_list; i++) {
        w->adjoint[w->list[i]] = 0;
        w->listed[w->list[i]] = false;
    }
    w->adjoint[root] = 0;
    return collect(w, row);
}

/* Mark the rules that some root needs, through other rules. Operands have smaller ids, so
 * one descending pass reaches everything. */
static void mark_needed(const struct work *w, bool *needed, int n)
{
    for (int i = 0; i < w->n_roots; i++)
        needed[w->roots[i]] = true;
    for (int id = n - 1; id >= 0; id--) {
        const struct osw_node *node = &w->dag->nodes[id];
        if (!needed[id] || osw_node_is_leaf(node))
            continue;
        needed[node->a] = true;
        if (node->b >= 0)
            needed[node->b] = true;
    }
}

static enum osw_status differentiate_rule(struct work *w, int root)
{
    if (w->row[root] || osw_node_is_leaf(&w->dag->nodes[root]) || !depends(w, root))
        return OSW_OK;
    struct osw_gradient *row = osw_arena_alloc(w->arena, 1, sizeof *row);
    if (!row)
        return OSW_ERR_MEMORY;
    enum osw_status status = differentiate(w, root, row);
    w->row[root] = row;
    return status;
}

static enum osw_status differentiate_all(struct work *w, bool *needed, int n,
                                         struct osw_gradient *rows)
{
    const struct osw_program *program = w->program;
    const struct osw_source *source = program->source;
    enum osw_status status = OSW_OK;
    mark_needed(w, needed, n);
    for (int r = 0; r < source->n_rules && !status && !w->dag->failed; r++) {
        int root = program->symbol[source->rule_order[r]];
        if (needed[root])
            status = differentiate_rule(w, root);
    }
    for (int i = 0; i < w->n_roots && !status && !w->dag->failed; i++) {
        int root = w->roots[i];
        if (w->row[root])
            rows[i] = *w->row[root];
        else
            status = differentiate(w, root, &rows[i]);
    }
    return status;
}

enum osw_status osw_gradients(struct osw_program *program, enum osw_variables variables,
                              const int *roots, int n_roots, struct osw_arena *arena,
                              struct osw_gradient *rows)
{
    struct osw_dag *dag = &program->dag;
    size_t n = (size_t)dag->n;
    size_t n_variables = variables == OSW_BY_STATE   ? (size_t)program->layout.n_states
                         : variables == OSW_BY_PARAM ? (size_t)program->layout.n_params
                                                     : 1;
    struct work w = {.program = program,
                     .dag = dag,
                     .by = variables,
                     .roots = roots,
                     .n_roots = n_roots,
                     .arena = arena,
                     .row = osw_alloc(n, sizeof *w.row),
                     .adjoint = osw_alloc(n, sizeof *w.adjoint),
                     .listed = osw_alloc(n, sizeof *w.listed),
                     .list = osw_alloc(n, sizeof *w.list),
                     .entry = osw_alloc(n_variables, sizeof *w.entry),
                     .touched = osw_alloc(n_variables, sizeof *w.touched),
                     .variables = osw_alloc(n_variables, sizeof *w.variables)};
    bool *needed = osw_alloc(n, sizeof *needed);
    enum osw_status status = OSW_ERR_MEMORY;
    if (w.row && w.adjoint && w.listed && w.list && w.entry && w.touched && w.variables &&
        needed)
        status = differentiate_all(&w, needed, (int)n, rows);
    osw_free(w.row);
    osw_free(w.adjoint);
    osw_free(w.listed);
    osw_free(w.list);
    osw_free(w.entry);
    osw_free(w.touched);
    osw_free(w.variables);
    osw_free(needed);
    return status;
}
