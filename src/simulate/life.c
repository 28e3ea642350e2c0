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

struct osw_solver *osw_runner_solver(const struct osw_runner *runner)
{
    return runner->tangent ? runner->tangent->solver : runner->solver;
}

enum osw_status osw_runner_start(struct osw_runner *runner, struct osw_solver *solver,
                                 double t)
{
    const struct osw_tangent *g = runner->tangent;
    if (!g)
        return osw_solver_start(solver, t, runner->y, runner->p);
    return osw_solver_start_sensitive(solver, t, runner->y, runner->p, g->S,
                                      g->directions);
}

void osw_runner_take(struct osw_runner *runner, const struct osw_solver *solver)
{
    size_t n = (size_t)runner->model->kernel->n_states;
    memcpy(runner->y, osw_solver_state(solver, NULL), n * sizeof *runner->y);
    if (runner->tangent)
        memcpy(runner->tangent->S, osw_solver_sensitivity(solver),
               n * (size_t)runner->tangent->total * sizeof(double));
}

static enum osw_status make_solver(struct osw_runner *runner, const unsigned char *held,
                                   struct osw_solver **solver)
{
    if (*solver)
        return OSW_OK;
    enum osw_status status = osw_solver_create(runner->model->kernel, runner->scale, held,
                                               &runner->options, solver);
    if (!status && runner->tangent)
        status = osw_solver_sensitivities(*solver, runner->tangent->total);
    return status;
}

enum osw_status osw_runner_sensitive(struct osw_runner *runner,
                                     struct osw_tangent *tangent)
{
    runner->tangent = tangent;
    return make_solver(runner, NULL, &tangent->solver);
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
    struct osw_tangent *g = runner->tangent;
    if (!status && g)
        status =
            osw_steady_sensitivity(runner->model->kernel, runner->held, life->t_start,
                                   runner->p, runner->y, g->total, g->settling, g->S);
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
    *solver = osw_runner_solver(runner);
    if (life->settle_frozen) {
        struct osw_solver **frozen =
            runner->tangent ? &runner->tangent->frozen : &runner->frozen;
        enum osw_status status = make_solver(runner, runner->held, frozen);
        if (status)
            return status;
        *solver = *frozen;
    }
    runner->current = *solver;
    osw_solver_reset_stats(*solver);
    osw_solver_begin(*solver);
    return osw_runner_start(runner, *solver, life->t_start);
}

enum osw_status osw_life_run(struct osw_runner *runner, const struct osw_life *life,
                             const double *times, int n_times, osw_solver_output *output,
                             void *context, struct osw_diag *diag)
{
    struct osw_solver *solver;
    osw_life_start(runner->model, runner->p, runner->y);
    if (runner->tangent)
        osw_tangent_begin(runner->tangent, life, runner->p);
    bool settles = runner->settles && !life->settle_frozen;
    enum osw_status status = settles ? settle(runner, life, diag) : OSW_OK;
    if (!status && runner->tangent)
        osw_tangent_started(runner->tangent, life, runner->y, runner->p);
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
    if (status)
        return status;
    osw_runner_take(runner, solver);
    if (runner->tangent)
        status = osw_tangent_match(runner->tangent, life, runner->y, runner->p);
    if (status != OSW_ERR_INTEGRATION)
        return status;
    runner->failure = (struct osw_solver_failure){
        0, -1, 0, "the matched output does not answer to its parameter"};
    return osw_diag_fail(diag, status, life->match_at, "subject '%s': %s", life->name,
                         runner->failure.reason);
}
