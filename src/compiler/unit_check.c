/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Dimensional analysis. Sums and comparisons of a rule with its declaration need the same
 * unit, size included; exp, ln and the like need plain numbers; a rate rule's right side
 * is the state's unit per day. Numbers in the text are plain, but 0 fits every unit. What
 * is unknown (undeclared, or reported already) agrees with everything. */
#include "compiler/front.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { POWER_MAX = 20, ROOT_MAX = 12, EXPONENT_MAX = 1000 };

struct quantity {
    const struct osw_unit *unit; /* NULL: unknown */
    bool zero;                   /* the number 0: of any unit */
    const struct osw_symbol *symbol;
};

struct named_unit { /* the text of an inferred unit */
    const struct osw_unit *unit;
    const char *text;
    const struct named_unit *next;
};

struct check {
    struct osw_front *front;
    const struct osw_unit *one, *day;
    const struct named_unit *named;
};

static const struct quantity unknown;

/* A unit's name for a message: one that the text defines or a symbol is declared with,
 * also per day; else in base units. */
struct unit_name {
    char text[160];
};

static const char *known_name(const struct check *c, const struct osw_unit *unit)
{
    const struct osw_front *front = c->front;
    for (int i = 0; i < front->n_unit_definitions; i++)
        if (osw_unit_equal(front->unit_definitions[i].unit, unit))
            return front->unit_definitions[i].name;
    for (int i = 0; i < front->source->n_symbols; i++) {
        const struct osw_symbol *s = &front->source->symbols[i];
        if (s->unit_text && s->unit && osw_unit_equal(s->unit, unit))
            return s->unit_text;
    }
    return NULL;
}

static const char *unit_name(const struct check *c, const struct osw_unit *unit,
                             struct unit_name *name)
{
    if (osw_unit_is_one(unit))
        return "1 (dimensionless)";
    const struct osw_unit *daily = osw_unit_multiply(unit, c->day);
    bool pure = osw_unit_convertible(unit, c->one);
    const char *known = pure ? NULL : known_name(c, unit);
    const char *rate =
        known || pure || !daily || osw_unit_is_one(daily) ? NULL : known_name(c, daily);
    if (known || rate)
        snprintf(name->text, sizeof name->text, "%s%s", known ? known : rate,
                 known ? "" : " per day");
    else if (pure)
        osw_unit_format(unit, name->text, sizeof name->text - 20);
    else
        osw_unit_words(c->front->units, unit, name->text, sizeof name->text);
    if (pure)
        strcat(name->text, " (dimensionless)");
    return name->text;
}

static const char *quantity_name(const struct check *c, const struct quantity *q,
                                 struct unit_name *name)
{
    const struct osw_entry *entry =
        q->symbol ? &c->front->entries[q->symbol - c->front->source->symbols] : NULL;
    bool table = entry && entry->declared >= 0 && q->symbol->unit_text;
    return table && !osw_unit_is_one(q->unit) ? q->symbol->unit_text
                                              : unit_name(c, q->unit, name);
}

/* " (in the function 'f')" */
static const char *inside(const struct osw_expr *expr, char *buf, size_t size)
{
    buf[0] = '\0';
    if (expr->function)
        snprintf(buf, size, " (in the function '%s')", expr->function);
    return buf;
}

static struct quantity fail(const struct check *c, const struct osw_expr *expr,
                            const char *text)
{
    char where[100];
    osw_diag_add(c->front->diag, OSW_ERROR, expr->at, "%s%s", text,
                 inside(expr, where, sizeof where));
    return unknown;
}

/* The product's, quotient's or power's unit, or unknown when it left all sense. */
static struct quantity derived(const struct check *c, const struct osw_expr *expr,
                               const struct osw_unit *unit)
{
    double factor;
    int exponent[OSW_N_BASE_UNITS];
    if (!unit) {
        c->front->no_memory = true;
        return unknown;
    }
    osw_unit_si(unit, &factor, exponent);
    bool sane = isfinite(factor) && factor > 0;
    for (int i = 0; i < OSW_N_BASE_UNITS; i++)
        sane &= exponent[i] >= -EXPONENT_MAX && exponent[i] <= EXPONENT_MAX;
    return sane ? (struct quantity){.unit = unit}
                : fail(c, expr, "the unit of this is out of range");
}

/* Do the units of `a` and `b` agree? */
static bool agree(const struct quantity *a, const struct quantity *b)
{
    return !a->unit || !b->unit || a->zero || b->zero || osw_unit_equal(a->unit, b->unit);
}

/* "; they differ by the factor 1000" for units of one dimension. */
static const char *factor_between(const struct quantity *a, const struct quantity *b,
                                  char *buf, size_t size)
{
    buf[0] = '\0';
    if (!osw_unit_convertible(a->unit, b->unit))
        return buf;
    double factor = osw_unit_convert(1, a->unit, b->unit);
    snprintf(buf, size, "; they differ by the factor %.6g",
             factor < 1 ? 1 / factor : factor);
    return buf;
}

static struct quantity check_sum(const struct check *c, const struct osw_expr *expr,
                                 struct quantity a, struct quantity b)
{
    struct unit_name left, right;
    char factor[64], where[100];
    if (agree(&a, &b)) {
        struct quantity sum = !a.unit || a.zero ? b : a;
        sum.zero = a.zero && b.zero;
        sum.symbol = NULL;
        return sum;
    }
    osw_diag_add(c->front->diag, OSW_ERROR, expr->at,
                 "units differ: the left of '%c' is in %s, the right in %s%s%s",
                 expr->op == OSW_OP_ADD ? '+' : '-', quantity_name(c, &a, &left),
                 quantity_name(c, &b, &right),
                 factor_between(&a, &b, factor, sizeof factor),
                 inside(expr, where, sizeof where));
    return unknown;
}

static bool plain(const struct quantity *q)
{
    return !q->unit || osw_unit_is_one(q->unit);
}

static struct quantity check_plain(const struct check *c, const struct osw_expr *expr,
                                   const char *what, struct quantity q)
{
    struct unit_name name;
    char where[100];
    if (!plain(&q))
        osw_diag_add(c->front->diag, OSW_ERROR, expr->at,
                     "%s must be a plain number, is in %s%s", what,
                     quantity_name(c, &q, &name), inside(expr, where, sizeof where));
    return (struct quantity){.unit = c->one};
}

/* unit^(n/m); the root must be exact. */
static struct quantity raise(const struct check *c, const struct osw_expr *expr,
                             struct quantity base, int power, int root)
{
    const struct osw_unit *unit = osw_unit_power(base.unit, power);
    struct quantity q = derived(c, expr, unit);
    if (root == 1 || !q.unit)
        return q;
    q.unit = osw_unit_root(q.unit, root);
    if (q.unit)
        return q;
    struct unit_name name;
    char where[100];
    osw_diag_add(c->front->diag, OSW_ERROR, expr->at,
                 "the power %d/%d of %s is not a unit%s", power, root,
                 quantity_name(c, &base, &name), inside(expr, where, sizeof where));
    return unknown;
}

static struct quantity check_power(const struct check *c, const struct osw_expr *expr,
                                   struct quantity base, struct quantity exponent)
{
    double n;
    if (!plain(&exponent)) {
        check_plain(c, expr, "an exponent", exponent);
        return unknown;
    }
    if (plain(&base))
        return (struct quantity){.unit = base.unit ? c->one : NULL};
    if (!osw_expr_constant(expr->b, &n)) {
        check_plain(c, expr, "the base of a power whose exponent is no literal number",
                    base);
        return unknown;
    }
    for (int root = 1; root <= ROOT_MAX; root++) {
        double power = n * root;
        if (fabs(power) <= POWER_MAX && fabs(power - round(power)) < 1e-9)
            return raise(c, expr, base, (int)round(power), root);
    }
    check_plain(c, expr, "what is raised to this power", base);
    return unknown;
}

static const char *argument_of(enum osw_op op)
{
    switch (op) {
    case OSW_OP_EXP:
        return "the argument of exp";
    case OSW_OP_LN:
        return "the argument of ln";
    case OSW_OP_LOG10:
        return "the argument of log10";
    case OSW_OP_SIN:
        return "the argument of sin";
    case OSW_OP_COS:
        return "the argument of cos";
    case OSW_OP_TANH:
        return "the argument of tanh";
    default:
        return "this";
    }
}

static struct quantity infer(const struct check *c, const struct osw_expr *expr);

static struct quantity infer_leaf(const struct check *c, const struct osw_expr *expr)
{
    if (expr->op == OSW_OP_NUMBER)
        return (struct quantity){.unit = c->one, .zero = expr->number == 0};
    if (expr->op == OSW_OP_TIME)
        return (struct quantity){.unit = c->day};
    const struct osw_symbol *symbol = &c->front->source->symbols[expr->symbol];
    return (struct quantity){.unit = symbol->unit, .symbol = symbol};
}

static struct quantity infer(const struct check *c, const struct osw_expr *expr)
{
    if (!expr->a)
        return infer_leaf(c, expr);
    struct quantity a = infer(c, expr->a);
    struct quantity b = expr->b ? infer(c, expr->b) : unknown;
    switch (expr->op) {
    case OSW_OP_NEG:
        return a;
    case OSW_OP_ADD:
    case OSW_OP_SUB:
        return check_sum(c, expr, a, b);
    case OSW_OP_MUL:
        return a.unit && b.unit ? derived(c, expr, osw_unit_multiply(a.unit, b.unit))
                                : unknown;
    case OSW_OP_DIV:
        return a.unit && b.unit ? derived(c, expr, osw_unit_divide(a.unit, b.unit))
                                : unknown;
    case OSW_OP_POW:
        return check_power(c, expr, a, b);
    case OSW_OP_SQRT:
        return a.unit ? raise(c, expr, a, 1, 2) : unknown;
    default:
        return check_plain(c, expr, argument_of(expr->op), a);
    }
}

/* Units of symbols from the tables and from the text, which must not contradict. */
static const struct osw_unit *table_unit(const struct check *c,
                                         const struct osw_unit_declaration *row)
{
    const struct osw_unit *unit = osw_units_parse(c->front->units, row->unit);
    if (!unit)
        osw_diag_add(c->front->diag, OSW_ERROR, row->at, "'%s' (of '%s') is not a unit",
                     row->unit, row->name);
    return unit;
}

static void declare(const struct check *c, int i)
{
    const struct osw_entry *entry = &c->front->entries[i];
    const struct osw_statement *has = entry->unit.statement;
    struct osw_symbol *symbol = &c->front->source->symbols[i];
    if (has) {
        symbol->unit = has->unit;
        symbol->unit_text = has->text;
    }
    if (entry->declared < 0)
        return;
    const struct osw_unit_declaration *row = &c->front->declared[entry->declared];
    const struct osw_unit *unit = row->unit ? table_unit(c, row) : NULL;
    if (!unit)
        return;
    if (has && !osw_unit_equal(unit, has->unit))
        osw_diag_add(c->front->diag, OSW_ERROR, has->text_at,
                     "'%s' is in %s here and in %s in its table", symbol->name, has->text,
                     row->unit);
    symbol->unit = unit;
    symbol->unit_text = osw_front_text(c->front, row->unit);
}

/* Parameters and states must have units when `strict`; a model that states none at all is
 * told so once, and there is nothing to check (false). */
static bool check_declared(const struct check *c, bool strict)
{
    const struct osw_source *source = c->front->source;
    int n_stated = 0;
    for (int i = 0; i < source->n_symbols; i++)
        n_stated += source->symbols[i].unit != NULL;
    if (!n_stated && !strict) {
        osw_diag_add(c->front->diag, OSW_WARNING, c->front->main_file,
                     "the model states no units, so none are checked");
        return false;
    }
    for (int i = 0; i < source->n_symbols; i++) {
        const struct osw_symbol *s = &source->symbols[i];
        if (!s->unit && s->kind != OSW_SYMBOL_RULE)
            osw_diag_add(c->front->diag, strict ? OSW_ERROR : OSW_WARNING, s->at,
                         "'%s' has no unit: state it in its table or with '%s has u_…'",
                         s->name, s->name);
    }
    return true;
}

/* What `expr` is in, against what it has to be in. */
static void compare(const struct check *c, const struct osw_expr *expr, struct osw_loc at,
                    struct quantity found, struct quantity needed, const char *of,
                    const char *name)
{
    struct unit_name left, right;
    char factor[64], where[100];
    if (agree(&found, &needed))
        return;
    osw_diag_add(c->front->diag, OSW_ERROR, at,
                 "the %s of '%s' is in %s, should be in %s%s%s", of, name,
                 quantity_name(c, &found, &left), quantity_name(c, &needed, &right),
                 factor_between(&found, &needed, factor, sizeof factor),
                 inside(expr, where, sizeof where));
}

/* How a table might state the unit: as some symbol is declared, also per day, or in base
 * units. Units met before are kept, since a model has many rules and few units. */
static const char *declared_text(const struct check *c, const struct osw_unit *unit)
{
    const struct osw_source *source = c->front->source;
    for (int i = 0; unit && i < source->n_symbols; i++)
        if (source->symbols[i].unit && osw_unit_equal(source->symbols[i].unit, unit))
            return source->symbols[i].unit_text;
    return NULL;
}

static const char *inferred_text(struct check *c, const struct osw_unit *unit)
{
    for (const struct named_unit *known = c->named; known; known = known->next)
        if (known->unit == unit)
            return known->text;
    const struct osw_unit *daily = osw_unit_multiply(unit, c->day);
    const char *text = osw_unit_is_one(unit) ? "1" : declared_text(c, unit);
    const char *whole =
        text || !daily || osw_unit_is_one(daily) ? NULL : declared_text(c, daily);
    if (whole)
        text = osw_arena_format(c->front->arena, "%s/d", whole);
    else if (!text)
        text = osw_unit_text(c->front, unit);
    struct named_unit *kept = osw_front_take(c->front, 1, sizeof *kept);
    if (kept) {
        *kept = (struct named_unit){unit, text, c->named};
        c->named = kept;
    }
    return text;
}

static void check_rule(struct check *c, struct osw_symbol *symbol, struct osw_loc at)
{
    struct quantity found = infer(c, symbol->rule);
    if (symbol->unit) {
        struct quantity needed = {.unit = symbol->unit, .symbol = symbol};
        compare(c, symbol->rule, at, found, needed, "rule", symbol->name);
        return;
    }
    if (found.unit)
        symbol->unit_text = inferred_text(c, found.unit);
    symbol->unit = symbol->unit_text ? found.unit : NULL;
}

static void check_rate(const struct check *c, const struct osw_symbol *symbol,
                       struct osw_loc at)
{
    struct quantity found = infer(c, symbol->rate), needed = unknown;
    if (symbol->unit)
        needed = derived(c, symbol->rate, osw_unit_divide(symbol->unit, c->day));
    compare(c, symbol->rate, at, found, needed, "rate", symbol->name);
}

/* An initial value of numbers only is in the state's unit. */
static void check_initial(const struct check *c, const struct osw_symbol *symbol)
{
    double value;
    if (!symbol->initial || osw_expr_constant(symbol->initial, &value))
        return;
    struct quantity found = infer(c, symbol->initial);
    struct quantity needed = {.unit = symbol->unit, .symbol = symbol};
    compare(c, symbol->initial, symbol->initial->at, found, needed, "initial value",
            symbol->name);
}

static struct osw_loc rate_place(const struct osw_entry *entry)
{
    return entry->rate.statement ? entry->rate.statement->at : entry->reacts;
}

static struct osw_loc rule_place(const struct osw_entry *entry)
{
    return entry->rule.statement ? entry->rule.statement->at
                                 : entry->reaction.statement->at;
}

void osw_unit_check(struct osw_front *front, bool strict)
{
    struct osw_source *source = front->source;
    struct check c = {.front = front,
                      .one = osw_units_one(front->units),
                      .day = osw_units_parse(front->units, "day")};
    if (!c.one || !c.day) {
        front->no_memory = true;
        return;
    }
    for (int i = 0; i < source->n_symbols; i++)
        declare(&c, i);
    if (!check_declared(&c, strict))
        return;
    for (int k = 0; k < source->n_rules && !front->no_memory; k++) {
        int i = source->rule_order[k];
        check_rule(&c, &source->symbols[i], rule_place(&front->entries[i]));
    }
    for (int i = 0; i < source->n_symbols && !front->no_memory; i++) {
        const struct osw_symbol *symbol = &source->symbols[i];
        if (symbol->kind == OSW_SYMBOL_STATE) {
            check_rate(&c, symbol, rate_place(&front->entries[i]));
            check_initial(&c, symbol);
        }
    }
}
