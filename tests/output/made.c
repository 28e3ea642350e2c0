/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "output/made.h"

#include <math.h>
#include <string.h>

static const struct osw_output outputs[] = {
    {.id = "age_y", .unit_text = "year", .long_name = "age", .group = "person"},
    {.id = "ha", .unit_text = "ug/mg", .long_name = "hydroxyapatite", .group = "mineral"},
    {.id = "cfpwv", .unit_text = "m/s", .long_name = "cfPWV", .group = "wall"},
};
static const struct osw_state states[] = {
    {.id = "HA", .unit_text = "ug/mg", .scale = 1},
    {.id = "MK7g", .unit_text = "nmol", .scale = 1},
};
static const struct osw_parameter params[] = {
    {.id = "age0", .unit_text = "year"},
    {.id = "k_off", .unit_text = "1/d"},
};
static const struct osw_kernel_symbol labels[] = {{"HA", "ug/mg", "hydroxyapatite"},
                                                  {"MK7g", "nmol", "MK-7 in the gut"}};
static const double times[MADE_TIMES] = {0, 30.4375, 60.875, 60.875, 91.3125};
static const double params_of_all[MADE_PARAMS] = {60, 0.8};
static const int kept[] = {0, 1, 2};
static const struct osw_event events[] = {{0, OSW_EVENT_ADD_STATE, 1, 277.4},
                                          {60.875, OSW_EVENT_SET_PARAM, 1, 0.5}};
static const char *const interventions[] = {"mk7", "exercise"};

double made_value(int a, int t, int k)
{
    if (a == 2 && t > 2)
        return NAN;
    return t == 0 ? 1.5 * (k + 1) : (a + 1) / 3.0 * exp(t) * pow(10, k);
}

static void fill(struct made *made, struct osw_arm *arms, struct osw_arm_result *outcomes,
                 double *values, double *state_values)
{
    static const char *const names[] = {"placebo", "mk7, daily", "say \"hi\""};
    for (int a = 0; a < made->plan.n_arms; a++) {
        arms[a] = (struct osw_arm){
            .name = a < 3 ? names[a] : osw_arena_format(made->arena, "arm %d", a),
            .first_on = NAN,
            .last_on = NAN};
        outcomes[a] = (struct osw_arm_result){.name = arms[a].name,
                                              .stats = {.steps = 100 + a, .segments = 3},
                                              .life_stats = {.steps = 700},
                                              .matched_value = NAN,
                                              .params = params_of_all};
        for (int t = 0; t < MADE_TIMES; t++) {
            for (int k = 0; k < MADE_OUTPUTS; k++)
                *values++ = made_value(a, t, k);
            for (int i = 0; i < MADE_STATES; i++)
                *state_values++ = a + 10 * t + 100 * i;
        }
    }
    if (made->plan.n_arms > 1) {
        arms[1].events = events;
        arms[1].n_events = 2;
        arms[1].interventions = interventions;
        arms[1].n_interventions = 2;
        arms[1].first_on = 0;
        arms[1].last_on = 60.875;
    }
    if (made->plan.n_arms > 2) {
        outcomes[2].status = OSW_ERR_INTEGRATION;
        outcomes[2].failure =
            (struct osw_solver_failure){61.25, 0, -4, "the corrector did not converge"};
    }
}

void made_init(struct made *made, int n_arms)
{
    memset(made, 0, sizeof *made);
    made->arena = osw_arena_create();
    size_t n = (size_t)n_arms;
    struct osw_arm *arms = osw_arena_alloc(made->arena, n, sizeof *arms);
    struct osw_arm_result *outcomes = osw_arena_alloc(made->arena, n, sizeof *outcomes);
    double *values =
        osw_arena_alloc(made->arena, n * MADE_TIMES * MADE_OUTPUTS, sizeof *values);
    double *state_values =
        osw_arena_alloc(made->arena, n * MADE_TIMES * MADE_STATES, sizeof *values);
    made->kernel = (struct osw_kernel){.hash = "00ff",
                                       .n_states = MADE_STATES,
                                       .n_params = MADE_PARAMS,
                                       .n_outputs = MADE_OUTPUTS,
                                       .states = labels};
    made->model = (struct osw_model){.name = "made",
                                     .kernel = &made->kernel,
                                     .params = params,
                                     .states = states,
                                     .outputs = outputs,
                                     .parameter_hash = "abcd"};
    made->plan = (struct osw_plan){.model = &made->model,
                                   .title = "a result made by hand: α",
                                   .outputs = kept,
                                   .n_outputs = MADE_OUTPUTS,
                                   .arms = arms,
                                   .n_arms = n_arms};
    made->result = (struct osw_result){.plan = &made->plan,
                                       .driver = osw_drivers[0],
                                       .options = OSW_SOLVER_DEFAULTS,
                                       .n_times = MADE_TIMES,
                                       .times = times,
                                       .outputs = values,
                                       .states = state_values,
                                       .arms = outcomes,
                                       .integrate_cpu_s = 0.003};
    fill(made, arms, outcomes, values, state_values);
}

void made_fini(struct made *made)
{
    osw_arena_destroy(made->arena);
}
