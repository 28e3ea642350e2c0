/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Forward sensitivities of a linear model against its closed form (complex step): they
 * converge with the tolerance, know no output grid, start where they are told to, go on
 * over restarts, and move nothing that is held; of a stiff one against differences. */
#include "fixture.h"
#include "solve/sensitivity.h"

#include <complex.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { DEPOT, CENTRAL, PERIPHERAL, CLOCK, N_STATES };
enum { BY_KE, BY_K12, BY_BOTH, BY_DOSE, N_SENSITIVITIES };
static const double ka = 8, ke = 1.5, k12 = 0.7, k21 = 0.4;
static struct problem pk;
static struct osw_direction directions[N_SENSITIVITIES];

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
    pk.y[CENTRAL] = 1;
    for (int i = 0; i < N_SENSITIVITIES; i++)
        directions[i] = (struct osw_direction){0};
    /* By logarithms; BY_BOTH moves two parameters at once, BY_DOSE the initial value. */
    directions[BY_KE] = (struct osw_direction){1, {param(k, "ke")}, {ke}};
    directions[BY_K12] = (struct osw_direction){1, {param(k, "k12")}, {k12}};
    directions[BY_BOTH] =
        (struct osw_direction){2, {param(k, "ke"), param(k, "k12")}, {ke, -k12}};
    return 0;
}

static const double start[N_SENSITIVITIES * N_STATES] = {[BY_DOSE * N_STATES + CENTRAL] =
                                                             1};

/* Central compartment after a bolus (Gibaldi & Perrier 1982), and its derivatives. */
static double complex central_at(double t, double complex e, double complex out)
{
    double complex sum = e + out + k21, root = csqrt(sum * sum - 4 * e * k21);
    double complex a = (sum + root) / 2, b = (sum - root) / 2;
    return ((a - k21) * cexp(-a * t) + (k21 - b) * cexp(-b * t)) / (a - b);
}

static void exact(double t, double S[N_SENSITIVITIES])
{
    const double h = 1e-30;
    S[BY_KE] = cimag(central_at(t, ke * (1 + h * I), k12)) / h;
    S[BY_K12] = cimag(central_at(t, ke, k12 * (1 + h * I))) / h;
    S[BY_BOTH] = S[BY_KE] - S[BY_K12];
    S[BY_DOSE] = creal(central_at(t, ke, k12));
}

static struct osw_solver *begin_sensitive(double rtol, const unsigned char *held)
{
    struct osw_solver_options options = tolerance(rtol, rtol, OSW_LINEAR_KLU);
    struct osw_solver *solver = NULL;
    assert_int_equal(osw_solver_create(pk.kernel, pk.scale, held, &options, &solver),
                     OSW_OK);
    assert_int_equal(osw_solver_sensitivities(solver, N_SENSITIVITIES), OSW_OK);
    assert_int_equal(osw_solver_start_sensitive(solver, 0, pk.y, pk.p, start, directions),
                     OSW_OK);
    return solver;
}

struct seen {
    struct osw_solver *solver;
    double worst, last[N_SENSITIVITIES];
    int n;
};

static void compare(void *context, int index, double t, const double *y)
{
    struct seen *seen = context;
    double S[N_SENSITIVITIES];
    (void)index, (void)y;
    exact(t, S);
    for (int k = 0; k < N_SENSITIVITIES; k++) {
        seen->last[k] = osw_solver_sensitivity(seen->solver)[k * N_STATES + CENTRAL];
        seen->worst = fmax(seen->worst, fabs(seen->last[k] - S[k]));
    }
    seen->n++;
}

static void test_closed_form(void **state)
{
    (void)state;
    double times[100], before = INFINITY;
    for (int i = 0; i < 100; i++)
        times[i] = 10.0 * (i + 1) / 100;
    for (double rtol = 1e-4; rtol > 1e-11; rtol *= 1e-2) {
        struct seen seen = {.solver = begin_sensitive(rtol, NULL)};
        assert_int_equal(osw_solver_advance(seen.solver, 10, times, 100, compare, &seen),
                         OSW_OK);
        printf("two compartments, rtol %.0e: largest error of sensitivities %.1e\n", rtol,
               seen.worst);
        assert_int_equal(seen.n, 100);
        assert_true(seen.worst < 100 * rtol);
        assert_true(seen.worst < 0.1 * before);
        before = seen.worst;
        osw_solver_destroy(seen.solver);
    }
}

/* Same bits whatever was asked for between. */
static void test_outputs_change_nothing(void **state)
{
    (void)state;
    double many[1000], one = 7, last[2][N_SENSITIVITIES * N_STATES];
    for (int i = 0; i < 1000; i++)
        many[i] = 7.0 * (i + 1) / 1000;
    for (int dense = 0; dense < 2; dense++) {
        struct seen seen = {.solver = begin_sensitive(1e-6, NULL)};
        assert_int_equal(osw_solver_advance(seen.solver, 7, dense ? many : &one,
                                            dense ? 1000 : 1, compare, &seen),
                         OSW_OK);
        memcpy(last[dense], osw_solver_sensitivity(seen.solver), sizeof *last);
        osw_solver_destroy(seen.solver);
    }
    assert_memory_equal(last[0], last[1], sizeof *last);
}

/* In several segments, one of them of a rounding's length. */
static void test_restarts(void **state)
{
    (void)state;
    static const double ends[] = {0.5, 0.5 + 1e-15, 2, 6};
    struct osw_solver *solver = begin_sensitive(1e-8, NULL);
    struct seen seen = {.solver = solver};
    for (int i = 0; i < 4; i++) {
        double t;
        assert_int_equal(osw_solver_advance(solver, ends[i], &ends[i], 1, compare, &seen),
                         OSW_OK);
        const double *y = osw_solver_state(solver, &t);
        assert_int_equal(osw_solver_start_sensitive(solver, t, y, pk.p,
                                                    osw_solver_sensitivity(solver),
                                                    directions),
                         OSW_OK);
    }
    assert_int_equal(seen.n, 4);
    assert_true(seen.worst < 1e-6);
    osw_solver_destroy(solver);
}

static void test_held(void **state)
{
    (void)state;
    const unsigned char held[N_STATES] = {[CENTRAL] = 1};
    struct osw_solver *solver = begin_sensitive(1e-8, held);
    (void)go(solver, 3);
    const double *S = osw_solver_sensitivity(solver);
    for (int k = 0; k < N_SENSITIVITIES; k++)
        assert_true(S[k * N_STATES + CENTRAL] == start[k * N_STATES + CENTRAL]);
    /* peripheral' = k12 central - k21 peripheral with central 1: closed form by ln k12 */
    double expected = k12 * (1 - exp(-k21 * 3)) / k21;
    assert_true(fabs(S[BY_K12 * N_STATES + PERIPHERAL] - expected) < 1e-6);
    osw_solver_destroy(solver);
}

/* Robertson's reactions by the logarithm of each constant, against central differences.
 */
static void test_stiff(void **state)
{
    (void)state;
    const struct osw_kernel *k = osw_kernel_robertson();
    enum { MOST = 3 };
    struct problem one;
    double p[MOST_PARAMS] = {0}, S[MOST * MOST] = {0};
    struct osw_direction by[MOST];
    assert_true(k->n_states == MOST && k->n_params == MOST);
    p[param(k, "k1")] = 0.04, p[param(k, "k2")] = 3e7, p[param(k, "k3")] = 1e4;
    problem_init(&one, k, p);
    one.scale[state_of(k, "B")] = 1e-5;
    for (int j = 0; j < MOST; j++)
        by[j] = (struct osw_direction){1, {j}, {p[j]}};
    struct osw_solver_options options = tolerance(1e-9, 1e-9, OSW_LINEAR_KLU);
    struct osw_solver *solver = NULL;
    assert_int_equal(osw_solver_create(k, one.scale, NULL, &options, &solver), OSW_OK);
    assert_int_equal(osw_solver_sensitivities(solver, MOST), OSW_OK);
    assert_int_equal(osw_solver_start_sensitive(solver, 0, one.y, one.p, S, by), OSW_OK);
    (void)go(solver, 400);
    options.rtol = options.atol = 1e-11;
    for (int j = 0; j < MOST; j++) {
        double y[2][MOST], h = 1e-3;
        for (int side = 0; side < 2; side++) {
            struct problem moved = one;
            moved.p[j] *= exp(side ? h : -h);
            struct osw_solver *plain = begin(&moved, NULL, &options, 0);
            memcpy(y[side], go(plain, 400), sizeof *y);
            osw_solver_destroy(plain);
        }
        for (int i = 0; i < MOST; i++) {
            double slope = (y[1][i] - y[0][i]) / (2 * h);
            double found = osw_solver_sensitivity(solver)[j * MOST + i];
            assert_true(fabs(found - slope) < 1e-5 * fabs(slope) + 1e-7 * one.scale[i]);
        }
    }
    osw_solver_destroy(solver);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_closed_form), cmocka_unit_test(test_outputs_change_nothing),
        cmocka_unit_test(test_restarts), cmocka_unit_test(test_held),
        cmocka_unit_test(test_stiff)};
    return cmocka_run_group_tests(tests, setup, NULL);
}
