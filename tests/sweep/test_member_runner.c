/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Members of a sweep: the same bits alone, beside any others and in any order; and what
 * the scenario gives when the member's values are set by hand. */
#include "sweep/member_runner.h"
#include "base/memory.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

enum { N = 40 };

static const char late_text[] =
    "scenario: mk7-response\nmethod: montecarlo\nsamples: 40\nseed: 11\n"
    "outputs: [dp_ucmgp, cac, cfpwv]\nparameters:\n"
    "  vitamin_k2_intake: {min: 0, max: 60, from: start}\n"
    "  phosphate_additive: {min: 0, max: 30, from: start}\n";

static const char design_text[] =
    "scenario: mk7-response\nmethod: montecarlo\nsamples: 40\nseed: 11\n"
    "outputs: [dp_ucmgp, cac, cfpwv]\nparameters:\n"
    "  age: {min: 45, max: 80}\n  vitamin_k2_intake: {min: 0, max: 60}\n"
    "  phosphate_additive: {min: 0, max: 30}\n  smoke: {min: 0, max: 1}\n";

struct fixture {
    char folder[32], path[64];
    struct osw_design *design;
    struct osw_sweep sweep;
    struct osw_wide_kernel kernel;
};

static int set_up_with(void **state, const char *text)
{
    struct fixture *f = calloc(1, sizeof *f);
    struct osw_diag *diag = osw_diag_create();
    assert_non_null(f);
    strcpy(f->folder, "/tmp/membersXXXXXX");
    assert_non_null(mkdtemp(f->folder));
    snprintf(f->path, sizeof f->path, "%s/design.yaml", f->folder);
    FILE *out = fopen(f->path, "w");
    assert_non_null(out);
    fputs(text, out);
    fclose(out);
    enum osw_status status = osw_design_load(f->path, diag, &f->design);
    osw_diag_render(diag, stderr, false);
    assert_int_equal(status, OSW_OK);
    const struct osw_plan *plan = f->design->plan;
    const struct osw_solver_options solver = OSW_SOLVER_DEFAULTS;
    f->sweep = (struct osw_sweep){
        .design = f->design, .dir = f->folder, .settings = {.solver = solver}};
    f->sweep.n_values =
        (size_t)plan->n_outputs * (size_t)plan->n_arms * (size_t)plan->n_times;
    status =
        osw_model_kernel_wide(f->design->plan->model, OSW_ISA_AVX512, diag, &f->kernel);
    assert_int_equal(status, OSW_OK);
    f->sweep.settings.isa = (int)f->kernel.isa;
    osw_diag_destroy(diag);
    *state = f;
    return 0;
}

static int set_up(void **state)
{
    return set_up_with(state, design_text);
}

static int set_up_late(void **state)
{
    return set_up_with(state, late_text);
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    osw_design_destroy(f->design);
    unlink(f->path);
    rmdir(f->folder);
    free(f);
    return 0;
}

struct rows {
    const struct fixture *f;
    int64_t next, end, step;
    double points[N][4], *values; /* [N][n_values] */
    struct osw_member_result results[N];
    int told;
};

static bool next_row(void *context, int place, struct osw_member_row *row)
{
    struct rows *r = context;
    int64_t i = r->next;
    assert_in_range(place, 0, OSW_MEMBERS_AT_WORK - 1);
    if (i == r->end)
        return false;
    r->next += r->step;
    *row = (struct osw_member_row){
        i, r->points[i], r->values + (size_t)i * r->f->sweep.n_values, &r->results[i],
        0, NULL};
    return true;
}

static void told(void *context, int place, const struct osw_member_row *row)
{
    struct rows *r = context;
    (void)place;
    r->told++;
    assert_int_equal(row->code, OSW_MEMBER_DONE);
}

/* Members first, first + step, … before end by one runner. */
static void run(const struct fixture *f, int64_t first, int64_t end, int64_t step,
                struct rows *r)
{
    struct osw_member_runner *runner;
    const struct osw_member_source source = {r, next_row, told, NULL};
    *r = (struct rows){.f = f, .next = first, .end = end, .step = step};
    r->values = calloc(N * f->sweep.n_values, sizeof *r->values);
    assert_non_null(r->values);
    assert_int_equal(osw_member_runner_create(&f->sweep, &f->kernel, &runner), OSW_OK);
    assert_int_equal(osw_member_runner_run(runner, &source), OSW_OK);
    osw_member_runner_destroy(runner);
}

static void assert_same_row(const struct rows *a, const struct rows *b, int i)
{
    const size_t n = a->f->sweep.n_values;
    assert_memory_equal(a->values + (size_t)i * n, b->values + (size_t)i * n,
                        n * sizeof *a->values);
    assert_memory_equal(a->points[i], b->points[i], sizeof a->points[i]);
    assert_int_equal(a->results[i].steps, b->results[i].steps);
    assert_int_equal(a->results[i].rhs, b->results[i].rhs);
}

static void test_bits_do_not_depend_on_company(void **state)
{
    struct rows all, back, alone;
    run(*state, 0, N, 1, &all);
    run(*state, N - 1, -1, -1, &back);
    assert_int_equal(all.told, N);
    assert_int_equal(back.told, N);
    for (int i = 0; i < N; i++)
        assert_same_row(&all, &back, i);
    for (int i = 0; i < N; i += 13) {
        run(*state, i, i + 1, 1, &alone);
        assert_int_equal(alone.told, 1);
        assert_same_row(&all, &alone, i);
        free(alone.values);
    }
    free(all.values);
    free(back.values);
}

static struct osw_result *simulate(const struct osw_plan *plan, struct osw_diag *diag)
{
    const struct osw_solver_options solver = OSW_SOLVER_DEFAULTS;
    const struct osw_simulate_options options = {.solver = solver};
    struct osw_result *result;
    assert_int_equal(osw_simulate(plan, &options, diag, &result), OSW_OK);
    return result;
}

/* The scenario loaded with the member's values and run by CVODES. */
static struct osw_result *run_by_hand(const struct fixture *f, const double *point,
                                      struct osw_plan **plan)
{
    char text[4][64];
    struct osw_setting settings[4];
    struct osw_diag *diag = osw_diag_create();
    for (int j = 0; j < 4; j++) {
        const struct osw_factor *factor = &f->design->factors[j];
        snprintf(text[j], sizeof text[j], "%.17g %s", point[j], factor->unit_text);
        settings[j] = (struct osw_setting){factor->name, text[j]};
    }
    const struct osw_plan_options given = {.settings = settings, .n_settings = 4};
    assert_int_equal(osw_plan_load(f->design->plan->path, &given, diag, plan), OSW_OK);
    struct osw_result *result = simulate(*plan, diag);
    osw_diag_destroy(diag);
    return result;
}

static int column(const struct osw_plan *plan, int output)
{
    int i = 0;
    while (plan->outputs[i] != output)
        i++;
    return i;
}

/* Row of the result at plan->times[k], before events. */
static int row_at(const struct osw_result *result, double t)
{
    int i = 0;
    while (result->times[i] < t - OSW_SAME_TIME)
        i++;
    return i;
}

/* The rows of a member, [output][arm][time], against a result of the same arms. */
static void assert_row_is(const struct fixture *f, const double *values,
                          const struct osw_plan *by_hand, const struct osw_result *result)
{
    const struct osw_plan *plan = f->design->plan;
    for (int o = 0; o < plan->n_outputs; o++)
        for (int a = 0; a < plan->n_arms; a++)
            for (int k = 0; k < plan->n_times; k++, values++) {
                int row = a * result->n_times + row_at(result, plan->times[k]);
                double known = result->outputs[row * by_hand->n_outputs +
                                               column(by_hand, plan->outputs[o])];
                assert_true(fabs(*values - known) <= 1e-3 * fabs(known));
            }
}

static void test_a_member_is_the_run_with_its_values(void **state)
{
    const struct fixture *f = *state;
    struct rows all;
    assert_int_equal(f->design->n_factors, 4);
    run(f, 0, 4, 1, &all);
    for (size_t i = 0; i < 4; i++) {
        struct osw_plan *by_hand;
        struct osw_result *result = run_by_hand(f, all.points[i], &by_hand);
        assert_row_is(f, all.values + i * f->sweep.n_values, by_hand, result);
        osw_result_destroy(result);
        osw_plan_destroy(by_hand);
    }
    free(all.values);
}

/* What holds from the start on is a switch at time 0 in every arm. */
static void test_factors_from_the_start(void **state)
{
    const struct fixture *f = *state;
    struct rows all;
    char path[64], set[160];
    run(f, 0, 4, 1, &all);
    snprintf(path, sizeof path, "%s/hand.yaml", f->folder);
    for (size_t i = 0; i < 4; i++) {
        struct osw_plan *plan;
        struct osw_diag *diag = osw_diag_create();
        FILE *out = fopen(path, "w");
        assert_non_null(out);
        snprintf(set, sizeof set,
                 "{at: 0 day, set: {vitamin_k2_intake: %.17g ug/day, phosphate_additive: "
                 "%.17g mmol/day}}",
                 all.points[i][0], all.points[i][1]);
        fprintf(out,
                "model: human\nsubject: {extends: healthy, age: 65 year}\n"
                "duration: 3 year\nat: [0 year, 0.25 year, 3 year]\n"
                "outputs: [dp_ucmgp, cac, cfpwv]\narms:\n  placebo: [%s]\n"
                "  mk7_360: [%s, {mk7_mean: {dose: 360 ug}}]\n",
                set, set);
        fclose(out);
        enum osw_status status = osw_plan_load(path, NULL, diag, &plan);
        osw_diag_render(diag, stderr, false);
        assert_int_equal(status, OSW_OK);
        struct osw_result *result = simulate(plan, diag);
        assert_row_is(f, all.values + i * f->sweep.n_values, plan, result);
        osw_result_destroy(result);
        osw_plan_destroy(plan);
        osw_diag_destroy(diag);
    }
    unlink(path);
    free(all.values);
}

struct counter {
    const struct osw_design *design;
    int64_t next, arm_steps;
};

static int64_t count_next(void *context)
{
    struct counter *c = context;
    return c->next < N ? c->next++ : -1;
}

static void draw_nothing(void *context, int64_t member, int life, double *p)
{
    (void)context, (void)member, (void)life, (void)p;
}

static void start_point(void *context, int64_t member, double *p)
{
    const struct counter *c = context;
    double x[4];
    osw_design_point(c->design, member, x);
    osw_design_start(c->design, x, p);
}

static void count_done(void *context, const struct osw_member_arm *arm)
{
    struct counter *c = context;
    assert_true(arm->result->life_stats.steps > 0);
    c->arm_steps += arm->result->stats.steps;
}

static void test_a_shared_history_is_run_once(void **state)
{
    const struct fixture *f = *state;
    const struct osw_simulate_options options = {.solver = f->sweep.settings.solver,
                                                 .driver = &osw_driver_rosenbrock};
    struct counter counter = {.design = f->design};
    const struct osw_members_source members = {.context = &counter,
                                               .next = count_next,
                                               .draw = draw_nothing,
                                               .start = start_point,
                                               .done = count_done};
    struct osw_members *cohort;
    assert_int_equal(osw_members_create(f->design->plan, &f->kernel, &options, &cohort),
                     OSW_OK);
    assert_int_equal(osw_members_pilot(cohort, NULL), OSW_OK);
    int64_t before = osw_members_stats(cohort).steps;
    assert_true(before > 0);
    assert_int_equal(osw_members_run(cohort, &members, NULL), OSW_OK);
    assert_int_equal(counter.next, N);
    assert_int_equal(osw_members_stats(cohort).steps - before, counter.arm_steps);
    osw_members_destroy(cohort);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_bits_do_not_depend_on_company, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_a_member_is_the_run_with_its_values, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_bits_do_not_depend_on_company, set_up_late,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_factors_from_the_start, set_up_late,
                                        tear_down),
        cmocka_unit_test_setup_teardown(test_a_shared_history_is_run_once, set_up_late,
                                        tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
