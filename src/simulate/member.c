/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "simulate/member.h"
#include "base/memory.h"

#include <math.h>
#include <string.h>

struct osw_member_runner {
    const struct osw_plan *given;
    struct osw_plan plan; /* the same with lives of its own */
    struct osw_simulate_options options;
    struct osw_life *lives;
    double *params; /* [n_lives][n_params] */
};

enum osw_status osw_member_runner_create(const struct osw_plan *plan,
                                         const struct osw_solver_options *options,
                                         struct osw_member_runner **runner)
{
    const size_t lives = (size_t)plan->n_lives, n = (size_t)plan->model->kernel->n_params;
    struct osw_member_runner *r = osw_alloc(1, sizeof *r);
    if (!r)
        return OSW_ERR_MEMORY;
    r->given = plan;
    r->plan = *plan;
    r->options.solver = *options;
    r->lives = osw_alloc(lives, sizeof *r->lives);
    r->params = osw_alloc(lives * n, sizeof *r->params);
    if (!r->lives || !r->params) {
        osw_member_runner_destroy(r);
        return OSW_ERR_MEMORY;
    }
    for (size_t i = 0; i < lives; i++) {
        r->lives[i] = plan->lives[i];
        r->lives[i].params = r->params + i * n;
    }
    r->plan.lives = r->lives;
    osw_member_reset(r);
    *runner = r;
    return OSW_OK;
}

void osw_member_runner_destroy(struct osw_member_runner *runner)
{
    if (!runner)
        return;
    osw_free(runner->lives);
    osw_free(runner->params);
    osw_free(runner);
}

double *osw_member_params(struct osw_member_runner *runner, int life)
{
    return runner->params + (size_t)life * (size_t)runner->plan.model->kernel->n_params;
}

void osw_member_reset(struct osw_member_runner *runner)
{
    size_t n = (size_t)runner->plan.model->kernel->n_params;
    for (int i = 0; i < runner->plan.n_lives; i++)
        memcpy(osw_member_params(runner, i), runner->given->lives[i].params,
               n * sizeof(double));
}

static void note_failure(struct osw_member_result *to, const struct osw_result *from,
                         const struct osw_diag *diag)
{
    const char *reason = osw_diag_text(diag, 0);
    for (int a = 0; from && a < from->plan->n_arms; a++) {
        if (!from->arms[a].status)
            continue;
        reason = from->arms[a].failure.reason;
        to->t = from->arms[a].failure.t;
        to->state = from->arms[a].failure.state;
        break;
    }
    snprintf(to->reason, sizeof to->reason, "%s", reason ? reason : "failed");
}

/* Lives are counted once: arms that share one share its counters. */
static void count(struct osw_member_result *to, const struct osw_result *from)
{
    for (int a = 0; a < from->plan->n_arms; a++) {
        to->steps += from->arms[a].stats.steps;
        to->rhs += from->arms[a].stats.rhs;
    }
    for (int i = 0; i < from->plan->n_lives; i++) {
        int a = 0;
        while (a < from->plan->n_arms && from->plan->arms[a].life != i)
            a++;
        if (a == from->plan->n_arms)
            continue;
        to->steps += from->arms[a].life_stats.steps;
        to->rhs += from->arms[a].life_stats.rhs;
    }
}

static void keep_values(double *values, const struct osw_result *from)
{
    const struct osw_plan *plan = from->plan;
    const size_t arms = (size_t)plan->n_arms, times = (size_t)plan->n_times,
                 outputs = (size_t)plan->n_outputs, rows = (size_t)from->n_times;
    size_t row = 0;
    for (size_t k = 0; k < times; k++, row++) {
        while (row + 1 < rows && from->times[row] < plan->times[k])
            row++; /* the second entry of the time before */
        for (size_t a = 0; a < arms; a++)
            for (size_t i = 0; i < outputs; i++)
                values[(i * arms + a) * times + k] =
                    from->outputs[(a * rows + row) * outputs + i];
    }
}

enum osw_status osw_member_run(struct osw_member_runner *runner, double *values,
                               struct osw_member_result *result)
{
    const struct osw_plan *plan = &runner->plan;
    const size_t n =
        (size_t)plan->n_outputs * (size_t)plan->n_arms * (size_t)plan->n_times;
    struct osw_result *made = NULL;
    struct osw_diag *diag = osw_diag_create();
    if (!diag)
        return OSW_ERR_MEMORY;
    *result = (struct osw_member_result){.t = NAN, .state = -1};
    for (size_t i = 0; i < n; i++)
        values[i] = NAN;
    result->status = osw_simulate(plan, &runner->options, diag, &made);
    if (result->status && result->status != OSW_ERR_MEMORY)
        note_failure(result, made, diag);
    if (made) {
        count(result, made);
        keep_values(values, made);
    }
    osw_result_destroy(made);
    osw_diag_destroy(diag);
    return result->status == OSW_ERR_MEMORY ? OSW_ERR_MEMORY : OSW_OK;
}
