/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "compiler/parser.h"
#include "compiler/builtin.h"

#include <string.h>

void osw_parser_advance(struct osw_parser *p)
{
    p->token = osw_lexer_next(&p->lexer);
    if (p->lexer.no_memory)
        p->front->no_memory = true;
    if (p->front->no_memory)
        p->token.kind = OSW_TOKEN_END;
}

bool osw_parser_is(const struct osw_parser *p, char character)
{
    return p->token.kind == OSW_TOKEN_CHAR && p->token.character == character;
}

bool osw_parser_is_name(const struct osw_parser *p, const char *name)
{
    return p->token.kind == OSW_TOKEN_NAME && !strcmp(p->token.text, name);
}

bool osw_parser_take(struct osw_parser *p, char character)
{
    if (!osw_parser_is(p, character))
        return false;
    osw_parser_advance(p);
    return true;
}

bool osw_parser_at_end(const struct osw_parser *p)
{
    return p->token.kind == OSW_TOKEN_END || p->token.kind == OSW_TOKEN_NEWLINE ||
           osw_parser_is(p, ';');
}

bool osw_parser_expected(struct osw_parser *p, const char *what)
{
    char buf[80];
    if (p->token.kind != OSW_TOKEN_BAD && !p->front->no_memory)
        osw_diag_add(p->front->diag, OSW_ERROR, p->token.at, "expected %s, found %s",
                     what, osw_token_name(&p->token, buf, sizeof buf));
    return false;
}

static bool fail(struct osw_parser *p, struct osw_loc at, const char *text)
{
    osw_diag_add(p->front->diag, OSW_ERROR, at, "%s", text);
    return false;
}

/* Take a name that is a keyword of no other meaning here; NULL after a report. */
static const char *take_name(struct osw_parser *p, const char *what, struct osw_loc *at)
{
    if (p->token.kind != OSW_TOKEN_NAME) {
        osw_parser_expected(p, what);
        return NULL;
    }
    const char *name = p->token.text;
    *at = p->token.at;
    osw_parser_advance(p);
    return name;
}

static struct osw_statement *add(struct osw_parser *p, enum osw_statement_kind kind,
                                 const char *name, struct osw_loc at)
{
    struct osw_statement *s = osw_front_take(p->front, 1, sizeof *s);
    if (!s)
        return NULL;
    s->kind = kind;
    s->name = name;
    s->at = at;
    *p->module->end = s;
    p->module->end = &s->next;
    return s;
}

/* Anything but a keyword's or a constant's name can begin a statement about a symbol. */
static bool usable(struct osw_parser *p, const char *name, struct osw_loc at)
{
    if (!osw_name_is_refused(name))
        return true;
    osw_diag_add(p->front->diag, OSW_ERROR, at,
                 "'%s' cannot be a name: it is a word of the language", name);
    return false;
}

static bool parse_definition(struct osw_parser *p, enum osw_statement_kind kind,
                             const char *name, struct osw_loc at)
{
    const struct osw_ast *expr = osw_parse_expression(p);
    if (!expr)
        return false;
    struct osw_statement *s = add(p, kind, name, at);
    if (s)
        s->expr = expr;
    return s;
}

/* After a name: = value, := rule, ' = rate. *given is false when none follows. */
static bool parse_equation(struct osw_parser *p, const char *name, struct osw_loc at,
                           bool *given)
{
    *given = true;
    if (p->token.kind == OSW_TOKEN_ASSIGN) {
        osw_parser_advance(p);
        return parse_definition(p, OSW_STATEMENT_RULE, name, at);
    }
    if (osw_parser_take(p, '=')) {
        return parse_definition(p, OSW_STATEMENT_VALUE, name, at);
    }
    if (osw_parser_take(p, '\'')) {
        if (!osw_parser_take(p, '='))
            return osw_parser_expected(p, "'=' after the name's prime");
        return parse_definition(p, OSW_STATEMENT_RATE, name, at);
    }
    *given = false;
    return true;
}

static bool parse_place(struct osw_parser *p, const char *name, struct osw_loc at)
{
    struct osw_statement *s = add(p, OSW_STATEMENT_PLACE, name, at);
    if (!s)
        return false;
    s->text = take_name(p, "the name of a compartment", &s->text_at);
    return s->text;
}

static bool parse_label(struct osw_parser *p, const char *name, struct osw_loc at)
{
    if (p->token.kind == OSW_TOKEN_NAME)
        return fail(p, p->token.at,
                    "'is' gives a label in quotes here; one name cannot stand for "
                    "another");
    if (p->token.kind != OSW_TOKEN_STRING)
        return osw_parser_expected(p, "a label in quotes");
    struct osw_statement *s = add(p, OSW_STATEMENT_LABEL, name, at);
    if (s)
        s->text = p->token.text;
    osw_parser_advance(p);
    return s;
}

static bool parse_has(struct osw_parser *p, const char *name, struct osw_loc at)
{
    struct osw_loc unit_at = p->token.at;
    const char *text;
    const struct osw_unit *unit = osw_parse_unit(p, &text);
    struct osw_statement *s = unit ? add(p, OSW_STATEMENT_UNIT, name, at) : NULL;
    if (!s)
        return false;
    s->unit = unit;
    s->text = text;
    s->text_at = unit_at;
    return true;
}

/* Reactions: [count] [$] species + … -> …; rate. The first species may be read already.
 */
static struct osw_term *add_term(struct osw_parser *p, struct osw_term ***end,
                                 double count, bool boundary, const char *name,
                                 struct osw_loc at)
{
    struct osw_term *term = osw_front_take(p->front, 1, sizeof *term);
    if (!term)
        return NULL;
    *term =
        (struct osw_term){.count = count, .name = name, .boundary = boundary, .at = at};
    **end = term;
    *end = &term->next;
    return term;
}

static bool parse_term(struct osw_parser *p, struct osw_term ***end)
{
    double count = 1;
    struct osw_loc at;
    if (p->token.kind == OSW_TOKEN_NUMBER) {
        count = p->token.number;
        if (!(count > 0))
            return fail(p, p->token.at, "a reaction's number of a species is positive");
        osw_parser_advance(p);
    }
    bool boundary = osw_parser_take(p, '$');
    const char *name = take_name(p, "a species", &at);
    return name && usable(p, name, at) && add_term(p, end, count, boundary, name, at);
}

static bool parse_terms(struct osw_parser *p, struct osw_term ***end)
{
    do {
        if (!parse_term(p, end))
            return false;
    } while (osw_parser_take(p, '+'));
    return true;
}

static bool parse_rate_law(struct osw_parser *p, struct osw_statement *s)
{
    if (!osw_parser_take(p, ';'))
        return osw_parser_expected(p, "'+' or ';' and the reaction's rate");
    s->expr = osw_parse_expression(p);
    return s->expr;
}

/* From the token after `first` (NULL: from the reaction's first token). */
static bool parse_reaction(struct osw_parser *p, const char *name, struct osw_loc at,
                           const char *first, struct osw_loc first_at)
{
    struct osw_statement s = {.at = name || first ? at : p->token.at};
    struct osw_term **end = &s.left;
    if (first &&
        (!usable(p, first, first_at) || !add_term(p, &end, 1, false, first, first_at)))
        return false;
    bool more = first ? osw_parser_take(p, '+') : p->token.kind != OSW_TOKEN_ARROW;
    if (more && !parse_terms(p, &end))
        return false;
    if (p->token.kind != OSW_TOKEN_ARROW)
        return osw_parser_expected(p, "'+', '->' or '=>'");
    osw_parser_advance(p);
    end = &s.right;
    if (!osw_parser_is(p, ';') && !parse_terms(p, &end))
        return false;
    if (!parse_rate_law(p, &s))
        return false;
    struct osw_statement *kept = add(p, OSW_STATEMENT_REACTION, name, s.at);
    if (!kept)
        return false;
    kept->left = s.left;
    kept->right = s.right;
    kept->expr = s.expr;
    return true;
}

static struct osw_module *find_module(struct osw_front *front, const char *name)
{
    if (osw_name_table_find(&front->module_names, name) < 0)
        return NULL;
    struct osw_module *m = front->modules;
    while (strcmp(m->name, name) != 0)
        m = m->next;
    return m;
}

/* A list of names up to ')'; at most OSW_ARGUMENTS_MAX. Places may be NULL. */
static bool parse_names(struct osw_parser *p, const char ***names,
                        struct osw_loc **places, int *n)
{
    const char *read[OSW_ARGUMENTS_MAX];
    struct osw_loc at[OSW_ARGUMENTS_MAX];
    *n = 0;
    if (!osw_parser_is(p, ')'))
        do {
            if (*n == OSW_ARGUMENTS_MAX)
                return fail(p, p->token.at, "more than 64 names in this list");
            read[*n] = take_name(p, "a name", &at[*n]);
            if (!read[*n] || !usable(p, read[*n], at[*n]))
                return false;
        } while (++*n, osw_parser_take(p, ','));
    if (!osw_parser_take(p, ')'))
        return osw_parser_expected(p, "',' or ')'");
    *names = osw_front_take(p->front, (size_t)*n, sizeof **names);
    *places = osw_front_take(p->front, (size_t)*n, sizeof **places);
    if (!*names || !*places)
        return false;
    memcpy(*names, read, (size_t)*n * sizeof *read);
    memcpy(*places, at, (size_t)*n * sizeof *at);
    return true;
}

/* name : model ( actual names ) */
static bool parse_submodel(struct osw_parser *p, const char *name, struct osw_loc at,
                           const char *model, struct osw_loc model_at)
{
    struct osw_front *front = p->front;
    struct osw_statement s = {.module = find_module(front, model)};
    if (!s.module) {
        osw_diag_add(front->diag, OSW_ERROR, model_at,
                     "unknown model '%s'%s; a model is defined before it is used", model,
                     osw_front_suggest(front, model, &front->module_names, NULL));
        return false;
    }
    if (!parse_names(p, &s.actuals, &s.actuals_at, &s.n_actuals))
        return false;
    if (s.n_actuals != s.module->n_formals) {
        osw_diag_add(
            front->diag, OSW_ERROR, model_at, "the model '%s' takes %d name%s, found %d",
            model, s.module->n_formals, s.module->n_formals == 1 ? "" : "s", s.n_actuals);
        return false;
    }
    struct osw_statement *kept = add(p, OSW_STATEMENT_SUBMODEL, name, at);
    if (!kept)
        return false;
    kept->module = s.module;
    kept->actuals = s.actuals;
    kept->actuals_at = s.actuals_at;
    kept->n_actuals = s.n_actuals;
    return true;
}

/* After 'name :' */
static bool parse_named(struct osw_parser *p, const char *name, struct osw_loc at)
{
    if (osw_parser_is_name(p, "at"))
        return fail(p, p->token.at,
                    "events are not part of the subset: a scenario switches and doses");
    if (p->token.kind != OSW_TOKEN_NAME)
        return parse_reaction(p, name, at, NULL, at);
    struct osw_loc first_at = p->token.at;
    const char *first = p->token.text;
    osw_parser_advance(p);
    if (osw_parser_take(p, '('))
        return parse_submodel(p, name, at, first, first_at);
    return parse_reaction(p, name, at, first, first_at);
}

/* species, compartment, var, const (in any sensible combination) and a list of names. */
static bool is_declaration(const struct osw_parser *p)
{
    return osw_parser_is_name(p, "species") || osw_parser_is_name(p, "compartment") ||
           osw_parser_is_name(p, "var") || osw_parser_is_name(p, "const");
}

static bool parse_declared(struct osw_parser *p, const struct osw_statement *how)
{
    struct osw_loc at;
    bool boundary = how->species && osw_parser_take(p, '$');
    const char *name = take_name(p, "a name", &at);
    if (!name || !usable(p, name, at))
        return false;
    struct osw_statement *s = add(p, OSW_STATEMENT_DECLARE, name, at);
    if (!s)
        return false;
    s->species = how->species;
    s->compartment = how->compartment;
    s->constant = how->constant;
    s->variable = how->variable;
    s->boundary = boundary;
    if (osw_parser_is_name(p, "in")) {
        osw_parser_advance(p);
        if (!parse_place(p, name, at))
            return false;
    }
    bool given;
    return parse_equation(p, name, at, &given);
}

static bool parse_declaration(struct osw_parser *p)
{
    struct osw_statement how = {0};
    while (is_declaration(p)) {
        how.species |= osw_parser_is_name(p, "species");
        how.compartment |= osw_parser_is_name(p, "compartment");
        how.constant |= osw_parser_is_name(p, "const");
        how.variable |= osw_parser_is_name(p, "var");
        osw_parser_advance(p);
    }
    if ((how.species && how.compartment) || (how.constant && how.variable))
        return fail(p, p->token.at, "these declarations exclude one another");
    do {
        if (!parse_declared(p, &how))
            return false;
    } while (osw_parser_take(p, ','));
    return true;
}

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
        return fail(p, definition.at, "this unit has a second definition");
    front->unit_definitions[front->n_unit_definitions++] = definition;
    return true;
}

static bool parse_unit_definition(struct osw_parser *p)
{
    struct osw_unit_definition definition = {0};
    definition.name = take_name(p, "the unit's name", &definition.at);
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
    if (!definition.unit)
        return false;
    if (!time)
        return keep_unit(p, definition);
    const struct osw_unit *day = osw_units_parse(p->front->units, "day");
    if (!day || !osw_unit_equal(day, definition.unit))
        return fail(p, at, "the unit of time is the day (86400 second)");
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
static void skip_ends(struct osw_parser *p)
{
    while (p->token.kind == OSW_TOKEN_NEWLINE || osw_parser_is(p, ';'))
        osw_parser_advance(p);
}

static bool check_parameters(struct osw_parser *p, const char *const *names,
                             const struct osw_loc *places, int n)
{
    for (int i = 0; i < n; i++)
        for (int k = 0; k < i; k++)
            if (!strcmp(names[i], names[k]))
                return fail(p, places[i], "this name is in the list twice");
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
    f->name = take_name(p, "the function's name", &f->at);
    if (!f->name || !usable(p, f->name, f->at))
        return false;
    if (osw_name_table_find(&p->front->function_names, f->name) >= 0)
        return fail(p, f->at, "this function has a second definition");
    if (!osw_parser_take(p, '('))
        return osw_parser_expected(p, "'(' and the function's parameters");
    return parse_names(p, &f->parameters, &places, &f->n_parameters) &&
           check_parameters(p, f->parameters, places, f->n_parameters);
}

static bool parse_function_body(struct osw_parser *p, struct osw_function *f)
{
    if (!osw_parser_at_end(p))
        return osw_parser_expected(p, "the end of the line after the parameters");
    skip_ends(p);
    p->function = f;
    f->body = osw_parse_expression(p);
    p->function = NULL;
    if (!f->body || !check_body(p, f, f->body))
        return false;
    if (!osw_parser_at_end(p))
        return osw_parser_expected(p, "an operator or the end of the line");
    skip_ends(p);
    return osw_parser_is_name(p, "end") ||
           osw_parser_expected(p, "'end' after the function's one expression");
}

/* Past the 'end' of a block that could not be read. */
static void skip_block(struct osw_parser *p)
{
    while (p->token.kind != OSW_TOKEN_END && !osw_parser_is_name(p, "end"))
        osw_parser_advance(p);
}

static bool parse_function(struct osw_parser *p)
{
    struct osw_function *f = osw_front_take(p->front, 1, sizeof *f);
    if (!f)
        return false;
    bool ok = parse_function_head(p, f) && parse_function_body(p, f);
    if (!ok)
        skip_block(p);
    if (osw_parser_is_name(p, "end"))
        osw_parser_advance(p);
    return ok && keep_function(p, f);
}

static void parse_statements(struct osw_parser *p);

/* model [*] name [(formals)] <line end or ;> statements end */
static bool parse_model_head(struct osw_parser *p, struct osw_module *m)
{
    struct osw_loc *places;
    m->starred = osw_parser_take(p, '*');
    m->name = take_name(p, "the model's name", &m->at);
    if (!m->name || !usable(p, m->name, m->at))
        return false;
    if (osw_name_table_find(&p->front->module_names, m->name) >= 0)
        return fail(p, m->at, "this model has a second definition");
    return !osw_parser_take(p, '(') ||
           (parse_names(p, &m->formals, &places, &m->n_formals) &&
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
    p->module = m;
    parse_statements(p);
    p->module = outer;
    if (!osw_parser_is_name(p, "end")) {
        if (!front->no_memory)
            fail(p, ok ? m->at : at, "this model has no 'end'");
        return false;
    }
    osw_parser_advance(p);
    if (!ok || osw_front_name(front, &front->module_names, m->name, 0) != 0)
        return false;
    m->next = front->modules;
    front->modules = m;
    if (front->n_open <= 1 && (!front->main || !front->main->starred || m->starred))
        front->main = m;
    return true;
}

static bool parse_top_level(struct osw_parser *p, const char *word, struct osw_loc at)
{
    if (p->module != &p->front->bare && !!strcmp(word, "unit")) {
        osw_diag_add(p->front->diag, OSW_ERROR, at, "'%s' stands outside of models",
                     word);
        return false;
    }
    if (!strcmp(word, "unit"))
        return parse_unit_definition(p);
    if (!strcmp(word, "import"))
        return parse_import(p);
    return !strcmp(word, "function") ? parse_function(p) : parse_model(p);
}

static bool is_top_level(const char *word)
{
    return !strcmp(word, "unit") || !strcmp(word, "import") ||
           !strcmp(word, "function") || !strcmp(word, "model") || !strcmp(word, "module");
}

/* A statement that begins with a symbol's name. */
static bool parse_about(struct osw_parser *p, const char *name, struct osw_loc at)
{
    bool given;
    if (osw_parser_take(p, ':'))
        return usable(p, name, at) && parse_named(p, name, at);
    if (p->token.kind == OSW_TOKEN_ARROW || osw_parser_is(p, '+'))
        return parse_reaction(p, NULL, at, name, at);
    if (!usable(p, name, at))
        return false;
    bool ok = parse_equation(p, name, at, &given);
    if (given)
        return ok;
    if (osw_parser_is(p, '.'))
        return fail(p, p->token.at,
                    "a submodel's names are reached by position only: give the model a "
                    "parameter, as in 'model m(x)' and 'A: m(y)', and state 'y'");
    const char *word = p->token.kind == OSW_TOKEN_NAME ? p->token.text : "";
    struct osw_parser before = *p;
    osw_parser_advance(p);
    if (!strcmp(word, "has"))
        return parse_has(p, name, at);
    if (!strcmp(word, "is"))
        return parse_label(p, name, at);
    if (!strcmp(word, "in"))
        return parse_place(p, name, at);
    *p = before;
    return osw_parser_expected(p, "'=', ':=', ''', ':', 'has', 'is', 'in' or an arrow");
}

static bool parse_statement(struct osw_parser *p)
{
    if (is_declaration(p))
        return parse_declaration(p);
    if (p->token.kind != OSW_TOKEN_NAME)
        return parse_reaction(p, NULL, p->token.at, NULL, p->token.at);
    struct osw_loc at = p->token.at;
    const char *name = p->token.text;
    if (osw_keyword_is_absent(name)) {
        osw_diag_add(p->front->diag, OSW_ERROR, at,
                     "'%s' is not part of the subset (see models/LANGUAGE.md)", name);
        return false;
    }
    osw_parser_advance(p);
    return is_top_level(name) ? parse_top_level(p, name, at) : parse_about(p, name, at);
}

static void parse_statements(struct osw_parser *p)
{
    bool top = p->module == &p->front->bare;
    for (skip_ends(p); p->token.kind != OSW_TOKEN_END; skip_ends(p)) {
        if (!top && osw_parser_is_name(p, "end"))
            return;
        bool ok = parse_statement(p);
        if (ok && !osw_parser_at_end(p))
            osw_parser_expected(p, "an operator or the end of the statement");
        while (!osw_parser_at_end(p))
            osw_parser_advance(p);
    }
}

void osw_parse(struct osw_front *front, const char *file, const char *text, size_t len)
{
    struct osw_parser p = {.front = front, .module = &front->bare};
    osw_lexer_init(&p.lexer, file, text, len, front->arena, front->diag);
    osw_parser_advance(&p);
    parse_statements(&p);
}
