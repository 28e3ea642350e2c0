/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * From names as written to symbols, and from calls to the bodies they stand for.
 * Arguments are shared, not copied: the result is a graph whose size as a tree was
 * bounded by the parser. What comes from a function's body is placed at the call. */
#include "compiler/builtin.h"
#include "compiler/front.h"

#include <math.h>
#include <string.h>

enum { MODEL_SIZE_MAX = 8000000 }; /* operations of all expressions, calls expanded */

struct call { /* the function whose body is being expanded */
    const struct osw_function *function;
    const struct osw_expr **arguments;
    const char *outermost; /* the function that the text calls, and … */
    struct osw_loc at;     /* … where */
};

struct expansion {
    struct osw_front *front;
    const struct osw_scope *scope;
    const struct call *call; /* NULL outside of functions */
};

static const struct osw_expr *expand(struct expansion *e, const struct osw_ast *ast);

static const struct osw_expr *make(struct osw_front *front, struct osw_expr expr)
{
    struct osw_expr *kept = osw_front_take(front, 1, sizeof *kept);
    if (kept)
        *kept = expr;
    return kept;
}

const struct osw_expr *osw_expr_make(struct osw_front *front, enum osw_op op,
                                     const struct osw_expr *a, const struct osw_expr *b,
                                     struct osw_loc at)
{
    return a ? make(front,
                    (struct osw_expr){.op = op, .symbol = -1, .a = a, .b = b, .at = at})
             : NULL;
}

const struct osw_expr *osw_expr_number(struct osw_front *front, double number,
                                       struct osw_loc at)
{
    return make(
        front,
        (struct osw_expr){.op = OSW_OP_NUMBER, .number = number, .symbol = -1, .at = at});
}

const struct osw_expr *osw_expr_symbol(struct osw_front *front, int symbol,
                                       struct osw_loc at)
{
    return make(front,
                (struct osw_expr){.op = OSW_OP_SYMBOL, .symbol = symbol, .at = at});
}

/* A node placed where the text has it, or at the call it comes from. */
static const struct osw_expr *placed(struct expansion *e, struct osw_expr expr,
                                     struct osw_loc at)
{
    expr.at = e->call ? e->call->at : at;
    expr.function = e->call ? e->call->outermost : NULL;
    return make(e->front, expr);
}

static const struct osw_expr *operation(struct expansion *e, enum osw_op op,
                                        const struct osw_expr *a,
                                        const struct osw_expr *b, struct osw_loc at)
{
    return placed(e, (struct osw_expr){.op = op, .symbol = -1, .a = a, .b = b}, at);
}

static const struct osw_expr *number(struct expansion *e, double value, struct osw_loc at)
{
    return placed(
        e, (struct osw_expr){.op = OSW_OP_NUMBER, .number = value, .symbol = -1}, at);
}

static const struct osw_expr *expand_name(struct expansion *e, const struct osw_ast *ast)
{
    double value;
    for (int i = 0; e->call && i < e->call->function->n_parameters; i++)
        if (!strcmp(e->call->function->parameters[i], ast->name))
            return e->call->arguments[i];
    if (osw_builtin_constant(ast->name, &value))
        return number(e, value, ast->at);
    if (!strcmp(ast->name, "time"))
        return placed(e, (struct osw_expr){.op = OSW_OP_TIME, .symbol = -1}, ast->at);
    int symbol = osw_scope_use(e->front, e->scope, ast->name, ast->at);
    if (symbol < 0)
        return NULL;
    return placed(e, (struct osw_expr){.op = OSW_OP_SYMBOL, .symbol = symbol}, ast->at);
}

/* (exp(x) + sign exp(-x))/2 */
static const struct osw_expr *hyperbolic(struct expansion *e, const struct osw_expr *x,
                                         enum osw_op op, struct osw_loc at)
{
    const struct osw_expr *rising = operation(e, OSW_OP_EXP, x, NULL, at);
    const struct osw_expr *minus = operation(e, OSW_OP_NEG, x, NULL, at);
    const struct osw_expr *falling = operation(e, OSW_OP_EXP, minus, NULL, at);
    const struct osw_expr *two = number(e, 2, at);
    const struct osw_expr *sum = operation(e, op, rising, falling, at);
    return operation(e, OSW_OP_DIV, sum, two, at);
}

static const struct osw_expr *expand_builtin(struct expansion *e,
                                             const struct osw_ast *ast)
{
    const struct osw_builtin *builtin = osw_builtin_find(ast->name);
    const struct osw_expr *x = expand(e, ast->arguments[0]);
    switch (builtin->kind) {
    case OSW_BUILTIN_OPERATION:
        return operation(e, (enum osw_op)builtin->op, x, NULL, ast->at);
    case OSW_BUILTIN_POWER:
        return operation(e, OSW_OP_POW, x, expand(e, ast->arguments[1]), ast->at);
    case OSW_BUILTIN_SQUARE:
        return operation(e, OSW_OP_POW, x, number(e, 2, ast->at), ast->at);
    case OSW_BUILTIN_TAN:
        return operation(e, OSW_OP_DIV, operation(e, OSW_OP_SIN, x, NULL, ast->at),
                         operation(e, OSW_OP_COS, x, NULL, ast->at), ast->at);
    case OSW_BUILTIN_SINH:
        return hyperbolic(e, x, OSW_OP_SUB, ast->at);
    case OSW_BUILTIN_COSH:
        return hyperbolic(e, x, OSW_OP_ADD, ast->at);
    }
    return NULL;
}

/* A copy of the body's outermost node that remembers the call. */
static const struct osw_expr *used(struct osw_front *front, const struct osw_expr *body,
                                   struct osw_use use)
{
    struct osw_use *kept = osw_front_take(front, 1, sizeof *kept);
    if (!kept || !body)
        return NULL;
    *kept = use;
    struct osw_expr expr = *body;
    expr.use = kept;
    return make(front, expr);
}

static const struct osw_expr *expand_call(struct expansion *e, const struct osw_ast *ast)
{
    size_t n = (size_t)ast->n_arguments;
    const struct osw_expr **arguments =
        osw_front_take(e->front, n, sizeof(const struct osw_expr *));
    if (!arguments)
        return NULL;
    for (size_t i = 0; i < n; i++)
        arguments[i] = expand(e, ast->arguments[i]);
    struct call call = {.function = ast->function,
                        .arguments = arguments,
                        .outermost = e->call ? e->call->outermost : ast->name,
                        .at = e->call ? e->call->at : ast->at};
    struct expansion inner = {e->front, e->scope, &call};
    return used(e->front, expand(&inner, ast->function->body),
                (struct osw_use){ast->name, arguments, ast->n_arguments});
}

static const struct osw_expr *expand(struct expansion *e, const struct osw_ast *ast)
{
    if (e->front->no_memory)
        return NULL;
    switch (ast->kind) {
    case OSW_AST_NUMBER:
        return number(e, ast->number, ast->at);
    case OSW_AST_NAME:
        return expand_name(e, ast);
    case OSW_AST_OPERATOR: {
        const struct osw_expr *a = expand(e, ast->a);
        const struct osw_expr *b = ast->b ? expand(e, ast->b) : NULL;
        return operation(e, ast->op, a, b, ast->at);
    }
    case OSW_AST_CALL:
        break;
    }
    return ast->function ? expand_call(e, ast) : expand_builtin(e, ast);
}

const struct osw_expr *osw_expand(struct osw_front *front, const struct osw_scope *scope,
                                  const struct osw_ast *ast)
{
    double before = front->n_nodes;
    front->n_nodes += osw_ast_size(ast, NULL);
    if (front->n_nodes > MODEL_SIZE_MAX) {
        if (before <= MODEL_SIZE_MAX)
            osw_diag_add(
                front->diag, OSW_ERROR, ast->at,
                "the model has more than %d operations once functions are put in",
                MODEL_SIZE_MAX);
        return NULL;
    }
    struct expansion e = {front, scope, NULL};
    const struct osw_expr *expr = expand(&e, ast);
    return front->no_memory ? NULL : expr;
}

/* The body in terms of its parameters: symbols -2, -3, … */
static bool define(struct osw_front *front, const struct osw_function *f,
                   struct osw_definition *definition)
{
    size_t n = (size_t)f->n_parameters;
    const struct osw_expr **arguments =
        osw_front_take(front, n, sizeof(const struct osw_expr *));
    if (!arguments)
        return false;
    for (int k = 0; k < f->n_parameters; k++)
        arguments[k] = osw_expr_symbol(front, -2 - k, f->at);
    struct call call = {f, arguments, f->name, f->at};
    struct expansion e = {front, NULL, &call};
    *definition =
        (struct osw_definition){.name = f->name,
                                .parameters = (const char *const *)f->parameters,
                                .n_parameters = f->n_parameters,
                                .body = expand(&e, f->body),
                                .at = f->at};
    return definition->body != NULL;
}

void osw_definitions_build(struct osw_front *front)
{
    int n = 0;
    for (const struct osw_function *f = front->functions; f; f = f->next)
        n++;
    struct osw_definition *definitions =
        osw_front_take(front, (size_t)n, sizeof *definitions);
    if (!definitions)
        return;
    front->source->definitions = definitions;
    front->source->n_definitions = n;
    for (const struct osw_function *f = front->functions; f; f = f->next)
        if (!define(front, f, &definitions[--n]))
            return;
}

static double apply(enum osw_op op, double a, double b)
{
    switch (op) {
    case OSW_OP_NEG:
        return -a;
    case OSW_OP_ADD:
        return a + b;
    case OSW_OP_SUB:
        return a - b;
    case OSW_OP_MUL:
        return a * b;
    case OSW_OP_DIV:
        return a / b;
    case OSW_OP_POW:
        return pow(a, b);
    case OSW_OP_EXP:
        return exp(a);
    case OSW_OP_LN:
        return log(a);
    case OSW_OP_LOG10:
        return log10(a);
    case OSW_OP_SQRT:
        return sqrt(a);
    case OSW_OP_SIN:
        return sin(a);
    case OSW_OP_COS:
        return cos(a);
    case OSW_OP_TANH:
        return tanh(a);
    case OSW_OP_NUMBER:
    case OSW_OP_SYMBOL:
    case OSW_OP_TIME:
        break;
    }
    return NAN;
}

bool osw_expr_constant(const struct osw_expr *expr, double *value)
{
    double a = 0, b = 0;
    if (expr->op == OSW_OP_SYMBOL || expr->op == OSW_OP_TIME)
        return false;
    if (expr->op == OSW_OP_NUMBER) {
        *value = expr->number;
        return true;
    }
    if (!osw_expr_constant(expr->a, &a) || (expr->b && !osw_expr_constant(expr->b, &b)))
        return false;
    *value = apply(expr->op, a, b);
    return true;
}
