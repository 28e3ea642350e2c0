/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Fits of a small model against closed forms: planted parameters are found again,
 * derivatives are those of finite differences, the spread is that of the least squares,
 * and neither threads nor points that cannot be integrated change the answer. */
#include "fit/profile.h"
#include "fixture.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const double true_ka = 1.3, true_k = 0.31, true_V = 16, true_wild = 0.65;
static const double noise = 0.01;

static const char open_bounds[] = "{min: 0.01, max: 100, prior: none}";

/* Exact measurements of X in both arms; with Z at the end where asked. */
static void put_measurements(bool with_z)
{
    FILE *file = fopen("m.tsv", "w");
    assert_non_null(file);
    fputs("observableId\tsimulationConditionId\ttime\tmeasurement\tnoiseParameters\n",
          file);
    for (int day = 1; day <= 10; day += 1 + (day > 4))
        for (int arm = 0; arm < 2; arm++)
            fprintf(file, "X\tpool/%s\t%d\t%.15g\t%g\n", arm ? "half" : "full", day,
                    pool_x(true_ka, true_k, true_V, arm ? 50 : 100, day), noise);
    if (with_z)
        fprintf(file, "Z\tpool/full\t10\t%.15g\t%g\n", 10 * true_wild, noise);
    assert_int_equal(fclose(file), 0);
}

static struct osw_fit_problem *pharmacokinetics(const char *more, struct osw_diag *diag)
{
    char yaml[512];
    put_measurements(false);
    snprintf(yaml, sizeof yaml,
             "measurements: m.tsv\nrtol: 1e-10\ntolerance: 1e-12\n"
             "parameters: {ka: %s, k: %s, V: %s}\n%s",
             open_bounds, open_bounds, open_bounds, more);
    return pool_problem(yaml, diag);
}

static void close_to(double value, double expected, double error)
{
    if (!(fabs(value / expected - 1) <= error))
        fail_msg("%.12g, expected %.12g", value, expected);
}

static void planted_parameters(void **state)
{
    (void)state;
    struct osw_diag *diag = osw_diag_create();
    struct osw_fit_problem *p = pharmacokinetics("", diag);
    struct osw_fit *fit = pool_fit(p, 1, diag);
    const double expected[] = {true_ka, true_k, true_V};
    assert_int_equal(p->n_params, 3);
    assert_int_equal(fit->starts[0].search.end, OSW_FIT_CONVERGED);
    for (int k = 0; k < 3; k++)
        close_to(exp(fit->x[k]), expected[k], 1e-6);
    assert_true(fit->sum < 1e-8);
    assert_true(fit->sum_before > 100);
    osw_fit_destroy(fit);
    osw_fit_problem_destroy(p);
    osw_diag_destroy(diag);
}

/* dX/dlog p by differences of the closed form, over the noise: what J must hold. */
static double slope_of(int param, double dose, double t)
{
    double q[3] = {true_ka, true_k, true_V}, h = 1e-6, d = 0;
    for (int sign = -1; sign <= 1; sign += 2) {
        double at[3] = {q[0], q[1], q[2]};
        at[param] *= exp(sign * h);
        d += sign * pool_x(at[0], at[1], at[2], dose, t) / (2 * h);
    }
    return d / noise;
}

static void spread_of_least_squares(void **state)
{
    (void)state;
    struct osw_diag *diag = osw_diag_create();
    struct osw_fit_problem *p = pharmacokinetics("", diag);
    struct osw_fit *fit = pool_fit(p, 1, diag);
    int row = 0;
    for (int day = 1; day <= 10; day += 1 + (day > 4))
        for (int arm = 0; arm < 2; arm++, row++)
            for (int k = 0; k < 3; k++)
                if (fabs(fit->J[row * 3 + k] - slope_of(k, arm ? 50 : 100, day)) > 1e-3)
                    fail_msg("J of row %d by parameter %d: %.9g, expected %.9g", row, k,
                             fit->J[row * 3 + k], slope_of(k, arm ? 50 : 100, day));
    assert_int_equal(row, p->n_data);
    /* C JᵀJ = 1 */
    for (int i = 0; i < 3; i++)
        for (int k = 0; k < 3; k++) {
            double sum = 0;
            for (int m = 0; m < 3; m++)
                for (int r = 0; r < p->n_data; r++)
                    sum += fit->covariance[i * 3 + m] * fit->J[r * 3 + m] *
                           fit->J[r * 3 + k];
            assert_true(fabs(sum - (i == k)) < 1e-8);
        }
    osw_fit_destroy(fit);
    osw_fit_problem_destroy(p);
    osw_diag_destroy(diag);
}

/* One observation and one parameter that scales it: the most probable value is the mean
 * of data and prior, weighted by their precisions, on the logarithm. */
static void weight_of_a_prior(void **state)
{
    (void)state;
    const double x = pool_x(2, 0.5, 10, 100, 3), sd = 0.1, prior_sd = 0.2, off = 0.5;
    char text[256];
    struct osw_diag *diag = osw_diag_create();
    snprintf(text, sizeof text,
             "observableId\tsimulationConditionId\ttime\tmeasurement\tnoiseParameters\t"
             "noiseDistribution\nX\tpool/full\t3\t%.15g\t%g\tlog-normal\n",
             x * exp(-off), sd);
    pool_put("m.tsv", text);
    struct osw_fit_problem *p =
        pool_problem("measurements: m.tsv\ntolerance: 1e-12\nrtol: 1e-10\n"
                     "parameters: {V: {min: 1, max: 100, prior_sd: 0.2}}\n",
                     diag);
    struct osw_fit *fit = pool_fit(p, 1, diag);
    double share = prior_sd * prior_sd / (sd * sd + prior_sd * prior_sd);
    close_to(exp(fit->x[0]), 10 * exp(share * off), 1e-6);
    close_to(fit->sd[0], prior_sd * sqrt(1 - share), 1e-6);
    osw_fit_destroy(fit);
    osw_fit_problem_destroy(p);
    osw_diag_destroy(diag);
}

static void same_over_threads(void **state)
{
    (void)state;
    struct osw_diag *diag = osw_diag_create();
    struct osw_fit_problem *p = pharmacokinetics("starts: 5\nseed: 7\n", diag);
    struct osw_fit *one = pool_fit(p, 1, diag), *four = pool_fit(p, 4, diag);
    assert_int_equal(one->best, four->best);
    for (int i = 0; i < 5; i++) {
        assert_memory_equal(one->starts[i].from, four->starts[i].from,
                            3 * sizeof(double));
        assert_memory_equal(one->starts[i].x, four->starts[i].x, 3 * sizeof(double));
        assert_int_equal(one->starts[i].search.iterations,
                         four->starts[i].search.iterations);
    }
    assert_memory_equal(one->covariance, four->covariance, 9 * sizeof(double));
    assert_true(one->starts[1].from[0] != one->starts[2].from[0]);
    assert_true(one->starts[0].from[0] == log(2));
    osw_fit_destroy(one);
    osw_fit_destroy(four);
    osw_fit_problem_destroy(p);
    osw_diag_destroy(diag);
}

/* Beyond wild = 0.66 Z cannot reach the measurement: steps into it are rejected. */
static void unreachable_points(void **state)
{
    (void)state;
    struct osw_diag *diag = osw_diag_create();
    put_measurements(true);
    struct osw_fit_problem *p =
        pool_problem("measurements: m.tsv\nrtol: 1e-9\ntolerance: 1e-8\nstarts: 6\n"
                     "iterations: 200\n"
                     "parameters: {wild: {min: 0.3, max: 1, prior: none}}\n",
                     diag);
    struct osw_fit *fit = pool_fit(p, 2, diag);
    int rejected = 0, failed = 0;
    for (int i = 0; i < 6; i++) {
        const struct osw_fit_search *s = &fit->starts[i].search;
        bool beyond = exp(fit->starts[i].from[0]) > 0.66;
        assert_true((s->end == OSW_FIT_FAILED) == beyond);
        rejected += s->unreachable;
        failed += beyond;
    }
    close_to(exp(fit->x[0]), true_wild, 1e-5);
    assert_true(rejected > 0);
    assert_true(failed > 0);
    osw_fit_destroy(fit);
    osw_fit_problem_destroy(p);
    osw_diag_destroy(diag);
}

static void no_start_at_all(void **state)
{
    (void)state;
    struct osw_diag *diag = osw_diag_create();
    struct osw_fit *fit = NULL;
    const struct osw_fit_threads crew = {.n = 2};
    pool_put("wild.yaml", "model: ./pool.ant\nduration: 10 day\nevery: 1 day\n"
                          "arms: {full: [{at: 0 day, set: {wild: 2}}]}\n");
    pool_put("m.tsv",
             "observableId\tsimulationConditionId\ttime\tmeasurement\tnoiseParameters\n"
             "Z\twild/full\t10\t1\t1\n");
    struct osw_fit_problem *p = pool_problem(
        "measurements: m.tsv\nstarts: 3\nparameters: {k: {min: 0.1, max: 1}}\n", diag);
    assert_int_equal(osw_fit_run(p, &crew, diag, &fit), OSW_ERR_INTEGRATION);
    assert_non_null(strstr(osw_diag_text(diag, 0), "no starting point"));
    osw_fit_problem_destroy(p);
    osw_diag_destroy(diag);
}

/* The interval where the sum rises by 3.84; V and dose cannot be told apart, so that with
 * one of them free in every arm the profile of the other is open. */
static void profiles(void **state)
{
    (void)state;
    struct osw_diag *diag = osw_diag_create();
    const struct osw_fit_threads crew = {.n = 2};
    struct osw_fit_problem *p = pharmacokinetics("", diag);
    struct osw_fit *fit = pool_fit(p, 1, diag);
    struct osw_fit_profile found[3];
    const int all[] = {0, 1, 2};
    assert_int_equal(osw_fit_profiles(fit, all, 3, &crew, found), OSW_OK);
    for (int k = 0; k < 3; k++) { /* nearly linear: +-1.96 standard deviations */
        close_to(found[k].upper - fit->x[k], sqrt(osw_fit_profile_rise) * fit->sd[k],
                 0.05);
        close_to(fit->x[k] - found[k].lower, sqrt(osw_fit_profile_rise) * fit->sd[k],
                 0.05);
        for (int i = 1; i < found[k].n; i++)
            assert_true(found[k].x[i] > found[k].x[i - 1]);
    }
    osw_fit_destroy(fit);
    osw_fit_problem_destroy(p);
    put_measurements(false);
    p = pool_problem("measurements: m.tsv\nprior_sd: 0.3\n"
                     "parameters: {V: {min: 1, max: 100}, wild: {min: 0.2, max: 0.6}}\n",
                     diag);
    fit = pool_fit(p, 1, diag);
    assert_int_equal(osw_fit_profiles(fit, all, 2, &crew, found), OSW_OK);
    assert_true(isfinite(found[0].lower) && isfinite(found[0].upper));
    assert_true(isinf(found[1].lower) && isinf(found[1].upper)); /* no X knows of it */
    close_to(fit->sd[1], 0.3, 1e-6);
    osw_fit_destroy(fit);
    osw_fit_problem_destroy(p);
    osw_diag_destroy(diag);
}

/* The limits are where the sum rises by 3.84, whatever the first step: the standard
 * deviation that it is taken from may be a hundred times too small or too large. */
static void profiles_of_any_step(void **state)
{
    (void)state;
    static const double wrong[] = {1, 0.01, 100};
    struct osw_diag *diag = osw_diag_create();
    const struct osw_fit_threads crew = {.n = 2};
    struct osw_fit_problem *p = pharmacokinetics("", diag);
    struct osw_fit *fit = pool_fit(p, 1, diag);
    struct osw_fit_profile found[3][1];
    const int one[] = {0};
    for (int i = 0; i < 3; i++) {
        const double sd[3] = {fit->sd[0] * wrong[i], fit->sd[1], fit->sd[2]};
        struct osw_fit off = *fit;
        off.sd = sd;
        assert_int_equal(osw_fit_profiles(&off, one, 1, &crew, found[i]), OSW_OK);
        close_to(found[i]->upper - fit->x[0], found[0]->upper - fit->x[0], 0.02);
        close_to(fit->x[0] - found[i]->lower, fit->x[0] - found[0]->lower, 0.02);
    }
    osw_fit_destroy(fit);
    osw_fit_problem_destroy(p);
    osw_diag_destroy(diag);
}

/* Rows of evidence as residuals: scales, one-sided bounds, several times. */
static void rows_as_residuals(void **state)
{
    (void)state;
    struct osw_diag *diag = osw_diag_create();
    pool_put(
        "e.tsv",
        "id\tuse\tscenario\tarm\tcontrol\toutput\tat\treference\tstatistic\tvalue\t"
        "lower\tupper\tunit\tsource\tnote\n"
        "fold\tcalibrate\tpool.yaml\tfull\thalf\tX\t1 day\t\tratio\t1\t0.5\t2\t1\t\t\n"
        "linear\tcalibrate\tpool.yaml\tfull\t\tX\t5 day\t1 day\tchange\t\t-3\t5\t1\t\t\n"
        "least\tcalibrate\tpool.yaml\tfull\t\tX\t1 day\t\tvalue\t1\t0.5\t1e6\t1\t\t\n"
        "floor\tcalibrate\tpool.yaml\tfull\t\tX\t1 day\t\tvalue\t0\t0\t20\t1\t\t\n"
        "twice\tcalibrate\tpool.yaml\tfull\t\tX\t1 day,2 day\t\tvalue\t\t-1\t1\t1\t\t\n"
        "order\tcalibrate\tpool.yaml\thalf,full\t\tX\t1 day\t\tincreasing\t1\t1\t1\t1"
        "\t\t\n"
        "kept\tvalidate\tpool.yaml\tfull\t\tX\t1 day\t\tvalue\t0\t0\t9\t1\t\t\n");
    struct osw_fit_problem *p =
        pool_problem("evidence: e.tsv\nparameters: {k: {min: 0.1, max: 1}}\n", diag);
    struct osw_fit_objective o;
    double x = log(0.5), r[16];
    assert_int_equal(p->n_data, 6);
    assert_true(osw_fit_left_out(p, 0, 5)); /* order; kept is not even loaded */
    assert_int_equal(p->sources[0]->n_rows, 6);
    assert_int_equal(osw_fit_objective_init(&o, p), OSW_OK);
    assert_int_equal(osw_fit_residuals(&o, &x, r, NULL, NULL), OSW_OK);
    double one = pool_x(2, 0.5, 10, 100, 1), two = pool_x(2, 0.5, 10, 100, 2);
    double change = pool_x(2, 0.5, 10, 100, 5) - one;
    const double expected[] = {1,        (change - 1) / 4, 0,
                               one / 20, one / sqrt(2),    two / sqrt(2)};
    for (int i = 0; i < 6; i++)
        if (fabs(r[i] - expected[i]) > 1e-4)
            fail_msg("residual %d: %.9g, expected %.9g", i, r[i], expected[i]);
    osw_fit_objective_fini(&o);
    osw_fit_problem_destroy(p);
    osw_diag_destroy(diag);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(planted_parameters), cmocka_unit_test(spread_of_least_squares),
        cmocka_unit_test(weight_of_a_prior),  cmocka_unit_test(same_over_threads),
        cmocka_unit_test(unreachable_points), cmocka_unit_test(no_start_at_all),
        cmocka_unit_test(profiles),           cmocka_unit_test(profiles_of_any_step),
        cmocka_unit_test(rows_as_residuals),
    };
    char folder[32];
    if (argc != 2)
        return 2;
    pool_begin(argv[1], folder);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    pool_end(folder);
    return failed;
}
