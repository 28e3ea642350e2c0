/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Out of memory anywhere: the n-th allocation of a whole run fails, for n over the whole
 * run; each time a status comes back, nothing crashes and (under ASan) nothing leaks. */
#include "base/memory.h"
#include "simulate/simulate.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

/* One whole run; diag itself is made before the failures start. */
static enum osw_status run(struct osw_diag *diag)
{
    struct osw_plan_options plan_options = {0};
    struct osw_simulate_options options = {.solver = OSW_SOLVER_DEFAULTS};
    struct osw_plan *plan = NULL;
    struct osw_result *result = NULL;
    enum osw_status status = osw_plan_load("natural-history", &plan_options, diag, &plan);
    if (!status)
        status = osw_simulate(plan, &options, diag, &result);
    osw_result_destroy(result);
    osw_plan_destroy(plan);
    return status;
}

static void test_every_allocation(void **state)
{
    (void)state;
    struct osw_diag *diag = osw_diag_create();
    osw_memory_fail_after(-1);
    assert_int_equal(run(diag), OSW_OK);
    long total = osw_memory_fail_after(-1);
    assert_true(total > 100);
    osw_diag_destroy(diag);
    for (long n = 0; n < total; n++) {
        diag = osw_diag_create();
        osw_memory_fail_after(n);
        enum osw_status status = run(diag);
        osw_memory_fail_after(-1);
        osw_diag_destroy(diag);
        if (status == OSW_OK)
            fail_msg("allocation %ld of %ld failed and nobody noticed", n, total);
    }
    printf("each of %ld allocations made to fail, each one reported\n", total);
}

static void in_lanes(const struct osw_driver *driver)
{
    const struct osw_plan_options plan_options = {0};
    const struct osw_simulate_options options = {.solver = OSW_SOLVER_DEFAULTS,
                                                 .driver = driver,
                                                 .isa = OSW_ISA_AVX512,
                                                 .states = true,
                                                 .history = true};
    struct osw_diag *diag = osw_diag_create();
    struct osw_plan *plan = NULL;
    struct osw_result *result = NULL;
    assert_int_equal(osw_plan_load("natural-history", &plan_options, diag, &plan),
                     OSW_OK);
    osw_memory_fail_after(-1);
    assert_int_equal(osw_simulate(plan, &options, diag, &result), OSW_OK);
    long total = osw_memory_fail_after(-1);
    osw_result_destroy(result);
    for (long n = 0; n < total; n++) {
        osw_memory_fail_after(n);
        enum osw_status status = osw_simulate(plan, &options, diag, &result);
        osw_memory_fail_after(-1);
        if (status == OSW_OK)
            fail_msg("allocation %ld of %ld failed and nobody noticed", n, total);
    }
    printf("by %s: each of %ld\n", driver->name, total);
    osw_plan_destroy(plan);
    osw_diag_destroy(diag);
}

static void test_in_lanes(void **state)
{
    (void)state;
    in_lanes(&osw_driver_rosenbrock);
    in_lanes(&osw_driver_envelope);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_every_allocation),
                                       cmocka_unit_test(test_in_lanes)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
