/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Parameter tables: params/common.tsv holds what models share, params/<model>.tsv adds or
 * overrides. Columns and spellings are PEtab's (v2), with unit, status, source and note
 * of ours. Invariant: exactly one effective row per parameter of the kernel. */
#include "base/hash.h"
#include "model/tables.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    ID,
    NAME,
    LOWER,
    UPPER,
    NOMINAL,
    ESTIMATE,
    PRIOR,
    PRIOR_PARAMETERS,
    UNIT,
    STATUS,
    SOURCE,
    NOTE,
    N_COLUMNS
};
static const char *const column_names[N_COLUMNS] = {"parameterId",
                                                    "parameterName",
                                                    "lowerBound",
                                                    "upperBound",
                                                    "nominalValue",
                                                    "estimate",
                                                    "priorDistribution",
                                                    "priorParameters",
                                                    "unit",
                                                    "status",
                                                    "source",
                                                    "note"};

static const char *const statuses[] = {"measured", "derived", "calibrated",
                                       "recalled", "assumed", "input"};
static const char *const priors[] = {
    "uniform", "normal",    "laplace",     "log-normal", "log-laplace", "log-uniform",
    "cauchy",  "chisquare", "exponential", "gamma",      "rayleigh"};

struct row {
    struct osw_tables *tables;
    const struct osw_cell *cell[N_COLUMNS];
};

static enum osw_status word(const struct row *row, int column, const char *const *words,
                            size_t n)
{
    const struct osw_cell *cell = row->cell[column];
    for (size_t i = 0; i < n; i++)
        if (!strcmp(words[i], cell->text))
            return OSW_OK;
    const char *closest = osw_diag_closest(cell->text, words, n);
    return osw_diag_fail(row->tables->diag, OSW_ERR_INPUT, cell->at,
                         "%s: '%s' is not one of %s, %s, %s, …%s%s%s",
                         column_names[column], cell->text, words[0], words[1], words[2],
                         closest ? " (did you mean '" : "", closest ? closest : "",
                         closest ? "'?)" : "");
}

static enum osw_status bound(const struct row *row, int column, double unbounded,
                             double *value)
{
    *value = unbounded;
    if (!*row->cell[column]->text)
        return OSW_OK;
    return osw_tsv_number(row->cell[column], column_names[column], row->tables->diag,
                          value);
}

static enum osw_status read_numbers(const struct row *row, struct osw_parameter *p)
{
    struct osw_diag *diag = row->tables->diag;
    enum osw_status status = bound(row, LOWER, -INFINITY, &p->lower);
    enum osw_status upper = bound(row, UPPER, INFINITY, &p->upper);
    enum osw_status nominal =
        osw_tsv_number(row->cell[NOMINAL], column_names[NOMINAL], diag, &p->nominal);
    if (status || upper || nominal)
        return OSW_ERR_INPUT;
    if (p->lower > p->upper)
        return osw_diag_fail(diag, OSW_ERR_INPUT, row->cell[LOWER]->at,
                             "parameter '%s': lowerBound %.12g is above upperBound %.12g",
                             p->id, p->lower, p->upper);
    if (p->nominal < p->lower || p->nominal > p->upper)
        return osw_diag_fail(diag, OSW_ERR_INPUT, row->cell[NOMINAL]->at,
                             "parameter '%s': nominalValue %.12g is outside its bounds "
                             "%.12g to %.12g",
                             p->id, p->nominal, p->lower, p->upper);
    return OSW_OK;
}

/* "a;b", the number of parameters that the distribution takes. */
static enum osw_status read_prior(const struct row *row, struct osw_parameter *p)
{
    const struct osw_cell *cell = row->cell[PRIOR_PARAMETERS];
    const char *one[] = {"chisquare", "exponential", "rayleigh"};
    int wanted = *row->cell[PRIOR]->text ? 2 : 0, n = 0;
    for (size_t i = 0; i < sizeof one / sizeof *one; i++)
        wanted = strcmp(p->prior, one[i]) ? wanted : 1;
    const char *text = cell->text;
    for (char *end; n < wanted; n++, text = *end == ';' ? end + 1 : end) {
        p->prior_parameter[n] = strtod(text, &end);
        if (end == text || !isfinite(p->prior_parameter[n]))
            break;
    }
    if (n == wanted && !*text)
        return OSW_OK;
    return osw_diag_fail(row->tables->diag, OSW_ERR_INPUT, cell->at,
                         "priorParameters: expected %d number%s separated by ';' for "
                         "'%s', found '%.80s'",
                         wanted, wanted == 1 ? "" : "s", p->prior, cell->text);
}

static enum osw_status read_words(const struct row *row, struct osw_parameter *p)
{
    enum osw_status status =
        word(row, STATUS, statuses, sizeof statuses / sizeof *statuses);
    if (*row->cell[PRIOR]->text &&
        word(row, PRIOR, priors, sizeof priors / sizeof *priors))
        status = OSW_ERR_INPUT;
    else if (read_prior(row, p))
        status = OSW_ERR_INPUT;
    const char *e = row->cell[ESTIMATE]->text;
    p->estimate = !strcmp(e, "1") || !strcmp(e, "true");
    if (!p->estimate && *e && strcmp(e, "0") && strcmp(e, "false"))
        status = osw_diag_fail(row->tables->diag, OSW_ERR_INPUT, row->cell[ESTIMATE]->at,
                               "estimate: expected true or false, found '%s'", e);
    return status;
}

/* A logarithm's mean moves by the logarithm of the factor, its spread stays; log-uniform
 * states its ends themselves. */
static void convert_prior(double factor, struct osw_parameter *p)
{
    bool logarithm = !strcmp(p->prior, "log-normal") || !strcmp(p->prior, "log-laplace");
    for (int i = 0; i < 2 && !logarithm; i++)
        p->prior_parameter[i] *= factor;
    if (logarithm)
        p->prior_parameter[0] += log(factor);
}

/* Values are kept in the kernel's unit. */
static enum osw_status read_unit(const struct row *row, const char *kernel_unit,
                                 struct osw_parameter *p)
{
    const struct osw_cell *cell = row->cell[UNIT];
    const struct osw_unit *unit = osw_tables_unit(row->tables, cell);
    if (!unit)
        return OSW_ERR_INPUT;
    p->unit = osw_tables_kernel_unit(row->tables, kernel_unit, unit);
    p->unit_text = *kernel_unit ? kernel_unit : *cell->text ? cell->text : "1";
    if (!osw_unit_convertible(unit, p->unit))
        return osw_diag_fail(row->tables->diag, OSW_ERR_INPUT, cell->at,
                             "parameter '%s' is in %s here, in %s in the model", p->id,
                             *cell->text ? cell->text : "1", kernel_unit);
    if (osw_unit_equal(unit, p->unit))
        return OSW_OK;
    p->nominal = osw_unit_convert(p->nominal, unit, p->unit);
    p->lower = osw_unit_convert(p->lower, unit, p->unit);
    p->upper = osw_unit_convert(p->upper, unit, p->unit);
    convert_prior(osw_unit_convert(1, unit, p->unit), p);
    return OSW_OK;
}

static enum osw_status read_row(struct osw_tables *tables, const struct osw_table *table,
                                size_t i, const int *column, int j,
                                struct osw_parameter *p)
{
    struct row row = {.tables = tables};
    for (int k = 0; k < N_COLUMNS; k++)
        row.cell[k] = osw_tsv_cell(table, i, column[k]);
    const struct osw_kernel_symbol *symbol = &tables->model->kernel->params[j];
    *p = (struct osw_parameter){.id = symbol->name,
                                .name = *row.cell[NAME]->text ? row.cell[NAME]->text
                                                              : symbol->name,
                                .status = row.cell[STATUS]->text,
                                .prior = row.cell[PRIOR]->text,
                                .source = row.cell[SOURCE]->text,
                                .note = row.cell[NOTE]->text,
                                .at = row.cell[ID]->at};
    enum osw_status numbers = read_numbers(&row, p), words = read_words(&row, p);
    enum osw_status unit = read_unit(&row, symbol->unit, p);
    return numbers || words || unit ? OSW_ERR_INPUT : OSW_OK;
}

/* Rows of one file. In common.tsv a row may belong to another model; in the model's own
 * file it may not. */
static enum osw_status read_file(struct osw_tables *tables, const char *stem, bool common,
                                 struct osw_parameter *params, const char **own_file)
{
    struct osw_model *model = tables->model;
    int column[N_COLUMNS];
    struct osw_table table = {0};
    bool found;
    enum osw_status status = osw_tables_read(
        tables, stem, common || tables->source,
        &(struct osw_columns){column_names, N_COLUMNS, column}, &table, &found);
    if (status || !found)
        return status;
    *own_file = table.file;
    for (size_t row = 0; row < table.n_rows; row++) {
        const struct osw_cell *id = osw_tsv_cell(&table, row, column[ID]);
        int j = osw_model_param(model, id->text);
        enum osw_status one = OSW_OK;
        if (j < 0 && common)
            continue;
        if (j < 0)
            one = osw_tables_unknown(tables, "parameter", id, model->kernel->params,
                                     model->kernel->n_params);
        else if (params[j].at.file == table.file)
            one = osw_diag_fail(tables->diag, OSW_ERR_INPUT, id->at,
                                "a second row for parameter '%s' (the first is in line "
                                "%d)",
                                id->text, params[j].at.line);
        else
            one = read_row(tables, &table, row, column, j, &params[j]);
        status = one ? one : status;
    }
    return status;
}

static enum osw_status text_and_table(struct osw_tables *tables,
                                      const struct osw_parameter *p)
{
    int i = osw_source_find(tables->source, p->id);
    return osw_diag_fail(tables->diag, OSW_ERR_INPUT, tables->source->symbols[i].at,
                         "parameter '%s' has a value here and in %s:%d: keep one", p->id,
                         p->at.file, p->at.line);
}

static enum osw_status from_text(struct osw_tables *tables, int j, const char *file,
                                 struct osw_parameter *p)
{
    const struct osw_kernel_symbol *symbol = &tables->model->kernel->params[j];
    const struct osw_symbol *stated = osw_tables_stated(tables, symbol->name);
    if (!stated && tables->source) {
        int i = osw_source_find(tables->source, symbol->name);
        struct osw_loc at =
            i < 0 ? (struct osw_loc){.file = osw_diag_file(tables->diag,
                                                           tables->source->path)}
                  : tables->source->symbols[i].at;
        return osw_diag_fail(tables->diag, OSW_ERR_INPUT, at,
                             "parameter '%s' has no value, neither here nor in a table",
                             symbol->name);
    }
    if (!stated)
        return osw_diag_fail(tables->diag, OSW_ERR_INPUT, (struct osw_loc){.file = file},
                             "no row for parameter '%s' of model %s", symbol->name,
                             tables->model->name);
    *p = (struct osw_parameter){
        .id = symbol->name,
        .name = *symbol->label ? symbol->label : symbol->name,
        .unit_text = *symbol->unit ? symbol->unit : "1",
        .unit = osw_tables_kernel_unit(tables, symbol->unit,
                                       osw_units_one(tables->model->units)),
        .status = "assumed",
        .source = "",
        .prior = "",
        .note = "",
        .nominal = stated->initial->number,
        .lower = -INFINITY,
        .upper = INFINITY,
        .at = stated->at};
    return OSW_OK;
}

static void hash_parameters(struct osw_model *model)
{
    struct osw_hash hash;
    osw_hash_init(&hash);
    for (int j = 0; j < model->kernel->n_params; j++) {
        const struct osw_parameter *p = &model->params[j];
        char number[40];
        int n = snprintf(number, sizeof number, "\t%.17g\n", p->nominal);
        osw_hash_add(&hash, p->id, strlen(p->id) + 1);
        osw_hash_add(&hash, p->unit_text, strlen(p->unit_text));
        osw_hash_add(&hash, number, (size_t)n);
    }
    osw_hash_hex(&hash, model->parameter_hash);
}

enum osw_status osw_tables_parameters(struct osw_tables *tables)
{
    struct osw_model *model = tables->model;
    const struct osw_kernel *kernel = model->kernel;
    const char *file = NULL;
    struct osw_parameter *params =
        osw_arena_alloc(model->arena, (size_t)kernel->n_params, sizeof *params);
    if (!params)
        return OSW_ERR_MEMORY;
    enum osw_status status = OSW_OK, own = OSW_OK;
    if (model->tabled) {
        status = read_file(tables, "common", true, params, &file);
        own = read_file(tables, model->name, false, params, &file);
    }
    if (status || own)
        return status ? status : own;
    for (int j = 0; j < kernel->n_params; j++) {
        bool in_text = osw_tables_stated(tables, kernel->params[j].name);
        enum osw_status one = OSW_OK;
        if (!params[j].id)
            one = from_text(tables, j, file, &params[j]);
        else if (in_text)
            one = text_and_table(tables, &params[j]);
        status = one ? one : status;
    }
    model->params = params;
    if (!status)
        hash_parameters(model);
    return status;
}
