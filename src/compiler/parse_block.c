/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What stands outside of models: unit, import, function … end, model … end. Each is kept
 * only when all of it could be read. */
#include "compiler/builtin.h"
#include "compiler/parser.h"

#include <string.h>

/* unit name = expression; time_unit may only be the day. */
static bool keep_unit(struct osw_parser *p, struct osw_unit_definition definition)
{
    struct osw_front *front = p->front;
    size_t n = (size_t)front->n_unit_definitions;
    if ((n & (n - 1)) == 0 && osw_grow((void **)&front->unit_definitions, n,
                                       n ? 2 * n : 1, sizeof definition) != OSW_OK)
        front->no_memory = true;
    if (front->no_memory)
        return false;
    int known = osw_front_name(front, &front->unit_names, definition.name, (int)n);
    if (known != (int)n)
        return osw_parser_fail(p, definition.at, "this unit has a second definition");
    front->unit_definitions[front->n_unit_definitions++] = definition;
    return true;
}

static bool parse_unit_definition(struct osw_parser *p)
{
    struct osw_unit_definition definition = {0};
    definition.name = osw_parser_name(p, "the unit's name", &definition.at);
    if (!definition.name)
        return false;
    bool time = !strcmp(definition.name, "time_unit");
    if (!time && (strncmp(definition.name, "u_", 2) != 0 || !definition.name[2])) {
        osw_diag_add(p->front->diag, OSW_ERROR, definition.at,
                     "a unit's name begins with 'u_': write 'u_%s' (units and quantities "
                     "share their names in the reference translator)",
                     definition.name);
        return false;
    }
    if (!osw_parser_take(p, '='))
        return osw_parser_expected(p, "'='");
    struct osw_loc at = p->token.at;
    definition.unit = osw_parse_unit(p, &definition.text);
    if (!definition.unit) {
        osw_parser_break(p, definition.name);
        return false;
    }
    if (!time)
        return keep_unit(p, definition);
    const struct osw_unit *day = osw_units_parse(p->front->units, "day");
    if (!day || !osw_unit_equal(day, definition.unit))
        return osw_parser_fail(p, at, "the unit of time is the day (86400 second)");
    return true;
}

static bool parse_import(struct osw_parser *p)
{
    if (p->token.kind != OSW_TOKEN_STRING)
        return osw_parser_expected(p, "the file's name in quotes");
    struct osw_token name = p->token;
    osw_parser_advance(p);
    if (!osw_parser_at_end(p))
        return osw_parser_expected(p, "the end of the statement");
    osw_import(p->front, name.text, name.at);
    return true;
}

/* function name(parameters) <line end or ;> body <line end or ;> end */
static bool check_parameters(struct osw_parser *p, const char *const *names,
                             const struct osw_loc *places, int n)
{
    for (int i = 0; i < n; i++)
        for (int k = 0; k < i; k++)
            if (!strcmp(names[i], names[k]))
                return osw_parser_fail(p, places[i], "this name is in the list twice");
    return true;
}

/* A body may use its parameters and constants only. */
static bool check_body(struct osw_parser *p, const struct osw_function *f,
                       const struct osw_ast *ast)
{
    double value;
    if (ast->kind == OSW_AST_NAME) {
        bool known = osw_builtin_constant(ast->name, &value);
        for (int i = 0; i < f->n_parameters; i++)
            known |= !strcmp(f->parameters[i], ast->name);
        if (!known)
            osw_diag_add(p->front->diag, OSW_ERROR, ast->at,
                         "'%s' is not a parameter of the function '%s'; a function uses "
                         "its parameters only",
                         ast->name, f->name);
        return known;
    }
    bool known = !ast->a || check_body(p, f, ast->a);
    known &= !ast->b || check_body(p, f, ast->b);
    for (int i = 0; i < ast->n_arguments; i++)
        known &= check_body(p, f, ast->arguments[i]);
    return known;
}

static bool keep_function(struct osw_parser *p, struct osw_function *f)
{
    f->uses = osw_front_take(p->front, (size_t)f->n_parameters, sizeof *f->uses);
    if (!f->uses)
        return false;
    f->own_size = osw_ast_size(f->body, f);
    for (int i = 0; i < f->n_parameters; i++)
        f->uses[i] = osw_ast_uses(f->body, f->parameters[i]);
    if (osw_front_name(p->front, &p->front->function_names, f->name, 0) != 0)
        return false;
    f->next = p->front->functions;
    p->front->functions = f;
    return true;
}

static bool parse_function_head(struct osw_parser *p, struct osw_function *f)
{
    struct osw_loc *places;
    f->name = osw_parser_name(p, "the function's name", &f->at);
    if (!f->name || !osw_parser_usable(p, f->name, f->at))
        return false;
    if (osw_name_table_find(&p->front->function_names, f->name) >= 0)
        return osw_parser_fail(p, f->at, "this function has a second definition");
    if (!osw_parser_take(p, '('))
        return osw_parser_expected(p, "'(' and the function's parameters");
    return osw_parse_names(p, &f->parameters, &places, &f->n_parameters) &&
           check_parameters(p, f->parameters, places, f->n_parameters);
}

static bool parse_function_body(struct osw_parser *p, struct osw_function *f)
{
    if (!osw_parser_at_end(p))
        return osw_parser_expected(p, "the end of the line after the parameters");
    osw_parser_skip_ends(p);
    p->function = f;
    f->body = osw_parse_expression(p);
    p->function = NULL;
    if (!f->body || !check_body(p, f, f->body))
        return false;
    if (!osw_parser_at_end(p))
        return osw_parser_expected(p, "an operator or the end of the line");
    osw_parser_skip_ends(p);
    return osw_parser_is_name(p, "end") ||
           osw_parser_expected(p, "'end' after the function's one expression");
}

/* Past the 'end' of a block that could not be read. */
static void skip_block(struct osw_parser *p)
{
    p->lexer.quiet = true;
    while (p->token.kind != OSW_TOKEN_END && !osw_parser_is_name(p, "end"))
        osw_parser_advance(p);
    p->lexer.quiet = false;
}

static bool parse_function(struct osw_parser *p)
{
    struct osw_function *f = osw_front_take(p->front, 1, sizeof *f);
    if (!f)
        return false;
    bool ok = parse_function_head(p, f) && parse_function_body(p, f);
    if (!ok) {
        osw_parser_break(p, f->name);
        skip_block(p);
    }
    if (osw_parser_is_name(p, "end"))
        osw_parser_advance(p);
    return ok && keep_function(p, f);
}

/* model [*] name [(formals)] <line end or ;> statements end */
static bool parse_model_head(struct osw_parser *p, struct osw_module *m)
{
    struct osw_loc *places;
    m->starred = osw_parser_take(p, '*');
    m->name = osw_parser_name(p, "the model's name", &m->at);
    if (!m->name || !osw_parser_usable(p, m->name, m->at))
        return false;
    if (osw_name_table_find(&p->front->module_names, m->name) >= 0)
        return osw_parser_fail(p, m->at, "this model has a second definition");
    return !osw_parser_take(p, '(') ||
           (osw_parse_names(p, &m->formals, &places, &m->n_formals) &&
            check_parameters(p, m->formals, places, m->n_formals));
}

static bool parse_model(struct osw_parser *p)
{
    struct osw_front *front = p->front;
    struct osw_module *outer = p->module;
    struct osw_module *m = osw_front_take(front, 1, sizeof *m);
    if (!m)
        return false;
    m->end = &m->first;
    struct osw_loc at = p->token.at;
    bool ok = parse_model_head(p, m);
    if (!ok)
        osw_parser_skip_statement(p, false);
    p->module = m;
    osw_parse_statements(p);
    p->module = outer;
    if (!osw_parser_is_name(p, "end")) {
        if (!front->no_memory)
            osw_parser_fail(p, ok ? m->at : at, "this model has no 'end'");
        return false;
    }
    osw_parser_advance(p);
    if (!ok)
        osw_parser_break(p, m->name);
    if (!ok || osw_front_name(front, &front->module_names, m->name, 0) != 0)
        return false;
    m->next = front->modules;
    front->modules = m;
    if (front->n_open <= 1 && (!front->main || !front->main->starred || m->starred))
        front->main = m;
    return true;
}

bool osw_parse_block(struct osw_parser *p, const char *word, struct osw_loc at)
{
    if (p->module != &p->front->bare && strcmp(word, "unit") != 0) {
        osw_diag_add(p->front->diag, OSW_ERROR, at, "'%s' stands outside of models",
                     word);
        if (strcmp(word, "import") != 0)
            skip_block(p);
        if (osw_parser_is_name(p, "end"))
            osw_parser_advance(p);
        return false;
    }
    if (!strcmp(word, "unit"))
        return parse_unit_definition(p);
    if (!strcmp(word, "import"))
        return parse_import(p);
    return !strcmp(word, "function") ? parse_function(p) : parse_model(p);
}

bool osw_is_block(const char *word)
{
    return !strcmp(word, "unit") || !strcmp(word, "import") ||
           !strcmp(word, "function") || !strcmp(word, "model") || !strcmp(word, "module");
}
