/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A run of the human model allocates when it is set up and not again: two runs that
 * differ only in how many doses there are make the same number of allocations, by us or
 * by any library. */
#include "counting.h"
#include "human.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

/* Allocations of one simulation of 40 years and then one year with `doses` doses. */
static long count(struct osw_diag *diag, int doses, long long *steps, long long *segments)
{
    char yaml[512];
    snprintf(yaml, sizeof yaml,
             "title: doses\nmodel: human\nsubject: {extends: healthy, age: 60 year}\n"
             "duration: 360 day\nevery: 360 day\n"
             "arms:\n  mk7: [{mk7: {every: %d day}}]\n",
             360 / doses);
    struct osw_plan *plan = human_plan(diag, yaml);
    long before = counting_calls();
    struct osw_result *result = human_run(diag, plan, 1e-6, false);
    long made = counting_calls() - before;
    *steps = (long long)result->arms[0].stats.steps;
    *segments = (long long)result->arms[0].stats.segments;
    osw_result_destroy(result);
    osw_plan_destroy(plan);
    return made;
}

static void test_doses_allocate_nothing(void **state)
{
    (void)state;
    struct osw_diag *diag = osw_diag_create();
    long long steps, segments, more_steps, more_segments;
    count(diag, 1, &steps, &segments); /* libraries' own first-time set-up */
    long few = count(diag, 3, &steps, &segments);
    long many = count(diag, 360, &more_steps, &more_segments);
    printf("%ld allocations for %lld segments and %lld steps, %ld for %lld and %lld\n",
           few, segments, steps, many, more_segments, more_steps);
    assert_true(more_segments > 100 * segments / 2);
    assert_int_equal(few, many);
    osw_diag_destroy(diag);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_doses_allocate_nothing)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
