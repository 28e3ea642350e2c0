/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A walk over the checked expression, with precedence. A quotient becomes a fraction when
 * both parts are short and not deep, else it keeps its stroke: fractions do not break.
 * TeX breaks inline mathematics after + and - and where \allowbreak stands, but not
 * inside \left( … \right): those enclose what is short. */
#include "export/formula.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { SUM = 1, PRODUCT, SIGN, POWER, ATOM }; /* what binds more tightly comes later */
enum { MOST_IN_FRACTION = 56, MOST_FRACTIONS = 2, MOST_IN_PAIR = 40 };

struct formula {
    const struct osw_source *source;
    const struct osw_definition *definition;
    bool breaks,
        raised; /* raised: in an exponent, where fractions are too small to read */
    FILE *out;
};

static const char *const greek[] = {"alpha", "beta", "gamma", "delta", "epsilon",
                                    "zeta",  "eta",  "theta", "kappa", "lambda",
                                    "mu",    "nu",   "xi",    "rho",   "sigma",
                                    "tau",   "phi",  "chi",   "psi",   "omega"};

static void put_word(const char *word, size_t n, FILE *out)
{
    for (size_t i = 0; i < sizeof greek / sizeof *greek; i++)
        if (strlen(greek[i]) == n && !strncmp(greek[i], word, n)) {
            fprintf(out, "\\%s", greek[i]);
            return;
        }
    if (n == 1)
        putc(*word, out);
    else
        fprintf(out, "\\mathrm{%.*s}", (int)n, word);
}

void osw_formula_name(const char *name, FILE *out)
{
    size_t n = strcspn(name, "_");
    const char *rest = name + n + strspn(name + n, "_");
    put_word(name, n ? n : 1, out); /* a name has no leading _ in the language */
    if (!*rest)
        return;
    fputs("_{", out);
    for (bool first = true; *rest; first = false) {
        n = strcspn(rest, "_");
        if (!first)
            putc(',', out);
        fprintf(out, "\\mathrm{%.*s}", (int)n, rest);
        rest += n;
        rest += strspn(rest, "_");
    }
    putc('}', out);
}

void osw_formula_number(double number, FILE *out)
{
    char text[32];
    snprintf(text, sizeof text, "%.10g", number);
    char *e = strchr(text, 'e');
    if (e)
        *e = '\0';
    if (e && !strcmp(text, "1"))
        fprintf(out, "10^{%d}", atoi(e + 1));
    else if (e)
        fprintf(out, "%s\\times 10^{%d}", text, atoi(e + 1));
    else
        fputs(text, out);
}

/* One factor of a unit: letters and an exponent. Where it ends, or NULL. */
static const char *unit_factor(const char *p, int sign, FILE *out)
{
    size_t letters = strspn(p, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");
    char *end = NULL;
    long power = 1;
    if (!letters)
        return NULL;
    const char *after = p + letters;
    if (*after == '^' || *after == '-' || isdigit((unsigned char)*after)) {
        power = strtol(after + (*after == '^'), &end, 10);
        if (end == after)
            return NULL;
        after = end;
    }
    bool micro = letters > 1 && *p == 'u' && strchr("gmMlLs", p[1]);
    if (micro)
        fprintf(out, "\\mu\\mathrm{%.*s}", (int)letters - 1, p + 1);
    else
        fprintf(out, "\\mathrm{%.*s}", (int)letters, p);
    if (sign * power != 1)
        fprintf(out, "^{%ld}", sign * power);
    return after;
}

/* A product of powers; false when it is something else, and then only a part is out. */
static bool unit_product(const char *p, FILE *out)
{
    bool first = true;
    int sign = 1;
    while (*p) {
        char *end;
        double number = strtod(p, &end);
        if (!first)
            fputs("\\,", out);
        if (end != p && sign > 0) {
            bool alone = number == 1 && *end == '/';
            if (!alone)
                osw_formula_number(number, out);
            first = alone;
            p = end;
        } else {
            p = *p == '%' && sign > 0 ? (fputs("\\%", out), p + 1)
                                      : unit_factor(p, sign, out);
            if (!p)
                return false;
            first = false;
        }
        sign = *p == '/' ? -1 : 1;
        if (*p && !strchr("/.* ", *p))
            return false;
        p += *p != '\0';
    }
    return true;
}

/* The micro sign and the Greek letter as u, as units are written in ASCII. */
static char *with_ascii_micro(const char *unit)
{
    char *copy = strdup(unit), *q = copy;
    for (const char *p = unit; copy && *p; q++) {
        bool micro = !strncmp(p, "\u00b5", 2) || !strncmp(p, "\u03bc", 2);
        *q = micro ? 'u' : *p;
        p += micro ? 2 : 1;
    }
    if (copy)
        *q = '\0';
    return copy;
}

void osw_formula_unit(const char *unit, FILE *out)
{
    char *text = NULL, *plain = with_ascii_micro(unit);
    size_t n;
    FILE *tried = open_memstream(&text, &n);
    bool good = tried && plain && unit_product(plain, tried);
    if (!tried || fclose(tried) || !good) {
        fputs("\\mathrm{", out);
        for (const char *p = unit; *p && !strchr("^_{}\\$&#%~", *p); p++)
            putc(isprint((unsigned char)*p) && isascii((unsigned char)*p) ? *p : '?',
                 out);
        putc('}', out);
    } else {
        fputs(text, out);
    }
    free(text);
    free(plain);
}

static int precedence(const struct osw_expr *e)
{
    if (e->use)
        return ATOM;
    switch (e->op) {
    case OSW_OP_ADD:
    case OSW_OP_SUB:
        return SUM;
    case OSW_OP_MUL:
    case OSW_OP_DIV:
        return PRODUCT;
    case OSW_OP_NEG:
        return SIGN;
    case OSW_OP_POW:
    case OSW_OP_EXP:
        return POWER;
    case OSW_OP_NUMBER:
        return e->number < 0 ? SIGN : ATOM;
    default:
        return ATOM;
    }
}

static const char *name_of(const struct formula *f, int symbol)
{
    return symbol <= -2 ? f->definition->parameters[-2 - symbol]
                        : f->source->symbols[symbol].name;
}

/* Characters on the line, about. */
static int width(const struct formula *f, const struct osw_expr *e)
{
    char number[32];
    int w = 2;
    if (e->use) {
        for (int i = 0; i < e->use->n_arguments; i++)
            w += 2 + width(f, e->use->arguments[i]);
        return w + (int)strlen(e->use->name);
    }
    switch (e->op) {
    case OSW_OP_NUMBER:
        return snprintf(number, sizeof number, "%.10g", e->number);
    case OSW_OP_SYMBOL:
        return (int)strlen(name_of(f, e->symbol));
    case OSW_OP_TIME:
        return 1;
    case OSW_OP_DIV:
        w = width(f, e->a);
        return w > width(f, e->b) ? w : width(f, e->b);
    default:
        return 1 + width(f, e->a) + (e->b ? 1 + width(f, e->b) : 3);
    }
}

/* Fractions above one another. */
static int fractions(const struct formula *f, const struct osw_expr *e)
{
    int a = 0, b = 0;
    if (e->use) {
        for (int i = 0; i < e->use->n_arguments; i++) {
            b = fractions(f, e->use->arguments[i]);
            a = a > b ? a : b;
        }
        return a;
    }
    if (!e->a)
        return 0;
    a = fractions(f, e->a);
    b = e->b ? fractions(f, e->b) : 0;
    return (a > b ? a : b) + (e->op == OSW_OP_DIV);
}

static bool stands_as_fraction(const struct formula *f, const struct osw_expr *e)
{
    return !f->raised && fractions(f, e) <= MOST_FRACTIONS &&
           width(f, e->a) <= MOST_IN_FRACTION && width(f, e->b) <= MOST_IN_FRACTION;
}

static void put(const struct formula *f, const struct osw_expr *e);

/* A line may end here; also closes a command before a letter. */
static void put_break(const struct formula *f)
{
    fputs(f->breaks && !f->raised ? "\\allowbreak " : " ", f->out);
}

static void put_comma(const struct formula *f)
{
    fputs(",\\,", f->out);
    put_break(f);
}

/* In parentheses that grow where the content stays in one piece. */
static void put_enclosed(const struct formula *f, const struct osw_expr *e)
{
    bool grows = !f->raised && fractions(f, e) > 0 && width(f, e) <= MOST_IN_PAIR;
    fputs(grows ? "\\left(" : "(", f->out);
    put(f, e);
    fputs(grows ? "\\right)" : ")", f->out);
}

static void put_operand(const struct formula *f, const struct osw_expr *e, int least)
{
    if (precedence(e) < least)
        put_enclosed(f, e);
    else
        put(f, e);
}

/* After an operator a sign needs parentheses too. */
static void put_right(const struct formula *f, const struct osw_expr *e, int least)
{
    put_operand(f, e, precedence(e) == SIGN ? ATOM : least);
}

/* Names are words: a factor that begins with one or with a digit needs a dot before it,
 * unless a plain number comes before a name. */
static bool needs_dot(const struct osw_expr *before, const struct osw_expr *e)
{
    while (!e->use &&
           (e->op == OSW_OP_MUL || (e->op == OSW_OP_POW && precedence(e->a) == ATOM)))
        e = e->a;
    if (!e->use && e->op == OSW_OP_NUMBER)
        return true;
    while (!before->use && before->op == OSW_OP_NEG)
        before = before->a;
    bool plain = !before->use && before->op == OSW_OP_NUMBER;
    return (e->use || precedence(e) == ATOM) && !plain;
}

static void put_product(const struct formula *f, const struct osw_expr *e)
{
    put_operand(f, e->a, PRODUCT);
    fputs(needs_dot(e->a, e->b) ? "\\cdot" : "\\,", f->out);
    put_break(f);
    put_right(f, e->b, PRODUCT);
}

static void put_quotient(const struct formula *f, const struct osw_expr *e)
{
    if (stands_as_fraction(f, e)) {
        fputs("\\frac{", f->out);
        put(f, e->a);
        fputs("}{", f->out);
        put(f, e->b);
        fputs("}", f->out);
        return;
    }
    put_operand(f, e->a, PRODUCT);
    fputs(f->raised ? "/" : "\\,/\\,", f->out);
    if (!f->raised)
        put_break(f);
    put_right(f, e->b, POWER);
}

static void put_exponent(const struct formula *f, const struct osw_expr *e)
{
    struct formula raised = *f;
    raised.raised = true;
    fputs("^{", f->out);
    put(&raised, e);
    fputs("}", f->out);
}

static void put_power(const struct formula *f, const struct osw_expr *e)
{
    bool atom = !e->a->use && e->a->op == OSW_OP_SYMBOL;
    fputs("{", f->out);
    if (atom)
        put(f, e->a);
    else
        put_enclosed(f, e->a);
    fputs("}", f->out);
    put_exponent(f, e->b);
}

static void put_call(const struct formula *f, const char *function,
                     const struct osw_expr *e)
{
    fputs(function, f->out);
    put_enclosed(f, e);
}

static void put_exponential(const struct formula *f, const struct osw_expr *e)
{
    enum { MOST_IN_EXPONENT = 24 };
    if (fractions(f, e->a) > 1 || width(f, e->a) > MOST_IN_EXPONENT) {
        put_call(f, "\\exp", e->a);
        return;
    }
    putc('e', f->out);
    put_exponent(f, e->a);
}

static void put_function_name(const char *name, FILE *out)
{
    fputs("\\operatorname{", out);
    for (; *name; name++)
        fputs(*name == '_' ? "\\_" : (char[]){*name, '\0'}, out);
    putc('}', out);
}

static void put_use(const struct formula *f, const struct osw_use *use)
{
    put_function_name(use->name, f->out);
    putc('(', f->out);
    for (int i = 0; i < use->n_arguments; i++) {
        if (i)
            put_comma(f);
        put(f, use->arguments[i]);
    }
    putc(')', f->out);
}

/* A sum; what follows a minus is enclosed when it is itself a sum. */
static void put_sum(const struct formula *f, const struct osw_expr *e)
{
    bool minus = e->op == OSW_OP_SUB;
    put(f, e->a);
    fputs(minus ? " - " : " + ", f->out);
    put_right(f, e->b, minus ? PRODUCT : SUM);
}

static void put(const struct formula *f, const struct osw_expr *e)
{
    if (e->use) {
        put_use(f, e->use);
        return;
    }
    switch (e->op) {
    case OSW_OP_NUMBER:
        osw_formula_number(e->number, f->out);
        break;
    case OSW_OP_SYMBOL:
        osw_formula_name(name_of(f, e->symbol), f->out);
        break;
    case OSW_OP_TIME:
        putc('t', f->out);
        break;
    case OSW_OP_NEG:
        putc('-', f->out);
        put_right(f, e->a, PRODUCT);
        break;
    case OSW_OP_ADD:
    case OSW_OP_SUB:
        put_sum(f, e);
        break;
    case OSW_OP_MUL:
        put_product(f, e);
        break;
    case OSW_OP_DIV:
        put_quotient(f, e);
        break;
    case OSW_OP_POW:
        put_power(f, e);
        break;
    case OSW_OP_EXP:
        put_exponential(f, e);
        break;
    case OSW_OP_SQRT:
        fputs("\\sqrt{", f->out);
        put(f, e->a);
        fputs("}", f->out);
        break;
    case OSW_OP_LN:
        put_call(f, "\\ln", e->a);
        break;
    case OSW_OP_LOG10:
        put_call(f, "\\log_{10}", e->a);
        break;
    case OSW_OP_SIN:
        put_call(f, "\\sin", e->a);
        break;
    case OSW_OP_COS:
        put_call(f, "\\cos", e->a);
        break;
    case OSW_OP_TANH:
        put_call(f, "\\tanh", e->a);
        break;
    }
}

void osw_formula_expression(const struct osw_source *source,
                            const struct osw_definition *definition,
                            const struct osw_expr *expr, bool breaks, FILE *out)
{
    const struct formula f = {source, definition, breaks, false, out};
    put(&f, expr);
}

void osw_formula_head(const struct osw_definition *definition, FILE *out)
{
    put_function_name(definition->name, out);
    for (int i = 0; i < definition->n_parameters; i++) {
        fputs(i ? ", " : "(", out);
        osw_formula_name(definition->parameters[i], out);
    }
    putc(')', out);
}
