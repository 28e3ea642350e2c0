/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Unit expressions. A number directly before a name binds tighter than '/', as in the
 * reference translator: 1 / 86400 second is one per day. The text handed on says so with
 * parentheses. */
#include "compiler/parser.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct measure {
    const struct osw_unit *unit;
    const char *text;
    bool compound; /* text needs parentheses as an operand */
    bool scaled;   /* text holds a factor */
};

enum { TEXT_MAX = 80 };

static bool in_range(const struct osw_unit *unit)
{
    double factor;
    int exponent[OSW_N_BASE_UNITS];
    osw_unit_si(unit, &factor, exponent);
    for (int i = 0; i < OSW_N_BASE_UNITS; i++)
        if (exponent[i] < -100 || exponent[i] > 100)
            return false;
    return isfinite(factor) && factor > 0;
}

static const char *number_text(struct osw_front *front, double number)
{
    char buf[32];
    snprintf(buf, sizeof buf, "%.15g", number);
    return strtod(buf, NULL) == number ? osw_front_text(front, buf)
                                       : osw_arena_format(front->arena, "%.17g", number);
}

const char *osw_unit_text(struct osw_front *front, const struct osw_unit *unit)
{
    char words[128];
    osw_unit_words(front->units, unit, words, sizeof words);
    /* after a number, a factor needs parentheses: 5 (0.37 kg m-3) */
    bool factor = isdigit((unsigned char)*words) && strncmp(words, "1/", 2) != 0 &&
                  strchr(words, ' ');
    const char *text = osw_arena_format(front->arena, factor ? "(%s)" : "%s", words);
    if (!text)
        front->no_memory = true;
    return text;
}

static bool finished(struct osw_parser *p, struct measure *m, struct osw_loc at)
{
    if (!m->unit || !m->text) {
        p->front->no_memory = true;
        return false;
    }
    if (!in_range(m->unit)) {
        osw_diag_add(p->front->diag, OSW_ERROR, at, "this unit is out of range");
        return false;
    }
    if (strlen(m->text) > TEXT_MAX) {
        m->text = osw_unit_text(p->front, m->unit);
        m->compound = true;
    }
    return m->text;
}

/* The text of an operand. */
static const char *wrapped(struct osw_parser *p, const struct measure *m)
{
    const char *text =
        m->compound ? osw_arena_format(p->front->arena, "(%s)", m->text) : m->text;
    if (!text)
        p->front->no_memory = true;
    return text ? text : "";
}

static bool parse_product(struct osw_parser *p, struct measure *m);

static bool named_unit(struct osw_parser *p, struct measure *m)
{
    struct osw_front *front = p->front;
    const char *name = p->token.text;
    int known = osw_name_table_find(&front->unit_names, name);
    if (known >= 0) {
        m->unit = front->unit_definitions[known].unit;
        m->text = front->unit_definitions[known].text;
        m->compound = strpbrk(m->text, "*/ ^");
    } else if (!strcmp(name, "dimensionless") || !strcmp(name, "item")) {
        m->unit = osw_units_one(front->units);
        m->text = "1";
    } else {
        m->text = !strcmp(name, "metre") ? "meter" : name; /* as SBML spells it */
        m->unit = osw_units_parse(front->units, m->text);
    }
    if (!m->unit && osw_parser_is_broken(p, name))
        return false;
    if (!m->unit) {
        osw_diag_add(front->diag, OSW_ERROR, p->token.at,
                     "unknown unit '%s'%s; a unit is defined before it is used", name,
                     osw_front_suggest(front, name, &front->unit_names, NULL));
        return false;
    }
    struct osw_loc at = p->token.at;
    osw_parser_advance(p);
    return finished(p, m, at);
}

/* A number, and the unit that may stand directly after it. */
static bool scaled_unit(struct osw_parser *p, struct measure *m)
{
    double factor = p->token.number;
    struct osw_loc at = p->token.at;
    if (!(factor > 0)) {
        osw_diag_add(p->front->diag, OSW_ERROR, at, "a unit's factor must be positive");
        return false;
    }
    osw_parser_advance(p);
    struct measure named = {.unit = osw_units_one(p->front->units)};
    if (!named.unit) {
        p->front->no_memory = true;
        return false;
    }
    if (p->token.kind == OSW_TOKEN_NAME && !named_unit(p, &named))
        return false;
    m->unit = osw_unit_scale(factor, named.unit);
    const char *number = number_text(p->front, factor);
    m->text = number && named.text
                  ? osw_arena_format(p->front->arena, "%s %s", number, wrapped(p, &named))
                  : number;
    m->compound = named.text;
    m->scaled = factor != 1;
    return finished(p, m, at);
}

static bool parse_atom(struct osw_parser *p, struct measure *m)
{
    if (p->token.kind == OSW_TOKEN_NAME)
        return named_unit(p, m);
    if (p->token.kind == OSW_TOKEN_NUMBER)
        return scaled_unit(p, m);
    if (!osw_parser_is(p, '('))
        return osw_parser_expected(p, "a unit");
    if (++p->nesting > OSW_NESTING_MAX) {
        osw_diag_add(p->front->diag, OSW_ERROR, p->token.at, "nested more than %d deep",
                     OSW_NESTING_MAX);
        return false;
    }
    osw_parser_advance(p);
    if (!parse_product(p, m))
        return false;
    if (!osw_parser_take(p, ')'))
        return osw_parser_expected(p, "'*', '/', '^' or ')'");
    p->nesting--;
    return true;
}

static bool parse_factor(struct osw_parser *p, struct measure *m)
{
    struct osw_loc at = p->token.at;
    if (!parse_atom(p, m))
        return false;
    if (!osw_parser_take(p, '^'))
        return true;
    bool minus = osw_parser_take(p, '-');
    double power = p->token.number;
    if (p->token.kind != OSW_TOKEN_NUMBER || power != floor(power) || power > 20)
        return osw_parser_expected(p, "a whole number up to 20");
    osw_parser_advance(p);
    int n = minus ? -(int)power : (int)power;
    m->unit = osw_unit_power(m->unit, n);
    m->text = osw_arena_format(p->front->arena, "%s^%d", wrapped(p, m), n);
    m->compound = true;
    return finished(p, m, at);
}

static bool parse_product(struct osw_parser *p, struct measure *m)
{
    struct osw_loc at = p->token.at;
    if (!parse_factor(p, m))
        return false;
    while (osw_parser_is(p, '*') || osw_parser_is(p, '/')) {
        bool times = osw_parser_is(p, '*');
        osw_parser_advance(p);
        struct measure right = {0};
        if (!parse_factor(p, &right))
            return false;
        m->unit = times ? osw_unit_multiply(m->unit, right.unit)
                        : osw_unit_divide(m->unit, right.unit);
        m->text = osw_arena_format(p->front->arena, "%s%s%s", m->text, times ? "*" : "/",
                                   wrapped(p, &right));
        m->compound = true;
        m->scaled = m->scaled || right.scaled;
        if (!finished(p, m, at))
            return false;
    }
    return true;
}

const struct osw_unit *osw_parse_unit(struct osw_parser *p, const char **text)
{
    struct measure m = {0};
    p->nesting = 0;
    if (!parse_product(p, &m))
        return NULL;
    const struct osw_unit *again = osw_units_parse(p->front->units, m.text);
    bool misread = !again || !osw_unit_equal(m.unit, again); /* "1/3 percents" */
    *text = misread || m.scaled ? osw_unit_text(p->front, m.unit) : m.text;
    return *text ? m.unit : NULL;
}
