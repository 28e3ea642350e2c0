/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "compiler/layout.h"

#include <math.h>

enum osw_status osw_layout_init(struct osw_layout *layout,
                                const struct osw_source *source)
{
    size_t n = (size_t)source->n_symbols;
    *layout = (struct osw_layout){.states = osw_alloc(n, sizeof(int)),
                                  .params = osw_alloc(n, sizeof(int)),
                                  .entry = osw_alloc(n, sizeof(int))};
    if (!layout->states || !layout->params || !layout->entry) {
        osw_layout_fini(layout);
        return OSW_ERR_MEMORY;
    }
    for (int s = 0; s < source->n_symbols; s++) {
        layout->entry[s] = -1;
        if (source->symbols[s].kind == OSW_SYMBOL_STATE) {
            layout->entry[s] = layout->n_states;
            layout->states[layout->n_states++] = s;
        } else if (source->symbols[s].kind == OSW_SYMBOL_PARAMETER) {
            layout->entry[s] = layout->n_params;
            layout->params[layout->n_params++] = s;
        }
    }
    return OSW_OK;
}

void osw_layout_fini(struct osw_layout *layout)
{
    osw_free(layout->states);
    osw_free(layout->params);
    osw_free(layout->entry);
    *layout = (struct osw_layout){0};
}

/* Value of an expression of numbers, + - * / and signs; NAN for anything else. */
static double literal(const struct osw_expr *expr)
{
    switch (expr->op) {
    case OSW_OP_NUMBER:
        return expr->number;
    case OSW_OP_NEG:
        return -literal(expr->a);
    case OSW_OP_ADD:
        return literal(expr->a) + literal(expr->b);
    case OSW_OP_SUB:
        return literal(expr->a) - literal(expr->b);
    case OSW_OP_MUL:
        return literal(expr->a) * literal(expr->b);
    case OSW_OP_DIV:
        return literal(expr->a) / literal(expr->b);
    default:
        return NAN;
    }
}

bool osw_expr_small_integer(const struct osw_expr *expr, int *n)
{
    double value = literal(expr);
    if (!(fabs(value) <= 16) || value != rint(value))
        return false;
    *n = (int)value;
    return true;
}
