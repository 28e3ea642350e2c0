/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The human model in lanes against CVODES: doses, courses, infusions, rhythms; the bits
 * of a member whatever is run beside it; members that fail; random ones, all of which are
 * told with a value or a code. test_cohort [MEMBERS AT 30 %] [AT 60 %]. */
#include "crowd.h"
#include "human.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static int n_usual = 1000, n_wide = 100;

static const char treated[] =
    "title: treated\nmodel: human\nsubject: {extends: postmenopausal, age: 60 year}\n"
    "duration: 70 day\nat: [0 day, 1 day, 7 day, 8.5 day, 30 day, 70 day]\narms:\n"
    "  nothing: []\n"
    "  daily: [mk7]\n"
    "  weekly: [{dasatinib_quercetin: {on: 1 day, off: 6 day}}]\n"
    "  both: [mk7, {dasatinib_quercetin: {on: 1 day, off: 6 day}}]\n"
    "  older: {subject: older_adult, interventions: [mk7]}\n"
    "  switched: [{at: 8.5 day, set: {phosphate_intake: 60 mmol/day}}]\n";
static const char rhythmic[] =
    "title: meals\nmodel: human\n"
    "subject: {extends: healthy, age: 21 year, parameters: {diur: 0.5}}\n"
    "duration: 5 day\nevery: 6 hour\narms:\n  a: []\n  b: [mk7]\n";
static const char lifelong[] =
    "title: lives\nmodel: human\nsubject: {extends: healthy, age: 80 year}\n"
    "duration: 10 day\nat: [0 day, 5 day, 10 day]\narms:\n  a: []\n  b: [mk7]\n";
static const char culture[] =
    "title: dishes\nmodel: culture\nsubject: monolayer\nduration: 14 day\nevery: 1 day\n"
    "arms:\n  normal: [medium_change]\n"
    "  high: [medium_change, {at: 0 day, set: {medium_phosphate: 3 mmol/L}}]\n";

static struct osw_result *simulate(struct osw_diag *diag, const struct osw_plan *plan,
                                   const struct osw_driver *driver, enum osw_isa isa,
                                   double rtol)
{
    struct osw_simulate_options options = {.solver = OSW_SOLVER_DEFAULTS,
                                           .driver = driver,
                                           .isa = isa,
                                           .states = true,
                                           .history = true};
    struct osw_result *result = NULL;
    options.solver.rtol = rtol;
    options.solver.atol = 0.1 * rtol;
    assert_int_equal(osw_simulate(plan, &options, diag, &result), OSW_OK);
    return result;
}

/* The largest difference of states, in units of tolerance 1. */
static double difference(const struct osw_result *a, const struct osw_result *b)
{
    const struct osw_model *m = a->plan->model;
    const int n = m->kernel->n_states;
    double worst = 0;
    assert_int_equal(a->n_times, b->n_times);
    assert_memory_equal(a->times, b->times, (size_t)a->n_times * sizeof *a->times);
    for (int k = 0; k < a->plan->n_arms * a->n_times * n; k++) {
        double x = a->states[k], y = b->states[k];
        double e = fabs(x - y) / (fabs(y) + 0.1 * m->states[k % n].scale);
        assert_true(isnan(x) == isnan(y));
        worst = e > worst ? e : worst;
    }
    return worst;
}

static void agrees(const char *yaml)
{
    struct osw_diag *diag = osw_diag_create();
    struct osw_plan *plan = human_plan(diag, yaml);
    struct osw_result *exact = simulate(diag, plan, &osw_driver_cvode, 0, 1e-9);
    for (int isa = 0; isa < OSW_ISAS; isa++) {
        struct osw_result *r =
            simulate(diag, plan, &osw_driver_rosenbrock, (enum osw_isa)isa, 1e-7);
        double e = difference(r, exact);
        print_message("%s, %s: %.1e\n", plan->title, osw_isa_name(r->isa), e);
        assert_true(e < 2e-6);
        for (int a = 0; a < plan->n_arms; a++)
            assert_null(r->arms[a].fallback);
        osw_result_destroy(r);
    }
    osw_result_destroy(exact);
    osw_plan_destroy(plan);
    osw_diag_destroy(diag);
}

static void as_cvode(void **state)
{
    (void)state;
    agrees(treated);
    agrees(rhythmic);
    agrees(lifelong);
    agrees(culture);
}

static void crowd_open(struct crowd *c, struct osw_diag *diag, const char *yaml, int n,
                       double spread, enum osw_isa isa)
{
    *c = (struct crowd){.plan = human_plan(diag, yaml),
                        .n = n,
                        .spread = spread,
                        .fault_at = -1,
                        .rtol = 1e-5,
                        .n_threads = 1};
    assert_int_equal(osw_model_kernel_wide(c->plan->model, isa, diag, &c->kernel),
                     OSW_OK);
}

static void same_bits(const struct crowd *a, int i, const struct crowd *b, int k)
{
    for (int arm = 0; arm < a->plan->n_arms; arm++)
        assert_memory_equal(crowd_values(a, i, arm), crowd_values(b, k, arm),
                            crowd_width(a) * sizeof(double));
}

/* All together, in any order, by two threads, alone. */
static void bits(void **state)
{
    (void)state;
    enum { N = 40 };
    struct osw_diag *diag = osw_diag_create();
    for (int isa = 0; isa < OSW_ISAS; isa++) {
        struct crowd together, other;
        int order[N];
        crowd_open(&together, diag, lifelong, N, 0.3, (enum osw_isa)isa);
        crowd_run(&together);
        other = together;
        for (int i = 0; i < N; i++)
            order[i] = (i * 17 + 5) % N;
        other.order = order;
        other.n_threads = 2;
        crowd_run(&other);
        for (int i = 0; i < N; i++)
            same_bits(&together, i, &other, i);
        crowd_free(&other);
        for (int i = 0; i < N; i += 13) {
            other = together;
            other.n = 1;
            other.first = i;
            crowd_run(&other);
            same_bits(&together, i, &other, 0);
            crowd_free(&other);
        }
        crowd_free(&together);
        osw_plan_destroy((struct osw_plan *)(uintptr_t)together.plan);
    }
    osw_diag_destroy(diag);
}

/* A member that cannot live is told with a code; its neighbours do not notice. */
static void faults(void **state)
{
    (void)state;
    enum { N = 20, AT = 9 };
    struct osw_diag *diag = osw_diag_create();
    struct crowd well, ill;
    crowd_open(&well, diag, lifelong, N, 0.3, OSW_ISA_AVX512);
    crowd_run(&well);
    for (int fault = CROWD_NAN; fault <= CROWD_STIFF; fault++) {
        ill = well;
        ill.fault = (enum crowd_fault)fault;
        ill.fault_at = AT;
        ill.fault_param =
            osw_model_param(well.plan->model, fault == CROWD_NAN ? "k_PTH" : "k_G");
        assert_true(ill.fault_param >= 0);
        crowd_run(&ill);
        for (int i = 0; i < N; i++)
            if (i != AT)
                same_bits(&well, i, &ill, i);
        for (int a = 0; a < 2; a++) {
            const struct crowd_row *row = &ill.rows[AT * 2 + a];
            assert_non_null(row->fallback);
            assert_true(row->fallback_t == well.plan->lives[0].t_start);
            if (fault == CROWD_NAN) {
                assert_int_equal(row->status, OSW_ERR_INTEGRATION);
                assert_non_null(row->failure.reason);
            } else { /* too stiff for the lanes' search */
                assert_int_equal(row->status, OSW_OK);
            }
        }
        crowd_free(&ill);
    }
    crowd_free(&well);
    osw_plan_destroy((struct osw_plan *)(uintptr_t)well.plan);
    osw_diag_destroy(diag);
}

/* The largest value of an output at the end, of all members. */
static double usual_size(const struct crowd *c, int arm, size_t k)
{
    double size = 0;
    for (int i = 0; i < c->n; i++) {
        const size_t n = (size_t)c->plan->n_outputs;
        double x = crowd_values(c, i, arm)[((size_t)c->n_times - 1) * n + k];
        if (isfinite(x))
            size = fmax(size, fabs(x));
    }
    return size;
}

/* The largest difference of a member's outputs from those of CVODES, relative to the
 * value or to 1e-3 of the largest of all members `of`. */
static double miss(const struct crowd *c, const struct crowd *of, int member, int arm)
{
    double p[1024], worst = 0;
    struct osw_plan plan = *c->plan;
    struct osw_life life = plan.lives[0];
    struct osw_simulate_options options = {.solver = OSW_SOLVER_DEFAULTS};
    struct osw_result *r = NULL;
    struct osw_diag *diag = osw_diag_create();
    const size_t n = (size_t)plan.n_outputs;
    const double *values = crowd_values(c, member, arm);
    memcpy(p, life.params, (size_t)plan.model->kernel->n_params * sizeof *p);
    crowd_draw(c->plan, c->spread, c->first + member, p);
    life.params = p;
    plan.lives = &life;
    options.solver.rtol = 1e-10;
    options.solver.atol = 1e-12;
    assert_int_equal(osw_simulate(&plan, &options, diag, &r), OSW_OK);
    for (size_t k = 0; k < n; k++) { /* at the end */
        double x = values[((size_t)c->n_times - 1) * n + k];
        double y = r->outputs[((size_t)(arm + 1) * (size_t)r->n_times - 1) * n + k];
        double floor = 1e-3 * usual_size(of, arm, k);
        worst = fmax(worst, x == y ? 0 : fabs(x - y) / (fabs(y) + floor));
    }
    osw_result_destroy(r);
    osw_diag_destroy(diag);
    return worst;
}

/* The same of the member alone in a batch at a tight tolerance: small where a large one
 * was the error at the loose tolerance, and not another course. */
static double tight_miss(const struct crowd *c, int member, int arm)
{
    struct crowd alone = *c;
    alone.n = 1;
    alone.first = c->first + member;
    alone.rtol = 1e-8;
    crowd_run(&alone);
    double e = miss(&alone, c, 0, arm);
    crowd_free(&alone);
    return e;
}

/* Every member is told with a finite end or a code, and a sample agrees with CVODES. */
static void random_members(double spread, int n, double most_failed)
{
    struct osw_diag *diag = osw_diag_create();
    struct crowd c;
    int n_fallback = 0, n_failed = 0, n_missed = 0, n_compared = 0;
    crowd_open(&c, diag, lifelong, n, spread, OSW_ISA_AVX512);
    crowd_run(&c);
    for (int i = 0; i < 2 * n; i++) {
        const struct crowd_row *row = &c.rows[i];
        const double *values = crowd_values(&c, i / 2, i % 2);
        n_fallback += row->fallback != NULL;
        n_failed += row->status != OSW_OK;
        if (row->status) {
            assert_int_equal(row->status, OSW_ERR_INTEGRATION);
            assert_non_null(row->failure.reason);
            assert_true(isfinite(row->failure.t));
            continue;
        }
        for (size_t k = 0; k < crowd_width(&c); k++)
            assert_true(isfinite(values[k]));
        if (i % 2 && (row->fallback || i / 2 % 50 == 0) && n_compared < 60) {
            double e = miss(&c, &c, i / 2, 1);
            n_compared++;
            double tight = e > 1e-3 ? tight_miss(&c, i / 2, 1) : 0;
            n_missed += tight > 0.1 * e;
            if (e > 1e-3)
                print_message("member %d differs by %.1e, at rtol 1e-8 by %.1e\n", i / 2,
                              e, tight);
        }
    }
    print_message("spread %g: %d members, %d arms left the lanes, %d failed; %d compared "
                  "with CVODES, %d differ; %.3g ms each, occupancy %.3f\n",
                  spread, n, n_fallback, n_failed, n_compared, n_missed, c.cpu_ms / n,
                  (double)(c.stats.steps + c.stats.rejected) /
                      (double)(c.stats.sweeps * c.kernel.kernel->lanes));
    assert_int_equal(n_missed, 0);
    assert_true(n_failed <= 2 * n * most_failed);
    crowd_free(&c);
    osw_plan_destroy((struct osw_plan *)(uintptr_t)c.plan);
    osw_diag_destroy(diag);
}

static void usual(void **state)
{
    (void)state;
    random_members(0.3, n_usual, 0.002);
}

static void wide(void **state)
{
    (void)state;
    random_members(0.6, n_wide, 0.05);
}

int main(int argc, char **argv)
{
    n_usual = argc > 1 ? atoi(argv[1]) : n_usual;
    n_wide = argc > 2 ? atoi(argv[2]) : n_wide;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(as_cvode), cmocka_unit_test(bits), cmocka_unit_test(faults),
        cmocka_unit_test(usual),    cmocka_unit_test(wide),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
