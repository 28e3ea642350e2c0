/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Powers mean what layout.h says; ln(1 + exp(u)) and a/(1 + exp(u)) are evaluated without
 * overflow, everything else by the operation that is written. */
#define OSW_LANE_COMPLEX
#include "compiler/eval.h"
#include "numerics/lanes.h"

struct point {
    double t;
    const osw_lane *value; /* by symbol */
};

static osw_lane evaluate(const struct point *at, const struct osw_expr *expr);

/* expr = 1 + exp(u) or exp(u) + 1: u, else NULL. */
static const struct osw_expr *of_one_plus_exp(const struct osw_expr *expr)
{
    if (expr->op != OSW_OP_ADD)
        return NULL;
    const struct osw_expr *one = expr->a->op == OSW_OP_NUMBER ? expr->a : expr->b;
    const struct osw_expr *exponential = one == expr->a ? expr->b : expr->a;
    return one->op == OSW_OP_NUMBER && one->number == 1 && exponential->op == OSW_OP_EXP
               ? exponential->a
               : NULL;
}

static osw_lane power(const struct point *at, const struct osw_expr *expr)
{
    osw_lane base = evaluate(at, expr->a), product = 1;
    int n;
    if (!osw_expr_small_integer(expr->b, &n))
        return osw_lane_exp(evaluate(at, expr->b) * osw_lane_ln_positive(base));
    for (int i = 0; i < (n < 0 ? -n : n); i++)
        product *= base;
    return n < 0 ? 1 / product : product;
}

static osw_lane quotient(const struct point *at, const struct osw_expr *expr)
{
    const struct osw_expr *u = of_one_plus_exp(expr->b);
    osw_lane a = evaluate(at, expr->a);
    return u ? a / (1 + osw_lane_exp_bounded(evaluate(at, u)))
             : a / evaluate(at, expr->b);
}

static osw_lane logarithm(const struct point *at, const struct osw_expr *expr)
{
    const struct osw_expr *u = of_one_plus_exp(expr->a);
    return u ? osw_lane_softplus(evaluate(at, u)) : osw_lane_ln(evaluate(at, expr->a));
}

static osw_lane evaluate(const struct point *at, const struct osw_expr *expr)
{
    switch (expr->op) {
    case OSW_OP_NUMBER:
        return expr->number;
    case OSW_OP_SYMBOL:
        return at->value[expr->symbol];
    case OSW_OP_TIME:
        return at->t;
    case OSW_OP_NEG:
        return -evaluate(at, expr->a);
    case OSW_OP_ADD:
        return evaluate(at, expr->a) + evaluate(at, expr->b);
    case OSW_OP_SUB:
        return evaluate(at, expr->a) - evaluate(at, expr->b);
    case OSW_OP_MUL:
        return evaluate(at, expr->a) * evaluate(at, expr->b);
    case OSW_OP_DIV:
        return quotient(at, expr);
    case OSW_OP_POW:
        return power(at, expr);
    case OSW_OP_EXP:
        return osw_lane_exp(evaluate(at, expr->a));
    case OSW_OP_LN:
        return logarithm(at, expr);
    case OSW_OP_LOG10:
        return osw_lane_log10(evaluate(at, expr->a));
    case OSW_OP_SQRT:
        return osw_lane_sqrt(evaluate(at, expr->a));
    case OSW_OP_SIN:
        return osw_lane_sin(evaluate(at, expr->a));
    case OSW_OP_COS:
        return osw_lane_cos(evaluate(at, expr->a));
    case OSW_OP_TANH:
        return osw_lane_tanh(evaluate(at, expr->a));
    }
    return 0;
}

void osw_eval_symbols(const struct osw_source *source, const struct osw_layout *layout,
                      double t, const double _Complex *y, const double _Complex *p,
                      double _Complex *value)
{
    struct point at = {t, value};
    for (int i = 0; i < layout->n_states; i++)
        value[layout->states[i]] = y[i];
    for (int j = 0; j < layout->n_params; j++)
        value[layout->params[j]] = p[j];
    for (int r = 0; r < source->n_rules; r++) {
        int s = source->rule_order[r];
        value[s] = evaluate(&at, source->symbols[s].rule);
    }
}

void osw_eval_rates(const struct osw_source *source, const struct osw_layout *layout,
                    double t, const double _Complex *value, double _Complex *f)
{
    struct point at = {t, value};
    for (int i = 0; i < layout->n_states; i++)
        f[i] = evaluate(&at, source->symbols[layout->states[i]].rate);
}
