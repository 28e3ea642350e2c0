/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Tables of a model: what their readers share, and the states and outputs. */
#include "model/tables.h"

#include <assert.h>
#include <math.h>
#include <string.h>

enum osw_status osw_tables_find(struct osw_tables *tables, const char *stem,
                                bool optional, const char **path)
{
    struct osw_arena *arena = tables->model->arena;
    *path = NULL;
    if (!optional)
        return osw_file_find("", stem, ".tsv", tables->beside, (struct osw_loc){0}, arena,
                             tables->diag, path);
    struct osw_diag *unheard = osw_diag_create();
    if (!unheard)
        return OSW_ERR_MEMORY;
    enum osw_status status = osw_file_find("", stem, ".tsv", tables->beside,
                                           (struct osw_loc){0}, arena, unheard, path);
    osw_diag_destroy(unheard);
    return status == OSW_ERR_NOINPUT ? OSW_OK : status;
}

enum osw_status osw_tables_read(struct osw_tables *tables, const char *stem,
                                bool optional, const struct osw_columns *columns,
                                struct osw_table *table, bool *found)
{
    const char *path = NULL;
    enum osw_status status = osw_tables_find(tables, stem, optional, &path);
    *found = path != NULL;
    if (!status && path)
        status = osw_tsv_read(path, tables->model->arena, tables->diag, table);
    if (status || !path)
        return status;
    struct osw_loc at = {.file = table->file, .line = 0};
    for (int i = 0; i < columns->n; i++) {
        columns->index[i] = osw_tsv_column(table, columns->names[i]);
        if (columns->index[i] >= 0)
            continue;
        const char *closest =
            osw_diag_closest(columns->names[i], table->columns, table->n_columns);
        status = osw_diag_fail(tables->diag, OSW_ERR_INPUT, at, "no column '%s'%s%s%s",
                               columns->names[i], closest ? " (is '" : "",
                               closest ? closest : "", closest ? "' meant for it?)" : "");
    }
    return status;
}

const struct osw_unit *osw_tables_unit(struct osw_tables *tables,
                                       const struct osw_cell *cell)
{
    struct osw_units *units = tables->model->units;
    const struct osw_unit *unit =
        *cell->text ? osw_units_parse(units, cell->text) : osw_units_one(units);
    if (!unit)
        osw_diag_add(tables->diag, OSW_ERROR, cell->at,
                     "'%s' is not a unit (UDUNITS spelling, such as mmol/L or 1/d)",
                     cell->text);
    return unit;
}

const struct osw_unit *osw_tables_kernel_unit(struct osw_tables *tables, const char *text,
                                              const struct osw_unit *or_else)
{
    const struct osw_unit *unit =
        *text ? osw_units_parse(tables->model->units, text) : NULL;
    return unit ? unit : or_else;
}

enum osw_status osw_tables_unknown(struct osw_tables *tables, const char *kind,
                                   const struct osw_cell *cell,
                                   const struct osw_kernel_symbol *symbols, int n)
{
    const char **names = osw_arena_alloc(tables->model->arena, (size_t)n, sizeof *names);
    if (!names)
        return OSW_ERR_MEMORY;
    for (int i = 0; i < n; i++)
        names[i] = symbols[i].name;
    const char *closest = osw_diag_closest(cell->text, names, (size_t)n);
    return osw_diag_fail(tables->diag, OSW_ERR_INPUT, cell->at,
                         "model %s has no %s '%s'%s%s%s", tables->model->name, kind,
                         cell->text, closest ? " (did you mean '" : "",
                         closest ? closest : "", closest ? "'?)" : "");
}

const struct osw_symbol *osw_tables_stated(const struct osw_tables *tables,
                                           const char *name)
{
    int i = tables->source ? osw_source_find(tables->source, name) : -1;
    return i >= 0 && tables->source->symbols[i].initial ? &tables->source->symbols[i]
                                                        : NULL;
}

enum { STATE_ID, STATE_UNIT, STATE_SCALE, STATE_START, STATE_HELD, STATE_NOTE, N_STATE };
static const char *const state_columns[N_STATE] = {"stateId", "unit", "scale",
                                                   "start",   "held", "note"};

static enum osw_status read_held(struct osw_tables *tables, const struct osw_cell *cell,
                                 bool *held)
{
    const char *t = cell->text;
    *held = !strcmp(t, "1") || !strcmp(t, "true") || !strcmp(t, "yes");
    if (*held || !*t || !strcmp(t, "0") || !strcmp(t, "false") || !strcmp(t, "no"))
        return OSW_OK;
    return osw_diag_fail(tables->diag, OSW_ERR_INPUT, cell->at,
                         "held: expected 1 or 0, found '%s'", t);
}

static enum osw_status read_state(struct osw_tables *tables,
                                  const struct osw_table *table, size_t row,
                                  const int *column, struct osw_state *state)
{
    const struct osw_cell *cell[N_STATE];
    for (int i = 0; i < N_STATE; i++)
        cell[i] = osw_tsv_cell(table, row, column[i]);
    const struct osw_unit *unit = osw_tables_unit(tables, cell[STATE_UNIT]);
    if (!unit)
        return OSW_ERR_INPUT;
    int i = osw_model_state(tables->model, cell[STATE_ID]->text);
    const struct osw_kernel_symbol *symbol = &tables->model->kernel->states[i];
    state->note = cell[STATE_NOTE]->text;
    state->unit = osw_tables_kernel_unit(tables, symbol->unit, unit);
    state->unit_text = *symbol->unit ? symbol->unit : cell[STATE_UNIT]->text;
    if (!osw_unit_convertible(unit, state->unit))
        return osw_diag_fail(tables->diag, OSW_ERR_INPUT, cell[STATE_UNIT]->at,
                             "state '%s' is in %s here, in %s in the model", state->id,
                             cell[STATE_UNIT]->text, symbol->unit);
    const bool declared = *cell[STATE_SCALE]->text || !tables->source;
    enum osw_status status = OSW_OK;
    if (declared)
        status = osw_tsv_number(cell[STATE_SCALE], "scale", tables->diag, &state->scale);
    if (!status && declared && !(state->scale > 0))
        status =
            osw_diag_fail(tables->diag, OSW_ERR_INPUT, cell[STATE_SCALE]->at,
                          "scale of state '%s': expected a number above 0", state->id);
    state->has_start = *cell[STATE_START]->text;
    if (!status && state->has_start)
        status = osw_tsv_number(cell[STATE_START], "start", tables->diag, &state->start);
    if (status)
        return status;
    state->scale = osw_unit_convert(state->scale, unit, state->unit);
    state->start = osw_unit_convert(state->start, unit, state->unit);
    return read_held(tables, cell[STATE_HELD], &state->held);
}

/* A user's model without a row: start from the text (the kernel's init), no scale. */
static enum osw_status state_from_text(struct osw_tables *tables, int i, double start,
                                       const char *table_name, struct osw_state *state)
{
    const struct osw_kernel_symbol *symbol = &tables->model->kernel->states[i];
    if (!tables->source)
        return osw_diag_fail(
            tables->diag, OSW_ERR_INPUT, (struct osw_loc){.file = table_name},
            "no row for state '%s' of model %s", symbol->name, tables->model->name);
    if (!osw_tables_stated(tables, symbol->name)) {
        int in_text = osw_source_find(tables->source, symbol->name);
        return osw_diag_fail(tables->diag, OSW_ERR_INPUT,
                             tables->source->symbols[in_text].at,
                             "state '%s' has no initial value, neither here nor in a "
                             "table",
                             symbol->name);
    }
    state->unit_text = *symbol->unit ? symbol->unit : "1";
    state->note = symbol->label;
    state->unit =
        osw_tables_kernel_unit(tables, symbol->unit, osw_units_one(tables->model->units));
    state->scale = 0;
    return isfinite(start)
               ? OSW_OK
               : osw_diag_fail(tables->diag, OSW_ERR_INPUT,
                               (struct osw_loc){.file = osw_diag_file(
                                                    tables->diag, tables->source->path)},
                               "the initial value of '%s' is not finite", symbol->name);
}

/* Initial values as the text states them, with the nominal parameters. */
static double *initial_values(const struct osw_tables *tables)
{
    const struct osw_model *model = tables->model;
    const struct osw_kernel *k = model->kernel;
    double *y = osw_arena_alloc(model->arena, (size_t)k->n_states, sizeof *y);
    double *p = osw_arena_alloc(model->arena, (size_t)k->n_params, sizeof *p);
    if (!y || !p || !tables->source)
        return p ? y : NULL;
    for (int j = 0; j < k->n_params; j++)
        p[j] = model->params[j].nominal;
    k->init(p, y);
    return y;
}

static const char *table_stem(struct osw_tables *tables, const char *what)
{
    return osw_arena_format(tables->model->arena, "%s.%s", tables->model->name, what);
}

/* A table of the model's name: must be there for a shipped model; a user's may lack it.
 */
static enum osw_status own_table(struct osw_tables *tables, const char *stem,
                                 const struct osw_columns *columns,
                                 struct osw_table *table, bool *found)
{
    return osw_tables_read(tables, stem, tables->source != NULL, columns, table, found);
}

/* For each row: the symbol that it names, each at most once. */
static enum osw_status claim_row(struct osw_tables *tables, const char *kind,
                                 const struct osw_cell *id, int i,
                                 const struct osw_kernel_symbol *symbols, int n,
                                 struct osw_loc *seen)
{
    if (i < 0)
        return osw_tables_unknown(tables, kind, id, symbols, n);
    if (seen[i].line)
        return osw_diag_fail(tables->diag, OSW_ERR_INPUT, id->at,
                             "a second row for %s '%s' (the first is in line %d)", kind,
                             id->text, seen[i].line);
    seen[i] = id->at;
    return OSW_OK;
}

static enum osw_status read_states(struct osw_tables *tables)
{
    struct osw_model *model = tables->model;
    const struct osw_kernel *kernel = model->kernel;
    int column[N_STATE];
    struct osw_table table = {0};
    bool found;
    const char *stem = table_stem(tables, "states");
    struct osw_loc *seen =
        osw_arena_alloc(model->arena, (size_t)kernel->n_states, sizeof *seen);
    struct osw_state *states =
        osw_arena_alloc(model->arena, (size_t)kernel->n_states, sizeof *states);
    if (!stem || !seen || !states)
        return OSW_ERR_MEMORY;
    model->states = states;
    for (int i = 0; i < kernel->n_states; i++)
        states[i].id = kernel->states[i].name;
    enum osw_status status =
        own_table(tables, stem, &(struct osw_columns){state_columns, N_STATE, column},
                  &table, &found);
    if (status)
        return status;
    const double *start = initial_values(tables);
    if (!start)
        return OSW_ERR_MEMORY;
    enum osw_status worst = OSW_OK;
    for (size_t row = 0; row < table.n_rows; row++) {
        const struct osw_cell *id = osw_tsv_cell(&table, row, column[STATE_ID]);
        int i = osw_model_state(model, id->text);
        status =
            claim_row(tables, "state", id, i, kernel->states, kernel->n_states, seen);
        if (!status)
            status = read_state(tables, &table, row, column, &states[i]);
        worst = status ? status : worst;
    }
    for (int i = 0; i < kernel->n_states; i++)
        if (!seen[i].line &&
            (status = state_from_text(tables, i, start[i], table.file, &states[i])))
            worst = status;
    return worst;
}

enum { OUTPUT_ID, OUTPUT_UNIT, OUTPUT_NAME, OUTPUT_GROUP, N_OUTPUT };
static const char *const output_columns[N_OUTPUT] = {"outputId", "unit", "long_name",
                                                     "group"};

/* observe() gives values in the kernel's unit, so a table may not say another one. */
static enum osw_status read_output(struct osw_tables *tables,
                                   const struct osw_table *table, size_t row,
                                   const int *column, int i, struct osw_output *output)
{
    const struct osw_kernel_symbol *symbol = &tables->model->kernel->outputs[i];
    const struct osw_cell *cell = osw_tsv_cell(table, row, column[OUTPUT_UNIT]);
    const struct osw_unit *unit = osw_tables_unit(tables, cell);
    if (!unit)
        return OSW_ERR_INPUT;
    output->unit = osw_tables_kernel_unit(tables, symbol->unit, unit);
    output->unit_text = *cell->text ? cell->text : "1";
    output->long_name = osw_tsv_cell(table, row, column[OUTPUT_NAME])->text;
    output->group = osw_tsv_cell(table, row, column[OUTPUT_GROUP])->text;
    if (!osw_unit_equal(unit, output->unit))
        return osw_diag_fail(tables->diag, OSW_ERR_INPUT, cell->at,
                             "output '%s' is in %s here, in %s in the model", output->id,
                             cell->text, symbol->unit);
    return OSW_OK;
}

static void output_from_text(struct osw_tables *tables, int i, struct osw_output *output)
{
    const struct osw_kernel_symbol *symbol = &tables->model->kernel->outputs[i];
    bool is_state = osw_model_state(tables->model, symbol->name) >= 0;
    output->unit_text = *symbol->unit ? symbol->unit : "1";
    output->unit =
        osw_tables_kernel_unit(tables, symbol->unit, osw_units_one(tables->model->units));
    output->long_name = *symbol->label ? symbol->label : symbol->name;
    output->group = is_state ? "states" : "rules";
}

static enum osw_status read_outputs(struct osw_tables *tables)
{
    struct osw_model *model = tables->model;
    const struct osw_kernel *kernel = model->kernel;
    int column[N_OUTPUT];
    struct osw_table table = {0};
    bool found;
    const char *stem = table_stem(tables, "outputs");
    struct osw_loc *seen =
        osw_arena_alloc(model->arena, (size_t)kernel->n_outputs, sizeof *seen);
    struct osw_output *outputs =
        osw_arena_alloc(model->arena, (size_t)kernel->n_outputs, sizeof *outputs);
    if (!stem || !seen || !outputs)
        return OSW_ERR_MEMORY;
    model->outputs = outputs;
    enum osw_status status =
        own_table(tables, stem, &(struct osw_columns){output_columns, N_OUTPUT, column},
                  &table, &found);
    if (status)
        return status;
    enum osw_status worst = OSW_OK;
    for (int i = 0; i < kernel->n_outputs; i++) {
        outputs[i].id = kernel->outputs[i].name;
        output_from_text(tables, i, &outputs[i]);
    }
    for (size_t row = 0; row < table.n_rows; row++) {
        const struct osw_cell *id = osw_tsv_cell(&table, row, column[OUTPUT_ID]);
        int i = osw_model_output(model, id->text);
        status =
            claim_row(tables, "output", id, i, kernel->outputs, kernel->n_outputs, seen);
        if (!status)
            status = read_output(tables, &table, row, column, i, &outputs[i]);
        worst = status ? status : worst;
    }
    for (int i = 0; i < kernel->n_outputs && found && !tables->source; i++)
        if (!seen[i].line)
            worst = osw_diag_fail(
                tables->diag, OSW_ERR_INPUT, (struct osw_loc){.file = table.file},
                "no row for output '%s' of model %s", outputs[i].id, model->name);
    return worst;
}

enum osw_status osw_tables_load(struct osw_tables *tables)
{
    assert(tables->model->kernel);
    enum osw_status parameters = osw_tables_parameters(tables);
    enum osw_status states = /* initial values in a text are of its parameters */
        parameters && tables->source ? OSW_OK : read_states(tables);
    enum osw_status outputs = read_outputs(tables);
    if (parameters || states || outputs)
        return parameters ? parameters : states ? states : outputs;
    return tables->model->tabled ? osw_tables_inputs(tables) : OSW_OK;
}
