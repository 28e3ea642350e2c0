/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A person's own observations, in the columns of PEtab's measurement table:
 *     observableId  simulationConditionId  time  measurement  noiseParameters
 * an output of the model, SCENARIO/ARM, days, a value and its standard deviation in the
 * output's unit. The column noiseDistribution (normal, log-normal) may be added; with
 * log-normal the noise is that of the natural logarithm. */
#include "evidence/statistic.h"
#include "fit/read.h"

#include <math.h>
#include <string.h>

enum column { OBSERVABLE, CONDITION, TIME, MEASUREMENT, NOISE, DISTRIBUTION, N_COLUMNS };
static const char *const column_names[N_COLUMNS] = {
    "observableId", "simulationConditionId", "time",
    "measurement",  "noiseParameters",       "noiseDistribution"};
enum { MOST_MEASUREMENTS = 100000 };

struct reading {
    struct osw_table table;
    int column[N_COLUMNS];
    struct osw_arena *arena;
    struct osw_diag *diag;
    size_t row;
};

static const struct osw_cell *cell(const struct reading *r, enum column c)
{
    return osw_tsv_cell(&r->table, r->row, r->column[c]);
}

static enum osw_status read_columns(struct reading *r)
{
    const struct osw_loc at = {.file = r->table.file, .line = 1};
    enum osw_status status = OSW_OK;
    for (int c = 0; c < N_COLUMNS; c++) {
        r->column[c] = osw_tsv_column(&r->table, column_names[c]);
        if (r->column[c] < 0 && c != DISTRIBUTION)
            status = osw_diag_fail(r->diag, OSW_ERR_INPUT, at,
                                   "a table of measurements needs the column '%s'",
                                   column_names[c]);
    }
    if (!status && (!r->table.n_rows || r->table.n_rows > MOST_MEASUREMENTS))
        status = osw_diag_fail(r->diag, OSW_ERR_INPUT, at,
                               "a table of measurements with %zu rows: expected 1 to %d",
                               r->table.n_rows, MOST_MEASUREMENTS);
    return status;
}

/* SCENARIO/ARM: the last slash divides, as the scenario may be a path. */
static enum osw_status read_condition(const struct reading *r,
                                      struct osw_evidence_row *row)
{
    const struct osw_cell *text = cell(r, CONDITION);
    const char *slash = strrchr(text->text, '/');
    if (!slash || slash == text->text || !slash[1])
        return osw_diag_fail(r->diag, OSW_ERR_INPUT, text->at,
                             "simulationConditionId: expected SCENARIO/ARM, found '%s'",
                             text->text);
    row->scenario = row->arm = *text;
    row->scenario.text =
        osw_arena_copy(r->arena, text->text, (size_t)(slash - text->text));
    row->arm.text = slash + 1;
    return row->scenario.text ? OSW_OK : OSW_ERR_MEMORY;
}

static enum osw_status read_noise(const struct reading *r, struct osw_evidence_row *row,
                                  bool *is_log)
{
    double m, noise;
    const char *kind = r->column[DISTRIBUTION] < 0 ? "" : cell(r, DISTRIBUTION)->text;
    *is_log = !strcmp(kind, "log-normal");
    if (*kind && !*is_log && strcmp(kind, "normal") != 0)
        return osw_diag_fail(r->diag, OSW_ERR_INPUT, cell(r, DISTRIBUTION)->at,
                             "noiseDistribution: expected normal or log-normal, found "
                             "'%s'",
                             kind);
    enum osw_status status =
        osw_tsv_number(cell(r, MEASUREMENT), "measurement", r->diag, &m);
    if (!status)
        status = osw_tsv_number(cell(r, NOISE), "noiseParameters", r->diag, &noise);
    if (!status && noise <= 0)
        status = osw_diag_fail(r->diag, OSW_ERR_INPUT, cell(r, NOISE)->at,
                               "noiseParameters: expected a standard deviation above 0, "
                               "found %g",
                               noise);
    if (!status && *is_log && m <= 0)
        status = osw_diag_fail(r->diag, OSW_ERR_INPUT, cell(r, MEASUREMENT)->at,
                               "measurement: %g cannot have log-normal noise", m);
    if (status)
        return status;
    row->published = m;
    row->lower = m - noise;
    row->upper = m + noise;
    return OSW_OK;
}

static enum osw_status read_row(const struct reading *r, struct osw_evidence_row *row,
                                bool *is_log)
{
    double t;
    *row = (struct osw_evidence_row){.use = OSW_USE_CALIBRATE,
                                     .statistic = osw_statistic_find("value"),
                                     .section = "measurements",
                                     .unit = "",
                                     .source = "",
                                     .note = "",
                                     .control = {.text = ""},
                                     .reference = {.text = ""},
                                     .output = *cell(r, OBSERVABLE),
                                     .unit_cell = {.text = NULL}};
    enum osw_status status = read_condition(r, row);
    if (!status)
        status = osw_tsv_number(cell(r, TIME), "time", r->diag, &t);
    if (!status)
        status = read_noise(r, row, is_log);
    if (status)
        return status;
    row->at.at = cell(r, TIME)->at;
    row->unit_cell.at = cell(r, OBSERVABLE)->at;
    row->at.text = osw_arena_format(r->arena, "%s day", cell(r, TIME)->text);
    row->id = osw_arena_format(r->arena, "%s@%s@%s", row->output.text,
                               cell(r, CONDITION)->text, cell(r, TIME)->text);
    return row->at.text && row->id ? OSW_OK : OSW_ERR_MEMORY;
}

static enum osw_status read_rows(struct osw_evidence *e, struct osw_diag *diag,
                                 const bool **log)
{
    struct reading r = {.arena = e->arena, .diag = diag};
    enum osw_status status = osw_tsv_read(e->path, e->arena, diag, &r.table);
    if (!status)
        status = read_columns(&r);
    if (status)
        return status;
    struct osw_evidence_row *rows =
        osw_arena_alloc(e->arena, r.table.n_rows, sizeof *rows);
    bool *is_log = osw_arena_alloc(e->arena, r.table.n_rows, sizeof *is_log);
    if (!rows || !is_log)
        return OSW_ERR_MEMORY;
    for (; r.row < r.table.n_rows; r.row++) {
        enum osw_status one = read_row(&r, &rows[r.row], &is_log[r.row]);
        status = status ? status : one;
    }
    e->rows = rows;
    e->n_rows = (int)r.table.n_rows;
    *log = is_log;
    return status;
}

enum osw_status osw_fit_measurements(const char *path, struct osw_diag *diag,
                                     struct osw_evidence **evidence, const bool **log)
{
    struct osw_arena *arena = osw_arena_create();
    struct osw_evidence *e = arena ? osw_arena_alloc(arena, 1, sizeof *e) : NULL;
    if (!e) {
        osw_arena_destroy(arena);
        return OSW_ERR_MEMORY;
    }
    e->arena = arena;
    e->path = osw_arena_string(arena, path);
    enum osw_status status = e->path ? read_rows(e, diag, log) : OSW_ERR_MEMORY;
    if (!status)
        status = osw_studies_load(e, diag);
    if (status)
        osw_evidence_destroy(e);
    else
        *evidence = e;
    return status;
}
