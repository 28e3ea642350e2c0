/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "crowd.h"
#include "base/memory.h"
#include "base/random.h"

#include <math.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <cmocka.h>

enum { SEED = 7 };

struct worker {
    struct crowd *crowd;
    struct osw_members *cohort;
    struct osw_diag *diag;
    enum osw_status status;
};

void crowd_draw(const struct osw_plan *plan, double spread, int k, double *p)
{
    const struct osw_model *m = plan->model;
    double variance = log1p(spread * spread);
    for (int j = 0; j < m->kernel->n_params; j++) {
        const struct osw_parameter *row = &m->params[j];
        double u = osw_random_uniform(SEED, 2 * (uint64_t)j, (uint64_t)k);
        double v = osw_random_uniform(SEED, 2 * (uint64_t)j + 1, (uint64_t)k);
        double z = sqrt(-2 * log(u)) * cos(2 * M_PI * v);
        if (k && row->estimate && p[j] > 0)
            p[j] =
                fmin(row->upper,
                     fmax(row->lower, p[j] * exp(sqrt(variance) * z - 0.5 * variance)));
    }
}

static int64_t next(void *context)
{
    struct crowd *c = ((struct worker *)context)->crowd;
    int i = atomic_fetch_add(&c->given, 1);
    return i >= c->n ? -1 : c->order ? c->order[i] : i;
}

static void draw(void *context, int64_t member, int life, double *p)
{
    struct crowd *c = ((struct worker *)context)->crowd;
    (void)life;
    if (member == c->fault_at && c->fault == CROWD_NAN)
        p[c->fault_param] = NAN;
    else if (member == c->fault_at && c->fault == CROWD_STIFF)
        p[c->fault_param] = 1e9;
    else
        crowd_draw(c->plan, c->spread, c->first + (int)member, p);
}

static void done(void *context, const struct osw_member_arm *arm)
{
    struct crowd *c = ((struct worker *)context)->crowd;
    size_t at = (size_t)arm->member * (size_t)c->plan->n_arms + (size_t)arm->arm;
    size_t width = crowd_width(c);
    struct crowd_row *row = &c->rows[at];
    const struct osw_arm_result *r = arm->result;
    row->told++;
    row->status = r->status;
    row->fallback = r->fallback;
    row->fallback_t = r->fallback_t;
    row->failure = r->failure;
    row->steps = r->stats.steps + r->life_stats.steps;
    memcpy(c->values + at * width, arm->outputs, width * sizeof *c->values);
}

static void *work(void *context)
{
    struct worker *w = context;
    const struct osw_members_source members = {
        .context = w, .next = next, .draw = draw, .done = done};
    w->status = osw_members_run(w->cohort, &members, w->diag);
    return NULL;
}

size_t crowd_width(const struct crowd *c)
{
    return (size_t)c->n_times * (size_t)c->plan->n_outputs;
}

const double *crowd_values(const struct crowd *c, int member, int arm)
{
    return c->values +
           ((size_t)member * (size_t)c->plan->n_arms + (size_t)arm) * crowd_width(c);
}

static double cpu_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return 1e3 * (double)now.tv_sec + 1e-6 * (double)now.tv_nsec;
}

static void make_worker(struct crowd *c, struct worker *w)
{
    struct osw_simulate_options options = {.solver = OSW_SOLVER_DEFAULTS};
    options.driver = c->driver ? c->driver : &osw_driver_rosenbrock;
    options.solver.rtol = c->rtol;
    options.solver.atol = 0.1 * c->rtol;
    *w = (struct worker){.crowd = c, .diag = osw_diag_create()};
    assert_int_equal(osw_members_create(c->plan, &c->kernel, &options, &w->cohort),
                     OSW_OK);
    assert_int_equal(osw_members_pilot(w->cohort, w->diag), OSW_OK);
    c->n_times = osw_members_axis(w->cohort)->n;
}

void crowd_run(struct crowd *c)
{
    enum { MOST_THREADS = 4 };
    struct worker workers[MOST_THREADS];
    pthread_t threads[MOST_THREADS];
    const size_t all = (size_t)c->n * (size_t)c->plan->n_arms;
    for (int i = 0; i < c->n_threads; i++)
        make_worker(c, &workers[i]);
    c->rows = osw_alloc(all, sizeof *c->rows);
    c->values = osw_alloc(all * crowd_width(c), sizeof *c->values);
    atomic_store(&c->given, 0);
    double before = cpu_ms();
    for (int i = 1; i < c->n_threads; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, work, &workers[i]), 0);
    work(&workers[0]);
    for (int i = 1; i < c->n_threads; i++)
        pthread_join(threads[i], NULL);
    c->cpu_ms = cpu_ms() - before;
    c->stats = osw_members_stats(workers[0].cohort);
    for (int i = 0; i < c->n_threads; i++) {
        assert_int_equal(workers[i].status, OSW_OK);
        osw_members_destroy(workers[i].cohort);
        osw_diag_destroy(workers[i].diag);
    }
    for (size_t i = 0; i < all; i++)
        assert_int_equal(c->rows[i].told, 1);
}

void crowd_free(struct crowd *c)
{
    osw_free(c->rows);
    osw_free(c->values);
    c->rows = NULL;
    c->values = NULL;
}
