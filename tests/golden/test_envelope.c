/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Steps of many periods against every period run: regimens for life, in courses, two at
 * once, begun, stopped and crossed by a switch on the way, outputs anywhere; a rhythm of
 * the rates' own, which leaves nothing to step over; errors that fall with the tolerance;
 * the bits of a member whatever is run beside it. */
#include "crowd.h"
#include "human.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

struct regimen {
    const char *yaml;
    double most_run;   /* periods run, of those there are */
    double most_wrong; /* root mean square over states and times at rtol 1e-4 */
};

static const struct regimen lifelong = {
    "title: 40 years of MK-7\nmodel: human\nsubject: {extends: healthy, age: 40 year}\n"
    "duration: 40 year\nevery: 1 year\narms:\n  mk7: [mk7]\n",
    0.08, 2e-4};
static const struct regimen regimens[] = {
    {"title: weekly courses\nmodel: human\nsubject: {extends: older_adult}\n"
     "duration: 10 year\nevery: 3 month\narms:\n"
     "  dq: [{dasatinib_quercetin: {on: 1 day, off: 6 day}}]\n",
     0.6, 2e-4},
    {"title: a day and a week\nmodel: human\nsubject: {extends: older_adult}\n"
     "duration: 8 year\nevery: 1 year\narms:\n"
     "  both: [mk7, {dasatinib_quercetin: {on: 1 day, off: 6 day}}]\n",
     0.6, 2e-4},
    {"title: begun, stopped, crossed\nmodel: human\n"
     "subject: {extends: healthy, age: 60 year}\nduration: 10 year\nevery: 1 month\n"
     "arms:\n"
     "  course: [{mk7: {from: 2 year, until: 7 year}}, {at: 4 year, set: {smoking: "
     "yes}}]\n"
     "  never: []\n",
     0.35, 2e-4},
    {"title: outputs before and after doses\nmodel: human\n"
     "subject: {extends: healthy, age: 60 year}\nduration: 4 year\n"
     "at: [0 day, 0.5 day, 100 day, 100.3 day, 101 day, 333.25 day, 1000 day, 1000.5 "
     "day, "
     "1001 day, 4 year]\narms:\n  mk7: [mk7]\n",
     0.35, 2e-4},
};
static const char meals[] =
    "title: meals\nmodel: human\n"
    "subject: {extends: healthy, age: 21 year, parameters: {diur: 0.5}}\n"
    "duration: 60 day\nevery: 9 day\narms:\n  mk7: [mk7]\n";

static struct osw_result *simulate(struct osw_diag *diag, const struct osw_plan *plan,
                                   const struct osw_driver *driver, double rtol)
{
    struct osw_simulate_options options = {.solver = OSW_SOLVER_DEFAULTS,
                                           .driver = driver,
                                           .isa = OSW_ISA_AVX512,
                                           .states = true};
    struct osw_result *result = NULL;
    options.solver.rtol = rtol;
    options.solver.atol = 0.1 * rtol;
    assert_int_equal(osw_simulate(plan, &options, diag, &result), OSW_OK);
    for (int a = 0; a < plan->n_arms; a++)
        assert_null(result->arms[a].fallback);
    return result;
}

/* Root mean square over arms, times and states. */
static double difference(const struct osw_result *a, const struct osw_result *b)
{
    const struct osw_model *m = a->plan->model;
    const int n = m->kernel->n_states, all = a->plan->n_arms * a->n_times * n;
    double sum = 0;
    assert_int_equal(a->n_times, b->n_times);
    assert_memory_equal(a->times, b->times, (size_t)a->n_times * sizeof *a->times);
    for (int k = 0; k < all; k++) {
        double e = (a->states[k] - b->states[k]) /
                   (fabs(b->states[k]) + 1e-3 * m->states[k % n].scale);
        assert_true(isfinite(e));
        sum += e * e;
    }
    return sqrt(sum / all);
}

/* Periods run of an arm, of those there are. */
static double share(const struct osw_arm_result *arm)
{
    assert_true(arm->periods > 0);
    return (double)arm->periods_run / (double)arm->periods;
}

static void follows(const struct regimen *regimen)
{
    struct osw_diag *diag = osw_diag_create();
    struct osw_plan *plan = human_plan(diag, regimen->yaml);
    struct osw_result *every = simulate(diag, plan, &osw_driver_rosenbrock, 1e-8);
    struct osw_result *few = simulate(diag, plan, &osw_driver_envelope, 1e-4);
    double e = difference(few, every);
    print_message("%s: %lld of %lld periods run, error %.1e\n", plan->title,
                  (long long)few->arms[0].periods_run, (long long)few->arms[0].periods,
                  e);
    assert_true(e < regimen->most_wrong);
    assert_true(share(&few->arms[0]) < regimen->most_run);
    osw_result_destroy(few);
    osw_result_destroy(every);
    osw_plan_destroy(plan);
    osw_diag_destroy(diag);
}

static void as_every_period(void **state)
{
    (void)state;
    follows(&lifelong);
    for (size_t i = 0; i < sizeof regimens / sizeof *regimens; i++)
        follows(&regimens[i]);
}

static void converges(void **state)
{
    (void)state;
    struct osw_diag *diag = osw_diag_create();
    struct osw_plan *plan = human_plan(diag, lifelong.yaml);
    struct osw_result *every = simulate(diag, plan, &osw_driver_rosenbrock, 1e-8);
    double last = 1;
    for (double rtol = 1e-3; rtol > 2e-6; rtol /= 10) {
        struct osw_result *few = simulate(diag, plan, &osw_driver_envelope, rtol);
        double e = difference(few, every);
        print_message("rtol %.0e: error %.1e, %.2f of the periods run\n", rtol, e,
                      share(&few->arms[0]));
        assert_true(e < 0.2 * last && e < rtol);
        last = e;
        osw_result_destroy(few);
    }
    osw_result_destroy(every);
    osw_plan_destroy(plan);
    osw_diag_destroy(diag);
}

/* Phosphate comes with meals: a period at another time of day is another period. */
static void own_rhythm(void **state)
{
    (void)state;
    struct osw_diag *diag = osw_diag_create();
    struct osw_plan *plan = human_plan(diag, meals);
    struct osw_result *every = simulate(diag, plan, &osw_driver_rosenbrock, 1e-8);
    struct osw_result *all = simulate(diag, plan, &osw_driver_envelope, 1e-5);
    double e = difference(all, every);
    print_message("meals: %.2f of the periods run, error %.1e\n", share(&all->arms[0]),
                  e);
    assert_true(share(&all->arms[0]) >= 1);
    assert_true(e < 1e-5);
    osw_result_destroy(all);
    osw_result_destroy(every);
    osw_plan_destroy(plan);
    osw_diag_destroy(diag);
}

/* All together, in another order and by two threads, alone. */
static void bits(void **state)
{
    (void)state;
    enum { N = 24 };
    struct osw_diag *diag = osw_diag_create();
    struct crowd together = {.plan = human_plan(diag, regimens[3].yaml),
                             .n = N,
                             .spread = 0.3,
                             .fault_at = -1,
                             .rtol = 1e-4,
                             .driver = &osw_driver_envelope,
                             .n_threads = 1};
    assert_int_equal(osw_model_kernel_wide(together.plan->model, OSW_ISA_AVX512, diag,
                                           &together.kernel),
                     OSW_OK);
    crowd_run(&together);
    struct crowd other = together;
    int order[N];
    for (int i = 0; i < N; i++)
        order[i] = (i * 17 + 5) % N;
    other.order = order;
    other.n_threads = 2;
    crowd_run(&other);
    const size_t size = crowd_width(&together) * sizeof(double);
    for (int i = 0; i < N; i++)
        assert_memory_equal(crowd_values(&together, i, 0), crowd_values(&other, i, 0),
                            size);
    crowd_free(&other);
    for (int i = 0; i < N; i += 7) {
        other = together;
        other.n = 1;
        other.first = i;
        crowd_run(&other);
        assert_memory_equal(crowd_values(&together, i, 0), crowd_values(&other, 0, 0),
                            size);
        crowd_free(&other);
    }
    crowd_free(&together);
    osw_plan_destroy((struct osw_plan *)(uintptr_t)together.plan);
    osw_diag_destroy(diag);
}

/* Members of any kind: one in twenty may leave its lane or take as long as every period.
 */
static void random_members(void **state)
{
    (void)state;
    struct osw_diag *diag = osw_diag_create();
    struct crowd c = {.plan = human_plan(diag, lifelong.yaml),
                      .n = 200,
                      .spread = 0.3,
                      .fault_at = -1,
                      .rtol = 1e-4,
                      .driver = &osw_driver_envelope,
                      .n_threads = 1};
    assert_int_equal(
        osw_model_kernel_wide(c.plan->model, OSW_ISA_AVX512, diag, &c.kernel), OSW_OK);
    crowd_run(&c);
    int64_t most = 0;
    int fell_back = 0, slow = 0;
    for (int i = 0; i < c.n; i++) {
        assert_int_equal(c.rows[i].status, OSW_OK);
        fell_back += c.rows[i].fallback != NULL;
        slow += c.rows[i].steps >= 30000;
        most = c.rows[i].steps > most ? c.rows[i].steps : most;
    }
    print_message("%d of %d members fell back\n", fell_back, c.n);
    assert_in_range(fell_back, 0, c.n / 20);
    print_message("%d members: %.2g ms each, at most %lld steps\n", c.n, c.cpu_ms / c.n,
                  (long long)most);
    print_message("%d members take 30,000 steps and more\n", slow);
    assert_in_range(slow, 0, c.n / 20);
    crowd_free(&c);
    osw_plan_destroy((struct osw_plan *)(uintptr_t)c.plan);
    osw_diag_destroy(diag);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(as_every_period), cmocka_unit_test(converges),
        cmocka_unit_test(own_rhythm),      cmocka_unit_test(bits),
        cmocka_unit_test(random_members),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
