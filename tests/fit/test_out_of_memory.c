/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Out of memory anywhere while a problem is loaded, fitted over threads, profiled and
 * written: a status comes back, nothing crashes and (under ASan) nothing leaks. */
#include "base/memory.h"
#include "fit/petab.h"
#include "fit/profile.h"
#include "fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/stat.h>

#include <cmocka.h>

static enum osw_status run(struct osw_diag *diag)
{
    const struct osw_fit_threads crew = {.n = 1};
    const struct osw_model *model;
    struct osw_fit_problem *problem = NULL;
    struct osw_fit *fit = NULL;
    struct osw_fit_profile profile;
    const int first = 0;
    enum osw_status status = osw_fit_problem_load("./problem.yaml", diag, &problem);
    if (!status)
        status = osw_fit_run(problem, &crew, diag, &fit);
    if (!status)
        status = osw_fit_profiles(fit, &first, 1, &crew, &profile);
    if (!status)
        status = osw_fit_petab_write(problem, "petab", true, diag, &model);
    osw_fit_destroy(fit);
    osw_fit_problem_destroy(problem);
    return status;
}

static void every_allocation(void **state)
{
    (void)state;
    pool_put("m.tsv",
             "observableId\tsimulationConditionId\ttime\tmeasurement\tnoiseParameters\n"
             "X\tpool/full\t1\t5\t0.5\nX\tpool/half\t2\t2\t0.5\n");
    pool_put("e.tsv",
             "id\tuse\tscenario\tarm\tcontrol\toutput\tat\treference\tstatistic\tvalue\t"
             "lower\tupper\tunit\tsource\tnote\n"
             "a\tcalibrate\tpool.yaml\tfull\thalf\tX\t1 "
             "day\t\tratio\t1\t0.5\t2\t1\t\t\n");
    pool_put("problem.yaml",
             "evidence: e.tsv\nrows: [a]\nmeasurements: m.tsv\ntolerance: 1\n"
             "rtol: 1e-3\nparameters: {V: {min: 9, max: 11}, k: {min: 0.4, max: 0.6}}\n");
    struct osw_diag *diag = osw_diag_create();
    assert_int_equal(run(diag), OSW_OK); /* compiles the model, once */
    osw_memory_fail_after(-1);
    assert_int_equal(run(diag), OSW_OK);
    long total = osw_memory_fail_after(-1);
    assert_true(total > 1000);
    osw_diag_destroy(diag);
    /* all of loading, then every one of some dozen */
    for (long n = 0; n < total; n += n < 300 ? 1 : 13) {
        diag = osw_diag_create();
        osw_memory_fail_after(n);
        enum osw_status status = run(diag);
        osw_memory_fail_after(-1);
        osw_diag_destroy(diag);
        if (status != OSW_ERR_MEMORY)
            fail_msg("allocation %ld of %ld failed: status %d", n, total, status);
    }
    printf("%ld allocations\n", total);
}

int main(int argc, char **argv)
{
    char folder[32];
    if (argc != 2)
        return 2;
    pool_begin(argv[1], folder);
    if (mkdir("petab", 0700))
        return 2;
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_allocation)};
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    pool_end(folder);
    return failed;
}
