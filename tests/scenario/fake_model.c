/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fake_model.h"

#include <assert.h>
#include <string.h>

static const struct {
    const char *id, *unit;
    double nominal, lower, upper;
} param_rows[N_PARAMS] = {
    {"intake", "mmol/d", 30, 0, 100}, {"blocked", "1", 0, 0, 1},
    {"drip", "umol/d", 0, 0, 500},    {"age0", "year", 40, 0, 130},
    {"weight", "kg", 70, 0.01, 300},  {"plaque", "1", 1, 0.01, 100},
    {"male", "1", 0, 0, 1},           {"tc_given", "mg/dL", 200, 50, 500},
    {"tc_use", "1", 0, 0, 1},         {"gfr", "mL/min", 100, 0, 200},
    {"onset", "year", 50, 0, 200},    {"width", "year", 1, 0.1, 20},
};
static const struct {
    const char *id, *unit;
} state_rows[N_STATES] = {{"Gut", "nmol"}, {"Plasma", "nmol/L"}, {"Cells", "1"}},
  output_rows[N_OUTPUTS] = {
      {"age_y", "year"}, {"cac", "Agatston"}, {"serum_phosphate", "mmol/L"}};

static const char *const sexes[] = {"female", "male"};
static const double sex_values[] = {0, 1};
static const char *const anything[] = {"*"};
static const double one[] = {1};

/* an onset so long before the age, and three widths more */
static const struct osw_input_term since[] = {{P_AGE0, 1}, {-1, -1}, {P_WIDTH, -3}};

static struct osw_input_target targets[] = {
    {.param = P_GFR},
    {.param = P_MALE, .words = sexes, .word_values = sex_values, .n_words = 2},
    {.param = P_TC},
    {.param = P_TC_USE, .words = anything, .word_values = one, .n_words = 1},
    {.param = P_INTAKE},
    {.param = P_ONSET},
    {.param = P_ONSET, .terms = since, .n_terms = 3},
};

static const struct osw_input inputs[] = {
    {"egfr", "mL/min", "", &targets[0], 1},
    {"sex", "1", "", &targets[1], 1},
    {"total_cholesterol", "mg/dL", "", &targets[2], 2},
    {"phosphate_intake", "mmol/d", "", &targets[4], 1},
    {"illness_onset", "year", "", &targets[5], 1},
    {"illness", "year", "", &targets[6], 1},
};

static const struct osw_unit *unit(struct osw_model *m, const char *text)
{
    const struct osw_unit *u = osw_units_parse(m->units, text);
    assert(u);
    return u;
}

static void fill(struct osw_model *m, struct osw_parameter *params,
                 struct osw_state *states, struct osw_output *outputs,
                 struct osw_kernel_symbol *symbols)
{
    for (int j = 0; j < N_PARAMS; j++) {
        symbols[j].name = param_rows[j].id;
        params[j] = (struct osw_parameter){.id = param_rows[j].id,
                                           .unit_text = param_rows[j].unit,
                                           .unit = unit(m, param_rows[j].unit),
                                           .nominal = param_rows[j].nominal,
                                           .lower = param_rows[j].lower,
                                           .upper = param_rows[j].upper,
                                           .at = {"fake.tsv", j + 2, 1, 1}};
    }
    for (int i = 0; i < N_STATES; i++) {
        symbols[N_PARAMS + i].name = state_rows[i].id;
        states[i] = (struct osw_state){.id = state_rows[i].id,
                                       .unit_text = state_rows[i].unit,
                                       .unit = unit(m, state_rows[i].unit),
                                       .scale = 1};
    }
    for (int i = 0; i < N_OUTPUTS; i++) {
        symbols[N_PARAMS + N_STATES + i].name = output_rows[i].id;
        outputs[i] = (struct osw_output){.id = output_rows[i].id,
                                         .unit_text = output_rows[i].unit,
                                         .unit = unit(m, output_rows[i].unit)};
    }
}

static const struct osw_input *own_inputs(struct osw_model *m)
{
    size_t n_targets = sizeof targets / sizeof *targets;
    struct osw_input_target *t = osw_arena_alloc(m->arena, n_targets, sizeof *t);
    struct osw_input *list = osw_arena_alloc(m->arena, 1, sizeof inputs);
    assert(t && list);
    memcpy(t, targets, sizeof targets);
    memcpy(list, inputs, sizeof inputs);
    for (size_t i = 0; i < n_targets; i++)
        t[i].unit = unit(m, param_rows[t[i].param].unit);
    for (size_t i = 0; i < sizeof inputs / sizeof *inputs; i++)
        list[i].targets = t + (inputs[i].targets - targets);
    return list;
}

struct osw_model *osw_fake_model(bool dish)
{
    struct osw_model *m = osw_alloc(1, sizeof *m);
    assert(m);
    m->arena = osw_arena_create();
    m->units = osw_units_create();
    assert(m->arena && m->units);
    struct osw_kernel *k = osw_arena_alloc(m->arena, 1, sizeof *k);
    struct osw_parameter *params = osw_arena_alloc(m->arena, N_PARAMS, sizeof *params);
    struct osw_state *states = osw_arena_alloc(m->arena, N_STATES, sizeof *states);
    struct osw_output *outputs = osw_arena_alloc(m->arena, N_OUTPUTS, sizeof *outputs);
    struct osw_kernel_symbol *symbols =
        osw_arena_alloc(m->arena, N_PARAMS + N_STATES + N_OUTPUTS, sizeof *symbols);
    assert(k && params && states && outputs && symbols);
    fill(m, params, states, outputs, symbols);
    k->n_params = dish ? P_DRIP + 1 : N_PARAMS;
    k->n_states = N_STATES;
    k->n_outputs = N_OUTPUTS;
    k->params = symbols;
    k->states = symbols + N_PARAMS;
    k->outputs = symbols + N_PARAMS + N_STATES;
    m->name = dish ? "dish" : "human";
    m->kernel = k;
    m->params = params;
    m->states = states;
    m->outputs = outputs;
    m->inputs = own_inputs(m);
    m->n_inputs = dish ? 0 : (int)(sizeof inputs / sizeof *inputs);
    return m;
}

void osw_model_destroy(struct osw_model *model)
{
    if (!model)
        return;
    osw_units_destroy(model->units);
    osw_arena_destroy(model->arena);
    osw_free(model);
}

const char *const *osw_model_names(void)
{
    static const char *const names[] = {"human", "dish", NULL};
    return names;
}

enum osw_status osw_model_open(const char *name_or_path, struct osw_diag *diag,
                               struct osw_model **model)
{
    (void)diag;
    *model = osw_fake_model(!strcmp(name_or_path, "dish"));
    return OSW_OK;
}

static int find(const struct osw_kernel_symbol *symbols, int n, const char *id)
{
    for (int i = 0; i < n; i++)
        if (!strcmp(symbols[i].name, id))
            return i;
    return -1;
}

int osw_model_param(const struct osw_model *model, const char *id)
{
    return find(model->kernel->params, model->kernel->n_params, id);
}

int osw_model_state(const struct osw_model *model, const char *id)
{
    return find(model->kernel->states, model->kernel->n_states, id);
}

int osw_model_output(const struct osw_model *model, const char *id)
{
    return find(model->kernel->outputs, model->kernel->n_outputs, id);
}

const struct osw_input *osw_model_input(const struct osw_model *model, const char *id)
{
    for (int i = 0; i < model->n_inputs; i++)
        if (!strcmp(model->inputs[i].id, id))
            return &model->inputs[i];
    return NULL;
}
