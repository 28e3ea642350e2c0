/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Rules of the expression DAG: what is one node, what is simplified, what is left alone,
 * ranks. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "compiler/dag.h"

#include <float.h>
#include <math.h>

struct fixture {
    struct osw_dag dag;
    int x, y, k, s; /* two states, a member's and a switchable parameter */
};

static const unsigned char switchable[] = {0, 1};

static int setup(void **state)
{
    static struct fixture f;
    if (osw_dag_init(&f.dag, switchable))
        return 1;
    f.x = osw_dag_state(&f.dag, 0);
    f.y = osw_dag_state(&f.dag, 1);
    f.k = osw_dag_param(&f.dag, 0);
    f.s = osw_dag_param(&f.dag, 1);
    *state = &f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    osw_dag_fini(&f->dag);
    return 0;
}

static int bin(struct fixture *f, enum osw_node_op op, int a, int b)
{
    return osw_dag_binary(&f->dag, op, a, b);
}

static int un(struct fixture *f, enum osw_node_op op, int a)
{
    return osw_dag_unary(&f->dag, op, a);
}

static int num(struct fixture *f, double value)
{
    return osw_dag_number(&f->dag, value);
}

static enum osw_node_op op_of(struct fixture *f, int id)
{
    return (enum osw_node_op)f->dag.nodes[id].op;
}

static void once(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(osw_dag_state(&f->dag, 0), f->x);
    assert_int_equal(bin(f, OSW_NODE_ADD, f->x, f->y), bin(f, OSW_NODE_ADD, f->y, f->x));
    assert_int_equal(bin(f, OSW_NODE_MUL, f->x, f->y), bin(f, OSW_NODE_MUL, f->y, f->x));
    assert_int_not_equal(bin(f, OSW_NODE_SUB, f->x, f->y),
                         bin(f, OSW_NODE_SUB, f->y, f->x));
    int n = f->dag.n;
    (void)bin(f, OSW_NODE_SUB, f->x, f->y);
    assert_int_equal(f->dag.n, n);
}

static void identities(void **state)
{
    struct fixture *f = *state;
    int minus_x = un(f, OSW_NODE_NEG, f->x);
    assert_int_equal(num(f, 0), 0);
    assert_int_equal(num(f, -0.0), 0);
    assert_int_equal(num(f, 1), 1);
    assert_int_equal(bin(f, OSW_NODE_ADD, f->x, 0), f->x);
    assert_int_equal(bin(f, OSW_NODE_SUB, f->x, 0), f->x);
    assert_int_equal(bin(f, OSW_NODE_SUB, 0, f->x), minus_x);
    assert_int_equal(bin(f, OSW_NODE_SUB, f->x, f->x), 0);
    assert_int_equal(bin(f, OSW_NODE_MUL, f->x, 0), 0);
    assert_int_equal(bin(f, OSW_NODE_MUL, f->x, 1), f->x);
    assert_int_equal(bin(f, OSW_NODE_DIV, f->x, 1), f->x);
    assert_int_equal(bin(f, OSW_NODE_DIV, 0, f->x), 0);
    assert_int_equal(bin(f, OSW_NODE_MUL, f->x, num(f, -1)), minus_x);
    assert_int_equal(un(f, OSW_NODE_NEG, minus_x), f->x);
    assert_int_equal(bin(f, OSW_NODE_ADD, f->y, minus_x),
                     bin(f, OSW_NODE_SUB, f->y, f->x));
    assert_int_equal(bin(f, OSW_NODE_SUB, f->y, minus_x),
                     bin(f, OSW_NODE_ADD, f->y, f->x));
    assert_int_equal(bin(f, OSW_NODE_MUL, minus_x, un(f, OSW_NODE_NEG, f->y)),
                     bin(f, OSW_NODE_MUL, f->x, f->y));
    assert_int_equal(op_of(f, bin(f, OSW_NODE_DIV, f->x, f->x)), OSW_NODE_DIV);
}

static void constants(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(bin(f, OSW_NODE_ADD, num(f, 2), num(f, 3)), num(f, 5));
    assert_int_equal(un(f, OSW_NODE_EXP, 0), 1);
    assert_int_equal(un(f, OSW_NODE_LN_POSITIVE, num(f, -3)), num(f, log(DBL_MIN)));
    assert_int_equal(
        bin(f, OSW_NODE_MUL, num(f, 2), bin(f, OSW_NODE_MUL, num(f, 3), f->x)),
        bin(f, OSW_NODE_MUL, f->x, num(f, 6)));
    /* what is not finite is left to run time */
    assert_int_equal(op_of(f, bin(f, OSW_NODE_DIV, 1, 0)), OSW_NODE_DIV);
    assert_int_equal(op_of(f, un(f, OSW_NODE_LN, 0)), OSW_NODE_LN);
    assert_int_equal(op_of(f, un(f, OSW_NODE_EXP, num(f, 1e4))), OSW_NODE_EXP);
    assert_int_equal(op_of(f, un(f, OSW_NODE_SQRT, num(f, -1))), OSW_NODE_SQRT);
    int huge = num(f, 1e300);
    int product = bin(f, OSW_NODE_MUL, huge, bin(f, OSW_NODE_MUL, huge, f->x));
    assert_int_equal(op_of(f, product), OSW_NODE_MUL);
}

static int one_plus(struct fixture *f, int a)
{
    return bin(f, OSW_NODE_ADD, 1, a);
}

static int logistic(struct fixture *f, int u)
{
    int e = un(f, OSW_NODE_EXP_BOUNDED, un(f, OSW_NODE_NEG, u));
    return bin(f, OSW_NODE_DIV, 1, one_plus(f, e));
}

static void stable_forms(void **state)
{
    struct fixture *f = *state;
    int e = un(f, OSW_NODE_EXP, f->x), v = un(f, OSW_NODE_EXP, f->y);
    int minus_x = un(f, OSW_NODE_NEG, f->x);
    assert_int_equal(un(f, OSW_NODE_LN, one_plus(f, e)), un(f, OSW_NODE_SOFTPLUS, f->x));
    assert_int_equal(bin(f, OSW_NODE_DIV, 1, one_plus(f, e)), logistic(f, minus_x));
    assert_int_equal(bin(f, OSW_NODE_DIV, e, one_plus(f, e)), logistic(f, f->x));
    assert_int_equal(bin(f, OSW_NODE_DIV, f->y, one_plus(f, e)),
                     bin(f, OSW_NODE_MUL, f->y, logistic(f, minus_x)));
    assert_int_equal(bin(f, OSW_NODE_DIV, bin(f, OSW_NODE_MUL, f->y, e), one_plus(f, e)),
                     bin(f, OSW_NODE_MUL, f->y, logistic(f, f->x)));
    int sum = bin(f, OSW_NODE_ADD, e, v);
    assert_int_equal(bin(f, OSW_NODE_DIV, e, sum),
                     logistic(f, bin(f, OSW_NODE_SUB, f->x, f->y)));
    assert_int_equal(bin(f, OSW_NODE_DIV, v, sum),
                     logistic(f, bin(f, OSW_NODE_SUB, f->y, f->x)));
    assert_int_equal(op_of(f, bin(f, OSW_NODE_DIV, 1, sum)), OSW_NODE_DIV);
}

static void powers(void **state)
{
    struct fixture *f = *state;
    int square = bin(f, OSW_NODE_MUL, f->x, f->x);
    assert_int_equal(osw_dag_integer_power(&f->dag, f->x, 0), 1);
    assert_int_equal(osw_dag_integer_power(&f->dag, f->x, 1), f->x);
    assert_int_equal(osw_dag_integer_power(&f->dag, f->x, 2), square);
    assert_int_equal(osw_dag_integer_power(&f->dag, f->x, 3),
                     bin(f, OSW_NODE_MUL, f->x, square));
    assert_int_equal(osw_dag_integer_power(&f->dag, f->x, -2),
                     bin(f, OSW_NODE_DIV, 1, square));
    int ln = un(f, OSW_NODE_LN_POSITIVE, f->x);
    assert_int_equal(osw_dag_power(&f->dag, f->x, f->k),
                     un(f, OSW_NODE_EXP, bin(f, OSW_NODE_MUL, f->k, ln)));
}

static enum osw_rank rank_of(struct fixture *f, int id)
{
    return (enum osw_rank)f->dag.nodes[id].rank;
}

static void ranks(void **state)
{
    struct fixture *f = *state;
    int t = osw_dag_time(&f->dag);
    int ks = bin(f, OSW_NODE_MUL, f->k, f->s);
    assert_int_equal(rank_of(f, num(f, 7)), OSW_RANK_CONSTANT);
    assert_int_equal(rank_of(f, un(f, OSW_NODE_EXP, f->k)), OSW_RANK_MEMBER);
    assert_int_equal(rank_of(f, ks), OSW_RANK_SEGMENT);
    assert_int_equal(rank_of(f, bin(f, OSW_NODE_ADD, ks, t)), OSW_RANK_TIME);
    assert_int_equal(rank_of(f, bin(f, OSW_NODE_ADD, t, f->x)), OSW_RANK_STATE);
    assert_true(f->dag.nodes[ks].has_param && !f->dag.nodes[ks].has_state);
    /* x/k: the reciprocal belongs to the member */
    int quotient = bin(f, OSW_NODE_DIV, f->x, f->k);
    assert_int_equal(quotient, bin(f, OSW_NODE_MUL, f->x, bin(f, OSW_NODE_DIV, 1, f->k)));
    assert_int_equal(op_of(f, bin(f, OSW_NODE_DIV, f->x, f->y)), OSW_NODE_DIV);
}

static void grows(void **state)
{
    struct fixture *f = *state;
    enum { MANY = 5000 };
    int id[MANY];
    for (int i = 0; i < MANY; i++)
        id[i] = bin(f, OSW_NODE_ADD, f->x, num(f, i + 2));
    for (int i = 0; i < MANY; i++)
        assert_int_equal(bin(f, OSW_NODE_ADD, f->x, num(f, i + 2)), id[i]);
    assert_int_equal(f->dag.failed, OSW_OK);
}

static void out_of_memory(void **state)
{
    struct fixture *f = *state;
    osw_memory_fail_after(0);
    int last = f->x;
    for (int i = 0; i < 5000; i++)
        last = bin(f, OSW_NODE_ADD, last, num(f, i + 0.5));
    osw_memory_fail_after(-1);
    assert_int_equal(f->dag.failed, OSW_ERR_MEMORY);
    assert_int_equal(last, 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(once),   TEST(identities), TEST(constants), TEST(stable_forms),
        TEST(powers), TEST(ranks),      TEST(grows),     TEST(out_of_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
