/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Expressions to DAG nodes. Rules are taken in dependency order, so that a name is a look
 * up. Initial values are expressions of numbers and parameters. */
#include "compiler/lower.h"

static int lower(struct osw_program *program, const struct osw_expr *expr);

static int lower_power(struct osw_program *program, const struct osw_expr *expr)
{
    struct osw_dag *dag = &program->dag;
    int n, base = lower(program, expr->a);
    if (osw_expr_small_integer(expr->b, &n))
        return osw_dag_integer_power(dag, base, n);
    return osw_dag_power(dag, base, lower(program, expr->b));
}

/* Operations that have a node of their own; -1 for the others. */
static int node_op(enum osw_op op)
{
    switch (op) {
    case OSW_OP_NEG:
        return OSW_NODE_NEG;
    case OSW_OP_ADD:
        return OSW_NODE_ADD;
    case OSW_OP_SUB:
        return OSW_NODE_SUB;
    case OSW_OP_MUL:
        return OSW_NODE_MUL;
    case OSW_OP_DIV:
        return OSW_NODE_DIV;
    case OSW_OP_EXP:
        return OSW_NODE_EXP;
    case OSW_OP_LN:
        return OSW_NODE_LN;
    case OSW_OP_LOG10:
        return OSW_NODE_LOG10;
    case OSW_OP_SQRT:
        return OSW_NODE_SQRT;
    case OSW_OP_SIN:
        return OSW_NODE_SIN;
    case OSW_OP_COS:
        return OSW_NODE_COS;
    case OSW_OP_TANH:
        return OSW_NODE_TANH;
    default:
        return -1;
    }
}

static int lower(struct osw_program *program, const struct osw_expr *expr)
{
    struct osw_dag *dag = &program->dag;
    switch (expr->op) {
    case OSW_OP_NUMBER:
        return osw_dag_number(dag, expr->number);
    case OSW_OP_SYMBOL:
        return program->symbol[expr->symbol];
    case OSW_OP_TIME:
        return osw_dag_time(dag);
    case OSW_OP_POW:
        return lower_power(program, expr);
    default:
        break;
    }
    int a = lower(program, expr->a);
    if (!expr->b)
        return osw_dag_unary(dag, (enum osw_node_op)node_op(expr->op), a);
    int b = lower(program, expr->b);
    return osw_dag_binary(dag, (enum osw_node_op)node_op(expr->op), a, b);
}

static void lower_all(struct osw_program *program)
{
    const struct osw_source *source = program->source;
    const struct osw_layout *layout = &program->layout;
    for (int i = 0; i < layout->n_states; i++)
        program->symbol[layout->states[i]] = osw_dag_state(&program->dag, i);
    for (int j = 0; j < layout->n_params; j++)
        program->symbol[layout->params[j]] = osw_dag_param(&program->dag, j);
    for (int r = 0; r < source->n_rules; r++) {
        int s = source->rule_order[r];
        program->symbol[s] = lower(program, source->symbols[s].rule);
    }
    for (int i = 0; i < layout->n_states; i++) {
        const struct osw_symbol *state = &source->symbols[layout->states[i]];
        program->rate[i] = lower(program, state->rate);
        program->init[i] = state->initial ? lower(program, state->initial) : 0;
    }
}

static enum osw_status allocate(struct osw_program *program,
                                const unsigned char *switchable)
{
    enum osw_status status = osw_layout_init(&program->layout, program->source);
    if (status)
        return status;
    const struct osw_layout *layout = &program->layout;
    program->symbol = osw_alloc((size_t)program->source->n_symbols, sizeof(int));
    program->rate = osw_alloc((size_t)layout->n_states, sizeof(int));
    program->init = osw_alloc((size_t)layout->n_states, sizeof(int));
    program->switchable = osw_alloc((size_t)layout->n_params, 1);
    if (!program->symbol || !program->rate || !program->init || !program->switchable)
        return OSW_ERR_MEMORY;
    for (int j = 0; j < layout->n_params; j++)
        program->switchable[j] = !switchable || switchable[layout->params[j]];
    return osw_dag_init(&program->dag, program->switchable);
}

enum osw_status osw_program_init(struct osw_program *program,
                                 const struct osw_source *source,
                                 const unsigned char *switchable, struct osw_diag *diag)
{
    *program = (struct osw_program){.source = source};
    enum osw_status status = allocate(program, switchable);
    if (!status) {
        lower_all(program);
        status = osw_program_verdict(program, diag);
    }
    if (status)
        osw_program_fini(program);
    return status;
}

void osw_program_fini(struct osw_program *program)
{
    osw_dag_fini(&program->dag);
    osw_layout_fini(&program->layout);
    osw_free(program->symbol);
    osw_free(program->rate);
    osw_free(program->init);
    osw_free(program->switchable);
    *program = (struct osw_program){0};
}

enum osw_status osw_program_verdict(const struct osw_program *program,
                                    struct osw_diag *diag)
{
    if (program->dag.failed != OSW_ERR_INPUT)
        return program->dag.failed;
    return osw_diag_fail(
        diag, OSW_ERR_INPUT, (struct osw_loc){.file = program->source->path},
        "the model and its derivatives take more than %d operations", OSW_NODES_MAX);
}
