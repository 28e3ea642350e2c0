/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Expressions, by precedence climbing: + - below * / below signs below ^ (to the right);
 * -x^2 is -(x^2). */
#include "compiler/builtin.h"
#include "compiler/parser.h"

#include <string.h>

static const struct osw_ast *parse_binary(struct osw_parser *p, int level);

static struct osw_ast *node(struct osw_parser *p, enum osw_ast_kind kind,
                            struct osw_loc at)
{
    struct osw_ast *ast = osw_front_take(p->front, 1, sizeof *ast);
    if (ast) {
        ast->kind = kind;
        ast->at = at;
        ast->depth = 1;
    }
    return ast;
}

static const struct osw_ast *checked_depth(struct osw_parser *p, struct osw_ast *ast)
{
    if (!ast || ast->depth <= OSW_DEPTH_MAX)
        return ast;
    osw_diag_add(p->front->diag, OSW_ERROR, ast->at,
                 "more than %d operations inside one another (functions put in): name "
                 "parts of this with ':='",
                 OSW_DEPTH_MAX);
    return NULL;
}

static const struct osw_ast *operation(struct osw_parser *p, enum osw_op op,
                                       const struct osw_ast *a, const struct osw_ast *b,
                                       struct osw_loc at)
{
    struct osw_ast *ast = node(p, OSW_AST_OPERATOR, at);
    if (!ast)
        return NULL;
    ast->op = op;
    ast->a = a;
    ast->b = b;
    ast->depth = 1 + (b && b->depth > a->depth ? b->depth : a->depth);
    return checked_depth(p, ast);
}

static bool enter(struct osw_parser *p)
{
    if (++p->nesting <= OSW_NESTING_MAX)
        return true;
    osw_diag_add(p->front->diag, OSW_ERROR, p->token.at,
                 "nested more than %d deep: name parts of this with ':='",
                 OSW_NESTING_MAX);
    return false;
}

static const struct osw_function *find_function(const struct osw_front *front,
                                                const char *name)
{
    if (osw_name_table_find(&front->function_names, name) < 0)
        return NULL;
    const struct osw_function *f = front->functions;
    while (f && strcmp(f->name, name) != 0)
        f = f->next;
    return f;
}

static void report_function(struct osw_parser *p, const struct osw_ast *call)
{
    struct osw_front *front = p->front;
    if (osw_builtin_is_absent(call->name)) {
        osw_diag_add(front->diag, OSW_ERROR, call->at,
                     "the function '%s' is not part of the subset (only smooth functions "
                     "are: see models/LANGUAGE.md)",
                     call->name);
        return;
    }
    const char *hint = osw_front_suggest(front, call->name, &front->function_names, NULL);
    const char *builtin = osw_builtin_closest(call->name);
    if (!*hint && builtin)
        osw_diag_add(front->diag, OSW_ERROR, call->at,
                     "unknown function '%s' (did you mean '%s'?)", call->name, builtin);
    else
        osw_diag_add(front->diag, OSW_ERROR, call->at,
                     "unknown function '%s'%s; a function is defined before it is used",
                     call->name, hint);
}

/* Which function a call means, and whether it has as many arguments. */
static const struct osw_ast *bind_call(struct osw_parser *p, struct osw_ast *call)
{
    const struct osw_builtin *builtin = osw_builtin_find(call->name);
    call->function = builtin ? NULL : find_function(p->front, call->name);
    if (!builtin && !call->function && osw_parser_is_broken(p, call->name))
        return NULL;
    if (!builtin && !call->function) {
        report_function(p, call);
        return NULL;
    }
    int n = builtin ? builtin->n_arguments : call->function->n_parameters;
    if (n != call->n_arguments) {
        osw_diag_add(p->front->diag, OSW_ERROR, call->at,
                     "the function '%s' takes %d argument%s, found %d", call->name, n,
                     n == 1 ? "" : "s", call->n_arguments);
        return NULL;
    }
    int deepest = 0;
    for (int i = 0; i < call->n_arguments; i++)
        if (call->arguments[i]->depth > deepest)
            deepest = call->arguments[i]->depth;
    call->depth = deepest + (call->function ? call->function->body->depth : 4);
    return checked_depth(p, call);
}

static bool parse_arguments(struct osw_parser *p, struct osw_ast *call)
{
    if (osw_parser_take(p, ')'))
        return true;
    const struct osw_ast *read[OSW_ARGUMENTS_MAX];
    do {
        if (call->n_arguments == OSW_ARGUMENTS_MAX) {
            osw_diag_add(p->front->diag, OSW_ERROR, p->token.at,
                         "a function takes at most %d arguments", OSW_ARGUMENTS_MAX);
            return false;
        }
        const struct osw_ast *argument = parse_binary(p, 0);
        if (!argument)
            return false;
        read[call->n_arguments++] = argument;
    } while (osw_parser_take(p, ','));
    if (!osw_parser_take(p, ')'))
        return osw_parser_expected(p, "',' or ')'");
    size_t n = (size_t)call->n_arguments;
    call->arguments = osw_front_take(p->front, n, sizeof(const struct osw_ast *));
    if (call->arguments)
        memcpy(call->arguments, read, n * sizeof *read);
    return call->arguments;
}

static const struct osw_ast *parse_name(struct osw_parser *p)
{
    struct osw_ast *ast = node(p, OSW_AST_NAME, p->token.at);
    if (!ast)
        return NULL;
    ast->name = p->token.text;
    osw_parser_advance(p);
    if (osw_parser_is(p, '.')) {
        osw_diag_add(p->front->diag, OSW_ERROR, p->token.at,
                     "'%s.…' cannot be used here: give the model a parameter for it, as "
                     "in 'model m(x)' and '%s: m(y)', and use 'y'",
                     ast->name, ast->name);
        return NULL;
    }
    if (!osw_parser_take(p, '('))
        return ast;
    ast->kind = OSW_AST_CALL;
    if (osw_builtin_is_absent(ast->name)) {
        report_function(p, ast);
        return NULL;
    }
    if (!enter(p) || !parse_arguments(p, ast))
        return NULL;
    p->nesting--;
    return bind_call(p, ast);
}

static const struct osw_ast *parse_number(struct osw_parser *p)
{
    struct osw_ast *ast = node(p, OSW_AST_NUMBER, p->token.at);
    if (!ast)
        return NULL;
    ast->number = p->token.number;
    osw_parser_advance(p);
    if (p->token.kind != OSW_TOKEN_NAME || osw_name_is_refused(p->token.text))
        return ast;
    osw_diag_add(p->front->diag, OSW_ERROR, p->token.at,
                 "'%s' stands directly after a number: write '%g*%s' for a product, ';' "
                 "between statements; a unit is stated with 'has'",
                 p->token.text, ast->number, p->token.text);
    return NULL;
}

static const struct osw_ast *parse_primary(struct osw_parser *p)
{
    if (p->token.kind == OSW_TOKEN_NUMBER)
        return parse_number(p);
    if (p->token.kind == OSW_TOKEN_NAME)
        return parse_name(p);
    if (!osw_parser_is(p, '(')) {
        osw_parser_expected(p, "a number, a name or '('");
        return NULL;
    }
    if (!enter(p))
        return NULL;
    osw_parser_advance(p);
    const struct osw_ast *ast = parse_binary(p, 0);
    if (!ast)
        return NULL;
    if (!osw_parser_take(p, ')')) {
        osw_parser_expected(p, "an operator or ')'");
        return NULL;
    }
    p->nesting--;
    return ast;
}

static const struct osw_ast *parse_sign(struct osw_parser *p);

static const struct osw_ast *parse_power(struct osw_parser *p)
{
    const struct osw_ast *base = parse_primary(p);
    struct osw_loc at = p->token.at;
    if (!base || !osw_parser_take(p, '^'))
        return base;
    const struct osw_ast *exponent = enter(p) ? parse_sign(p) : NULL;
    p->nesting--;
    return exponent ? operation(p, OSW_OP_POW, base, exponent, at) : NULL;
}

static const struct osw_ast *parse_sign(struct osw_parser *p)
{
    struct osw_loc at = p->token.at;
    bool minus = osw_parser_is(p, '-');
    if (!minus && !osw_parser_is(p, '+'))
        return parse_power(p);
    if (!enter(p))
        return NULL;
    osw_parser_advance(p);
    const struct osw_ast *ast = parse_sign(p);
    p->nesting--;
    return ast && minus ? operation(p, OSW_OP_NEG, ast, NULL, at) : ast;
}

static bool binary_operator(const struct osw_parser *p, int level, enum osw_op *op)
{
    static const struct {
        char character;
        int level;
        enum osw_op op;
    } operators[] = {{'+', 0, OSW_OP_ADD},
                     {'-', 0, OSW_OP_SUB},
                     {'*', 1, OSW_OP_MUL},
                     {'/', 1, OSW_OP_DIV}};
    for (size_t i = 0; i < 4; i++) {
        *op = operators[i].op;
        if (operators[i].level == level && osw_parser_is(p, operators[i].character))
            return true;
    }
    return false;
}

static const struct osw_ast *parse_binary(struct osw_parser *p, int level)
{
    if (level == 2)
        return parse_sign(p);
    const struct osw_ast *left = parse_binary(p, level + 1);
    enum osw_op op;
    while (left && binary_operator(p, level, &op)) {
        struct osw_loc at = p->token.at;
        osw_parser_advance(p);
        const struct osw_ast *right = parse_binary(p, level + 1);
        left = right ? operation(p, op, left, right, at) : NULL;
    }
    return left;
}

const struct osw_ast *osw_parse_expression(struct osw_parser *p)
{
    p->nesting = 0;
    const struct osw_ast *ast = parse_binary(p, 0);
    if (!ast)
        return NULL;
    if (osw_ast_size(ast, p->function) <= OSW_SIZE_MAX)
        return ast;
    osw_diag_add(p->front->diag, OSW_ERROR, ast->at,
                 "more than %d operations once functions are put in", OSW_SIZE_MAX);
    return NULL;
}

static bool is_parameter(const struct osw_function *function, const char *name)
{
    for (int i = 0; function && i < function->n_parameters; i++)
        if (!strcmp(function->parameters[i], name))
            return true;
    return false;
}

double osw_ast_size(const struct osw_ast *ast, const struct osw_function *in)
{
    if (ast->kind == OSW_AST_NUMBER)
        return 1;
    if (ast->kind == OSW_AST_NAME)
        return is_parameter(in, ast->name) ? 0 : 1;
    if (ast->kind == OSW_AST_OPERATOR)
        return 1 + osw_ast_size(ast->a, in) + (ast->b ? osw_ast_size(ast->b, in) : 0);
    double size = ast->function ? ast->function->own_size : 6;
    for (int i = 0; i < ast->n_arguments; i++)
        size += (ast->function ? ast->function->uses[i] : 2) *
                osw_ast_size(ast->arguments[i], in);
    return size;
}

double osw_ast_uses(const struct osw_ast *ast, const char *parameter)
{
    if (ast->kind == OSW_AST_NUMBER)
        return 0;
    if (ast->kind == OSW_AST_NAME)
        return !strcmp(ast->name, parameter);
    if (ast->kind == OSW_AST_OPERATOR)
        return osw_ast_uses(ast->a, parameter) +
               (ast->b ? osw_ast_uses(ast->b, parameter) : 0);
    double uses = 0;
    for (int i = 0; i < ast->n_arguments; i++)
        uses += (ast->function ? ast->function->uses[i] : 2) *
                osw_ast_uses(ast->arguments[i], parameter);
    return uses;
}
