/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A life by the reference solver: its steady start, then a trajectory to time 0. */
#include "simulate/life.h"
#include "base/memory.h"

#include <string.h>

enum osw_status osw_life_runner_init(struct osw_life_runner *runner,
                                     const struct osw_model *model,
                                     const struct osw_solver_options *options)
{
    const struct osw_kernel *k = model->kernel;
    const size_t n = (size_t)k->n_states;
    struct osw_life_runner *r = runner;
    *r = (struct osw_life_runner){.model = model, .driver = osw_drivers[0]};
    r->scale = osw_alloc(n, sizeof(double));
    r->held = osw_alloc(n, 1);
    r->start = osw_alloc(n, sizeof(double));
    r->y = osw_alloc(n, sizeof(double));
    r->p = osw_alloc((size_t)k->n_params, sizeof(double));
    r->constants = osw_alloc((size_t)k->n_constants, sizeof(double));
    r->observed = osw_alloc((size_t)k->n_outputs, sizeof(double));
    if (!r->scale || !r->held || !r->start || !r->y || !r->p || !r->constants ||
        !r->observed) {
        osw_life_runner_fini(r);
        return OSW_ERR_MEMORY;
    }
    for (size_t i = 0; i < n; i++) {
        r->scale[i] = model->states[i].scale;
        r->held[i] = model->states[i].held;
        r->settles = r->settles || model->states[i].held;
    }
    r->setup = (struct osw_driver_setup){.kernel = k,
                                         .scale = r->scale,
                                         .held = r->held,
                                         .options = *options,
                                         .observe = true};
    return OSW_OK;
}

void osw_life_runner_fini(struct osw_life_runner *runner)
{
    double *arrays[] = {runner->scale, runner->start,     runner->y,
                        runner->p,     runner->constants, runner->observed};
    if (runner->driver)
        runner->driver->destroy(runner->work);
    for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++)
        osw_free(arrays[i]);
    osw_free(runner->held);
    *runner = (struct osw_life_runner){0};
}

enum osw_status osw_life_runner_work(struct osw_life_runner *runner, void **work)
{
    enum osw_status status =
        runner->work ? OSW_OK : runner->driver->create(&runner->setup, &runner->work);
    *work = runner->work;
    return status;
}

void osw_life_start(const struct osw_model *model, const double *p, double *y)
{
    model->kernel->init(p, y);
    for (int i = 0; i < model->kernel->n_states; i++)
        if (model->states[i].has_start)
            y[i] = model->states[i].start;
}

void osw_life_say_failed(const struct osw_model *model, const char *name,
                         const struct osw_solver_failure *failure, struct osw_diag *diag)
{
    const char *worst = failure->state < 0 ? "none" : model->states[failure->state].id;
    osw_diag_add(diag, OSW_ERROR, (struct osw_loc){0},
                 "%s: integration failed at day %.6g: %s (state with the largest error: "
                 "%s; code %d)",
                 name, failure->t, failure->reason, worst, failure->code);
}

void osw_life_say_unsettled(const struct osw_life *life,
                            const struct osw_batch_search *search,
                            struct osw_solver_failure *failure, struct osw_diag *diag)
{
    *failure = (struct osw_solver_failure){search->t, -1, 0, "no steady state was found"};
    osw_diag_add(diag, OSW_ERROR, (struct osw_loc){0},
                 "subject '%s': no steady state found at the start of life (day %.6g; "
                 "residual %.2g of scale per day)",
                 life->name, search->t, search->residual);
}

static enum osw_status settle(struct osw_life_runner *r,
                              struct osw_trajectory *trajectory, struct osw_diag *diag)
{
    struct osw_batch_search search = {
        .t = trajectory->t, .p = trajectory->p, .y = r->start};
    enum osw_status status = r->driver->find_steady(r->work, &search, 1);
    if (status || search.found)
        return status;
    trajectory->status = OSW_ERR_INTEGRATION;
    osw_life_say_unsettled(trajectory->timeline->life, &search, &trajectory->failure,
                           diag);
    return OSW_OK;
}

enum osw_status osw_life_run(struct osw_life_runner *runner,
                             struct osw_trajectory *trajectory, struct osw_diag *diag)
{
    const struct osw_life *life = trajectory->timeline->life;
    const size_t n = (size_t)runner->model->kernel->n_states;
    void *work;
    trajectory->status = OSW_OK;
    trajectory->stats = (struct osw_solver_stats){0};
    trajectory->y = runner->start;
    osw_life_start(runner->model, trajectory->p, runner->start);
    enum osw_status status = osw_life_runner_work(runner, &work);
    if (!status && runner->settles && !life->settle_frozen)
        status = settle(runner, trajectory, diag);
    if (status || trajectory->status)
        return status;
    if (!(trajectory->t < 0)) {
        memcpy(trajectory->end, runner->start, n * sizeof *trajectory->end);
        return OSW_OK;
    }
    status = osw_driver_run_one(runner->driver, work, trajectory);
    if (!status && trajectory->status)
        osw_life_say_failed(runner->model, life->name, &trajectory->failure, diag);
    return status;
}
