/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "simulate/life.h"
#include "base/memory.h"
#include "solve/steady.h"

#include <string.h>

enum osw_status osw_runner_init(struct osw_runner *runner, const struct osw_model *model,
                                const struct osw_solver_options *options)
{
    const struct osw_kernel *k = model->kernel;
    size_t n = (size_t)k->n_states;
    *runner = (struct osw_runner){.model = model, .options = *options};
    runner->scale = osw_alloc(n, sizeof(double));
    runner->held = osw_alloc(n, 1);
    runner->y = osw_alloc(n, sizeof(double));
    runner->p = osw_alloc((size_t)k->n_params, sizeof(double));
    runner->observed = osw_alloc((size_t)k->n_outputs, sizeof(double));
    enum osw_status status = OSW_ERR_MEMORY;
    if (!runner->scale || !runner->held || !runner->y || !runner->p || !runner->observed)
        goto fail;
    for (size_t i = 0; i < n; i++) {
        runner->scale[i] = model->states[i].scale;
        runner->held[i] = model->states[i].held;
        runner->settles = runner->settles || model->states[i].held;
    }
    status = osw_solver_create(k, runner->scale, NULL, options, &runner->solver);
    runner->current = runner->solver;
    if (!status)
        return OSW_OK;
fail:
    osw_runner_fini(runner);
    return status;
}

void osw_runner_fini(struct osw_runner *runner)
{
    osw_solver_destroy(runner->solver);
    osw_solver_destroy(runner->frozen);
    osw_free(runner->scale);
    osw_free(runner->held);
    osw_free(runner->y);
    osw_free(runner->p);
    osw_free(runner->observed);
    *runner = (struct osw_runner){0};
}

enum osw_status osw_runner_failed(struct osw_runner *runner, const char *what,
                                  struct osw_diag *diag)
{
    const struct osw_solver_failure *f = osw_solver_last_failure(runner->current);
    const char *worst = f->state < 0 ? "none" : runner->model->states[f->state].id;
    runner->failure = *f;
    return osw_diag_fail(diag, OSW_ERR_INTEGRATION, (struct osw_loc){0},
                         "%s: integration failed at day %.6g: %s (state with the largest "
                         "error: %s; code %d)",
                         what, f->t, f->reason, worst, f->code);
}

void osw_life_start(const struct osw_model *model, const double *p, double *y)
{
    model->kernel->init(p, y);
    for (int i = 0; i < model->kernel->n_states; i++)
        if (model->states[i].has_start)
            y[i] = model->states[i].start;
}

static enum osw_status settle(struct osw_runner *runner, const struct osw_life *life,
                              struct osw_diag *diag)
{
    struct osw_steady_result found;
    enum osw_status status =
        osw_steady_find(runner->model->kernel, runner->scale, runner->held, life->t_start,
                        runner->p, runner->y, false, &found);
    if (status != OSW_ERR_INTEGRATION)
        return status;
    runner->failure =
        (struct osw_solver_failure){life->t_start, -1, 0, "no steady state was found"};
    return osw_diag_fail(diag, status, (struct osw_loc){0},
                         "subject '%s': no steady state found at the start of life "
                         "(day %.6g; residual %.2g of scale per day)",
                         life->name, life->t_start, found.residual);
}

/* The solver of this life, begun at its start. */
static enum osw_status begin(struct osw_runner *runner, const struct osw_life *life,
                             struct osw_solver **solver)
{
    *solver = runner->solver;
    if (life->settle_frozen) {
        if (!runner->frozen) {
            enum osw_status status =
                osw_solver_create(runner->model->kernel, runner->scale, runner->held,
                                  &runner->options, &runner->frozen);
            if (status)
                return status;
        }
        *solver = runner->frozen;
    }
    runner->current = *solver;
    osw_solver_reset_stats(*solver);
    return osw_solver_start(*solver, life->t_start, runner->y, runner->p);
}

enum osw_status osw_life_run(struct osw_runner *runner, const struct osw_life *life,
                             const double *times, int n_times, osw_solver_output *output,
                             void *context, struct osw_diag *diag)
{
    struct osw_solver *solver;
    osw_life_start(runner->model, runner->p, runner->y);
    bool settles = runner->settles && !life->settle_frozen;
    enum osw_status status = settles ? settle(runner, life, diag) : OSW_OK;
    if (!status)
        status = begin(runner, life, &solver);
    if (status)
        return status;
    int next = 0;
    for (; next < n_times && times[next] <= life->t_start; next++)
        output(context, next, times[next], runner->y);
    if (life->t_start < 0) {
        /* Indices of the callback count from the first asked time. */
        status = osw_solver_advance(solver, 0, times ? times + next : NULL,
                                    n_times - next, output, context);
        if (status == OSW_ERR_INTEGRATION)
            return osw_runner_failed(runner, life->name, diag);
    }
    if (!status)
        memcpy(runner->y, osw_solver_state(solver, NULL),
               (size_t)runner->model->kernel->n_states * sizeof *runner->y);
    return status;
}
