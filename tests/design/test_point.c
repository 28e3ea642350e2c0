/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Points by index: known answers of the generators, the strata and nets that make each
 * method what it is, and independence of the order of asking. */
#include "base/random.h"
#include "design/design.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

enum { N = 64, D = 5 };

static struct osw_factor factors[D];
static struct osw_arena *arena;

static struct osw_design unit_design(const struct osw_design_method *method,
                                     int64_t samples)
{
    static const char *const names[D] = {"a", "b", "c", "d", "e"};
    for (int j = 0; j < D; j++)
        factors[j] =
            (struct osw_factor){.name = names[j],
                                .group = j,
                                .levels = 3,
                                .distribution = {OSW_UNIFORM, 0, 1, -INFINITY, INFINITY}};
    struct osw_design d = {.method = method,
                           .samples = samples,
                           .seed = 20261123,
                           .morris_levels = 4,
                           .n_factors = D,
                           .n_groups = D,
                           .factors = factors,
                           .groups = names};
    assert_int_equal(osw_sobol_init(&d.sobol, 2 * D, d.seed, arena), OSW_OK);
    d.n_members = samples * osw_design_rows_per_sample(&d);
    return d;
}

static int set_up(void **state)
{
    (void)state;
    arena = osw_arena_create();
    return arena ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    osw_arena_destroy(arena);
    return 0;
}

/* Known answer of Random123's kat_vectors: philox2x64, 10 rounds, all zero. */
static void test_known_answer(void **state)
{
    (void)state;
    assert_true(osw_random_bits(0, 0, 0) == UINT64_C(0xca00a0459843d731));
    assert_true(osw_random_bits(UINT64_MAX, UINT64_MAX, UINT64_MAX) ==
                UINT64_C(0x65b021d60cd8310f));
    for (uint64_t i = 0; i < 1000; i++) {
        double u = osw_random_uniform(1, 2, i);
        assert_true(u > 0 && u < 1);
    }
}

static void test_permutation(void **state)
{
    (void)state;
    const uint64_t sizes[] = {1, 2, 3, 7, 16, 100, 1000};
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
        char seen[1000] = {0};
        uint64_t fixed = 0;
        for (uint64_t i = 0; i < sizes[s]; i++) {
            uint64_t k = osw_random_permute(3, 4, sizes[s], i);
            assert_true(k < sizes[s]);
            assert_false(seen[k]);
            seen[k] = 1;
            fixed += k == i;
        }
        assert_true(sizes[s] < 100 || fixed < 10); /* one is expected */
    }
}

/* The first points of the sequence, from Joe & Kuo's own program (three dimensions). */
static void test_sobol_published(void **state)
{
    (void)state;
    const double expected[8][3] = {{0, 0, 0},
                                   {0.5, 0.5, 0.5},
                                   {0.25, 0.75, 0.75},
                                   {0.75, 0.25, 0.25},
                                   {0.125, 0.625, 0.375},
                                   {0.625, 0.125, 0.875},
                                   {0.375, 0.375, 0.625},
                                   {0.875, 0.875, 0.125}};
    struct osw_sobol sobol;
    assert_int_equal(osw_sobol_init(&sobol, 3, 0, arena), OSW_OK);
    for (uint64_t i = 0; i < 8; i++)
        for (int j = 0; j < 3; j++)
            assert_true(osw_sobol_plain(&sobol, j, i) == expected[i][j]);
}

/* Every coordinate of the first 2^k points: one in each of 2^k strata, in all dimensions
 * that the table has. */
static void test_sobol_strata(void **state)
{
    (void)state;
    struct osw_sobol sobol;
    assert_int_equal(osw_sobol_init(&sobol, OSW_SOBOL_DIMENSIONS, 7, arena), OSW_OK);
    for (int j = 0; j < OSW_SOBOL_DIMENSIONS; j++) {
        char seen[N] = {0};
        for (uint64_t i = 0; i < N; i++) {
            double u = osw_sobol_coordinate(&sobol, j, i);
            assert_true(u > 0 && u < 1);
            assert_false(seen[(int)(u * N)]);
            seen[(int)(u * N)] = 1;
        }
    }
}

/* Dimensions 1 and 2 form a (0, 2)-net: 64 points, one in each box of 8 x 8. */
static void test_sobol_net(void **state)
{
    (void)state;
    struct osw_sobol sobol;
    assert_int_equal(osw_sobol_init(&sobol, 2, 11, arena), OSW_OK);
    char seen[8][8] = {{0}};
    for (uint64_t i = 0; i < N; i++) {
        int a = (int)(8 * osw_sobol_coordinate(&sobol, 0, i));
        int b = (int)(8 * osw_sobol_coordinate(&sobol, 1, i));
        assert_false(seen[a][b]);
        seen[a][b] = 1;
    }
}

static void test_latin(void **state)
{
    (void)state;
    struct osw_design d = unit_design(&osw_method_lhs, 50);
    char seen[D][50] = {{0}};
    for (int64_t i = d.n_members - 1; i >= 0; i--) {
        double u[D];
        osw_design_unit(&d, i, u);
        for (int j = 0; j < D; j++) {
            assert_false(seen[j][(int)(u[j] * 50)]);
            seen[j][(int)(u[j] * 50)] = 1;
        }
    }
}

static void test_grid(void **state)
{
    (void)state;
    struct osw_design d = unit_design(&osw_method_grid, 1);
    d.n_members = 243;
    for (int64_t i = 0; i < 243; i++) {
        double x[D];
        osw_design_point(&d, i, x);
        assert_true(x[D - 1] == 0.5 * (double)(i % 3));
        assert_true(x[0] == 0.5 * (double)(i / 81));
    }
}

/* In each trajectory every factor steps once, by 2/3, and levels stay inside. */
static void test_morris(void **state)
{
    (void)state;
    struct osw_design d = unit_design(&osw_method_morris, 40);
    for (int64_t r = 0; r < 40; r++) {
        int steps[D] = {0};
        double u[D], v[D];
        for (int k = 0; k < D; k++) {
            osw_design_unit(&d, r * (D + 1) + k, u);
            osw_design_unit(&d, r * (D + 1) + k + 1, v);
            for (int j = 0; j < D; j++) {
                assert_true(v[j] >= 0 && v[j] <= 1);
                if (u[j] == v[j])
                    continue;
                assert_true(fabs(fabs(v[j] - u[j]) - 2.0 / 3) < 1e-15);
                steps[j]++;
            }
        }
        for (int j = 0; j < D; j++)
            assert_int_equal(steps[j], 1);
    }
}

/* Row 1 + g of a block is A with group g from B; the BA rows the other way round. */
static void test_saltelli(void **state)
{
    (void)state;
    struct osw_design d = unit_design(&osw_method_saltelli, 16);
    factors[3].group = factors[4].group = 3;
    d.n_groups = 4;
    d.second_order = true;
    d.n_members = 16 * 10;
    assert_int_equal(osw_design_rows_per_sample(&d), 10);
    for (int64_t i = 0; i < 16; i++) {
        double a[D], b[D], x[D];
        osw_design_unit(&d, i * 10, a);
        osw_design_unit(&d, i * 10 + 9, b);
        for (int g = 0; g < 4; g++) {
            osw_design_unit(&d, i * 10 + 1 + g, x);
            for (int j = 0; j < D; j++)
                assert_true(x[j] == (factors[j].group == g ? b[j] : a[j]));
            osw_design_unit(&d, i * 10 + 5 + g, x);
            for (int j = 0; j < D; j++)
                assert_true(x[j] == (factors[j].group == g ? a[j] : b[j]));
        }
    }
}

/* Prefixes are stable where a design can be extended, and seeds matter. */
static void test_prefix_and_seed(void **state)
{
    (void)state;
    const struct osw_design_method *const methods[] = {
        &osw_method_montecarlo, &osw_method_sobol, &osw_method_morris,
        &osw_method_saltelli};
    for (size_t m = 0; m < sizeof methods / sizeof *methods; m++) {
        struct osw_design few = unit_design(methods[m], 8),
                          many = unit_design(methods[m], 64),
                          other = unit_design(methods[m], 8);
        double u[D], v[D], w[D];
        int same = 0;
        other.seed = other.sobol.seed = 99;
        for (int64_t i = 0; i < few.n_members; i++) {
            osw_design_unit(&few, i, u);
            osw_design_unit(&many, i, v);
            osw_design_unit(&other, i, w);
            assert_memory_equal(u, v, sizeof u);
            same += !memcmp(u, w, sizeof u);
        }
        assert_true(same < few.n_members / 4);
    }
}

/* The table: every method has a name, a summary, points inside the cube that differ, and
 * keys that a design file may have. */
static void test_table(void **state)
{
    (void)state;
    static const char *const known[] = {"levels", "second_order", "correlation",
                                        "groups"};
    for (int m = 0; osw_methods[m]; m++) {
        const struct osw_design_method *method = osw_methods[m];
        assert_true(method->name && method->summary && method->keys && method->point);
        assert_true(!method->power_of_two == !method->nets);
        assert_true(!method->whole || method->identity);
        for (const char *const *key = method->keys; *key; key++) {
            size_t k = 0;
            while (k < sizeof known / sizeof *known && strcmp(known[k], *key) != 0)
                k++;
            assert_true(k < sizeof known / sizeof *known);
        }
        struct osw_design d = unit_design(method, 16);
        double u[D], v[D];
        int same = 0;
        for (int64_t i = 0; i < d.n_members; i++) {
            osw_design_unit(&d, i, u);
            for (int j = 0; j < D; j++)
                assert_true(u[j] >= 0 && u[j] <= 1);
            same += i && !memcmp(u, v, sizeof u);
            memcpy(v, u, sizeof v);
        }
        assert_int_equal(same, 0);
        assert_true(!method->identity || method->identity(&d, arena));
    }
}

/* Correlation of the scores is the one asked for (4096 points: standard error 0.01). */
static void test_correlation(void **state)
{
    (void)state;
    struct osw_design d = unit_design(&osw_method_sobol, 4096);
    double cholesky[D * D] = {0}, sum = 0;
    for (int j = 0; j < D; j++)
        cholesky[j * D + j] = 1;
    cholesky[D] = -0.6; /* factor 1 on factor 0 */
    cholesky[D + 1] = 0.8;
    d.cholesky = cholesky;
    for (int64_t i = 0; i < d.n_members; i++) {
        double x[D];
        osw_design_point(&d, i, x);
        sum += osw_distribution_normal_score(x[0]) * osw_distribution_normal_score(x[1]);
    }
    assert_true(fabs(sum / (double)d.n_members + 0.6) < 0.01);
}

static void test_quantiles(void **state)
{
    (void)state;
    struct osw_distribution d = {OSW_LOG_NORMAL, log(2), 0.5, 0, INFINITY};
    assert_true(fabs(osw_distribution_quantile(&d, 0.5) - 2) < 1e-14);
    double at84 = osw_distribution_quantile(&d, 0.84134474606854293);
    assert_true(fabs(at84 - 2 * exp(0.5)) < 1e-12);
    d = (struct osw_distribution){OSW_LOG_UNIFORM, 0.01, 100, -INFINITY, INFINITY};
    assert_true(fabs(osw_distribution_quantile(&d, 0.75) - 10) < 1e-12);
    d = (struct osw_distribution){OSW_NORMAL, 0, 1, -1, 1};
    assert_true(osw_distribution_quantile(&d, 0) == -1);
    assert_true(osw_distribution_quantile(&d, 1) == 1);
    assert_true(fabs(osw_distribution_quantile(&d, 0.5)) < 1e-15);
    d = (struct osw_distribution){OSW_NORMAL, 0, 1, 7, INFINITY}; /* far in a tail */
    assert_non_null(osw_distribution_fault(&d));
    d.lower = 5;
    double x = osw_distribution_quantile(&d, 0.5); /* Q(x) = Q(5) / 2 */
    assert_true(fabs(x - 5.132018332044298) < 1e-12);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_known_answer),
        cmocka_unit_test(test_permutation),
        cmocka_unit_test(test_sobol_published),
        cmocka_unit_test(test_sobol_strata),
        cmocka_unit_test(test_sobol_net),
        cmocka_unit_test(test_latin),
        cmocka_unit_test(test_grid),
        cmocka_unit_test(test_morris),
        cmocka_unit_test(test_saltelli),
        cmocka_unit_test(test_table),
        cmocka_unit_test(test_prefix_and_seed),
        cmocka_unit_test(test_correlation),
        cmocka_unit_test(test_quantiles),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
