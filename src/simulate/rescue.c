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
        memcpy(to + (size_t)i * width, values + (size_t)row * width,
               width * sizeof *values);
    }
}

static void tell_rescued(struct osw_cohort *c, struct osw_slot *slot, int arm,
                         const struct osw_result *from, struct osw_arm_result result,
                         double *outputs, double *states)
{
    const size_t n = (size_t)c->plan->n_outputs;
    const size_t m = (size_t)c->plan->model->kernel->n_states;
    result.name = c->plan->arms[arm].name;
    result.matched_value = slot->matched;
    result.params = slot->p;
    spread(&c->axis, from, from->outputs, n, outputs);
    if (states)
        spread(&c->axis, from, from->states, m, states);
    osw_cohort_tell(c, slot, arm, &result, outputs, states);
}

static enum osw_status run_alone(struct osw_cohort *c, const struct osw_slot *slot,
                                 int arm, struct osw_diag *diag,
                                 struct osw_result **result)
{
    struct osw_plan plan = *c->plan;
    struct osw_life life = plan.lives[slot->life];
    struct osw_arm alone = plan.arms[arm];
    struct osw_simulate_options options = c->options;
    life.params = slot->p;
    life.match_output = -1;
    alone.life = 0;
    plan.lives = &life;
    plan.n_lives = 1;
    plan.arms = &alone;
    plan.n_arms = 1;
    options.method = OSW_METHOD_CVODE;
    options.progress = NULL;
    options.solver.linear_solver = OSW_LINEAR_GENERATED;
    options.most_steps = osw_cohort_most_steps(c, arm);
    return osw_simulate(&plan, &options, diag, result);
}

static enum osw_status rescue_arm(struct osw_cohort *c, struct osw_slot *slot, int arm,
                                  const char *reason, double t)
{
    const size_t rows = (size_t)c->axis.n;
    struct osw_diag *unheard = osw_diag_create();
    struct osw_result *from = NULL;
    double *outputs = osw_alloc(rows * (size_t)c->plan->n_outputs, sizeof *outputs);
    double *states =
        osw_alloc(rows * (size_t)c->plan->model->kernel->n_states, sizeof *states);
    enum osw_status status = OSW_ERR_MEMORY;
    if (unheard && outputs && states)
        status = run_alone(c, slot, arm, unheard, &from);
    if (from) {
        struct osw_arm_result result = from->arms[0];
        result.ejected = reason;
        result.ejected_t = t;
        tell_rescued(c, slot, arm, from, result, outputs,
                     c->options.states ? states : NULL);
    }
    osw_result_destroy(from);
    osw_diag_destroy(unheard);
    osw_free(outputs);
    osw_free(states);
    return from ? OSW_OK : status;
}

void osw_cohort_rescue(struct osw_cohort *c, struct osw_slot *slot, int arm,
                       const char *reason, double t)
{
    int left = arm < 0 ? slot->open_arms : 1;
    for (int a = arm < 0 ? 0 : arm; left > 0 && !c->status; a++) {
        if (c->plan->arms[a].life != slot->life)
            continue;
        left--;
        c->status = rescue_arm(c, slot, a, reason, t);
    }
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
