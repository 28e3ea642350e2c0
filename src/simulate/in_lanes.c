/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The one member of a plan run in lanes: its arms side by side. */
#include "simulate/cohort.h"
#include "simulate/simulate_work.h"

#include <string.h>

struct in_lanes { /* the one member of a plan run in lanes */
    struct osw_run *run;
    struct osw_arm_result *arms;
    struct osw_arena *arena;
    enum osw_status status;
    bool given;
};

static int64_t only_member(void *context)
{
    struct in_lanes *l = context;
    bool given = l->given;
    l->given = true;
    return given ? -1 : 0;
}

static void as_planned(void *context, int64_t member, int life, double *p)
{
    (void)context, (void)member, (void)life, (void)p;
}

static bool poll_stop(void *context, double t, const char *what)
{
    struct in_lanes *l = context;
    return osw_run_tell(l->run, t < 0 ? 0 : t, what);
}

/* Say in diag what left the lanes, and what failed after all. */
static void report(const struct osw_run *r, const struct osw_arm_result *arm)
{
    const struct osw_loc nowhere = {0};
    if (arm->ejected)
        osw_diag_add(r->diag, OSW_WARNING, nowhere,
                     "%s: left the lanes at day %.6g: %s; run by CVODES", arm->name,
                     arm->ejected_t, arm->ejected);
    if (arm->status)
        osw_diag_add(r->diag, OSW_ERROR, nowhere,
                     "%s: integration failed at day %.6g: %s", arm->name, arm->failure.t,
                     arm->failure.reason);
}

static void keep_course(void *context, const struct osw_cohort_course *course)
{
    struct in_lanes *l = context;
    struct osw_run *r = l->run;
    const size_t rows = (size_t)r->axis.n, a = (size_t)course->arm;
    const size_t n = (size_t)r->plan->n_outputs;
    const size_t m = (size_t)r->plan->model->kernel->n_states;
    const size_t n_params = (size_t)r->plan->model->kernel->n_params;
    double *p = osw_arena_alloc(l->arena, n_params, sizeof *p);
    memcpy(r->outputs + a * rows * n, course->outputs, rows * n * sizeof *r->outputs);
    if (r->states)
        memcpy(r->states + a * rows * m, course->states, rows * m * sizeof *r->states);
    l->arms[a] = *course->result;
    l->arms[a].params = p;
    if (p)
        memcpy(p, course->result->params, n_params * sizeof *p);
    else
        l->status = OSW_ERR_MEMORY;
    if (course->result->status == OSW_ERR_INPUT && !l->status)
        l->status = OSW_ERR_INPUT; /* a match out of reach: diag says it */
    else
        report(r, course->result);
    r->done += r->plan->duration;
}

enum osw_status osw_run_in_lanes(struct osw_run *r, struct osw_result *result)
{
    struct osw_wide_kernel kernel = {0};
    struct osw_cohort *cohort = NULL;
    struct in_lanes l = {.run = r, .arena = result->arena};
    const struct osw_cohort_members members = {.context = &l,
                                               .next = only_member,
                                               .draw = as_planned,
                                               .done = keep_course,
                                               .stop = poll_stop};
    enum osw_status status =
        osw_model_kernel_wide(r->plan->model, r->options->isa, r->diag, &kernel);
    l.arms = osw_arena_alloc(result->arena, (size_t)r->plan->n_arms, sizeof *l.arms);
    if (!status && !l.arms)
        status = OSW_ERR_MEMORY;
    double before = osw_run_cpu_seconds();
    if (!status)
        status = osw_cohort_create(r->plan, &kernel, r->options, &cohort);
    if (!status)
        status = osw_cohort_run(cohort, &members, r->diag);
    osw_cohort_destroy(cohort);
    result->integrate_cpu_s = osw_run_cpu_seconds() - before;
    result->isa = kernel.isa;
    result->arms = l.arms;
    return status ? status : l.status;
}
