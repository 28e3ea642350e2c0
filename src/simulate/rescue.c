/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Members that left the lanes: the same life and arm by CVODES, from the life's start.
 * What fails there too is told with its status. */
#include "simulate/cohort_work.h"
#include "base/memory.h"

#include <math.h>
#include <string.h>

void osw_cohort_tell(struct osw_cohort *c, struct osw_slot *slot, int arm,
                     const struct osw_arm_result *result, const double *outputs,
                     const double *states)
{
    const struct osw_cohort_course course = {slot->member, arm, result, outputs, states};
    c->members->done(c->members->context, &course);
    if (--slot->open_arms == 0)
        slot->stage = OSW_SLOT_FREE;
}

/* Rows of a result, in which second entries without a difference are left out, spread to
 * the axis. */
static void spread(const struct osw_axis *axis, const struct osw_result *from,
                   const double *values, size_t width, double *to)
{
    int row = -1;
    for (int i = 0; i < axis->n; i++) {
        bool second = row + 1 < from->n_times && axis->at[i].after &&
                      from->times[row + 1] == axis->at[i].t;
        if (!axis->at[i].after || second)
            row++;
        while (from->times[row] < axis->at[i].t)
            row++; /* a second entry that the axis has not */
        memcpy(to + (size_t)i * width, values + (size_t)row * width,
               width * sizeof *values);
    }
}

/* A life and arms of it as a plan of their own. */
struct remnant {
    struct osw_plan plan;
    struct osw_life life;
    int *arms; /* [plan.n_arms] of the cohort's plan */
};

static enum osw_status add_arm(const struct osw_cohort *c, const struct osw_slot *slot,
                               int a, struct osw_arm *arm, struct osw_arena *arena)
{
    const struct osw_arm *given = &c->plan->arms[a];
    const int n = c->plan->model->kernel->n_params;
    struct osw_event *events =
        osw_arena_alloc(arena, (size_t)(n + given->n_events), sizeof *events);
    double *p = osw_arena_alloc(arena, (size_t)n, sizeof *p);
    if (!events || !p)
        return OSW_ERR_MEMORY;
    *arm = *given;
    arm->life = 0;
    arm->events = events;
    arm->n_events = 0;
    arm->gains = NULL;
    osw_cohort_start(c, slot, p);
    for (int j = 0; j < n; j++)
        if (p[j] != slot->p[j])
            events[arm->n_events++] = (struct osw_event){0, OSW_EVENT_SET_PARAM, j, p[j]};
    for (int i = 0; i < given->n_events; i++) {
        struct osw_event *e = &events[arm->n_events++];
        *e = given->events[i];
        if (e->kind == OSW_EVENT_SET_PARAM)
            e->value = osw_arm_value(given, i, &c->plan->lives[slot->life], p);
    }
    return OSW_OK;
}

/* Arm `arm`, or (-1) all of the life. */
static enum osw_status leave(const struct osw_cohort *c, const struct osw_slot *slot,
                             int arm, struct osw_arena *arena, struct remnant *r)
{
    const size_t n = arm < 0 ? (size_t)slot->open_arms : 1;
    struct osw_arm *arms = osw_arena_alloc(arena, n, sizeof *arms);
    *r = (struct remnant){.plan = *c->plan, .life = c->plan->lives[slot->life]};
    r->arms = osw_arena_alloc(arena, n, sizeof *r->arms);
    if (!arms || !r->arms)
        return OSW_ERR_MEMORY;
    enum osw_status status = OSW_OK;
    r->plan.n_arms = 0;
    for (int a = 0; a < c->plan->n_arms && !status; a++) {
        if (arm < 0 ? c->plan->arms[a].life != slot->life : a != arm)
            continue;
        r->arms[r->plan.n_arms] = a;
        status = add_arm(c, slot, a, &arms[r->plan.n_arms++], arena);
    }
    r->life.params = slot->p;
    r->life.t_start = slot->t_start;
    r->life.match_output = -1;
    r->plan.lives = &r->life;
    r->plan.n_lives = 1;
    r->plan.arms = arms;
    return status;
}

static enum osw_status run_remnant(const struct osw_cohort *c, const struct remnant *r,
                                   struct osw_diag *diag, struct osw_result **result)
{
    struct osw_simulate_options options = c->options;
    options.driver = osw_drivers[0];
    options.progress = NULL;
    options.solver.linear_solver = OSW_LINEAR_GENERATED;
    for (int i = 0; i < r->plan.n_arms; i++) {
        int64_t most = osw_cohort_most_steps(c, r->arms[i]);
        options.most_steps = most > options.most_steps ? most : options.most_steps;
    }
    return osw_simulate(&r->plan, &options, diag, result);
}

static enum osw_status tell_remnant(struct osw_cohort *c, struct osw_slot *slot,
                                    const struct remnant *r,
                                    const struct osw_result *from, const char *reason,
                                    double t)
{
    const size_t rows = (size_t)c->axis.n, n = (size_t)c->plan->n_outputs;
    const size_t m = (size_t)c->plan->model->kernel->n_states;
    double *values = osw_alloc(rows * (n + m), sizeof *values);
    if (!values)
        return OSW_ERR_MEMORY;
    for (int i = 0; i < r->plan.n_arms; i++) {
        struct osw_arm_result result = from->arms[i];
        result.ejected = reason;
        result.ejected_t = t;
        result.name = c->plan->arms[r->arms[i]].name;
        result.matched_value = slot->matched;
        result.params = slot->p;
        spread(&c->axis, from, from->outputs + (size_t)i * (size_t)from->n_times * n, n,
               values);
        if (c->options.states)
            spread(&c->axis, from, from->states + (size_t)i * (size_t)from->n_times * m,
                   m, values + rows * n);
        osw_cohort_tell(c, slot, r->arms[i], &result, values,
                        c->options.states ? values + rows * n : NULL);
    }
    osw_free(values);
    return OSW_OK;
}

void osw_cohort_rescue(struct osw_cohort *c, struct osw_slot *slot, int arm,
                       const char *reason, double t)
{
    struct osw_diag *unheard = osw_diag_create();
    struct osw_arena *arena = osw_arena_create();
    struct osw_result *from = NULL;
    struct remnant remnant;
    enum osw_status status = OSW_ERR_MEMORY;
    if (unheard && arena)
        status = leave(c, slot, arm, arena, &remnant);
    if (!status)
        status = run_remnant(c, &remnant, unheard, &from);
    if (from)
        status = tell_remnant(c, slot, &remnant, from, reason, t);
    osw_result_destroy(from);
    osw_arena_destroy(arena);
    osw_diag_destroy(unheard);
    c->status = status;
}

enum osw_status osw_cohort_unborn(struct osw_cohort *c, struct osw_slot *slot,
                                  enum osw_status why,
                                  const struct osw_solver_failure *failure)
{
    const size_t rows = (size_t)c->axis.n;
    const size_t width =
        (size_t)c->plan->n_outputs + (size_t)c->plan->model->kernel->n_states;
    double *nothing = osw_alloc(rows * width, sizeof *nothing);
    if (!nothing)
        return OSW_ERR_MEMORY;
    for (size_t i = 0; i < rows * width; i++)
        nothing[i] = NAN;
    for (int a = 0, left = slot->open_arms; left > 0; a++) {
        if (c->plan->arms[a].life != slot->life)
            continue;
        left--;
        const struct osw_arm_result result = {.name = c->plan->arms[a].name,
                                              .status = why,
                                              .failure = *failure,
                                              .matched_value = NAN,
                                              .params = slot->p};
        osw_cohort_tell(c, slot, a, &result, nothing, c->options.states ? nothing : NULL);
    }
    osw_free(nothing);
    return OSW_OK;
}
