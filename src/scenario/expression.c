/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Recursive descent: product := factor {('*' | '/') factor}, factor := quantity | name |
 * '(' product ')'. A quantity's unit runs to the next operator that cannot belong to it:
 * '*', ')', or a '/' before a name, a number other than "1/", or a parenthesis. */
#include "scenario/expression.h"

#include <ctype.h>
#include <math.h>
#include <string.h>

enum { DEEPEST = 32 };

static const char *const term_names[OSW_N_TERMS] = {"dose", "weight", "every"};

struct parser {
    struct osw_reader *r;
    const char *text, *p;
    struct osw_loc at;
    const char *what;
    const struct osw_terms *terms;
    bool used[OSW_N_TERMS];
    int depth;
};

struct amount {
    double value;
    const struct osw_unit *unit;
};

static enum osw_status product(struct parser *s, struct amount *a);

static void blanks(struct parser *s)
{
    while (*s->p == ' ' || *s->p == '\t')
        s->p++;
}

static bool is_word(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

/* The name at p, or -1. */
static int term_at(const char *p)
{
    for (int i = 0; i < OSW_N_TERMS; i++) {
        size_t n = strlen(term_names[i]);
        if (!strncmp(p, term_names[i], n) && !is_word(p[n]))
            return i;
    }
    return -1;
}

static enum osw_status unexpected(struct parser *s)
{
    return osw_diag_fail(s->r->diag, OSW_ERR_INPUT, s->at,
                         "%s: expected a quantity, dose, weight or every, found '%.40s' "
                         "in '%.80s'",
                         s->what, *s->p ? s->p : "the end", s->text);
}

static enum osw_status name(struct parser *s, struct amount *a)
{
    int i = term_at(s->p);
    if (i < 0)
        return unexpected(s);
    s->used[i] = true;
    if (!s->terms->unit[i])
        return osw_diag_fail(s->r->diag, OSW_ERR_INPUT, s->at,
                             "%s: '%.80s' uses '%s', which is not given", s->what,
                             s->text, term_names[i]);
    *a = (struct amount){s->terms->value[i], s->terms->unit[i]};
    s->p += strlen(term_names[i]);
    return OSW_OK;
}

/* Does the '/' at p divide by the next factor, rather than belong to a unit? */
static bool divides(const char *p)
{
    p++;
    while (*p == ' ' || *p == '\t')
        p++;
    return *p == '(' || isdigit((unsigned char)*p) || *p == '.' || term_at(p) >= 0;
}

static enum osw_status quantity(struct parser *s, struct amount *a)
{
    const char *start = s->p, *end = osw_quantity_number(start, &a->value);
    if (!end)
        return unexpected(s);
    while (*end == ' ' || *end == '\t')
        end++;
    if (!strncmp(end, "1/", 2)) /* "0.8 1/d" */
        end += 2;
    while (*end && *end != '*' && *end != ')' && *end != '(' &&
           !(*end == '/' && divides(end)))
        end++;
    char *text = osw_arena_copy(s->r->arena, start, (size_t)(end - start));
    if (!text)
        return OSW_ERR_MEMORY;
    struct osw_quantity q;
    enum osw_status status = osw_quantity_parse(s->r, text, s->at, s->what, false, &q);
    if (status)
        return status;
    *a = (struct amount){q.value, q.unit};
    s->p = end;
    return OSW_OK;
}

static enum osw_status factor(struct parser *s, struct amount *a)
{
    blanks(s);
    if (*s->p != '(')
        return isalpha((unsigned char)*s->p) ? name(s, a) : quantity(s, a);
    if (++s->depth > DEEPEST)
        return osw_diag_fail(s->r->diag, OSW_ERR_INPUT, s->at,
                             "%s: parentheses more than %d deep", s->what, DEEPEST);
    s->p++;
    enum osw_status status = product(s, a);
    if (status)
        return status;
    if (*s->p != ')')
        return osw_diag_fail(s->r->diag, OSW_ERR_INPUT, s->at,
                             "%s: a parenthesis is not closed in '%.80s'", s->what,
                             s->text);
    s->p++;
    s->depth--;
    return OSW_OK;
}

static enum osw_status product(struct parser *s, struct amount *a)
{
    enum osw_status status = factor(s, a);
    for (blanks(s); !status && (*s->p == '*' || *s->p == '/'); blanks(s)) {
        struct amount b = {0, NULL};
        bool divide = *s->p++ == '/';
        status = factor(s, &b);
        if (status)
            break;
        a->value = divide ? a->value / b.value : a->value * b.value;
        a->unit = divide ? osw_unit_divide(a->unit, b.unit)
                         : osw_unit_multiply(a->unit, b.unit);
        if (!a->unit)
            status = OSW_ERR_MEMORY;
    }
    return status;
}

static enum osw_status convert(struct parser *s, const struct amount *a,
                               const struct osw_unit *unit, const char *unit_text,
                               double *value)
{
    char buf[128];
    if (!unit)
        unit = s->r->one;
    if (!osw_unit_convertible(a->unit, unit))
        return osw_diag_fail(s->r->diag, OSW_ERR_INPUT, s->at,
                             "%s: '%.80s' comes out in '%s', which cannot be converted "
                             "to '%s'",
                             s->what, s->text, osw_unit_format(a->unit, buf, sizeof buf),
                             unit_text && *unit_text ? unit_text : "1");
    double converted = osw_unit_convert(a->value, a->unit, unit);
    if (!isfinite(converted))
        return osw_diag_fail(s->r->diag, OSW_ERR_INPUT, s->at,
                             "%s: '%.80s' is not a finite number", s->what, s->text);
    *value = converted;
    return OSW_OK;
}

enum osw_status osw_expression_eval(struct osw_reader *r, const char *text,
                                    struct osw_loc at, const char *what,
                                    const struct osw_terms *terms,
                                    const struct osw_unit *unit, const char *unit_text,
                                    bool used[OSW_N_TERMS], double *value)
{
    struct parser s = {
        .r = r, .text = text, .p = text, .at = at, .what = what, .terms = terms};
    struct amount a = {0, NULL};
    enum osw_status status = product(&s, &a);
    if (status)
        return status;
    if (*s.p)
        return unexpected(&s);
    if (used)
        memcpy(used, s.used, sizeof s.used);
    return convert(&s, &a, unit, unit_text, value);
}
