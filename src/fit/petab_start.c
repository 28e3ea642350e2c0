/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * In full parentheses, also around numbers, which may be negative: for programs. */
#include "fit/petab_start.h"

bool osw_petab_start_depends(const struct osw_source *source, const struct osw_expr *e,
                             osw_petab_start_leaf *leaf, void *context)
{
    if (!e)
        return false;
    if (e->op == OSW_OP_SYMBOL)
        return leaf(context, source->symbols[e->symbol].name, NULL);
    return osw_petab_start_depends(source, e->a, leaf, context) ||
           osw_petab_start_depends(source, e->b, leaf, context);
}

void osw_petab_start_write(const struct osw_source *source, const struct osw_expr *e,
                           osw_petab_start_leaf *leaf, void *context, FILE *out)
{
    static const struct {
        const char *before, *between;
    } signs[] = {
        [OSW_OP_NEG] = {"-", ""},       [OSW_OP_ADD] = {"", " + "},
        [OSW_OP_SUB] = {"", " - "},     [OSW_OP_MUL] = {"", "*"},
        [OSW_OP_DIV] = {"", "/"},       [OSW_OP_POW] = {"", "^"},
        [OSW_OP_EXP] = {"exp", ""},     [OSW_OP_LN] = {"ln", ""},
        [OSW_OP_LOG10] = {"log10", ""}, [OSW_OP_SQRT] = {"sqrt", ""},
        [OSW_OP_SIN] = {"sin", ""},     [OSW_OP_COS] = {"cos", ""},
        [OSW_OP_TANH] = {"tanh", ""},
    };
    if (e->op == OSW_OP_NUMBER) {
        fprintf(out, "(%.17g)", e->number);
        return;
    }
    if (e->op == OSW_OP_SYMBOL) {
        (void)leaf(context, source->symbols[e->symbol].name, out);
        return;
    }
    fprintf(out, "%s(", signs[e->op].before);
    osw_petab_start_write(source, e->a, leaf, context, out);
    if (e->b) {
        fputs(signs[e->op].between, out);
        osw_petab_start_write(source, e->b, leaf, context, out);
    }
    fputc(')', out);
}
