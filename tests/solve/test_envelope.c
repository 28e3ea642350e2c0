/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Envelopes of a linear drug model with a slow compartment and a clock, every period of
 * which CVODES runs: against all periods one by one, within steps, too; periods that
 * cannot be run; ends too near for a step. */
#include "fixture.h"
#include "model/kernel.h"
#include "solve/envelope.h"

#include <math.h>
#include <string.h>

enum { N = 2000, STATES = 4 };

static struct problem problem;
static struct osw_solver *solver;
static double every[N + 1][STATES]; /* states at the beginning of each period */

/* From the beginning of a period, to which the dose belongs, to its end. */
static void run(double n, const double *y, double *y_end)
{
    double dosed[STATES];
    memcpy(dosed, y, sizeof dosed);
    dosed[state_of(problem.kernel, "depot")] += 1;
    assert_int_equal(osw_solver_start(solver, n, dosed, problem.p), OSW_OK);
    memcpy(y_end, go(solver, n + 1), sizeof dosed);
}

static int setup(void **state)
{
    (void)state;
    const double nominal[MOST_PARAMS] = {0};
    const struct osw_solver_options options = tolerance(1e-11, 1e-13, OSW_LINEAR_DENSE);
    const struct osw_kernel *k = osw_kernel_pk();
    problem_init(&problem, k, nominal);
    problem.p[param(k, "ka")] = 8;
    problem.p[param(k, "ke")] = 1.5;
    problem.p[param(k, "k12")] = 0.7;
    problem.p[param(k, "k21")] = 0.004;
    solver = begin(&problem, NULL, &options, 0);
    for (int n = 0; n < N; n++)
        run(n, every[n], every[n + 1]);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    osw_solver_destroy(solver);
    return 0;
}

/* The model is linear: its Jacobian is the same all day, and d(clock')/dt is 1. */
static void tell(struct osw_envelope *e, int n, double atol, const double *y,
                 const double *y_end)
{
    const struct osw_kernel *k = problem.kernel;
    double c[64], f[STATES];
    assert_true(k->n_constants <= 64 && k->dfdt_nnz == 1);
    k->prepare(problem.p, c);
    k->segment(problem.p, c);
    k->rhs_jac(n, y, problem.p, c, f, osw_envelope_jacobian(e));
    osw_envelope_slope(e)[0] = 1;
    double tolerance[STATES];
    for (int i = 0; i < STATES; i++)
        tolerance[i] = atol * problem.scale[i];
    osw_envelope_ran(e, n, 1, y, y_end, tolerance, 1);
}

static double off(const double *y, int n)
{
    double worst = 0;
    for (int i = 0; i < STATES; i++)
        worst = fmax(worst, fabs(y[i] - every[n][i]) / (fabs(every[n][i]) + 1e-2));
    return worst;
}

struct course {
    int run;             /* periods */
    double end, between; /* errors */
    int refuse;          /* every so many-th period of a step cannot be run; 0: none */
    int taken;
};

static enum osw_envelope_answer take(struct osw_envelope *e, struct course *c)
{
    double y_end[STATES];
    if (c->refuse && ++c->taken % c->refuse == 0)
        return osw_envelope_take(e, NULL);
    run(osw_envelope_place(e), osw_envelope_state(e), y_end);
    c->run++;
    return osw_envelope_take(e, y_end);
}

/* To period N, as simulate/stride.c does it. */
static void follow(double rtol, struct course *c)
{
    struct osw_envelope *e;
    double y[STATES] = {0}, y_end[STATES], within[STATES];
    int from = -1;
    assert_int_equal(osw_envelope_create(problem.kernel, rtol, &e), OSW_OK);
    for (int n = 0; n < N;) {
        run(n, y, y_end);
        c->run++;
        tell(e, n, 0.1 * rtol, y, y_end);
        for (int m = from; from >= 0 && m <= n; m++) {
            osw_envelope_between(e, m, within);
            c->between = fmax(c->between, off(within, m));
        }
        from = -1;
        memcpy(y, y_end, sizeof y);
        if (!osw_envelope_try(e, N - 1)) {
            n++;
            continue;
        }
        enum osw_envelope_answer answer;
        do
            answer = take(e, c);
        while (answer == OSW_ENVELOPE_PERIOD);
        if (answer == OSW_ENVELOPE_LEFT) {
            n++;
            continue;
        }
        from = n;
        n = (int)osw_envelope_place(e);
        assert_true(n == osw_envelope_place(e) && n < N);
        memcpy(y, osw_envelope_state(e), sizeof y);
    }
    c->end = off(y, N);
    osw_envelope_destroy(e);
}

static void as_every_period(void **state)
{
    (void)state;
    double last = 1;
    for (double rtol = 1e-3; rtol > 5e-7; rtol /= 10) {
        struct course c = {0};
        follow(rtol, &c);
        print_message("rtol %.0e: %d of %d periods run, error %.1e, within steps %.1e\n",
                      rtol, c.run, N, c.end, c.between);
        assert_true(c.end < rtol && c.between < 10 * rtol);
        assert_true(c.between < 0.5 * last);
        assert_true(c.run < (rtol > 5e-5 ? N / 5 : N));
        last = c.between;
    }
}

/* A step whose periods cannot be run is made shorter, or left. */
static void refused(void **state)
{
    (void)state;
    struct course some = {.refuse = 29}, all = {.refuse = 1};
    follow(1e-4, &some);
    follow(1e-4, &all);
    print_message("refused: %d and %d of %d periods run\n", some.run, all.run, N);
    assert_true(some.end < 1e-4 && some.run < N);
    assert_true(all.end < 1e-9 && all.run == N);
}

static void too_near(void **state)
{
    (void)state;
    struct osw_envelope *e;
    double y_end[STATES];
    assert_int_equal(osw_envelope_create(problem.kernel, 1e-3, &e), OSW_OK);
    run(0, every[0], y_end);
    tell(e, 0, 1e-4, every[0], y_end);
    assert_false(osw_envelope_try(e, 6));
    assert_true(osw_envelope_try(e, 7));
    osw_envelope_destroy(e);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(as_every_period),
        cmocka_unit_test(refused),
        cmocka_unit_test(too_near),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
