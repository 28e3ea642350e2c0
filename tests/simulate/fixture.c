/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fixture.h"

#include <math.h>
#include <string.h>

void made_init(struct made *made, const struct osw_kernel *kernel)
{
    *made = (struct made){.model = {.name = "made", .kernel = kernel},
                          .options = {.solver = OSW_SOLVER_DEFAULTS},
                          .diag = osw_diag_create()};
    assert_true(kernel->n_states <= MOST && kernel->n_params <= MOST &&
                kernel->n_outputs <= MOST);
    for (int i = 0; i < kernel->n_states; i++)
        made->states[i] = (struct osw_state){.id = kernel->states[i].name, .scale = 1};
    for (int j = 0; j < kernel->n_params; j++) {
        made->params[j] = (struct osw_parameter){
            .id = kernel->params[j].name, .unit_text = "1", .lower = 0.01, .upper = 100};
        for (int i = 0; i < MOST_ARMS; i++)
            made->p[i][j] = 1;
    }
    for (int j = 0; j < kernel->n_outputs; j++)
        made->outputs[j] =
            (struct osw_output){.id = kernel->outputs[j].name, .unit_text = "1"};
    made->model.params = made->params;
    made->model.states = made->states;
    made->model.outputs = made->outputs;
    for (int i = 0; i < MOST_ARMS; i++)
        made->lives[i] = (struct osw_life){
            .name = "life", .age_y = NAN, .params = made->p[i], .match_output = -1};
    made->plan = (struct osw_plan){.model = &made->model,
                                   .title = "made",
                                   .times = made->times,
                                   .history_times = made->history,
                                   .outputs = made->output,
                                   .lives = made->lives,
                                   .n_lives = 1,
                                   .arms = made->arms};
    made_arm(made, "nothing", NULL, 0);
    made->options.solver.rtol = made->options.solver.atol = 1e-9;
}

void made_fini(struct made *made)
{
    osw_diag_destroy(made->diag);
}

void made_times(struct made *made, double duration, double step)
{
    made->plan.duration = duration;
    made->plan.n_times = 0;
    for (int k = 0; k * step < duration + step / 2; k++) {
        assert_true(k < MOST_TIMES);
        made->times[made->plan.n_times++] = k * step;
    }
}

int made_state(const struct made *made, const char *name)
{
    for (int i = 0; i < made->model.kernel->n_states; i++)
        if (!strcmp(made->states[i].id, name))
            return i;
    fail_msg("no state %s", name);
    return -1;
}

int made_param(const struct made *made, const char *name)
{
    for (int j = 0; j < made->model.kernel->n_params; j++)
        if (!strcmp(made->params[j].id, name))
            return j;
    fail_msg("no parameter %s", name);
    return -1;
}

void made_output(struct made *made, const char *name)
{
    for (int j = 0; j < made->model.kernel->n_outputs; j++)
        if (!strcmp(made->outputs[j].id, name)) {
            made->output[made->plan.n_outputs++] = j;
            return;
        }
    fail_msg("no output %s", name);
}

void made_arm(struct made *made, const char *name, const struct osw_event *events, int n)
{
    assert_true(made->plan.n_arms < MOST_ARMS);
    made->arms[made->plan.n_arms++] = (struct osw_arm){
        .name = name, .events = events, .n_events = n, .first_on = NAN, .last_on = NAN};
}

struct osw_result *made_run(struct made *made, enum osw_status expected)
{
    struct osw_result *result = NULL;
    enum osw_status status =
        osw_simulate(&made->plan, &made->options, made->diag, &result);
    if (status != expected)
        osw_diag_render(made->diag, stderr, false);
    assert_int_equal(status, expected);
    return result;
}

double at(const struct osw_result *r, int a, int k, int j)
{
    assert_true(k < r->n_times && j < r->plan->n_outputs);
    return r->outputs[(a * r->n_times + k) * r->plan->n_outputs + j];
}
