/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "human.h"
#include "base/memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

static void stop(const struct osw_diag *diag)
{
    osw_diag_render(diag, stderr, false);
    fail();
}

void human_open(struct human *human)
{
    human_open_model(human, "human");
}

void human_open_model(struct human *human, const char *model)
{
    human->diag = osw_diag_create();
    if (osw_model_open(model, human->diag, &human->model))
        stop(human->diag);
    const struct osw_kernel *k = human->model->kernel;
    human->p = osw_alloc((size_t)k->n_params, sizeof(double));
    human->scale = osw_alloc((size_t)k->n_states, sizeof(double));
    human->held = osw_alloc((size_t)k->n_states, 1);
    for (int j = 0; j < k->n_params; j++)
        human->p[j] = human->model->params[j].nominal;
    for (int i = 0; i < k->n_states; i++) {
        human->scale[i] = human->model->states[i].scale;
        human->held[i] = human->model->states[i].held;
    }
}

void human_close(struct human *human)
{
    osw_free(human->p);
    osw_free(human->scale);
    osw_free(human->held);
    osw_model_destroy(human->model);
    osw_diag_destroy(human->diag);
}

struct osw_plan *human_plan(struct osw_diag *diag, const char *yaml)
{
    char path[] = "/tmp/osw-golden-XXXXXX.yaml";
    int fd = mkstemps(path, 5);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, yaml, strlen(yaml)), strlen(yaml));
    close(fd);
    struct osw_plan_options options = {0};
    struct osw_plan *plan = NULL;
    enum osw_status status = osw_plan_load(path, &options, diag, &plan);
    unlink(path);
    if (status)
        stop(diag);
    return plan;
}

struct osw_result *human_run(struct osw_diag *diag, const struct osw_plan *plan,
                             double rtol, bool states)
{
    struct osw_simulate_options options = {.solver = OSW_SOLVER_DEFAULTS,
                                           .states = states};
    struct osw_result *result = NULL;
    options.solver.rtol = rtol;
    options.solver.atol = 0.1 * rtol;
    if (osw_simulate(plan, &options, diag, &result))
        stop(diag);
    return result;
}

double human_value(const struct osw_result *result, int a, int k, const char *id)
{
    const struct osw_plan *plan = result->plan;
    int output = osw_model_output(plan->model, id);
    assert_true(output >= 0);
    for (int j = 0; j < plan->n_outputs; j++)
        if (plan->outputs[j] == output)
            return result->outputs[((size_t)a * (size_t)result->n_times + (size_t)k) *
                                       (size_t)plan->n_outputs +
                                   (size_t)j];
    fail();
    return 0;
}
