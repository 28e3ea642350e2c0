/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "evidence/rows.h"
#include "evidence/statistic.h"

#include <math.h>
#include <string.h>

#define NAME(name, text, counted) text,
const char *const osw_evidence_use_names[OSW_N_USES] = {OSW_EVIDENCE_USES(NAME)};
#undef NAME
#define COUNTED(name, text, counted) counted,
static const bool counted_uses[OSW_N_USES] = {OSW_EVIDENCE_USES(COUNTED)};
#undef COUNTED

bool osw_evidence_is_counted(enum osw_evidence_use use)
{
    return counted_uses[use];
}

enum column {
    ID,
    USE,
    SCENARIO,
    ARM,
    CONTROL,
    OUTPUT,
    AT,
    REFERENCE,
    STATISTIC,
    VALUE,
    LOWER,
    UPPER,
    UNIT,
    SOURCE,
    NOTE,
    SECTION, /* the only one that may be missing */
    N_COLUMNS
};
static const char *const column_names[N_COLUMNS] = {
    "id",        "use",   "scenario", "arm",   "control", "output", "at",   "reference",
    "statistic", "value", "lower",    "upper", "unit",    "source", "note", "section"};

enum { MOST_ROWS = 10000 };

struct rows {
    struct osw_table table;
    int column[N_COLUMNS];
    struct osw_arena *arena;
    struct osw_diag *diag;
    size_t row;
};

static const struct osw_cell *cell(const struct rows *r, enum column c)
{
    static const struct osw_cell none = {.text = ""};
    return r->column[c] < 0 ? &none : osw_tsv_cell(&r->table, r->row, r->column[c]);
}

static enum osw_status unknown(struct rows *r, const struct osw_cell *at,
                               const char *what, const char *const *names, size_t n)
{
    const char *closest = osw_diag_closest(at->text, names, n);
    return osw_diag_fail(r->diag, OSW_ERR_INPUT, at->at, "unknown %s '%s'%s%s%s", what,
                         at->text, closest ? " (did you mean '" : "",
                         closest ? closest : "", closest ? "'?)" : "");
}

static enum osw_status read_columns(struct rows *r)
{
    const struct osw_loc at = {.file = r->table.file, .line = 1};
    enum osw_status status = OSW_OK;
    for (int c = 0; c < N_COLUMNS; c++) {
        r->column[c] = osw_tsv_column(&r->table, column_names[c]);
        if (r->column[c] < 0 && c != SECTION)
            status = osw_diag_fail(r->diag, OSW_ERR_INPUT, at,
                                   "a table of evidence needs the column '%s'",
                                   column_names[c]);
    }
    for (size_t k = 0; k < r->table.n_columns; k++) {
        bool known = false;
        for (int c = 0; c < N_COLUMNS; c++)
            known = known || r->column[c] == (int)k;
        const struct osw_cell name = {r->table.columns[k], at};
        if (!known)
            status = unknown(r, &name, "column", column_names, N_COLUMNS);
    }
    return status;
}

static enum osw_status read_use(struct rows *r, enum osw_evidence_use *use)
{
    const struct osw_cell *text = cell(r, USE);
    for (int i = 0; i < OSW_N_USES; i++) {
        if (strcmp(text->text, osw_evidence_use_names[i]) != 0)
            continue;
        *use = (enum osw_evidence_use)i;
        return OSW_OK;
    }
    enum osw_status status = unknown(r, text, "use", osw_evidence_use_names, OSW_N_USES);
    osw_diag_add(r->diag, OSW_NOTE, text->at,
                 "expected calibrate, validate, derived, identity or contradiction");
    return status;
}

static enum osw_status read_statistic(struct rows *r,
                                      const struct osw_statistic **statistic)
{
    enum { MOST = 32 };
    const char *names[MOST];
    const struct osw_cell *text = cell(r, STATISTIC);
    *statistic = osw_statistic_find(text->text);
    if (*statistic)
        return OSW_OK;
    for (int i = 0; i < osw_n_statistics && i < MOST; i++)
        names[i] = osw_statistics[i].name;
    return unknown(r, text, "statistic", names, (size_t)osw_n_statistics);
}

/* An empty cell leaves the number as it is. */
static enum osw_status read_number(struct rows *r, enum column c, double *x)
{
    const struct osw_cell *text = cell(r, c);
    if (!*text->text)
        return OSW_OK;
    return osw_tsv_number(text, column_names[c], r->diag, x);
}

static enum osw_status read_numbers(struct rows *r, struct osw_evidence_row *row)
{
    row->published = NAN;
    row->lower = -INFINITY;
    row->upper = INFINITY;
    enum osw_status status = read_number(r, VALUE, &row->published);
    if (!status)
        status = read_number(r, LOWER, &row->lower);
    if (!status)
        status = read_number(r, UPPER, &row->upper);
    if (!status && row->lower > row->upper)
        status = osw_diag_fail(r->diag, OSW_ERR_INPUT, cell(r, UPPER)->at,
                               "upper: %g is below lower: %g", row->upper, row->lower);
    if (!status && isinf(row->lower) && isinf(row->upper))
        status = osw_diag_fail(r->diag, OSW_ERR_INPUT, cell(r, LOWER)->at,
                               "neither lower nor upper: expected at least one bound");
    return status;
}

/* A cell that the statistic does not use must be empty: it would mislead. */
static enum osw_status check_cell(struct rows *r, enum column c, bool needed,
                                  bool allowed)
{
    const struct osw_cell *text = cell(r, c);
    if (*text->text ? allowed : !needed)
        return OSW_OK;
    return osw_diag_fail(r->diag, OSW_ERR_INPUT, text->at, "%s: statistic '%s' %s",
                         column_names[c], cell(r, STATISTIC)->text,
                         needed ? "needs one, found nothing" : "takes none");
}

static enum osw_status check_row(struct rows *r, const struct osw_statistic *s)
{
    enum osw_status status = OSW_OK;
    static const enum column always[] = {ID, ARM, OUTPUT, AT, UNIT};
    for (size_t i = 0; i < sizeof always / sizeof *always && !status; i++)
        if (!*cell(r, always[i])->text)
            status =
                osw_diag_fail(r->diag, OSW_ERR_INPUT, cell(r, always[i])->at,
                              "%s: expected one, found nothing", column_names[always[i]]);
    if (!status)
        status = check_cell(r, CONTROL, s->control == OSW_CONTROL_NEEDED,
                            s->control != OSW_CONTROL_NONE);
    if (!status)
        status = check_cell(r, REFERENCE, s->n_references > 0, s->n_references > 0);
    return status;
}

static enum osw_status read_row(struct rows *r, struct osw_evidence_row *row)
{
    *row = (struct osw_evidence_row){.id = cell(r, ID)->text,
                                     .section = cell(r, SECTION)->text,
                                     .unit = cell(r, UNIT)->text,
                                     .source = cell(r, SOURCE)->text,
                                     .note = cell(r, NOTE)->text,
                                     .scenario = *cell(r, SCENARIO),
                                     .arm = *cell(r, ARM),
                                     .control = *cell(r, CONTROL),
                                     .output = *cell(r, OUTPUT),
                                     .at = *cell(r, AT),
                                     .reference = *cell(r, REFERENCE),
                                     .unit_cell = *cell(r, UNIT)};
    enum osw_status status = read_use(r, &row->use);
    if (!status)
        status = read_statistic(r, &row->statistic);
    if (!status)
        status = read_numbers(r, row);
    return status ? status : check_row(r, row->statistic);
}

static bool is_selected(const struct osw_evidence_selection *s,
                        const struct osw_evidence_row *row)
{
    if (s->uses && !(s->uses & 1u << row->use))
        return false;
    for (size_t i = 0; i < s->n_ids; i++)
        if (!strcmp(s->ids[i], row->id))
            return true;
    return s->n_ids == 0;
}

static enum osw_status check_unique(struct rows *r)
{
    enum osw_status status = OSW_OK;
    for (size_t i = 1; i < r->table.n_rows; i++) {
        const struct osw_cell *one = osw_tsv_cell(&r->table, i, r->column[ID]);
        for (size_t k = 0; k < i; k++) {
            const struct osw_cell *other = osw_tsv_cell(&r->table, k, r->column[ID]);
            if (strcmp(one->text, other->text) != 0)
                continue;
            status =
                osw_diag_fail(r->diag, OSW_ERR_INPUT, one->at,
                              "id '%s' stands on line %d too", one->text, other->at.line);
            break;
        }
    }
    return status;
}

static enum osw_status check_ids(struct rows *r, const struct osw_evidence_selection *s)
{
    enum osw_status status = OSW_OK;
    size_t n = r->table.n_rows;
    const char **ids = osw_arena_alloc(r->arena, n, sizeof *ids);
    if (!ids)
        return OSW_ERR_MEMORY;
    for (size_t i = 0; i < n; i++)
        ids[i] = osw_tsv_cell(&r->table, i, r->column[ID])->text;
    for (size_t k = 0; k < s->n_ids; k++) {
        size_t i = 0;
        while (i < n && strcmp(ids[i], s->ids[k]) != 0)
            i++;
        if (i < n)
            continue;
        const char *closest = osw_diag_closest(s->ids[k], ids, n);
        status = osw_diag_fail(r->diag, OSW_ERR_NOINPUT, (struct osw_loc){0},
                               "%s has no row '%s'%s%s%s", r->table.file, s->ids[k],
                               closest ? " (did you mean '" : "", closest ? closest : "",
                               closest ? "'?)" : "");
    }
    return status;
}

enum osw_status osw_rows_read(const char *path,
                              const struct osw_evidence_selection *selection,
                              struct osw_arena *arena, struct osw_diag *diag,
                              const struct osw_evidence_row **rows, int *n)
{
    struct rows r = {.arena = arena, .diag = diag};
    enum osw_status status = osw_tsv_read(path, arena, diag, &r.table);
    if (!status)
        status = read_columns(&r);
    if (!status && (!r.table.n_rows || r.table.n_rows > MOST_ROWS))
        status =
            osw_diag_fail(diag, OSW_ERR_INPUT, (struct osw_loc){.file = r.table.file},
                          "a table of evidence with %zu rows: expected 1 to %d",
                          r.table.n_rows, MOST_ROWS);
    if (!status)
        status = check_unique(&r);
    if (!status)
        status = check_ids(&r, selection);
    if (status)
        return status;
    struct osw_evidence_row *made = osw_arena_alloc(arena, r.table.n_rows, sizeof *made);
    if (!made)
        return OSW_ERR_MEMORY;
    int kept = 0;
    for (r.row = 0; r.row < r.table.n_rows; r.row++) {
        enum osw_status one = read_row(&r, &made[kept]);
        status = status ? status : one;
        kept += !one && is_selected(selection, &made[kept]);
    }
    *rows = made;
    *n = kept;
    return status;
}
