/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * params/inputs.tsv: what a person calls a quantity (egfr, sex, …) and which parameters
 * it sets. One table serves all models: rows for parameters that a model lacks are
 * skipped. `values` is empty for a quantity, else WORD=NUMBER;WORD=NUMBER in the
 * parameter's unit; the word * stands for any value. "=age0 - value - 3*ckd_w" makes the
 * parameter a sum of others and the value given. */
#include "model/tables.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { ID, PARAMETER, UNIT, VALUES, DESCRIPTION, N_COLUMNS };
static const char *const column_names[N_COLUMNS] = {"inputId", "parameterId", "unit",
                                                    "values", "description"};

static enum osw_status read_words(struct osw_tables *tables, const struct osw_cell *cell,
                                  struct osw_input_target *target)
{
    struct osw_arena *arena = tables->model->arena;
    size_t most = 1;
    for (const char *c = cell->text; *c; c++)
        most += *c == ';';
    const char **words = osw_arena_alloc(arena, most, sizeof *words);
    double *values = osw_arena_alloc(arena, most, sizeof *values);
    if (!words || !values)
        return OSW_ERR_MEMORY;
    target->words = words;
    target->word_values = values;
    for (const char *p = cell->text; *p;) {
        size_t len = strcspn(p, ";"), name = strcspn(p, "=");
        char *end = NULL;
        double value = name < len ? strtod(p + name + 1, &end) : NAN;
        if (!name || name >= len || end != p + len || !isfinite(value))
            return osw_diag_fail(tables->diag, OSW_ERR_INPUT, cell->at,
                                 "values: expected word=number;word=number, found '%s'",
                                 cell->text);
        char *text = osw_arena_copy(arena, p, name);
        if (!text)
            return OSW_ERR_MEMORY;
        words[target->n_words] = text;
        values[target->n_words++] = value;
        p += len + (p[len] == ';');
    }
    return OSW_OK;
}

/* The factor that takes what a term names into the unit of the target; NAN: none does. */
static double term_unit(const struct osw_tables *tables, int param,
                        const struct osw_input_target *target)
{
    const struct osw_unit *to = tables->model->params[target->param].unit;
    const struct osw_unit *from =
        param < 0 ? target->unit : tables->model->params[param].unit;
    return osw_unit_convertible(from, to) ? osw_unit_convert(1, from, to) : NAN;
}

/* One term, "3*ckd_w" without its sign: *text moves past it. False: it is none. */
static bool read_term(const struct osw_tables *tables, const char **text, double sign,
                      struct osw_input_target *target, struct osw_input_term *term)
{
    char name[80], *end = NULL;
    bool number = strchr(".0123456789", **text);
    double factor = number ? strtod(*text, &end) : 1;
    const char *p = number ? end : *text;
    if (number && *p++ != '*')
        return false;
    size_t n = strcspn(p, " +-*");
    if (!n || n >= sizeof name)
        return false;
    memcpy(name, p, n);
    name[n] = '\0';
    term->param = strcmp(name, "value") ? osw_model_param(tables->model, name) : -1;
    if (term->param < 0 && strcmp(name, "value") != 0)
        return false;
    term->factor = sign * factor * term_unit(tables, term->param, target);
    if (!isfinite(term->factor))
        return false;
    *text = p + n + strspn(p + n, " ");
    return true;
}

static enum osw_status read_formula(struct osw_tables *tables,
                                    const struct osw_cell *cell,
                                    struct osw_input_target *target)
{
    const char *p = cell->text + 1;
    bool given = false;
    struct osw_input_term *terms =
        osw_arena_alloc(tables->model->arena, strlen(p) + 1, sizeof *terms);
    if (!terms)
        return OSW_ERR_MEMORY;
    for (p += strspn(p, " "); *p;) {
        double sign = *p == '-' ? -1 : 1;
        bool signed_ = *p == '-' || *p == '+';
        p += signed_ + strspn(p + signed_, " ");
        if ((!signed_ && target->n_terms) ||
            !read_term(tables, &p, sign, target, &terms[target->n_terms]))
            break;
        given |= terms[target->n_terms++].param < 0;
    }
    target->terms = terms;
    return !*p && given ? OSW_OK
                        : osw_diag_fail(tables->diag, OSW_ERR_INPUT, cell->at,
                                        "values: expected a sum such as =age0 - value - "
                                        "3*ckd_w of parameters in units of the same "
                                        "kind, found '%s'",
                                        cell->text);
}

static enum osw_status read_target(struct osw_tables *tables,
                                   const struct osw_table *table, size_t row,
                                   const int *column, struct osw_input_target *target)
{
    const struct osw_cell *unit = osw_tsv_cell(table, row, column[UNIT]);
    const struct osw_cell *values = osw_tsv_cell(table, row, column[VALUES]);
    const struct osw_parameter *p = &tables->model->params[target->param];
    target->unit = *unit->text ? osw_tables_unit(tables, unit) : p->unit;
    if (!target->unit)
        return OSW_ERR_INPUT;
    if (*values->text == '=')
        return read_formula(tables, values, target);
    if (*values->text)
        return read_words(tables, values, target);
    if (!osw_unit_convertible(target->unit, p->unit))
        return osw_diag_fail(tables->diag, OSW_ERR_INPUT, unit->at,
                             "the input is in %s, parameter '%s' in %s", unit->text,
                             p->id, p->unit_text);
    return OSW_OK;
}

/* Is this row for the model at hand? -1 when not. */
static int row_param(const struct osw_tables *tables, const struct osw_table *table,
                     size_t row, const int *column)
{
    return osw_model_param(tables->model,
                           osw_tsv_cell(table, row, column[PARAMETER])->text);
}

static enum osw_status read_input(struct osw_tables *tables,
                                  const struct osw_table *table, size_t first,
                                  const int *column, struct osw_input *input)
{
    const char *id = osw_tsv_cell(table, first, column[ID])->text;
    struct osw_input_target *targets =
        osw_arena_alloc(tables->model->arena, table->n_rows - first, sizeof *targets);
    *input = (struct osw_input){.id = id, .unit_text = "", .description = ""};
    if (!targets)
        return OSW_ERR_MEMORY;
    input->targets = targets;
    for (size_t row = first; row < table->n_rows; row++) {
        int param = row_param(tables, table, row, column);
        if (param < 0 || strcmp(osw_tsv_cell(table, row, column[ID])->text, id))
            continue;
        struct osw_input_target *target = &targets[input->n_targets++];
        target->param = param;
        enum osw_status status = read_target(tables, table, row, column, target);
        if (status)
            return status;
        if (!target->words && !*input->unit_text)
            input->unit_text = osw_tsv_cell(table, row, column[UNIT])->text;
        if (!*input->description)
            input->description = osw_tsv_cell(table, row, column[DESCRIPTION])->text;
    }
    return OSW_OK;
}

enum osw_status osw_tables_inputs(struct osw_tables *tables)
{
    struct osw_model *model = tables->model;
    int column[N_COLUMNS];
    struct osw_table table = {0};
    bool found;
    enum osw_status status = osw_tables_read(
        tables, "inputs", true, &(struct osw_columns){column_names, N_COLUMNS, column},
        &table, &found);
    if (status || !found)
        return status;
    struct osw_input *inputs =
        osw_arena_alloc(model->arena, table.n_rows, sizeof *inputs);
    if (!inputs)
        return OSW_ERR_MEMORY;
    model->inputs = inputs;
    model->n_inputs = 0;
    for (size_t row = 0; row < table.n_rows; row++) {
        const struct osw_cell *id = osw_tsv_cell(&table, row, column[ID]);
        if (row_param(tables, &table, row, column) < 0 ||
            osw_model_input(model, id->text))
            continue;
        enum osw_status one =
            read_input(tables, &table, row, column, &inputs[model->n_inputs]);
        if (one == OSW_ERR_MEMORY)
            return one;
        model->n_inputs++; /* also a faulty one, so that it is reported once */
        status = one ? one : status;
    }
    return status;
}
