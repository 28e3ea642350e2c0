/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Forms are recognised in the checked expression, in which functions of the text stand
 * expanded, so that equal operands are equal trees. */
#include "export/overflow.h"

static bool is_one(const struct osw_expr *e)
{
    return e->op == OSW_OP_NUMBER && e->number == 1;
}

static bool same(const struct osw_expr *a, const struct osw_expr *b)
{
    if (a == b)
        return true;
    if (!a || !b || a->op != b->op)
        return false;
    if (a->op == OSW_OP_NUMBER)
        return a->number == b->number;
    if (a->op == OSW_OP_SYMBOL)
        return a->symbol == b->symbol;
    return same(a->a, b->a) && same(a->b, b->b);
}

const struct osw_expr *osw_overflow_softplus(const struct osw_expr *e)
{
    if (e->op != OSW_OP_LN || e->a->op != OSW_OP_ADD)
        return NULL;
    const struct osw_expr *left = e->a->a, *right = e->a->b;
    if (is_one(left) && right->op == OSW_OP_EXP)
        return right->a;
    return is_one(right) && left->op == OSW_OP_EXP ? left->a : NULL;
}

static bool grows(const struct osw_expr *e)
{
    return e->op == OSW_OP_EXP || e->op == OSW_OP_POW;
}

/* Is e a factor of the product? Then the others are in s->rest. */
static bool divides(const struct osw_expr *product, const struct osw_expr *e,
                    struct osw_saturation *s)
{
    s->n_rest = 0;
    for (const struct osw_expr *p = product; s->n_rest < OSW_OVERFLOW_FACTORS; p = p->a) {
        if (same(p, e))
            return true;
        if (p->op != OSW_OP_MUL)
            return false;
        if (same(p->b, e)) {
            s->rest[s->n_rest++] = p->a;
            return true;
        }
        s->rest[s->n_rest++] = p->b;
    }
    return false;
}

bool osw_overflow_saturation(const struct osw_expr *quotient, struct osw_saturation *s)
{
    if (quotient->op != OSW_OP_DIV || quotient->b->op != OSW_OP_ADD)
        return false;
    const struct osw_expr *sum[] = {quotient->b->a, quotient->b->b};
    for (int i = 0; i < 2; i++) {
        s->e = sum[i];
        s->d = sum[1 - i];
        if (grows(s->e) && divides(quotient->a, s->e, s))
            return true;
    }
    return false;
}
