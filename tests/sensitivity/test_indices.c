/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Indices against closed forms: the Ishigami function (Ishigami & Homma 1990), Sobol's g
 * function (Saltelli & Sobol' 1995), a linear model; failed samples are left out whole.
 */
#include "sensitivity/analysis.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

enum { MOST = 6 };

static const double pi = 3.14159265358979323846;
static const struct osw_bootstrap bootstrap = {200, 1};

struct study {
    struct osw_design design;
    struct osw_factor factors[MOST];
    struct osw_arena *arena;
    struct osw_analysis *analysis;
    double *y;
};

static void begin(struct study *s, const struct osw_design_method *method, int n,
                  int64_t samples, bool second_order)
{
    static const char *const names[MOST] = {"a", "b", "c", "d", "e", "f"};
    for (int j = 0; j < n; j++)
        s->factors[j] =
            (struct osw_factor){.name = names[j],
                                .group = j,
                                .distribution = {OSW_UNIFORM, 0, 1, -INFINITY, INFINITY}};
    s->design = (struct osw_design){.method = method,
                                    .samples = samples,
                                    .seed = 4,
                                    .second_order = second_order,
                                    .morris_levels = 4,
                                    .n_factors = n,
                                    .n_groups = n,
                                    .factors = s->factors,
                                    .groups = names};
    s->arena = osw_arena_create();
    assert_non_null(s->arena);
    assert_int_equal(osw_sobol_init(&s->design.sobol, 2 * n, 4, s->arena), OSW_OK);
    s->design.n_members = samples * osw_design_rows_per_sample(&s->design);
    s->y = osw_arena_alloc(s->arena, (size_t)s->design.n_members, sizeof *s->y);
    assert_non_null(s->y);
    struct osw_diag *diag = osw_diag_create();
    assert_int_equal(osw_analysis_create(&s->design, NULL, diag, &s->analysis), OSW_OK);
    osw_diag_destroy(diag);
}

static void finish(struct study *s)
{
    osw_analysis_destroy(s->analysis);
    osw_arena_destroy(s->arena);
}

static void evaluate(struct study *s, double (*f)(const double *u, int n))
{
    double u[MOST];
    for (int64_t i = 0; i < s->design.n_members; i++) {
        osw_design_point(&s->design, i, u);
        s->y[i] = f(u, s->design.n_factors);
    }
    assert_int_equal(osw_analysis_run(s->analysis, s->y, 0, &bootstrap), OSW_OK);
}

static double ishigami(const double *u, int n)
{
    (void)n;
    double a = pi * (2 * u[0] - 1), b = pi * (2 * u[1] - 1), c = pi * (2 * u[2] - 1);
    return 1000 + sin(a) + 7 * sin(b) * sin(b) + 0.1 * c * c * c * c * sin(a);
}

static const double g_a[4] = {0, 1, 4.5, 9};
static double sobol_g(const double *u, int n)
{
    double y = 1;
    for (int j = 0; j < n; j++)
        y *= (fabs(4 * u[j] - 2) + g_a[j]) / (1 + g_a[j]);
    return y;
}

static double linear(const double *u, int n)
{
    double y = 3;
    for (int j = 0; j < n; j++)
        y += (j + 1) * (j % 2 ? -1 : 1) * u[j];
    return y;
}

/* Within three standard errors; conf is 1.96 of them. */
static void close_to(double found, double conf, double expected)
{
    double allowed = 3 * conf / 1.96;
    if (!(fabs(found - expected) <= allowed))
        print_error("found %g, expected %g within %g\n", found, expected, allowed);
    assert_true(fabs(found - expected) <= allowed);
    assert_true(allowed < 0.1);
}

static void test_ishigami(void **state)
{
    (void)state;
    struct study s;
    begin(&s, &osw_method_saltelli, 3, 4096, true);
    evaluate(&s, ishigami);
    const double pi4 = pow(pi, 4);
    const double v1 = 0.5 * pow(1 + 0.1 * pi4 / 5, 2), v2 = 49.0 / 8;
    const double v13 = 0.01 * pi4 * pi4 * 8 / 225, v = v1 + v2 + v13;
    const double S1[3] = {v1 / v, v2 / v, 0}, ST[3] = {(v1 + v13) / v, v2 / v, v13 / v};
    for (int g = 0; g < 3; g++) {
        close_to(s.analysis->sobol[g].S1, s.analysis->sobol[g].S1_conf, S1[g]);
        close_to(s.analysis->sobol[g].ST, s.analysis->sobol[g].ST_conf, ST[g]);
    }
    close_to(s.analysis->pair[0 * 3 + 2].S2, s.analysis->pair[0 * 3 + 2].S2_conf,
             v13 / v);
    close_to(s.analysis->pair[0 * 3 + 1].S2, s.analysis->pair[0 * 3 + 1].S2_conf, 0);
    finish(&s);
}

static void test_sobol_g(void **state)
{
    (void)state;
    struct study s;
    begin(&s, &osw_method_saltelli, 4, 4096, false);
    evaluate(&s, sobol_g);
    double v[4], all = 1;
    for (int j = 0; j < 4; j++) {
        v[j] = 1 / (3 * (1 + g_a[j]) * (1 + g_a[j]));
        all *= 1 + v[j];
    }
    for (int j = 0; j < 4; j++) {
        const struct osw_sobol_index *index = &s.analysis->sobol[j];
        close_to(index->S1, index->S1_conf, v[j] / (all - 1));
        close_to(index->ST, index->ST_conf, v[j] * all / (1 + v[j]) / (all - 1));
    }
    finish(&s);
}

static void test_linear_morris(void **state)
{
    (void)state;
    struct study s;
    begin(&s, &osw_method_morris, 5, 20, false);
    evaluate(&s, linear);
    for (int j = 0; j < 5; j++) {
        const struct osw_morris_index *index = &s.analysis->morris[j];
        assert_true(fabs(index->mu - (j + 1) * (j % 2 ? -1 : 1)) < 1e-13);
        assert_true(fabs(index->mu_star - (j + 1)) < 1e-13);
        assert_true(index->sigma < 1e-13);
        assert_true(index->mu_star_conf < 1e-13);
    }
    finish(&s);
}

/* A group of two factors has mu_star only. */
static void test_groups(void **state)
{
    (void)state;
    struct study s;
    begin(&s, &osw_method_morris, 3, 20, false);
    osw_analysis_destroy(s.analysis);
    s.factors[2].group = 1;
    s.design.n_groups = 2;
    s.design.n_members = 60;
    struct osw_diag *diag = osw_diag_create();
    assert_int_equal(osw_analysis_create(&s.design, NULL, diag, &s.analysis), OSW_OK);
    osw_diag_destroy(diag);
    evaluate(&s, linear);
    assert_true(fabs(s.analysis->morris[0].mu - 1) < 1e-13);
    assert_true(isnan(s.analysis->morris[1].mu));
    assert_true(s.analysis->morris[1].mu_star >= 1 - 1e-13);
    assert_true(s.analysis->morris[1].mu_star <= 5 + 1e-13);
    finish(&s);
}

/* One failed row takes its whole block with it and nothing else. */
static void test_failed(void **state)
{
    (void)state;
    struct study s;
    begin(&s, &osw_method_saltelli, 4, 64, false);
    evaluate(&s, sobol_g);
    assert_int_equal(s.analysis->n_failed, 0);
    double S1 = s.analysis->sobol[0].S1;
    s.y[7] = NAN;
    s.y[6 * 40] = INFINITY;
    assert_int_equal(osw_analysis_run(s.analysis, s.y, 0, &bootstrap), OSW_OK);
    assert_int_equal(s.analysis->n_failed, 2);
    assert_true(isfinite(s.analysis->sobol[0].S1));
    assert_true(s.analysis->sobol[0].S1 != S1);
    for (int64_t i = 0; i < s.design.n_members; i++)
        s.y[i] = NAN;
    assert_int_equal(osw_analysis_run(s.analysis, s.y, 0, &bootstrap), OSW_OK);
    assert_int_equal(s.analysis->n_failed, 64);
    assert_true(isnan(s.analysis->sobol[0].S1));
    finish(&s);
}

/* What differs by no more than the tolerance has no indices, by either method; a little
 * more, and it has. A failed member does not make it differ. */
static void test_noise(void **state)
{
    (void)state;
    for (int method = 0; method < 2; method++) {
        struct study s;
        begin(&s, method ? &osw_method_morris : &osw_method_saltelli, 3, 64, false);
        evaluate(&s, sobol_g);
        double least = INFINITY, most = -INFINITY;
        for (int64_t i = 0; i < s.design.n_members; i++) {
            least = fmin(least, s.y[i]);
            most = fmax(most, s.y[i]);
        }
        s.y[5] = INFINITY;
        for (int flat = 0; flat < 2; flat++) {
            const double tolerance = (most - least) * (flat ? 0.51 : 0.2);
            assert_int_equal(osw_analysis_run(s.analysis, s.y, tolerance, &bootstrap),
                             OSW_OK);
            assert_int_equal(s.analysis->flat, flat);
            const double index =
                method ? s.analysis->morris[0].mu_star : s.analysis->sobol[0].ST;
            assert_int_equal(isnan(index) != 0, flat);
        }
        finish(&s);
    }
}

/* The bootstrap interval covers as it says: over seeds of the design, the true S1 of the
 * linear model lies inside about 95 of 100 times. */
static void test_coverage(void **state)
{
    (void)state;
    int inside = 0;
    for (uint64_t seed = 0; seed < 100; seed++) {
        struct study s;
        begin(&s, &osw_method_saltelli, 2, 256, false);
        s.design.sobol.seed = seed;
        evaluate(&s, linear); /* variances 1 : 4 */
        inside += fabs(s.analysis->sobol[1].S1 - 0.8) <= s.analysis->sobol[1].S1_conf;
        finish(&s);
    }
    assert_true(inside >= 88);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ishigami),      cmocka_unit_test(test_sobol_g),
        cmocka_unit_test(test_linear_morris), cmocka_unit_test(test_groups),
        cmocka_unit_test(test_failed),        cmocka_unit_test(test_noise),
        cmocka_unit_test(test_coverage),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
