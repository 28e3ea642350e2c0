/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The program's own solvers (simulate/driver.h) on a problem's members, each with the
 * settings that tell them apart. */
#include "bench/method.h"
#include "base/memory.h"
#include "numerics/flush.h"

#include <math.h>
#include <string.h>

const struct osw_bench_method osw_bench_methods[] = {
    {"cvode-dense", "CVODE dense", &osw_driver_cvode, OSW_LINEAR_DENSE, false},
    {"cvode-klu", "CVODE KLU", &osw_driver_cvode, OSW_LINEAR_KLU, false},
    {"cvode-generated", "CVODE generated LU", &osw_driver_cvode, OSW_LINEAR_GENERATED,
     false},
    {"rodas-scalar", "Rodas5P, one lane", &osw_driver_rosenbrock, OSW_LINEAR_GENERATED,
     false},
    {"rodas-lanes", "Rodas5P in lanes", &osw_driver_rosenbrock, OSW_LINEAR_GENERATED,
     true},
    {"envelope", "in lanes, envelope", &osw_driver_envelope, OSW_LINEAR_GENERATED, true},
    {0},
};

const struct osw_bench_method *osw_bench_method_find(const char *name)
{
    const struct osw_bench_method *m = osw_bench_methods;
    while (m->name && strcmp(m->name, name) != 0)
        m++;
    return m->name ? m : NULL;
}

bool osw_bench_method_suits(const struct osw_bench_method *m,
                            const struct osw_bench_problem *b)
{
    return !m->driver->counts_periods || b->n_events > 0;
}

struct osw_bench_run {
    const struct osw_bench_problem *problem;
    const struct osw_driver *driver;
    void *work;
    struct osw_trajectory lanes[OSW_BATCH_MOST_LANES];
    int first, next, end; /* members: the first of a run, the next, one beyond the last */
    double *states;       /* of member `first` and those after it */
    struct osw_bench_counts *counts;
};

void osw_bench_method_destroy(struct osw_bench_run *run)
{
    if (!run)
        return;
    run->driver->destroy(run->work);
    osw_free(run);
}

enum osw_status osw_bench_method_create(const struct osw_bench_method *method,
                                        const struct osw_bench_problem *problem,
                                        const struct osw_bench_setting *setting,
                                        struct osw_bench_run **run)
{
    enum osw_isa isa = method->wide ? setting->isa : OSW_ISA_BASELINE;
    while (method->wide && !problem->wide[isa] && isa > OSW_ISA_BASELINE)
        isa--;
    struct osw_driver_setup setup = {.kernel = problem->kernel,
                                     .wide = method->wide ? problem->wide[isa]
                                                          : problem->kernel,
                                     .isa = isa,
                                     .scale = problem->scale,
                                     .options = OSW_SOLVER_DEFAULTS};
    setup.options.rtol = setting->rtol;
    setup.options.linear_solver = method->linear;
    struct osw_bench_run *r = osw_alloc(1, sizeof *r);
    if (!r)
        return OSW_ERR_MEMORY;
    r->problem = problem;
    r->driver = method->driver;
    enum osw_status status = r->driver->create(&setup, &r->work);
    if (status) {
        osw_bench_method_destroy(r);
        return status;
    }
    *run = r;
    return OSW_OK;
}

static double *states_of(const struct osw_bench_run *r, int k)
{
    const struct osw_bench_problem *b = r->problem;
    return r->states +
           (size_t)(k - r->first) * (size_t)b->n_times * (size_t)b->kernel->n_states;
}

static enum osw_batch_answer next(void *context, int lane,
                                  struct osw_trajectory **trajectory)
{
    enum { MOST_STEPS = 100000000 };
    struct osw_bench_run *r = context;
    const struct osw_bench_problem *b = r->problem;
    if (r->next == r->end)
        return OSW_BATCH_END;
    const int k = r->next++;
    r->lanes[lane] =
        (struct osw_trajectory){.context = states_of(r, k),
                                .timeline = &b->timeline,
                                .y = b->y + (size_t)k * (size_t)b->kernel->n_states,
                                .p = b->p + (size_t)k * (size_t)b->kernel->n_params,
                                .most_steps = MOST_STEPS,
                                .states = states_of(r, k)};
    *trajectory = &r->lanes[lane];
    return OSW_BATCH_GO;
}

static bool ended(void *context, struct osw_trajectory *trajectory)
{
    struct osw_bench_run *r = context;
    const struct osw_solver_stats *stats = &trajectory->stats;
    double *states = trajectory->context;
    size_t size = (size_t)r->problem->n_times * (size_t)r->problem->kernel->n_states;
    r->counts->steps += stats->steps;
    r->counts->rhs += stats->rhs;
    r->counts->jacobians += stats->jacobians;
    r->counts->factorizations += stats->factorizations;
    r->counts->rejections += stats->error_failures + stats->nonlinear_failures;
    if (trajectory->status) {
        r->counts->failures++;
        for (size_t i = 0; i < size; i++)
            states[i] = NAN;
    }
    return false;
}

__attribute__((noinline)) enum osw_status osw_bench_work(struct osw_bench_run *run,
                                                         int first, int n, double *states,
                                                         struct osw_bench_counts *counts)
{
    const struct osw_trajectory_source source = {run, next, ended, NULL};
    const uint64_t before = osw_lanes_flush_begin();
    run->first = run->next = first;
    run->end = first + n;
    run->states = states;
    run->counts = counts;
    enum osw_status status = run->driver->run(run->work, &source);
    osw_lanes_flush_end(before);
    return status;
}
