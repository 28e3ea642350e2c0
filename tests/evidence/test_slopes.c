/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The derivatives of what rows measure: of each statistic by its terms, and through
 * simulation, means and units by a parameter, against central differences. */
#include "decay.h"
#include "evidence/measure.h"
#include "evidence/statistic.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void slopes_of_statistics(void **state)
{
    (void)state;
    static const size_t terms[] = {offsetof(struct osw_statistic_terms, y),
                                   offsetof(struct osw_statistic_terms, y_ref),
                                   offsetof(struct osw_statistic_terms, y_second),
                                   offsetof(struct osw_statistic_terms, c),
                                   offsetof(struct osw_statistic_terms, c_ref)};
    const struct osw_statistic_terms x = {1.7, 2.9, 0.6, 1.1, 0.4, 3};
    const double h = 1e-6;
    for (int i = 0; i < osw_n_statistics; i++) {
        const struct osw_statistic *s = &osw_statistics[i];
        struct osw_statistic_terms by = {0};
        assert_true((s->of == NULL) == (s->slope == NULL));
        if (!s->of)
            continue;
        s->slope(&x, &by);
        for (size_t k = 0; k < sizeof terms / sizeof *terms; k++) {
            struct osw_statistic_terms less = x, more = x;
            *(double *)((char *)&less + terms[k]) -= h;
            *(double *)((char *)&more + terms[k]) += h;
            double expected = (s->of(&more) - s->of(&less)) / (2 * h);
            double slope = *(double *)((char *)&by + terms[k]);
            if (fabs(slope - expected) > 1e-7)
                fail_msg("%s by term %zu: %.12g, expected %.12g", s->name, k, slope,
                         expected);
        }
    }
}

static const char rows[] =
    "a\tcalibrate\tdecay.yaml\tslow\t\tX\t5 day\t\tvalue\t\t0\t\tumol/L\t\t\n"
    "b\tcalibrate\tdecay.yaml\tslow,refilled\tfast\tX\t7 day\t2 "
    "day\tgrowth_ratio\t\t0\t\t1\t\t\n"
    "c\tcalibrate\tdecay.yaml\tfast\tslow\tW\t4 day\t\tratio\t\t0\t\t%\t\t\n"
    "d\tcalibrate\tdecay.yaml\tslow\t\tmean24h(X)\t4 day\t2 "
    "day\trelative_change\t\t\t0\t1\t\t\n"
    "e\tcalibrate\tdecay.yaml\tslow\tempty\tX\t5 day\t2 day\thalf_life\t\t0\t\th\t\t\n"
    "f\tcalibrate\tdecay.yaml\tslow\t\tW\t1 day,9 day\t\tvalue\t\t0\t\tmM\t\t\n"
    "g\tcalibrate\tdecay.yaml\tfast,slow\t\tX\t5 day\t\tincreasing\t1\t1\t1\t1\t\t\n";

enum { FACTORS = 3, N_ROWS = 7 };

/* Value of row, time at k times `factor`. */
static double value(struct osw_evidence *e, double factor, int row, int time,
                    double *slopes)
{
    const struct osw_evidence_factor factors[FACTORS] = {
        {"not_here", 1, NULL}, {"k", factor, NULL}, {"base", 1, NULL}};
    struct osw_evidence_options options = {.solver = OSW_SOLVER_DEFAULTS,
                                           .factors = factors,
                                           .n_factors = FACTORS,
                                           .slopes = slopes != NULL};
    struct osw_diag *diag = osw_diag_create();
    double s;
    options.solver.rtol = options.solver.atol = 1e-11;
    assert_int_equal(osw_evidence_simulate(e, &options, diag), OSW_OK);
    assert_int_equal(osw_measure(e, row, time, &s, slopes, FACTORS), OSW_OK);
    osw_diag_destroy(diag);
    return s;
}

static void slopes_of_rows(void **state)
{
    (void)state;
    const double h = 1e-3;
    struct osw_evidence_result results[N_ROWS];
    struct osw_diag *diag = osw_diag_create();
    decay_table(rows);
    struct osw_evidence *e = decay_run(results, NULL, 0, diag);
    for (int i = 0; i < N_ROWS; i++)
        for (int t = 0; t < e->measures[i].n_times; t++) {
            double slopes[FACTORS] = {9, 9, 9};
            double s = value(e, 1, i, t, slopes);
            double expected =
                (value(e, exp(h), i, t, NULL) - value(e, exp(-h), i, t, NULL)) / (2 * h);
            if (!(fabs(slopes[1] - expected) <= 2e-6 * fmax(fabs(s), fabs(expected))))
                fail_msg("row %s: %.9g, expected %.9g", e->rows[i].id, slopes[1],
                         expected);
            assert_true(slopes[0] == 0);
        }
    double slopes[FACTORS];
    (void)value(e, 1, 5, 0, slopes); /* W = X + base */
    assert_true(fabs(slopes[2] - 5) < 1e-8);
    (void)value(e, 1, 6, 0, slopes);
    assert_true(slopes[1] == 0);
    osw_evidence_destroy(e);
    osw_diag_destroy(diag);
}

/* Another view has results of its own. */
static void shared_rows(void **state)
{
    (void)state;
    struct osw_evidence_result results[N_ROWS];
    struct osw_evidence view;
    struct osw_diag *diag = osw_diag_create();
    decay_table(rows);
    struct osw_evidence *e = decay_run(results, NULL, 0, diag);
    double slopes[FACTORS], here, there = value(e, 1, 0, 0, NULL);
    assert_int_equal(osw_evidence_share(e, &view), OSW_OK);
    double moved = value(&view, 2, 0, 0, slopes);
    assert_int_equal(osw_measure(e, 0, 0, &here, NULL, 0), OSW_OK);
    assert_true(here == there);
    assert_true(fabs(moved - 8000 * exp(-1)) < 1e-4);
    osw_evidence_unshare(&view);
    osw_evidence_destroy(e);
    osw_diag_destroy(diag);
}

int main(void)
{
    char folder[32];
    decay_begin(folder);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(slopes_of_statistics),
        cmocka_unit_test(slopes_of_rows),
        cmocka_unit_test(shared_rows),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    decay_end(folder);
    return failed;
}
