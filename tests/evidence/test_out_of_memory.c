/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Out of memory anywhere while a table is loaded, run and run again with other
 * parameters: a status comes back, nothing crashes and (under ASan) nothing leaks. */
#include "base/memory.h"
#include "decay.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

enum { MOST_ROWS = 4 };

static enum osw_status run(struct osw_diag *diag)
{
    static const struct osw_evidence_selection all;
    static const struct osw_evidence_factor factors[] = {{"k", 2, NULL}};
    struct osw_evidence_options options = {.solver = OSW_SOLVER_DEFAULTS};
    struct osw_evidence_result results[MOST_ROWS];
    struct osw_evidence *e = NULL;
    enum osw_status status = osw_evidence_load("table.tsv", &all, diag, &e);
    if (!status)
        status = osw_evidence_run(e, results, &options, diag);
    options.factors = factors;
    options.n_factors = 1;
    if (!status)
        status = osw_evidence_run(e, results, &options, diag);
    osw_evidence_destroy(e);
    return status;
}

static void every_allocation(void **state)
{
    (void)state;
    decay_table(
        "a\tvalidate\tdecay.yaml\tslow\t\tX\t5 day\t1 day,2 day\t"
        "recovered_fraction\t\t0\t\t1\t\t\n"
        "b\tvalidate\tdecay.yaml\tfast\tsub/other.yaml:late\tmean24h(X)\t1 day..2 "
        "day\t\tdifference\t\t0\t\tmM\t\t\n"
        "c\tvalidate\tdecay.yaml\tfast,slow\t\tX\t1 day\t\tincreasing\t\t1\t\t"
        "boolean\t\t\n");
    struct osw_diag *diag = osw_diag_create();
    osw_memory_fail_after(-1);
    assert_int_equal(run(diag), OSW_OK); /* compiles the model, once */
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

int main(void)
{
    char folder[32];
    decay_begin(folder);
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_allocation)};
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    decay_end(folder);
    return failed;
}
