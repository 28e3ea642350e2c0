/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The human model in batches of every width against CVODES: natural history. */
#include "human.h"
#include "../solve/drive.h"
#include "solve/solver.h"
#include "solve/steady.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

enum { MOST_STATES = 128, MOST_TIMES = 60 };

static void keep(void *context, int i, double t, const double *y)
{
    struct drive *d = context;
    (void)t;
    memcpy(d->states + i * d->kernel->n_states, y,
           (size_t)d->kernel->n_states * sizeof *y);
}

static double difference(const struct human *h, const double *a, const double *b, int n)
{
    double sum = 0;
    for (int i = 0; i < n; i++) {
        double e = (a[i] - b[i]) /
                   (fabs(b[i]) + 1e-3 * h->scale[i % h->model->kernel->n_states]);
        sum += e * e;
    }
    return sqrt(sum / n);
}

struct life { /* natural history from 20 to 80 years, by CVODES */
    struct human h;
    double y[MOST_STATES], times[MOST_TIMES];
    double expected[MOST_TIMES * MOST_STATES];
};

static void life_open(struct life *life)
{
    struct human *h = &life->h;
    human_open(h);
    const struct osw_kernel *k = h->model->kernel;
    struct osw_solver_options options = OSW_SOLVER_DEFAULTS;
    struct osw_steady_result found;
    struct osw_solver *solver;
    struct drive d = {.kernel = k, .states = life->expected};
    options.rtol = 1e-10;
    options.atol = 1e-11;
    for (int i = 0; i < k->n_states; i++)
        life->y[i] = h->model->states[i].start;
    for (int i = 0; i < MOST_TIMES; i++)
        life->times[i] = (i + 1) * 365.25;
    assert_int_equal(
        osw_steady_find(k, h->scale, h->held, 0, h->p, life->y, false, &found), OSW_OK);
    assert_int_equal(osw_solver_create(k, h->scale, NULL, &options, &solver), OSW_OK);
    assert_int_equal(osw_solver_start(solver, 0, life->y, h->p), OSW_OK);
    assert_int_equal(osw_solver_advance(solver, life->times[MOST_TIMES - 1], life->times,
                                        MOST_TIMES, keep, &d),
                     OSW_OK);
    osw_solver_destroy(solver);
}

/* The error at rtol in a batch of this kernel. */
static double life_error(const struct life *life, struct osw_wide_kernel wide,
                         double rtol)
{
    static double got[MOST_TIMES * MOST_STATES];
    const struct human *h = &life->h;
    struct osw_batch_options options = OSW_BATCH_DEFAULTS;
    struct osw_batch_failure failure;
    int64_t steps;
    struct drive d = {.kernel = h->model->kernel,
                      .n_members = 1,
                      .p = h->p,
                      .y = life->y,
                      .t_end = life->times[MOST_TIMES - 1],
                      .times = life->times,
                      .n_times = MOST_TIMES,
                      .states = got,
                      .failures = &failure,
                      .steps = &steps};
    options.rtol = rtol;
    options.atol = 0.1 * rtol;
    assert_int_equal(drive_run(&d, wide.kernel, wide.isa, h->scale, &options, NULL),
                     OSW_OK);
    assert_int_equal(failure.code, 0);
    return difference(h, got, life->expected, MOST_TIMES * d.kernel->n_states);
}

static void natural_history(void **state)
{
    (void)state;
    static struct life life;
    life_open(&life);
    for (int isa = -1; isa < OSW_ISAS; isa++) {
        struct osw_wide_kernel wide = {OSW_ISA_BASELINE, life.h.model->kernel};
        if (isa >= 0)
            assert_int_equal(osw_model_kernel_wide(life.h.model, (enum osw_isa)isa,
                                                   life.h.diag, &wide),
                             OSW_OK);
        double loose = life_error(&life, wide, 1e-3),
               tight = life_error(&life, wide, 1e-7);
        print_message("%d lanes: error %.1e at 1e-3, %.1e at 1e-7\n", wide.kernel->lanes,
                      loose, tight);
        assert_true(loose < 1e-3 && tight < 1e-7 && tight < 1e-3 * loose);
    }
    human_close(&life.h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(natural_history)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
