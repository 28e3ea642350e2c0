/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Members of a sweep through osw_members: each gets its point, its parameters and, when
 * all its arms have ended, its row; the first arm that failed says why a member did. */
#include "sweep/member_runner.h"
#include "base/memory.h"

#include <assert.h>
#include <math.h>
#include <string.h>

struct place {
    struct osw_member_row row;
    int open;   /* arms still at work; 0: free */
    int blamed; /* the first arm that failed, or n_arms */
};

struct osw_member_runner {
    const struct osw_sweep *sweep;
    const struct osw_plan *plan;
    struct osw_members *members;
    bool late; /* some factor holds from time 0 on only */
    struct place places[OSW_MEMBERS_AT_WORK];
    const struct osw_member_source *source; /* of a run */
};

enum osw_status osw_member_runner_kernel(const struct osw_sweep *sweep,
                                         struct osw_diag *diag,
                                         struct osw_wide_kernel *kernel)
{
    const enum osw_isa isa = (enum osw_isa)sweep->settings.isa;
    struct osw_wide_kernel found;
    enum osw_status status =
        osw_model_kernel_wide(sweep->design->plan->model, isa, diag, &found);
    if (status)
        return status;
    if (found.isa != isa)
        return osw_diag_fail(diag, OSW_ERR_IDENTITY, (struct osw_loc){0},
                             "'%s' was begun with %s instructions, which this machine or "
                             "build lacks: go on elsewhere, or begin a sweep for both "
                             "with --isa %s",
                             sweep->dir, osw_isa_name(isa), osw_isa_name(found.isa));
    *kernel = found;
    return OSW_OK;
}

enum osw_status osw_member_runner_create(const struct osw_sweep *sweep,
                                         const struct osw_wide_kernel *kernel,
                                         struct osw_member_runner **runner)
{
    struct osw_simulate_options options = {.solver = sweep->settings.solver,
                                           .driver = sweep->settings.driver,
                                           .isa = kernel->isa};
    struct osw_member_runner *c = osw_alloc(1, sizeof *c);
    if (!c)
        return OSW_ERR_MEMORY;
    /* KLU keeps its pivots from the member before. */
    options.solver.linear_solver = OSW_LINEAR_GENERATED;
    c->sweep = sweep;
    c->plan = sweep->design->plan;
    for (int j = 0; j < sweep->design->n_factors; j++)
        c->late |= sweep->design->factors[j].from_start;
    enum osw_status status = osw_members_create(c->plan, kernel, &options, &c->members);
    if (!status)
        status = osw_members_pilot(c->members, NULL);
    if (status) {
        osw_member_runner_destroy(c);
        return status;
    }
    *runner = c;
    return OSW_OK;
}

void osw_member_runner_destroy(struct osw_member_runner *runner)
{
    if (!runner)
        return;
    osw_members_destroy(runner->members);
    osw_free(runner);
}

static int64_t next(void *context)
{
    struct osw_member_runner *c = context;
    int i = 0;
    while (c->places[i].open) {
        i++;
        assert(i < OSW_MEMBERS_AT_WORK);
    }
    struct place *place = &c->places[i];
    if (!c->source->next(c->source->context, i, &place->row))
        return -1;
    place->open = c->plan->n_arms;
    place->blamed = c->plan->n_arms;
    *place->row.result = (struct osw_member_result){.t = NAN, .state = -1};
    osw_design_point(c->sweep->design, place->row.member, place->row.point);
    return i;
}

static void draw(void *context, int64_t member, int life, double *p)
{
    const struct osw_member_runner *c = context;
    (void)life;
    osw_design_apply(c->sweep->design, c->places[member].row.point, p);
}

static void start(void *context, int64_t member, double *p)
{
    const struct osw_member_runner *c = context;
    osw_design_start(c->sweep->design, c->places[member].row.point, p);
}

/* At a time with events the value before them. */
static void keep_values(const struct osw_member_runner *c,
                        const struct osw_member_arm *arm, double *values)
{
    const struct osw_axis *axis = osw_members_axis(c->members);
    const size_t arms = (size_t)c->plan->n_arms, outputs = (size_t)c->plan->n_outputs,
                 times = (size_t)c->plan->n_times;
    for (size_t k = 0; k < times; k++) {
        const double *row = arm->outputs + (size_t)axis->index[k] * outputs;
        for (size_t i = 0; i < outputs; i++)
            values[(i * arms + (size_t)arm->arm) * times + k] = row[i];
    }
}

/* A life is counted once, with the first of its arms. */
static void count(const struct osw_plan *plan, const struct osw_member_arm *arm,
                  struct osw_member_result *to)
{
    const struct osw_arm_result *from = arm->result;
    int first = 0;
    while (plan->arms[first].life != plan->arms[arm->arm].life)
        first++;
    to->steps += from->stats.steps;
    to->rhs += from->stats.rhs;
    if (first == arm->arm) {
        to->steps += from->life_stats.steps;
        to->rhs += from->life_stats.rhs;
    }
    to->rescued |= from->fallback != NULL;
}

static void blame(struct place *place, const struct osw_member_arm *arm)
{
    const struct osw_solver_failure *failure = &arm->result->failure;
    struct osw_member_result *to = place->row.result;
    if (arm->arm > place->blamed)
        return;
    place->blamed = arm->arm;
    to->status = arm->result->status;
    to->t = failure->t;
    to->state = failure->state;
    snprintf(to->reason, sizeof to->reason, "%s", failure->reason);
}

static void done(void *context, const struct osw_member_arm *arm)
{
    struct osw_member_runner *c = context;
    struct place *place = &c->places[arm->member];
    keep_values(c, arm, place->row.values);
    count(c->plan, arm, place->row.result);
    if (arm->result->status)
        blame(place, arm);
    if (--place->open)
        return;
    place->row.code = place->row.result->status ? OSW_MEMBER_FAILED : OSW_MEMBER_DONE;
    c->source->done(c->source->context, (int)arm->member, &place->row);
}

static bool stop(void *context, double days, const char *what)
{
    const struct osw_member_runner *c = context;
    (void)days, (void)what;
    return c->source->stop && c->source->stop(c->source->context);
}

enum osw_status osw_member_runner_run(struct osw_member_runner *runner,
                                      const struct osw_member_source *source)
{
    const struct osw_members_source source_of_members = {.context = runner,
                                                         .next = next,
                                                         .draw = draw,
                                                         .start =
                                                             runner->late ? start : NULL,
                                                         .done = done,
                                                         .stop = stop};
    runner->source = source;
    return osw_members_run(runner->members, &source_of_members, NULL);
}
