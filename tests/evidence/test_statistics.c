/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Every statistic against the closed form of a decay, through a user's model, a scenario
 * and a table. */
#include "decay.h"
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

enum { MOST_ROWS = 64 };

struct finding {
    const char *arm, *control, *output, *at, *reference, *statistic, *unit;
    double expected;
};

/* X of an arm whose rate is k. */
static double x(double k, double t)
{
    return 8 * exp(-k * t);
}

static void check(const struct finding *findings, int n)
{
    struct osw_evidence_result results[MOST_ROWS];
    struct osw_diag *diag = osw_diag_create();
    char *rows;
    size_t size;
    FILE *file = open_memstream(&rows, &size);
    assert_true(n <= MOST_ROWS);
    for (int i = 0; i < n; i++) {
        const struct finding *f = &findings[i];
        fprintf(
            file,
            "row_%d\tcalibrate\tdecay.yaml\t%s\t%s\t%s\t%s\t%s\t%s\t\t-1e9\t\t%s\t\t\n",
            i, f->arm, f->control, f->output, f->at, f->reference, f->statistic, f->unit);
    }
    fclose(file);
    decay_table(rows);
    free(rows);
    struct osw_evidence *e = decay_run(results, NULL, 0, diag);
    assert_int_equal(e->n_rows, n);
    for (int i = 0; i < n; i++) {
        double error = fabs(results[i].simulated - findings[i].expected);
        if (!(error <= 2e-7 * fmax(1, fabs(findings[i].expected))))
            fail_msg("%s of %s at %s: %.12g, expected %.12g", findings[i].statistic,
                     findings[i].output, findings[i].at, results[i].simulated,
                     findings[i].expected);
        assert_int_equal(results[i].verdict, OSW_VERDICT_INSIDE);
    }
    osw_evidence_destroy(e);
    osw_diag_destroy(diag);
}

static void closed_forms(void **state)
{
    (void)state;
    const double slow = 0.1, fast = 0.2;
    double y = x(slow, 5), c = x(fast, 5), y2 = x(slow, 2), c2 = x(fast, 2);
    const struct finding findings[] = {
        {"slow", "", "X", "5 day", "", "value", "mmol/L", y},
        {"slow", "", "X", "5 day", "", "value", "umol/L", 1000 * y},
        {"slow", "", "X", "120 hour", "", "value", "mM", y},
        {"slow", "", "X", "5 day", "2 day", "change", "mmol/L", y - y2},
        {"slow", "", "X", "5 day", "2 day", "relative_change", "1", y / y2 - 1},
        {"slow", "", "X", "5 day", "2 day", "relative_change", "%", 100 * (y / y2 - 1)},
        {"slow", "fast", "X", "5 day", "", "difference", "mmol/L", y - c},
        {"slow", "fast", "X", "5 day", "", "relative_difference", "1", y / c - 1},
        {"slow", "fast", "X", "5 day", "", "ratio", "1", y / c},
        {"slow", "fast", "X", "5 day", "2 day", "difference_of_changes", "mmol/L",
         y - y2 - (c - c2)},
        {"slow", "fast", "X", "5 day", "2 day", "difference_of_relative_changes", "1",
         y / y2 - c / c2},
        {"slow", "fast", "X", "5 day", "2 day", "growth_ratio", "1", (y - y2) / (c - c2)},
        {"slow", "fast", "X", "5 day", "2 day", "relative_difference_of_changes", "1",
         (y - y2) / (c - c2) - 1},
        {"slow", "", "X", "5 day", "2 day", "remaining_fraction", "1", y / y2},
        {"slow", "", "X", "5 day", "1 day,2 day", "recovered_fraction", "1",
         (y - y2) / (x(slow, 1) - y2)},
        {"fast", "", "X", "5 day", "2 day", "half_life", "h", 24 * log(2) / fast},
        {"slow", "empty", "W", "5 day", "2 day", "half_life", "day", log(2) / slow},
        {"faster,fast,slow", "", "X", "5 day", "", "increasing", "boolean", 1},
        {"faster,slow,fast", "", "X", "5 day", "", "increasing", "1", 0},
        {"slow,slow", "", "X", "5 day", "", "increasing", "1", 0},
        {"slow, fast", "", "X", "5 day", "", "value", "mmol/L", 0.5 * (y + c)},
        {"slow,fast", "empty", "X", "5 day", "", "difference", "mmol/L", 0.5 * (y + c)},
        {"slow", "", "Y", "0 day", "", "value", "mmol/L", 1},
        {"slow", "", "Y", "10 day", "", "value", "mmol/L", 21},
    };
    enum { N = sizeof findings / sizeof *findings };
    for (int i = 0; i < osw_n_statistics; i++) {
        bool tried = false;
        for (int k = 0; k < N; k++)
            tried = tried || !strcmp(findings[k].statistic, osw_statistics[i].name);
        if (!tried)
            fail_msg("no closed form of '%s'", osw_statistics[i].name);
    }
    check(findings, N);
}

static void several_times(void **state)
{
    (void)state;
    double day = 8 * (exp(-0.3) - exp(-0.4)) / 0.1; /* mean over the fourth day */
    const struct finding findings[] = {
        {"slow", "", "mean24h(X)", "4 day", "", "value", "mmol/L", day},
        {"slow", "", "mean24h(Y)", "1 day", "", "value", "mmol/L", 2},
        /* of several, all inside, the one farthest from what was published: none was */
        {"slow", "", "Y", "1 day,3 day", "", "value", "mmol/L", 3},
        {"slow", "", "Y", "1 day..3 day", "", "value", "mmol/L", 3},
        /* before what happens at that time */
        {"refilled", "", "X", "5 day", "", "value", "mmol/L", x(0.1, 5)},
        {"refilled", "", "X", "6 day", "", "value", "mmol/L", x(0.1, 1)},
        {"sub/other.yaml:late", "slow", "X", "10 day", "", "ratio", "1", 1},
        {"slow", "sub/other.yaml:late", "X", "7 day", "", "difference", "mmol/L", 0},
    };
    check(findings, sizeof findings / sizeof *findings);
}

/* One row with bounds; returns its verdict and value. */
static enum osw_verdict verdict(const char *arm, const char *at, const char *bounds,
                                double *simulated)
{
    struct osw_evidence_result result;
    struct osw_diag *diag = osw_diag_create();
    char row[256];
    snprintf(row, sizeof row,
             "a\tvalidate\tdecay.yaml\t%s\t\tY\t%s\t\tvalue\t%s\tmM\t\t\n", arm, at,
             bounds);
    decay_table(row);
    osw_evidence_destroy(decay_run(&result, NULL, 0, diag));
    osw_diag_destroy(diag);
    *simulated = result.simulated;
    return result.verdict;
}

static void verdicts(void **state)
{
    (void)state;
    double y;
    assert_int_equal(verdict("slow", "1 day", "3\t2\t4", &y), OSW_VERDICT_INSIDE);
    assert_int_equal(verdict("slow", "1 day", "3\t3.1\t4", &y), OSW_VERDICT_OUTSIDE);
    assert_int_equal(verdict("slow", "1 day", "\t\t2.9", &y), OSW_VERDICT_OUTSIDE);
    assert_int_equal(verdict("slow", "1 day", "\t2.9\t", &y), OSW_VERDICT_INSIDE);
    /* one of many outside */
    assert_int_equal(verdict("slow", "1 day..4 day", "5\t2\t8", &y), OSW_VERDICT_OUTSIDE);
    assert_true(fabs(y - 9) < 1e-6);
    assert_int_equal(verdict("slow", "1 day,2 day", "4.5\t2\t8", &y), OSW_VERDICT_INSIDE);
    assert_true(fabs(y - 3) < 1e-6);
    /* an arm that fails is judged as far as it came */
    assert_int_equal(verdict("blown_up", "0.5 day", "2\t1\t4", &y), OSW_VERDICT_INSIDE);
    assert_int_equal(verdict("blown_up", "5 day", "2\t1\t4", &y), OSW_VERDICT_FAILED);
    assert_true(isnan(y));
}

static void factors_move_parameters(void **state)
{
    (void)state;
    const struct osw_evidence_factor factors[] = {{"k", 2, NULL}, {"not_here", 9, NULL}};
    struct osw_evidence_result results[2];
    struct osw_diag *diag = osw_diag_create();
    decay_table("a\tvalidate\tdecay.yaml\tslow\t\tX\t5 day\t\tvalue\t\t0\t\tmM\t\t\n"
                "b\tvalidate\tdecay.yaml\tfast\t\tX\t5 day\t\tvalue\t\t0\t\tmM\t\t\n");
    struct osw_evidence *e = decay_run(results, factors, 2, diag);
    assert_true(fabs(results[0].simulated - x(0.2, 5)) < 1e-6);
    assert_true(fabs(results[1].simulated - x(0.2, 5)) < 1e-6); /* a switch stays */
    const struct osw_evidence_options plain = {.solver = OSW_SOLVER_DEFAULTS};
    assert_int_equal(osw_evidence_run(e, results, &plain, diag), OSW_OK);
    assert_true(fabs(results[0].simulated - x(0.1, 5)) < 1e-4); /* nothing is left */
    osw_evidence_destroy(e);
    osw_diag_destroy(diag);
}

int main(void)
{
    char folder[32];
    decay_begin(folder);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(closed_forms),
        cmocka_unit_test(several_times),
        cmocka_unit_test(verdicts),
        cmocka_unit_test(factors_move_parameters),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    decay_end(folder);
    return failed;
}
