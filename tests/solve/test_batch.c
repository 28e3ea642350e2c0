/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The batch on small problems of one lane: published end values, the order of
 * convergence and of dense output on a closed form, doses, outputs that change no step,
 * failures with a code. */
#include "drive.h"
#include "fixture.h"

#include <math.h>
#include <string.h>

struct asked {
    const struct osw_kernel *kernel;
    const double *p, *y, *scale;
    double t_end, rtol, max_step;
    int64_t max_steps;
};

static void one(const struct asked *a, struct drive *d, const double *times, int n,
                double *states)
{
    struct osw_batch_options options = OSW_BATCH_DEFAULTS;
    static struct osw_batch_failure failure;
    static int64_t steps;
    options.rtol = a->rtol;
    options.atol = a->rtol;
    options.max_step = a->max_step;
    if (a->max_steps)
        options.max_steps = a->max_steps;
    d->kernel = a->kernel;
    d->n_members = 1;
    d->p = a->p;
    d->y = a->y;
    d->t_end = a->t_end;
    d->times = times;
    d->n_times = n;
    d->states = states;
    d->failures = &failure;
    d->steps = &steps;
    assert_int_equal(drive_run(d, a->kernel, OSW_ISA_BASELINE, a->scale, &options, NULL),
                     OSW_OK);
}

static double error_of(const struct osw_kernel *kernel, const double *p,
                       const double *scale, double t_end, const double *expected,
                       double rtol)
{
    struct problem problem;
    double states[MOST_STATES], error = 0;
    problem_init(&problem, kernel, p);
    struct asked a = {kernel, problem.p, problem.y, scale, t_end, rtol, 0, 0};
    struct drive d = {0};
    one(&a, &d, &t_end, 1, states);
    assert_int_equal(d.failures[0].code, 0);
    for (int i = 0; i < kernel->n_states; i++)
        error = fmax(error, fabs(states[i] / expected[i] - 1));
    return error;
}

/* Mazzia & Magherini 2008. */
static void published(void **state)
{
    (void)state;
    const double robertson[] = {0.2083340149701255e-7, 0.8333360770334713e-13,
                                0.9999999791665050};
    const double hires[] = {0.7371312573325668e-3, 0.1442485726316185e-3,
                            0.5888729740967575e-4, 0.1175651343283149e-2,
                            0.2386356198831331e-2, 0.6238968252742796e-2,
                            0.2849998395185769e-2, 0.2850001604814231e-2};
    const double oregonator[] = {0.1000814870318523e1, 0.1228178521549917e4,
                                 0.1320554942846706e3};
    const double scale_robertson[] = {1e-6, 1e-12, 1};
    const double scale_hires[] = {1e-3, 1e-3, 1e-3, 1e-3, 1e-3, 1e-3, 1e-3, 1e-3};
    const double ones[] = {1, 1, 1};
    for (double rtol = 1e-5; rtol > 1e-10; rtol *= 0.01) {
        double e[] = {error_of(osw_kernel_robertson(), (const double[]){0.04, 3e7, 1e4},
                               scale_robertson, 1e11, robertson, rtol),
                      error_of(osw_kernel_hires(), (const double[]){0.0007, 280},
                               scale_hires, 321.8122, hires, rtol),
                      error_of(osw_kernel_oregonator(),
                               (const double[]){77.27, 0.161, 8.375e-6}, ones, 360,
                               oregonator, rtol)};
        print_message("rtol %g: %g %g %g\n", rtol, e[0], e[1], e[2]);
        for (int i = 0; i < 3; i++)
            assert_true(e[i] < 100 * rtol);
    }
}

/* Depot, central and peripheral compartment and the clock of the test model at t > 0: a
 * depot of 1 at 0, the clock at -1 (it then reads t - 1). */
static void pk_exact(double t, double *y)
{
    const double ka = 8, ke = 1.5, k12 = 0.7, k21 = 0.4;
    double sum = ke + k12 + k21, root = sqrt(sum * sum - 4 * ke * k21);
    double a = (sum + root) / 2, b = (sum - root) / 2;
    y[0] = exp(-ka * t);
    y[1] = ka * ((k21 - ka) / ((a - ka) * (b - ka)) * exp(-ka * t) +
                 (k21 - a) / ((ka - a) * (b - a)) * exp(-a * t) +
                 (k21 - b) / ((ka - b) * (a - b)) * exp(-b * t));
    y[2] = ka * k12 *
           (exp(-ka * t) / ((a - ka) * (b - ka)) + exp(-a * t) / ((ka - a) * (b - a)) +
            exp(-b * t) / ((ka - b) * (a - b)));
    y[3] = t - 1;
}

/* Of the end, and of outputs within steps. */
static void pk_error(double max_step, double *end, double *within)
{
    enum { N = 4, TIMES = 21 };
    const double scale[] = {1, 1, 1, 1}, start[N] = {1, 0, 0, -1};
    double times[TIMES], states[TIMES * N], exact[N];
    struct problem problem;
    const double p[] = {8, 1.5, 0.7, 0.4, 0};
    problem_init(&problem, osw_kernel_pk(), p);
    struct asked a = {problem.kernel, problem.p, start, scale, 2, 1e-2, max_step, 0};
    struct drive d = {0};
    for (int i = 0; i < TIMES; i++)
        times[i] = 2 * (i + 1) / (double)TIMES;
    times[TIMES - 1] = 2;
    one(&a, &d, times, TIMES, states);
    *end = *within = 0;
    for (int i = 0; i < TIMES; i++) {
        pk_exact(times[i], exact);
        for (int j = 0; j < N; j++) {
            double e = fabs(states[i * N + j] - exact[j]);
            *within = fmax(*within, e);
            if (i == TIMES - 1)
                *end = fmax(*end, e);
        }
    }
}

static void convergence(void **state)
{
    (void)state;
    double end[2], within[2];
    for (int i = 0; i < 2; i++)
        pk_error(i ? 0.05 : 0.1, &end[i], &within[i]);
    print_message("orders %g, %g\n", log2(end[0] / end[1]), log2(within[0] / within[1]));
    assert_true(log2(end[0] / end[1]) > 4.7);
    assert_true(log2(within[0] / within[1]) > 3.7);
}

static void failures(void **state)
{
    (void)state;
    const double scale[] = {1, 1, 1}, t_end = 10;
    const double y[][3] = {{1, 0, 0}, {1, 1, 0}, {1, 0, 0}, {1, NAN, 0}};
    const double p[][2] = {{0, 0}, {1, 0}, {0, 1}, {0, 0}};
    const enum osw_batch_code codes[] = {0, OSW_BATCH_NOT_FINITE, OSW_BATCH_NOT_FINITE,
                                         OSW_BATCH_NOT_FINITE};
    for (int m = 0; m < 4; m++) {
        double states[3];
        struct asked a = {osw_kernel_faulty(), p[m], y[m], scale, t_end, 1e-6, 0, 0};
        struct drive d = {0};
        one(&a, &d, &t_end, 1, states);
        print_message("member %d: code %d at %g, state %d\n", m, d.failures[0].code,
                      d.failures[0].t, d.failures[0].state);
        assert_int_equal(d.failures[0].code, codes[m]);
        assert_true(m ? isnan(states[0]) : fabs(states[0] - exp(-10)) < 1e-7);
        if (m == 1) /* 1/(1 - t) */
            assert_true(fabs(d.failures[0].t - 1) < 1e-3 && d.failures[0].state == 1);
    }
}

static void too_many(void **state)
{
    (void)state;
    const double scale[] = {1, 1, 1}, y[] = {1, 0, 0}, p[] = {0, 0}, t_end = 10;
    double states[3];
    struct asked a = {osw_kernel_faulty(), p, y, scale, t_end, 1e-6, 0, 5};
    struct drive d = {0};
    one(&a, &d, &t_end, 1, states);
    assert_int_equal(d.failures[0].code, OSW_BATCH_TOO_MANY_STEPS);
    assert_true(d.failures[0].t > 0 && d.failures[0].t < t_end);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(published), cmocka_unit_test(convergence),
        cmocka_unit_test(failures), cmocka_unit_test(too_many)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
