/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Constructors of DAG nodes: constants are folded when the result is finite, identities
 * of 0, 1 and signs applied, ln(1 + exp(u)) becomes a softplus, a quotient over 1 +
 * exp(u) a logistic that cannot overflow, division by an expression of parameters a
 * product with its reciprocal (computed once). x/x and 0*inf-like cases are the only
 * places where the value at a pole may differ, and x/x is left alone. */
#include "compiler/dag.h"

#include <math.h>

static const struct osw_node *at(const struct osw_dag *dag, int id)
{
    return &dag->nodes[id];
}

static bool is(const struct osw_dag *dag, int id, enum osw_node_op op)
{
    return dag->nodes[id].op == op;
}

static bool is_number(const struct osw_dag *dag, int id)
{
    return dag->nodes[id].op == OSW_NODE_NUMBER;
}

static int make(struct osw_dag *dag, enum osw_node_op op, int a, int b)
{
    return osw_dag_intern(dag,
                          (struct osw_node){.op = (unsigned char)op, .a = a, .b = b});
}

static double fold_unary(enum osw_node_op op, double x)
{
    switch (op) {
    case OSW_NODE_NEG:
        return -x;
    case OSW_NODE_EXP:
        return exp(x);
    case OSW_NODE_EXP_BOUNDED:
        return exp(fmin(x, 700));
    case OSW_NODE_LN:
        return log(x);
    case OSW_NODE_LN_POSITIVE:
        return log(fmax(x, 2.2250738585072014e-308));
    case OSW_NODE_POSITIVE:
        return fmax(x, 2.2250738585072014e-308);
    case OSW_NODE_SOFTPLUS:
        return fmax(x, 0) + log1p(exp(-fabs(x)));
    case OSW_NODE_LOG10:
        return log10(x);
    case OSW_NODE_SQRT:
        return sqrt(x);
    case OSW_NODE_SIN:
        return sin(x);
    case OSW_NODE_COS:
        return cos(x);
    case OSW_NODE_TANH:
        return tanh(x);
    default:
        return NAN;
    }
}

static double fold_binary(enum osw_node_op op, double x, double y)
{
    switch (op) {
    case OSW_NODE_ADD:
        return x + y;
    case OSW_NODE_SUB:
        return x - y;
    case OSW_NODE_MUL:
        return x * y;
    case OSW_NODE_DIV:
        return x / y;
    default:
        return NAN;
    }
}

static int negate(struct osw_dag *dag, int a)
{
    if (is(dag, a, OSW_NODE_NEG))
        return at(dag, a)->a;
    if (is(dag, a, OSW_NODE_SUB))
        return osw_dag_binary(dag, OSW_NODE_SUB, at(dag, a)->b, at(dag, a)->a);
    return make(dag, OSW_NODE_NEG, a, -1);
}

/* id = 1 + other? */
static bool is_one_plus(const struct osw_dag *dag, int id, int *other)
{
    const struct osw_node *node = at(dag, id);
    if (node->op != OSW_NODE_ADD || (node->a != 1 && node->b != 1))
        return false;
    *other = node->a == 1 ? node->b : node->a;
    return true;
}

int osw_dag_unary(struct osw_dag *dag, enum osw_node_op op, int a)
{
    int other;
    if (dag->failed)
        return 0;
    if (is_number(dag, a)) {
        double value = fold_unary(op, at(dag, a)->number);
        if (isfinite(value))
            return osw_dag_number(dag, value);
    }
    if (op == OSW_NODE_NEG)
        return negate(dag, a);
    if (op == OSW_NODE_LN && is_one_plus(dag, a, &other) && is(dag, other, OSW_NODE_EXP))
        return osw_dag_unary(dag, OSW_NODE_SOFTPLUS, at(dag, other)->a);
    return make(dag, op, a, -1);
}

static int sum(struct osw_dag *dag, int a, int b)
{
    if (a == 0 || b == 0)
        return a ? a : b;
    if (is(dag, b, OSW_NODE_NEG))
        return osw_dag_binary(dag, OSW_NODE_SUB, a, at(dag, b)->a);
    if (is(dag, a, OSW_NODE_NEG))
        return osw_dag_binary(dag, OSW_NODE_SUB, b, at(dag, a)->a);
    return a < b ? make(dag, OSW_NODE_ADD, a, b) : make(dag, OSW_NODE_ADD, b, a);
}

static int difference(struct osw_dag *dag, int a, int b)
{
    if (b == 0)
        return a;
    if (a == b)
        return 0;
    if (a == 0)
        return osw_dag_unary(dag, OSW_NODE_NEG, b);
    if (is(dag, b, OSW_NODE_NEG))
        return osw_dag_binary(dag, OSW_NODE_ADD, a, at(dag, b)->a);
    if (is(dag, a, OSW_NODE_NEG))
        return osw_dag_unary(dag, OSW_NODE_NEG,
                             osw_dag_binary(dag, OSW_NODE_ADD, at(dag, a)->a, b));
    return make(dag, OSW_NODE_SUB, a, b);
}

/* number * x */
static int scaled(struct osw_dag *dag, int number, int x)
{
    double value = at(dag, number)->number;
    if (value == 0 || value == 1)
        return value == 0 ? 0 : x;
    if (value == -1)
        return osw_dag_unary(dag, OSW_NODE_NEG, x);
    if (is(dag, x, OSW_NODE_NEG))
        return scaled(dag, osw_dag_number(dag, -value), at(dag, x)->a);
    if (is(dag, x, OSW_NODE_MUL) && is_number(dag, at(dag, x)->a)) {
        double both = value * at(dag, at(dag, x)->a)->number;
        if (isfinite(both) && both != 0)
            return scaled(dag, osw_dag_number(dag, both), at(dag, x)->b);
    }
    return make(dag, OSW_NODE_MUL, number, x);
}

static int product(struct osw_dag *dag, int a, int b)
{
    if (is_number(dag, a) || is_number(dag, b))
        return is_number(dag, a) ? scaled(dag, a, b) : scaled(dag, b, a);
    if (is(dag, a, OSW_NODE_NEG))
        return osw_dag_unary(dag, OSW_NODE_NEG,
                             osw_dag_binary(dag, OSW_NODE_MUL, at(dag, a)->a, b));
    if (is(dag, b, OSW_NODE_NEG))
        return osw_dag_unary(dag, OSW_NODE_NEG,
                             osw_dag_binary(dag, OSW_NODE_MUL, a, at(dag, b)->a));
    return a < b ? make(dag, OSW_NODE_MUL, a, b) : make(dag, OSW_NODE_MUL, b, a);
}

/* 1/(1 + exp(-u)), finite with its derivative for any u. */
static int logistic(struct osw_dag *dag, int u)
{
    int minus = osw_dag_unary(dag, OSW_NODE_NEG, u);
    int e = osw_dag_unary(dag, OSW_NODE_EXP_BOUNDED, minus);
    return osw_dag_binary(dag, OSW_NODE_DIV, 1, osw_dag_binary(dag, OSW_NODE_ADD, 1, e));
}

/* a is exp(u), or a product with that factor: the rest of it; else -1. */
static int without_factor(const struct osw_dag *dag, int a, int factor)
{
    const struct osw_node *node = at(dag, a);
    if (a == factor)
        return 1;
    if (node->op == OSW_NODE_MUL && (node->a == factor || node->b == factor))
        return node->a == factor ? node->b : node->a;
    return -1;
}

/* a/(1 + exp(u)) and a*exp(u)/(1 + exp(u)), also with exp(v) in place of 1; else -1. */
static int logistic_quotient(struct osw_dag *dag, int a, int b)
{
    int e, rest;
    if (is_one_plus(dag, b, &e) && is(dag, e, OSW_NODE_EXP)) {
        int u = at(dag, e)->a;
        rest = without_factor(dag, a, e);
        int s = logistic(dag, rest >= 0 ? u : osw_dag_unary(dag, OSW_NODE_NEG, u));
        return osw_dag_binary(dag, OSW_NODE_MUL, rest >= 0 ? rest : a, s);
    }
    const struct osw_node node = *at(dag, b);
    if (node.op != OSW_NODE_ADD || !is(dag, node.a, OSW_NODE_EXP) ||
        !is(dag, node.b, OSW_NODE_EXP))
        return -1;
    int top = node.a, other = node.b;
    rest = without_factor(dag, a, top);
    if (rest < 0) {
        top = node.b;
        other = node.a;
        rest = without_factor(dag, a, top);
    }
    if (rest < 0)
        return -1;
    int u = osw_dag_binary(dag, OSW_NODE_SUB, at(dag, top)->a, at(dag, other)->a);
    return osw_dag_binary(dag, OSW_NODE_MUL, rest, logistic(dag, u));
}

static int quotient(struct osw_dag *dag, int a, int b)
{
    if (a == 0 || b == 1)
        return a;
    if (is(dag, a, OSW_NODE_NEG))
        return osw_dag_unary(dag, OSW_NODE_NEG,
                             osw_dag_binary(dag, OSW_NODE_DIV, at(dag, a)->a, b));
    if (is(dag, b, OSW_NODE_NEG))
        return osw_dag_unary(dag, OSW_NODE_NEG,
                             osw_dag_binary(dag, OSW_NODE_DIV, a, at(dag, b)->a));
    int s = logistic_quotient(dag, a, b);
    if (s >= 0)
        return s;
    enum osw_rank rank = at(dag, b)->rank;
    if (a != 1 && rank > OSW_RANK_CONSTANT && rank < at(dag, a)->rank &&
        rank <= OSW_RANK_SEGMENT)
        return osw_dag_binary(dag, OSW_NODE_MUL, a, make(dag, OSW_NODE_DIV, 1, b));
    return make(dag, OSW_NODE_DIV, a, b);
}

int osw_dag_binary(struct osw_dag *dag, enum osw_node_op op, int a, int b)
{
    if (dag->failed)
        return 0;
    if (is_number(dag, a) && is_number(dag, b)) {
        double value = fold_binary(op, at(dag, a)->number, at(dag, b)->number);
        if (isfinite(value))
            return osw_dag_number(dag, value);
        return make(dag, op, a, b);
    }
    switch (op) {
    case OSW_NODE_ADD:
        return sum(dag, a, b);
    case OSW_NODE_SUB:
        return difference(dag, a, b);
    case OSW_NODE_MUL:
        return product(dag, a, b);
    default:
        return quotient(dag, a, b);
    }
}

int osw_dag_integer_power(struct osw_dag *dag, int base, int n)
{
    int result = 1, square = base;
    for (unsigned k = n < 0 ? 0u - (unsigned)n : (unsigned)n; k; k >>= 1) {
        if (k & 1)
            result = osw_dag_binary(dag, OSW_NODE_MUL, result, square);
        if (k > 1)
            square = osw_dag_binary(dag, OSW_NODE_MUL, square, square);
    }
    return n < 0 ? osw_dag_binary(dag, OSW_NODE_DIV, 1, result) : result;
}

int osw_dag_power(struct osw_dag *dag, int base, int exponent)
{
    int ln = osw_dag_unary(dag, OSW_NODE_LN_POSITIVE, base);
    return osw_dag_unary(dag, OSW_NODE_EXP,
                         osw_dag_binary(dag, OSW_NODE_MUL, exponent, ln));
}
