/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The answer does not depend on how it was asked: output grid (same bits), segments and
 * linear solver (within the tolerance), and a run repeated (same bits). */
#include "human.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static struct human h;

static int setup(void **state)
{
    (void)state;
    human_open(&h);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    human_close(&h);
    return 0;
}

/* States at the end of a 60-year life with 3 years of doses, output every `every`. */
static double *end_states(const char *every, int *n_times)
{
    char yaml[512];
    snprintf(yaml, sizeof yaml,
             "title: grid\nmodel: human\nsubject: {extends: healthy, age: 20 year}\n"
             "duration: 60 year\nevery: %s\n"
             "arms:\n  mk7: [{mk7: {every: 1 month, dose: 5 mg, from: 40 year, "
             "until: 43 year}}]\n",
             every);
    struct osw_plan *plan = human_plan(h.diag, yaml);
    struct osw_result *result = human_run(h.diag, plan, 1e-6, true);
    size_t n = (size_t)plan->model->kernel->n_states;
    double *end = malloc(n * sizeof *end);
    memcpy(end, result->states + (size_t)(result->n_times - 1) * n, n * sizeof *end);
    *n_times = result->n_times;
    osw_result_destroy(result);
    osw_plan_destroy(plan);
    return end;
}

static void test_output_grid(void **state)
{
    (void)state;
    static const char *const every[] = {"60 year", "0.2 year", "2.19172 day"};
    size_t bytes = (size_t)h.model->kernel->n_states * sizeof(double);
    int n_times;
    double *first = end_states(every[0], &n_times);
    printf("output times %d", n_times);
    for (int i = 1; i < 3; i++) {
        double *other = end_states(every[i], &n_times);
        printf(", %d", n_times);
        assert_memory_equal(first, other, bytes);
        free(other);
    }
    printf(": the same bits at the end\n");
    assert_true(n_times >= 10000);
    free(first);
}

/* The end of 60 years cut into n segments by switches of an input that only the risk
 * score reads. */
static struct osw_result *segmented(int n, double rtol, struct osw_plan **plan)
{
    char *yaml = NULL;
    size_t len = 0;
    FILE *out = open_memstream(&yaml, &len);
    fprintf(out, "title: cut\nmodel: human\nsubject: {extends: healthy, age: 20 year}\n"
                 "duration: 60 year\nevery: 60 year\narms:\n  cut:\n");
    for (int i = 0; i < n; i++)
        fprintf(out, "    - {at: %.17g year, set: {total_cholesterol: %d mg/dL}}\n",
                60.0 * i / n, 180 + i % 2);
    fclose(out);
    *plan = human_plan(h.diag, yaml);
    free(yaml);
    return human_run(h.diag, *plan, rtol, true);
}

/* Each step may err by rtol, and growth of mineral keeps what was erred: so the two runs
 * may differ by rtol times the steps of both, twice that because BDF estimates only the
 * leading term, and the difference must fall with rtol. */
static void compare_segments(double rtol)
{
    struct osw_plan *plan_a, *plan_b;
    struct osw_result *a = segmented(1, rtol, &plan_a),
                      *b = segmented(100, rtol, &plan_b);
    int n = h.model->kernel->n_states, worst = 0;
    double most = 0;
    const double *x = a->states + (size_t)(a->n_times - 1) * (size_t)n;
    const double *y = b->states + (size_t)(b->n_times - 1) * (size_t)n;
    for (int i = 0; i < n; i++) {
        double off = fabs(x[i] - y[i]) / (fabs(x[i]) + h.scale[i]);
        if (off > most) {
            most = off;
            worst = i;
        }
    }
    long long steps = a->arms[0].stats.steps + b->arms[0].stats.steps;
    printf(
        "rtol %.0e, 1 against 100 segments: %lld and %lld steps, states differ by %.1e "
        "at most (%s), allowed %.1e\n",
        rtol, (long long)a->arms[0].stats.steps, (long long)b->arms[0].stats.steps, most,
        h.model->states[worst].id, 2 * rtol * (double)steps);
    assert_true(b->arms[0].stats.segments >= 100);
    assert_true(most < 2 * rtol * (double)steps);
    osw_result_destroy(a);
    osw_result_destroy(b);
    osw_plan_destroy(plan_a);
    osw_plan_destroy(plan_b);
}

static void test_segments(void **state)
{
    (void)state;
    compare_segments(1e-5);
    compare_segments(1e-6);
    compare_segments(1e-8);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_output_grid),
                                       cmocka_unit_test(test_segments)};
    return cmocka_run_group_tests(tests, setup, teardown);
}
