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

void osw_parser_skip_ends(struct osw_parser *p)
{
    while (p->token.kind == OSW_TOKEN_NEWLINE || osw_parser_is(p, ';'))
        osw_parser_advance(p);
}

bool osw_parser_expected(struct osw_parser *p, const char *what)
{
    char buf[80];
    if (p->token.kind != OSW_TOKEN_BAD && !p->front->no_memory)
        osw_diag_add(p->front->diag, OSW_ERROR, p->token.at, "expected %s, found %s",
                     what, osw_token_name(&p->token, buf, sizeof buf));
    return false;
}

bool osw_parser_fail(struct osw_parser *p, struct osw_loc at, const char *text)
{
    osw_diag_add(p->front->diag, OSW_ERROR, at, "%s", text);
    return false;
}

/* Take a name that is a keyword of no other meaning here; NULL after a report. */
const char *osw_parser_name(struct osw_parser *p, const char *what, struct osw_loc *at)
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
void osw_parser_break(struct osw_parser *p, const char *name)
{
    if (name)
        (void)osw_front_name(p->front, &p->front->broken_names, name, 0);
}

bool osw_parser_is_broken(const struct osw_parser *p, const char *name)
{
    return osw_name_table_find(&p->front->broken_names, name) >= 0;
}

bool osw_parser_usable(struct osw_parser *p, const char *name, struct osw_loc at)
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
    s->text = osw_parser_name(p, "the name of a compartment", &s->text_at);
    return s->text;
}

static bool parse_label(struct osw_parser *p, const char *name, struct osw_loc at)
{
    if (p->token.kind == OSW_TOKEN_NAME)
        return osw_parser_fail(
            p, p->token.at,
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
            return osw_parser_fail(p, p->token.at,
                                   "a reaction's number of a species is positive");
        osw_parser_advance(p);
    }
    bool boundary = osw_parser_take(p, '$');
    const char *name = osw_parser_name(p, "a species", &at);
    return name && osw_parser_usable(p, name, at) &&
           add_term(p, end, count, boundary, name, at);
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
    p->skip_line = true;
    struct osw_term **end = &s.left;
    if (first && (!osw_parser_usable(p, first, first_at) ||
                  !add_term(p, &end, 1, false, first, first_at)))
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
    p->skip_line = false;
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
bool osw_parse_names(struct osw_parser *p, const char ***names, struct osw_loc **places,
                     int *n)
{
    const char *read[OSW_ARGUMENTS_MAX];
    struct osw_loc at[OSW_ARGUMENTS_MAX];
    *n = 0;
    if (!osw_parser_is(p, ')'))
        do {
            if (*n == OSW_ARGUMENTS_MAX)
                return osw_parser_fail(p, p->token.at, "more than 64 names in this list");
            read[*n] = osw_parser_name(p, "a name", &at[*n]);
            if (!read[*n] || !osw_parser_usable(p, read[*n], at[*n]))
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
    if (!s.module && osw_parser_is_broken(p, model))
        return false;
    if (!s.module) {
        osw_diag_add(front->diag, OSW_ERROR, model_at,
                     "unknown model '%s'%s; a model is defined before it is used", model,
                     osw_front_suggest(front, model, &front->module_names, NULL));
        return false;
    }
    if (!osw_parse_names(p, &s.actuals, &s.actuals_at, &s.n_actuals))
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
    s.module->used = true;
    kept->actuals = s.actuals;
    kept->actuals_at = s.actuals_at;
    kept->n_actuals = s.n_actuals;
    return true;
}

/* After 'name :' */
static bool parse_named(struct osw_parser *p, const char *name, struct osw_loc at)
{
    if (osw_parser_is_name(p, "at"))
        return osw_parser_fail(
            p, p->token.at,
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
    const char *name = osw_parser_name(p, "a name", &at);
    if (!name || !osw_parser_usable(p, name, at))
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
        return osw_parser_fail(p, p->token.at, "these declarations exclude one another");
    do {
        if (!parse_declared(p, &how))
            return false;
    } while (osw_parser_take(p, ','));
    return true;
}

/* A statement that begins with a symbol's name. */
static bool parse_about(struct osw_parser *p, const char *name, struct osw_loc at)
{
    bool given;
    if (osw_parser_take(p, ':'))
        return osw_parser_usable(p, name, at) && parse_named(p, name, at);
    if (p->token.kind == OSW_TOKEN_ARROW || osw_parser_is(p, '+'))
        return parse_reaction(p, NULL, at, name, at);
    if (!osw_parser_usable(p, name, at))
        return false;
    bool ok = parse_equation(p, name, at, &given);
    if (given)
        return ok;
    if (osw_parser_is(p, '.'))
        return osw_parser_fail(
            p, p->token.at,
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
    return osw_is_block(name) ? osw_parse_block(p, name, at) : parse_about(p, name, at);
}

/* What is left of a statement, or of the line: a model's 'end' is none of it. */
void osw_parser_skip_statement(struct osw_parser *p, bool line)
{
    bool top = p->module == &p->front->bare;
    p->lexer.quiet = true;
    while ((line && osw_parser_is(p, ';')) ||
           (!osw_parser_at_end(p) && (top || !osw_parser_is_name(p, "end"))))
        osw_parser_advance(p);
    p->lexer.quiet = false;
}

void osw_parse_statements(struct osw_parser *p)
{
    bool top = p->module == &p->front->bare;
    for (osw_parser_skip_ends(p); p->token.kind != OSW_TOKEN_END;
         osw_parser_skip_ends(p)) {
        if (!top && osw_parser_is_name(p, "end"))
            return;
        bool ok = parse_statement(p);
        if (ok && !osw_parser_at_end(p))
            osw_parser_expected(p, "an operator or the end of the statement");
        osw_parser_skip_statement(p, !ok && p->skip_line);
        p->skip_line = false;
    }
}

void osw_parse(struct osw_front *front, const char *file, const char *text, size_t len)
{
    struct osw_parser p = {.front = front, .module = &front->bare};
    osw_lexer_init(&p.lexer, file, text, len, front->arena, front->diag);
    osw_parser_advance(&p);
    osw_parse_statements(&p);
}
