/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The solver's contract on a linear model with a closed form: outputs change nothing,
 * segments and restarts within the tolerance, held states, frozen time, superposition,
 * reuse, failures told and nothing printed. */
#include "fixture.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { DEPOT, CENTRAL, PERIPHERAL, CLOCK };
static const double ka = 8, ke = 1.5, k12 = 0.7, k21 = 0.4;
static struct problem pk;

static int setup(void **state)
{
    (void)state;
    const struct osw_kernel *k = osw_kernel_pk();
    double p[MOST_PARAMS] = {0};
    p[param(k, "ka")] = ka;
    p[param(k, "ke")] = ke;
    p[param(k, "k12")] = k12;
    p[param(k, "k21")] = k21;
    problem_init(&pk, k, p);
    assert_int_equal(state_of(k, "depot"), DEPOT);
    assert_int_equal(state_of(k, "clock"), CLOCK);
    return 0;
}

/* Bolus of 1 into the central compartment (Gibaldi & Perrier 1982, two compartments). */
static void bolus(double t, double *central, double *peripheral)
{
    double sum = ke + k12 + k21, root = sqrt(sum * sum - 4 * ke * k21);
    double a = (sum + root) / 2, b = (sum - root) / 2;
    *central = ((a - k21) * exp(-a * t) + (k21 - b) * exp(-b * t)) / (a - b);
    *peripheral = k12 / (a - b) * (exp(-b * t) - exp(-a * t));
}

struct seen {
    int n;
    double t[20000], central[20000], worst;
};
static struct seen seen, other;

static void compare(void *context, int index, double t, const double *y)
{
    struct seen *s = context;
    double central, peripheral;
    bolus(t, &central, &peripheral);
    assert_int_equal(index, s->n);
    s->worst = fmax(s->worst, fabs(y[CENTRAL] - central));
    s->worst = fmax(s->worst, fabs(y[PERIPHERAL] - peripheral));
    s->t[s->n] = t;
    s->central[s->n++] = y[CENTRAL];
}

static void test_closed_form(void **state)
{
    (void)state;
    struct problem one = pk;
    double times[400];
    one.y[CENTRAL] = 1;
    for (int i = 0; i < 400; i++)
        times[i] = 10.0 * (i + 1) / 400;
    for (double rtol = 1e-4; rtol > 1e-11; rtol *= 1e-2) {
        struct osw_solver_options options = tolerance(rtol, rtol, OSW_LINEAR_KLU);
        struct osw_solver *solver = begin(&one, NULL, &options, 0);
        seen = (struct seen){0};
        assert_int_equal(osw_solver_advance(solver, 10, times, 400, compare, &seen),
                         OSW_OK);
        printf("two compartments, rtol %.0e: largest error of 400 outputs %.1e\n", rtol,
               seen.worst);
        assert_int_equal(seen.n, 400);
        assert_true(seen.worst < 50 * rtol);
        osw_solver_destroy(solver);
    }
}

static void grid(int n, struct seen *s, double *end)
{
    struct problem one = pk;
    one.y[DEPOT] = 1;
    double *times = malloc((size_t)n * sizeof *times);
    for (int i = 0; i < n; i++)
        times[i] = 3000.0 * (i + 1) / n;
    struct osw_solver_options options = OSW_SOLVER_DEFAULTS;
    struct osw_solver *solver = begin(&one, NULL, &options, 0);
    *s = (struct seen){0};
    assert_int_equal(osw_solver_advance(solver, 3000, times, n, compare, s), OSW_OK);
    assert_int_equal(s->n, n);
    memcpy(end, osw_solver_state(solver, NULL),
           (size_t)one.kernel->n_states * sizeof *end);
    osw_solver_destroy(solver);
    free(times);
}

static void test_output_grid(void **state)
{
    (void)state;
    static const int sizes[] = {2, 300, 10000};
    double first[MOST_STATES], end[MOST_STATES];
    size_t bytes = (size_t)pk.kernel->n_states * sizeof *end;
    grid(10000, &other, first);
    for (int i = 0; i < 3; i++) {
        int n = sizes[i];
        grid(n, &seen, end);
        assert_memory_equal(first, end, bytes);
        for (int k = 0; k < n; k++) /* the times that both grids have */
            if ((k + 1) * 10000 % n == 0) {
                int at = (k + 1) * (10000 / n) - 1;
                if (10000 % n == 0 && seen.t[k] == other.t[at])
                    assert_memory_equal(&seen.central[k], &other.central[at],
                                        sizeof(double));
            }
    }
}

static void test_segments(void **state)
{
    (void)state;
    struct problem one = pk;
    one.y[DEPOT] = 1;
    struct osw_solver_options options = tolerance(1e-8, 1e-8, OSW_LINEAR_KLU);
    struct osw_solver *whole = begin(&one, NULL, &options, 0);
    struct osw_solver *joined = begin(&one, NULL, &options, 0);
    struct osw_solver *cut = begin(&one, NULL, &options, 0);
    const double *a = go(whole, 5), *b = NULL, *c = NULL;
    for (int i = 1; i <= 100; i++) {
        b = go(joined, 5 * i / 100.0);
        c = go(cut, 5 * i / 100.0);
        if (i < 100)
            assert_int_equal(osw_solver_start(cut, 5 * i / 100.0, c, one.p), OSW_OK);
    }
    for (int i = DEPOT; i <= PERIPHERAL; i++) {
        assert_true(fabs(a[i] - b[i]) < 1e-6);
        assert_true(fabs(a[i] - c[i]) < 1e-6);
    }
    assert_int_equal(osw_solver_stats(whole)->segments, 1);
    assert_int_equal(osw_solver_stats(cut)->segments, 100);
    osw_solver_destroy(whole);
    osw_solver_destroy(joined);
    osw_solver_destroy(cut);
}

static void test_superposition(void **state)
{
    (void)state;
    static const double start[3][3] = {{1, 0.2, 0}, {0.3, 0, 2}, {1.3, 0.2, 2}};
    double end[3][MOST_STATES];
    for (int k = 0; k < 3; k++) {
        struct problem one = pk;
        memcpy(one.y, start[k], sizeof start[k]);
        struct osw_solver_options options = tolerance(1e-9, 1e-9, OSW_LINEAR_KLU);
        struct osw_solver *solver = begin(&one, NULL, &options, 0);
        memcpy(end[k], go(solver, 2), 3 * sizeof(double));
        osw_solver_destroy(solver);
    }
    for (int i = DEPOT; i <= PERIPHERAL; i++)
        assert_true(fabs(end[0][i] + end[1][i] - end[2][i]) < 1e-7);
}

static void test_held(void **state)
{
    (void)state;
    static const unsigned char held[] = {1, 0, 1, 0};
    for (int w = OSW_LINEAR_KLU; w <= OSW_LINEAR_GENERATED; w++) {
        struct problem one = pk;
        one.y[DEPOT] = 2;
        one.y[PERIPHERAL] = 3;
        struct osw_solver_options options =
            tolerance(1e-8, 1e-8, (enum osw_linear_solver)w);
        struct osw_solver *solver = begin(&one, held, &options, 0);
        const double *y = go(solver, 100);
        assert_true(y[DEPOT] == 2 && y[PERIPHERAL] == 3);
        assert_true(fabs(y[CENTRAL] - (ka * 2 + k21 * 3) / (ke + k12)) < 1e-6);
        osw_solver_destroy(solver);
    }
}

static void test_frozen_time(void **state)
{
    (void)state;
    struct osw_solver_options options = tolerance(1e-8, 1e-8, OSW_LINEAR_KLU);
    struct osw_solver *solver = begin(&pk, NULL, &options, 5);
    assert_true(fabs(go(solver, 105)[CLOCK] - 104) < 1e-5);
    osw_solver_destroy(solver);
    options.freeze_time = true;
    solver = begin(&pk, NULL, &options, 5);
    assert_true(fabs(go(solver, 105)[CLOCK] - 5) < 1e-5);
    osw_solver_destroy(solver);
}

/* A used solver gives the bits of a new one; a switch is seen and can be taken back. */
static void test_reuse(void **state)
{
    (void)state;
    struct problem one = pk, other_one = pk;
    one.y[CENTRAL] = 1;
    other_one.y[DEPOT] = 7;
    other_one.p[param(pk.kernel, "ke")] = 40;
    struct osw_solver_options options = OSW_SOLVER_DEFAULTS;
    size_t bytes = (size_t)pk.kernel->n_states * sizeof(double);
    struct osw_solver *fresh = begin(&one, NULL, &options, 0);
    struct osw_solver *used = begin(&other_one, NULL, &options, 3);
    double unlike = go(used, 77)[CENTRAL];
    assert_int_equal(osw_solver_start(used, 0, one.y, one.p), OSW_OK);
    const double *a = go(fresh, 2), *b = go(used, 2);
    assert_memory_equal(a, b, bytes);
    assert_true(a[CENTRAL] != unlike);
    osw_solver_reset_stats(used);
    assert_int_equal(osw_solver_stats(used)->steps, 0);
    osw_solver_destroy(fresh);
    osw_solver_destroy(used);
}

static void test_short_segments(void **state)
{
    (void)state;
    struct problem one = pk;
    one.y[CENTRAL] = 1;
    struct osw_solver_options options = OSW_SOLVER_DEFAULTS;
    struct osw_solver *solver = begin(&one, NULL, &options, 20000);
    double t = 20000;
    for (int i = 0; i < 2000; i++) {
        t += i % 2 ? 1e-11 : 1e-9;
        go(solver, t);
        assert_int_equal(
            osw_solver_start(solver, t, osw_solver_state(solver, NULL), one.p), OSW_OK);
    }
    double central, peripheral;
    bolus(t - 20000, &central, &peripheral);
    double off = osw_solver_state(solver, NULL)[CENTRAL] - central;
    printf("2000 segments of 1e-9 and 1e-11 day at day 20000: error %.1e\n", off);
    assert_true(fabs(off) < 1e-8);
    osw_solver_destroy(solver);
}

static struct osw_solver_failure failing(double growth, double edge, int64_t max_steps)
{
    const struct osw_kernel *k = osw_kernel_faulty();
    double p[MOST_PARAMS];
    p[param(k, "growth")] = growth;
    p[param(k, "edge")] = edge;
    struct problem one;
    problem_init(&one, k, p);
    one.y[state_of(k, "blow")] = 1;
    struct osw_solver_options options = OSW_SOLVER_DEFAULTS;
    options.max_steps = max_steps;
    struct osw_solver *solver = begin(&one, NULL, &options, 0);
    assert_int_equal(osw_solver_advance(solver, 10, NULL, 0, NULL, NULL),
                     OSW_ERR_INTEGRATION);
    struct osw_solver_failure failure = *osw_solver_last_failure(solver);
    double reached;
    const double *y = osw_solver_state(solver, &reached);
    for (int i = 0; i < k->n_states; i++)
        assert_true(isfinite(y[i]));
    assert_true(reached == failure.t);
    printf("failure at %.9g: %s (code %d, state %s)\n", failure.t, failure.reason,
           failure.code, failure.state < 0 ? "-" : k->states[failure.state].name);
    /* The solver can be used again. */
    if (max_steps > 100) {
        one.p[param(k, "growth")] = one.p[param(k, "edge")] = 0;
        assert_int_equal(osw_solver_start(solver, 0, one.y, one.p), OSW_OK);
        assert_true(fabs(go(solver, 1)[state_of(k, "calm")] - exp(-1)) < 1e-4);
    }
    osw_solver_destroy(solver);
    return failure;
}

static void test_failures(void **state)
{
    (void)state;
    const struct osw_kernel *k = osw_kernel_faulty();
    struct osw_solver_failure f = failing(1, 0, 500000);
    assert_true(fabs(f.t - 1) < 1e-3); /* 1/(1 - t) */
    assert_int_equal(f.state, state_of(k, "blow"));
    f = failing(0, 1, 500000);
    assert_true(f.t > 0.59 && f.t < 0.6); /* integral of exp(-u)/(1 + u) = 0.59634… */
    assert_int_equal(f.state, state_of(k, "lost"));
    f = failing(0.01, 0, 5);
    assert_string_equal(f.reason, "more steps than allowed");
}

/* SUNDIALS and GSL write to the standard streams unless told not to. */
static void test_nothing_printed(void **state)
{
    (void)state;
    fflush(NULL);
    FILE *heard = tmpfile();
    assert_non_null(heard);
    int out = dup(STDOUT_FILENO), err = dup(STDERR_FILENO);
    dup2(fileno(heard), STDERR_FILENO);
    dup2(STDERR_FILENO, STDOUT_FILENO);
    const struct osw_kernel *k = osw_kernel_faulty();
    double p[MOST_PARAMS] = {1, 1};
    struct problem one;
    problem_init(&one, k, p);
    one.y[state_of(k, "blow")] = NAN;
    struct osw_solver_options options = OSW_SOLVER_DEFAULTS;
    struct osw_solver *solver = begin(&one, NULL, &options, 0);
    enum osw_status at_once = osw_solver_advance(solver, 10, NULL, 0, NULL, NULL);
    one.y[state_of(k, "blow")] = 1;
    enum osw_status status = osw_solver_start(solver, 0, one.y, one.p);
    enum osw_status later = osw_solver_advance(solver, 10, NULL, 0, NULL, NULL);
    osw_solver_destroy(solver);
    fflush(NULL);
    dup2(out, STDOUT_FILENO);
    dup2(err, STDERR_FILENO);
    close(out);
    close(err);
    assert_int_equal(status, OSW_OK);
    assert_int_equal(at_once, OSW_ERR_INTEGRATION);
    assert_int_equal(later, OSW_ERR_INTEGRATION);
    assert_int_equal(fseek(heard, 0, SEEK_END), 0);
    assert_int_equal(ftell(heard), 0);
    fclose(heard);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_closed_form), cmocka_unit_test(test_output_grid),
        cmocka_unit_test(test_segments),    cmocka_unit_test(test_superposition),
        cmocka_unit_test(test_held),        cmocka_unit_test(test_frozen_time),
        cmocka_unit_test(test_reuse),       cmocka_unit_test(test_short_segments),
        cmocka_unit_test(test_failures),    cmocka_unit_test(test_nothing_printed),
    };
    return cmocka_run_group_tests(tests, setup, NULL);
}
