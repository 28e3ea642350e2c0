/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Stiff problems with published end values, each by every method, at two tolerances: the
 * error must fall. Robertson's at 40 and 4e6 by Radau IIA of order 5 at rtol 1e-12,
 * digits shared with BDF. */
#include "bench/measure.h"
#include "bench/published.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static const struct osw_bench_published early = {
    .scale = {1e-1, 1e-6, 1e-1},
    .times = {40},
    .y = {0.7158270687, 9.185534765e-6, 0.2841637457},
};
static const struct osw_bench_published late = {
    .scale = {1e-4, 1e-9, 1},
    .times = {4e6},
    .y = {5.16809601e-4, 2.06829449e-9, 0.999483188330},
};

static double error_of(const struct osw_bench_problem *b,
                       const struct osw_bench_method *method, double rtol)
{
    const struct osw_bench_setting setting = {rtol, OSW_ISA_AVX512};
    struct osw_bench_counts counts = {0};
    struct osw_diag *diag = osw_diag_create();
    struct osw_bench_run *work = NULL;
    double *states =
        calloc((size_t)b->n_times * (size_t)b->kernel->n_states, sizeof *states);
    assert_int_equal(osw_bench_method_create(method, b, &setting, &work), OSW_OK);
    assert_int_equal(osw_bench_work(work, 0, 1, states, &counts), OSW_OK);
    assert_int_equal(counts.failures, 0);
    assert_true(counts.steps > 0 && counts.rhs >= counts.steps);
    double error = osw_bench_published_error(b, states);
    osw_bench_method_destroy(work);
    free(states);
    osw_diag_destroy(diag);
    return error;
}

static void check(const struct osw_bench_case *c)
{
    struct osw_bench_problem *b = NULL;
    struct osw_diag *diag = osw_diag_create();
    assert_int_equal(osw_bench_problem_create(c, 1, diag, &b), OSW_OK);
    for (const struct osw_bench_method *m = osw_bench_methods; m->name; m++) {
        double loose = error_of(b, m, 1e-5), tight = error_of(b, m, 1e-9);
        printf("%-12s %-16s largest error %.1e at rtol 1e-5, %.1e at 1e-9\n", c->name,
               m->name, loose, tight);
        assert_true(loose < 1e-2);
        assert_true(tight < 1e-6);
        assert_true(tight < 0.5 * loose); /* rounding ends the fall of E5 early */
    }
    osw_bench_problem_destroy(b);
    osw_diag_destroy(diag);
}

static void test_published(void **state)
{
    (void)state;
    int n = 0;
    for (const struct osw_bench_case *c = osw_bench_cases; c->name; c++)
        if (c->published) {
            check(c);
            n++;
        }
    assert_int_equal(n, 5);
}

static void test_robertson_between(void **state)
{
    (void)state;
    const struct osw_bench_published *parts[] = {&early, &late};
    for (int i = 0; i < 2; i++) {
        struct osw_bench_published part = osw_bench_robertson;
        struct osw_bench_case c = {.name = "Robertson", .published = &part};
        for (int k = 0; k < 3; k++) {
            part.scale[k] = parts[i]->scale[k];
            part.y[k] = parts[i]->y[k];
        }
        part.times[0] = parts[i]->times[0];
        part.times[1] = 0;
        check(&c);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_published),
                                       cmocka_unit_test(test_robertson_between)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
