/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * From what the text says about each name to symbols of one kind each. Contradictions are
 * errors here that the reference translator lets pass (there the last statement wins). */
#include "compiler/front.h"

#include <math.h>

static struct osw_loc place_of(const struct osw_said *said)
{
    return said->statement->at;
}

/* Both a rule (or rate) `one` and something else `two` are stated. */
static void check_pair(struct osw_front *front, const char *name,
                       const struct osw_said *one, const char *what_one,
                       const struct osw_said *two, const char *what_two)
{
    if (!one->statement || !two->statement)
        return;
    struct osw_loc first = place_of(one), second = place_of(two);
    if (first.file == second.file &&
        (first.line > second.line ||
         (first.line == second.line && first.col > second.col))) {
        check_pair(front, name, two, what_two, one, what_one);
        return;
    }
    osw_diag_add(front->diag, OSW_ERROR, second,
                 "'%s' has %s and cannot have %s as well (the other is in %s:%d)", name,
                 what_one, what_two, first.file, first.line);
}

static void check_entry(struct osw_front *front, const struct osw_entry *e)
{
    check_pair(front, e->name, &e->rate, "a rate rule", &e->rule, "a rule ':='");
    check_pair(front, e->name, &e->rule, "a rule ':='", &e->value, "a value '='");
    check_pair(front, e->name, &e->reaction, "a reaction", &e->value, "a value '='");
    check_pair(front, e->name, &e->reaction, "a reaction", &e->rule, "a rule ':='");
    check_pair(front, e->name, &e->reaction, "a reaction", &e->rate, "a rate rule");
    const struct osw_said *moves = e->rate.statement ? &e->rate : &e->rule;
    if (e->constant && moves->statement)
        osw_diag_add(front->diag, OSW_ERROR, place_of(moves),
                     "'%s' is declared 'const' and cannot have a rule", e->name);
    if (e->reacts.line && moves->statement)
        osw_diag_add(front->diag, OSW_ERROR, e->reacts,
                     "a reaction changes '%s', which has a rule in %s:%d (write '$%s' "
                     "where reactions are not to change it)",
                     e->name, moves->statement->at.file, moves->statement->at.line,
                     e->name);
    if (e->reacts.line && e->is_compartment)
        osw_diag_add(front->diag, OSW_ERROR, e->reacts,
                     "'%s' is a compartment and cannot react", e->name);
}

/* Expanding may add entries for names that only tables know, so go by index. */
static void expand_entry(struct osw_front *front, int i)
{
    struct osw_entry e = front->entries[i];
    if (e.rate.statement)
        e.rate_expr = osw_expand(front, e.rate.scope, e.rate.statement->expr);
    else
        e.rate_expr = e.net;
    if (e.rule.statement)
        e.rule_expr = osw_expand(front, e.rule.scope, e.rule.statement->expr);
    if (e.value.statement)
        e.initial_expr = osw_expand(front, e.value.scope, e.value.statement->expr);
    front->entries[i].rate_expr = e.rate_expr;
    front->entries[i].rule_expr = e.rule_expr;
    front->entries[i].initial_expr = e.initial_expr;
}

static struct osw_symbol symbol_of(const struct osw_entry *e)
{
    struct osw_symbol symbol = {.name = e->name,
                                .label =
                                    e->label.statement ? e->label.statement->text : "",
                                .kind = OSW_SYMBOL_PARAMETER,
                                .initial = e->initial_expr,
                                .at = e->at};
    if (e->rate_expr) {
        symbol.kind = OSW_SYMBOL_STATE;
        symbol.rate = e->rate_expr;
    } else if (e->rule_expr) {
        symbol.kind = OSW_SYMBOL_RULE;
        symbol.rule = e->rule_expr;
    }
    return symbol;
}

/* Does it use a name that was reported? */
static bool has_unknown(const struct osw_front *front, const struct osw_expr *expr)
{
    return (expr->op == OSW_OP_SYMBOL && front->entries[expr->symbol].unknown) ||
           (expr->a && has_unknown(front, expr->a)) ||
           (expr->b && has_unknown(front, expr->b));
}

/* A parameter's value is a number; report what it is made of otherwise. */
static const struct osw_expr *folded(struct osw_front *front,
                                     const struct osw_symbol *symbol)
{
    double value;
    struct osw_loc at = symbol->initial->at;
    if (has_unknown(front, symbol->initial))
        return symbol->initial;
    if (!osw_expr_constant(symbol->initial, &value))
        osw_diag_add(front->diag, OSW_ERROR, at,
                     "the value of the parameter '%s' must be a number (write ':=' for "
                     "what follows from other symbols)",
                     symbol->name);
    else if (!isfinite(value))
        osw_diag_add(front->diag, OSW_ERROR, at, "the value of '%s' is not finite",
                     symbol->name);
    else
        return osw_expr_number(front, value, at);
    return symbol->initial;
}

/* A state starts from numbers and parameters. */
static bool check_start(struct osw_front *front, const struct osw_expr *expr)
{
    const char *found = NULL;
    if (expr->op == OSW_OP_TIME)
        found = "time";
    else if (expr->op == OSW_OP_SYMBOL &&
             front->source->symbols[expr->symbol].kind != OSW_SYMBOL_PARAMETER)
        found = front->source->symbols[expr->symbol].name;
    if (found)
        osw_diag_add(front->diag, OSW_ERROR, expr->at,
                     "an initial value is made of numbers and parameters; '%s' changes",
                     found);
    return !found && (!expr->a || check_start(front, expr->a)) &&
           (!expr->b || check_start(front, expr->b));
}

static void check_values(struct osw_front *front)
{
    struct osw_source *source = front->source;
    for (int i = 0; i < source->n_symbols && !front->no_memory; i++) {
        struct osw_symbol *symbol = &source->symbols[i];
        if (symbol->initial && symbol->kind == OSW_SYMBOL_PARAMETER)
            symbol->initial = folded(front, symbol);
        else if (symbol->initial && symbol->kind == OSW_SYMBOL_STATE)
            (void)check_start(front, symbol->initial);
    }
}

void osw_symbols_build(struct osw_front *front)
{
    struct osw_source *source = front->source;
    for (int i = 0; i < front->n_entries && !front->no_memory; i++) {
        expand_entry(front, i);
        check_entry(front, &front->entries[i]);
    }
    size_t n = (size_t)front->n_entries;
    source->symbols = osw_front_take(front, n, sizeof *source->symbols);
    if (front->no_memory)
        return;
    for (size_t i = 0; i < n; i++)
        source->symbols[i] = symbol_of(&front->entries[i]);
    source->n_symbols = front->n_entries;
    check_values(front);
}
