/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the records must catch: a kernel that executes 3 % more instructions, and one
 * whose rates are wrong by a millionth. The kernels are those of a benchmark problem,
 * wrapped here. Called as "test_planted once LOOPS" the program is what is counted. */
#include "bench/instructions.h"
#include "bench/record.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static const struct osw_kernel *true_kernel;
static double rate_factor = 1;
static long loops;

static void altered_rhs(double t, const double *y, const double *p, const double *c,
                        double *f)
{
    volatile long wasted = 0;
    true_kernel->rhs(t, y, p, c, f);
    for (int i = 0; i < true_kernel->n_states; i++)
        f[i] *= rate_factor;
    for (long i = 0; i < loops; i++)
        wasted = wasted + i;
}

/* POLLU with altered_rhs. */
static struct osw_bench_problem *wrap(struct osw_kernel *kernel, int n_members)
{
    const struct osw_bench_case *c = osw_bench_case_find("pollu");
    struct osw_diag *diag = osw_diag_create();
    struct osw_bench_problem *problem = NULL;
    assert_int_equal(osw_bench_problem_create(c, n_members, diag, &problem), OSW_OK);
    osw_diag_destroy(diag);
    true_kernel = problem->kernel;
    *kernel = *true_kernel;
    kernel->rhs = altered_rhs;
    problem->kernel = kernel;
    return problem;
}

static int once(long n)
{
    struct osw_kernel kernel;
    struct osw_bench_counts counts = {0};
    const struct osw_bench_setting setting = {1e-6, OSW_ISA_BASELINE};
    const struct osw_bench_method *m = osw_bench_method_find("cvode-generated");
    struct osw_bench_problem *b = wrap(&kernel, 1);
    struct osw_diag *diag = osw_diag_create();
    double *states =
        calloc((size_t)b->n_times * (size_t)b->kernel->n_states, sizeof *states);
    struct osw_bench_run *work = NULL;
    loops = n;
    int bad = osw_bench_method_create(m, b, &setting, &work) ||
              osw_bench_work(work, 0, 1, states, &counts);
    osw_bench_method_destroy(work);
    free(states);
    osw_diag_destroy(diag);
    osw_bench_problem_destroy(b);
    return bad;
}

struct said {
    int n[OSW_BENCH_SKIPPED + 1];
    char last[256];
};

static void hear(void *context, enum osw_bench_verdict verdict, const char *text)
{
    struct said *said = context;
    said->n[verdict]++;
    if (verdict == OSW_BENCH_REGRESSED)
        snprintf(said->last, sizeof said->last, "%s", text);
}

static void record(struct osw_bench_record *r)
{
    struct osw_kernel kernel;
    struct osw_bench_problem *b = wrap(&kernel, 2);
    struct osw_diag *diag = osw_diag_create();
    assert_int_equal(osw_bench_record_init(r), OSW_OK);
    assert_int_equal(
        osw_bench_record_problem(b, osw_bench_case_find("pollu"), OSW_ISA_BASELINE, r),
        OSW_OK);
    osw_diag_destroy(diag);
    osw_bench_problem_destroy(b);
}

static void test_millionth(void **state)
{
    (void)state;
    struct osw_bench_record was, now;
    struct said said = {0};
    record(&was);
    record(&now);
    assert_int_equal(osw_bench_record_compare(&was, &now, hear, &said), OSW_OK);
    assert_int_equal(said.n[OSW_BENCH_SAME], (int)was.n);
    osw_bench_record_fini(&now);
    rate_factor = 1 + 1e-6;
    record(&now);
    rate_factor = 1;
    assert_int_equal(osw_bench_record_compare(&was, &now, hear, &said), OSW_NEGATIVE);
    assert_true(said.n[OSW_BENCH_REGRESSED] > 0);
    assert_non_null(strstr(said.last, "pollu, "));
    osw_bench_record_fini(&was);
    osw_bench_record_fini(&now);
}

static const char *program;

static double count(long n)
{
    char text[32];
    double total = 0;
    const char *const arguments[] = {program, "once", text, NULL};
    struct osw_diag *diag = osw_diag_create();
    snprintf(text, sizeof text, "%ld", n);
    enum osw_status status = osw_instructions_count(arguments, diag, &total);
    if (status == OSW_ERR_UNAVAILABLE)
        skip();
    if (status)
        osw_diag_render(diag, stderr, false);
    osw_diag_destroy(diag);
    assert_int_equal(status, OSW_OK);
    return total;
}

static enum osw_status judge(double was, double now, struct said *said)
{
    static const char *const name = "instructions";
    struct osw_bench_entry a = {.kind = OSW_BENCH_INSTRUCTIONS,
                                .subject = "pollu",
                                .method = "cvode-generated",
                                .key = "here",
                                .inputs = "same",
                                .names = &name,
                                .values = &was,
                                .n = 1};
    struct osw_bench_entry b = a;
    b.values = &now;
    const struct osw_bench_record before = {.entries = &a, .n = 1},
                                  after = {.entries = &b, .n = 1};
    return osw_bench_record_compare(&before, &after, hear, said);
}

static void test_slowdown(void **state)
{
    (void)state;
    struct said said = {0};
    double plain = count(0), per_loop = (count(1000) - plain) / 1000;
    assert_true(per_loop > 0);
    assert_int_equal(judge(plain, count(0), &said), OSW_OK);
    assert_int_equal(judge(plain, count((long)(0.02 * plain / per_loop)), &said), OSW_OK);
    assert_int_equal(said.n[OSW_BENCH_SAME], 2);
    double slow = count((long)(0.0305 * plain / per_loop));
    printf("%.0f instructions, slowed %.0f: %+.2f %%\n", plain, slow,
           100 * (slow / plain - 1));
    assert_true(slow < 1.032 * plain);
    assert_int_equal(judge(plain, slow, &said), OSW_NEGATIVE);
    assert_non_null(strstr(said.last, "number of instructions was"));
}

int main(int argc, char **argv)
{
    if (argc == 3 && !strcmp(argv[1], "once"))
        return once(atol(argv[2]));
    program = argv[0];
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_millionth),
        cmocka_unit_test(test_slowdown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
