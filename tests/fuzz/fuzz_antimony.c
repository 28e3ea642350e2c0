/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Fuzz target: any bytes as a model text, with and without tables and strict units. What
 * is accepted must be sound: symbols, rules and expressions within bounds. */
#include "compiler/model.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t n);

static void check(bool holds)
{
    if (!holds)
        abort();
}

/* Shared parts make the tree larger than the graph, so only so far down. */
static void check_expr(const struct osw_source *source, const struct osw_expr *expr,
                       int depth)
{
    if (depth > 12)
        return;
    check(expr->op <= OSW_OP_TANH);
    check(expr->op != OSW_OP_SYMBOL ||
          (expr->symbol >= 0 && expr->symbol < source->n_symbols));
    check((expr->op >= OSW_OP_NEG) == (expr->a != NULL));
    check((expr->op >= OSW_OP_ADD && expr->op <= OSW_OP_POW) == (expr->b != NULL));
    if (expr->a)
        check_expr(source, expr->a, depth + 1);
    if (expr->b)
        check_expr(source, expr->b, depth + 1);
}

static void check_source(const struct osw_source *source)
{
    int n_rules = 0;
    for (int i = 0; i < source->n_symbols; i++) {
        const struct osw_symbol *s = &source->symbols[i];
        n_rules += s->kind == OSW_SYMBOL_RULE;
        check((s->kind == OSW_SYMBOL_RULE) == (s->rule != NULL));
        check((s->kind == OSW_SYMBOL_STATE) == (s->rate != NULL));
        check(!s->initial || s->kind != OSW_SYMBOL_RULE);
        if (s->rate || s->rule)
            check_expr(source, s->rate ? s->rate : s->rule, 0);
        if (s->initial)
            check_expr(source, s->initial, 0);
    }
    check(n_rules == source->n_rules);
    for (int k = 0; k < source->n_rules; k++)
        check(source->symbols[source->rule_order[k]].kind == OSW_SYMBOL_RULE);
}

static void run(const char *text, size_t n, bool strict)
{
    static const struct osw_unit_declaration rows[] = {{"X", "mmol/L", {0}},
                                                       {"k", "1/d", {0}},
                                                       {"a", "nonsense", {0}},
                                                       {"b", NULL, {0}}};
    struct osw_units *units = osw_units_create();
    struct osw_diag *diag = osw_diag_create();
    struct osw_source *source = NULL;
    if (units && diag &&
        osw_source_parse("fuzz.ant", text, n, units, rows, strict ? 4 : 0, strict, diag,
                         &source) == OSW_OK)
        check_source(source);
    else if (diag)
        check(osw_diag_count(diag, OSW_ERROR) > 0);
    FILE *out = fopen("/dev/null", "w");
    if (out && diag)
        osw_diag_render(diag, out, true);
    if (out)
        fclose(out);
    osw_source_destroy(source);
    osw_diag_destroy(diag);
    osw_units_destroy(units);
}

int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t n)
{
    run((const char *)bytes, n, false);
    run((const char *)bytes, n, true);
    return 0;
}
