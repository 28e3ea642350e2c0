/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The method's numbers: every order condition of a Rosenbrock method up to order 5
 * (Hairer & Wanner, Solving ODEs II, section IV.7: a tree's node with one son is weighted
 * by alpha + gamma, one with more by alpha), those of the embedded method up to 4 and not
 * 5, nodes and slopes as the row sums they must be, dense output of order 4, L-stability.
 */
#include "solve/rodas.h"

#include <complex.h>
#include <math.h>
#include <setjmp.h>
#include <stdbool.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

enum { S = OSW_RODAS_STAGES, MOST_TREES = 64, MOST_SONS = 6 };

/* alpha, beta = alpha + gamma, and the weights, from the transformed numbers. */
struct classic {
    double alpha[S][S], gamma[S][S], beta[S][S];
};

/* Gamma = (I / gamma - C)^-1 by forward substitution; alpha = A Gamma. */
static void classic_init(struct classic *k)
{
    const struct osw_rodas *m = &osw_rodas5p;
    memset(k, 0, sizeof *k);
    for (int j = 0; j < S; j++)
        for (int i = j; i < S; i++) {
            double sum = i == j;
            for (int l = j; l < i; l++)
                sum += m->c[i][l] * k->gamma[l][j];
            k->gamma[i][j] = m->gamma * sum;
        }
    for (int i = 0; i < S; i++)
        for (int j = 0; j < S; j++) {
            for (int l = 0; l < S; l++)
                k->alpha[i][j] += m->a[i][l] * k->gamma[l][j];
            k->beta[i][j] = k->alpha[i][j] + k->gamma[i][j];
        }
}

/* b = weights Gamma */
static void times_gamma(const struct classic *k, const double *weights, double *b)
{
    for (int j = 0; j < S; j++) {
        b[j] = 0;
        for (int i = 0; i < S; i++)
            b[j] += weights[i] * k->gamma[i][j];
    }
}

struct tree {
    int size, n_sons, sons[MOST_SONS];
};
static struct tree trees[MOST_TREES];
static int n_trees;

/* All forests of `size` nodes in all, of trees up to `last`, become trees. */
static void grow(struct tree t, int size, int last)
{
    if (size == 0) {
        trees[n_trees++] = t;
        return;
    }
    for (int s = last; s >= 0; s--)
        if (trees[s].size <= size) {
            struct tree with = t;
            with.sons[with.n_sons++] = s;
            grow(with, size - trees[s].size, s);
        }
}

static void make_trees(int most)
{
    n_trees = 0;
    for (int size = 1; size <= most; size++)
        grow((struct tree){.size = size}, size - 1, n_trees - 1);
}

static double density(int t)
{
    double d = trees[t].size;
    for (int s = 0; s < trees[t].n_sons; s++)
        d *= density(trees[t].sons[s]);
    return d;
}

static void elementary(const struct classic *k, int t, double *phi)
{
    const struct tree *tree = &trees[t];
    for (int i = 0; i < S; i++)
        phi[i] = 1;
    for (int s = 0; s < tree->n_sons; s++) {
        double son[S];
        elementary(k, tree->sons[s], son);
        for (int i = 0; i < S; i++) {
            double sum = 0;
            for (int j = 0; j < S; j++)
                sum += (tree->n_sons == 1 ? k->beta : k->alpha)[i][j] * son[j];
            phi[i] *= sum;
        }
    }
}

/* The largest miss of a condition for trees of this size, at part x of the step. */
static double miss(const struct classic *k, const double *b, int size, double x)
{
    double worst = 0;
    for (int t = 0; t < n_trees; t++) {
        double phi[S], sum = 0;
        if (trees[t].size != size)
            continue;
        elementary(k, t, phi);
        for (int i = 0; i < S; i++)
            sum += b[i] * phi[i];
        worst = fmax(worst, fabs(sum - pow(x, size) / density(t)));
    }
    return worst;
}

/* Weights of U_j in the result, and of the embedded method: without the last. */
static void result_weights(double *weights, bool embedded)
{
    memcpy(weights, osw_rodas5p.a[S - 1], S * sizeof *weights);
    weights[S - 1] = embedded ? 0 : 1;
}

static void order(void **state)
{
    (void)state;
    struct classic k;
    double weights[S], b[S];
    classic_init(&k);
    make_trees(6);
    assert_int_equal(n_trees, 1 + 1 + 2 + 4 + 9 + 20);
    result_weights(weights, false);
    times_gamma(&k, weights, b);
    for (int size = 1; size <= 5; size++)
        assert_true(miss(&k, b, size, 1) < 1e-14);
    assert_true(miss(&k, b, 6, 1) > 1e-4);
    result_weights(weights, true);
    times_gamma(&k, weights, b);
    for (int size = 1; size <= 4; size++)
        assert_true(miss(&k, b, size, 1) < 1e-14);
    assert_true(miss(&k, b, 5, 1) > 1e-4);
}

static void row_sums(void **state)
{
    (void)state;
    struct classic k;
    classic_init(&k);
    for (int i = 0; i < S; i++) {
        double alpha = 0, gamma = 0;
        for (int j = 0; j < S; j++) {
            alpha += k.alpha[i][j];
            gamma += k.gamma[i][j];
        }
        assert_true(fabs(alpha - osw_rodas5p.node[i]) < 1e-13);
        assert_true(fabs(gamma - osw_rodas5p.slope[i]) < 1e-13);
    }
    for (int s = 6; s < S; s++) /* what lets a stage take over the sum of the last */
        for (int j = 0; j < S; j++)
            assert_true(osw_rodas5p.a[s][j] ==
                        (j == s - 1 ? 1 : osw_rodas5p.a[s - 1][j]));
}

static void dense_output(void **state)
{
    (void)state;
    struct classic k;
    classic_init(&k);
    make_trees(5);
    for (double x = 0.1; x < 1; x += 0.2) {
        double weights[S], b[S];
        result_weights(weights, false);
        for (int j = 0; j < S; j++)
            weights[j] = x * (weights[j] + (1 - x) * (osw_rodas5p.dense[0][j] +
                                                      x * (osw_rodas5p.dense[1][j] +
                                                           x * osw_rodas5p.dense[2][j])));
        times_gamma(&k, weights, b);
        for (int size = 1; size <= 4; size++)
            assert_true(miss(&k, b, size, x) < 1e-13);
    }
}

/* R(z) for y' = lambda y: one step of the method, stage by stage. */
static double complex stability(double complex z, bool embedded)
{
    const struct osw_rodas *m = &osw_rodas5p;
    double complex u[S], y = 1;
    for (int s = 0; s < S; s++) {
        double complex at = 1, sum = 0;
        for (int j = 0; j < s; j++) {
            at += m->a[s][j] * u[j];
            sum += m->c[s][j] * u[j];
        }
        u[s] = m->gamma * (z * at + sum) / (1 - m->gamma * z);
        y = at + (embedded ? 0 : u[s]);
    }
    return y;
}

static void stable(void **state)
{
    (void)state;
    for (double w = 1e-3; w < 1e6; w *= 1.05) {
        assert_true(cabs(stability(I * w, false)) <= 1 + 1e-9);
        assert_true(cabs(stability(I * w, true)) <= 1 + 1e-9);
        assert_true(cabs(stability(-w, false)) <= 1);
    }
    assert_true(cabs(stability(-1e9, false)) < 1e-6); /* R at infinity is 0 */
    assert_true(fabs(creal(stability(-0.1, false)) - exp(-0.1)) < 1e-8);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(order), cmocka_unit_test(row_sums),
        cmocka_unit_test(dense_output), cmocka_unit_test(stable)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
