/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "compiler/declared.h"
#include "text/tsv.h"

#include <string.h>

static const char *const id_columns[] = {
    [OSW_DECLARED_PARAM] = "parameterId",
    [OSW_DECLARED_STATE] = "stateId",
    [OSW_DECLARED_OUTPUT] = "outputId",
};

static const char *const nouns[] = {
    [OSW_DECLARED_PARAM] = "parameter",
    [OSW_DECLARED_STATE] = "state",
    [OSW_DECLARED_OUTPUT] = "output",
};

static struct osw_declared_row *find(const struct osw_declared *declared,
                                     enum osw_declared_kind kind, const char *id)
{
    for (int i = 0; i < declared->n_rows; i++)
        if (declared->rows[i].kind == kind && !strcmp(declared->rows[i].id, id))
            return &declared->rows[i];
    return NULL;
}

static enum osw_status column_of(const struct osw_table *table, const char *name,
                                 struct osw_diag *diag, int *column)
{
    *column = osw_tsv_column(table, name);
    if (*column >= 0)
        return OSW_OK;
    return osw_diag_fail(diag, OSW_ERR_INPUT,
                         (struct osw_loc){.file = table->file, .line = 1},
                         "the table has no column '%s'", name);
}

static enum osw_status append(struct osw_declared *declared,
                              const struct osw_declared_row *row)
{
    if (declared->n_rows == declared->room) {
        int room = declared->room ? 2 * declared->room : 256;
        struct osw_declared_row *rows =
            osw_arena_alloc(declared->arena, (size_t)room, sizeof *rows);
        if (!rows)
            return OSW_ERR_MEMORY;
        if (declared->n_rows)
            memcpy(rows, declared->rows, (size_t)declared->n_rows * sizeof *rows);
        declared->rows = rows;
        declared->room = room;
    }
    declared->rows[declared->n_rows++] = *row;
    return OSW_OK;
}

static enum osw_status add(struct osw_declared *declared,
                           const struct osw_declared_row *row, struct osw_diag *diag)
{
    struct osw_declared_row *earlier = find(declared, row->kind, row->id);
    if (!*row->id)
        return osw_diag_fail(diag, OSW_ERR_INPUT, row->at, "the row has no %s",
                             id_columns[row->kind]);
    if (!earlier)
        return append(declared, row);
    if (earlier->table == row->table || row->kind != OSW_DECLARED_PARAM)
        return osw_diag_fail(diag, OSW_ERR_INPUT, row->at,
                             "%s '%s' stands in line %d of %s already", nouns[row->kind],
                             row->id, earlier->at.line, earlier->at.file);
    *earlier = *row;
    return OSW_OK;
}

enum osw_status osw_declared_read(struct osw_declared *declared, const char *path,
                                  enum osw_declared_kind kind, struct osw_diag *diag)
{
    struct osw_table table;
    int id = -1, unit = -1, state = -1;
    enum osw_status status = osw_tsv_read(path, declared->arena, diag, &table);
    if (!status)
        status = column_of(&table, id_columns[kind], diag, &id);
    if (!status)
        status = column_of(&table, "unit", diag, &unit);
    if (!status && kind == OSW_DECLARED_PARAM)
        status = column_of(&table, "status", diag, &state);
    if (status)
        return status;
    int number = declared->n_tables++;
    if (kind == OSW_DECLARED_PARAM)
        declared->own_params = number;
    for (size_t r = 0; r < table.n_rows; r++) {
        const struct osw_cell *cell = osw_tsv_cell(&table, r, id);
        const char *text = osw_tsv_cell(&table, r, unit)->text;
        struct osw_declared_row row = {
            .kind = kind,
            .id = cell->text,
            .unit = *text ? text : "1",
            .switchable =
                state >= 0 && !strcmp(osw_tsv_cell(&table, r, state)->text, "input"),
            .table = number,
            .at = cell->at};
        enum osw_status outcome = add(declared, &row, diag);
        status = status ? status : outcome;
    }
    return status;
}

enum osw_status osw_declared_read_inputs(struct osw_declared *declared, const char *path,
                                         struct osw_diag *diag)
{
    struct osw_table table;
    int id = -1;
    enum osw_status status = osw_tsv_read(path, declared->arena, diag, &table);
    if (!status)
        status = column_of(&table, "parameterId", diag, &id);
    for (size_t r = 0; !status && r < table.n_rows; r++) {
        struct osw_declared_row *row =
            find(declared, OSW_DECLARED_PARAM, osw_tsv_cell(&table, r, id)->text);
        if (row)
            row->switchable = true;
    }
    return status;
}

enum osw_status osw_declared_units(const struct osw_declared *declared,
                                   struct osw_unit_declaration **units, int *n)
{
    *n = 0;
    *units = osw_arena_alloc(declared->arena, (size_t)declared->n_rows, sizeof **units);
    if (!*units)
        return OSW_ERR_MEMORY;
    for (int i = 0; i < declared->n_rows; i++) {
        const struct osw_declared_row *row = &declared->rows[i];
        if (row->kind == OSW_DECLARED_OUTPUT &&
            (find(declared, OSW_DECLARED_PARAM, row->id) ||
             find(declared, OSW_DECLARED_STATE, row->id)))
            continue;
        (*units)[(*n)++] = (struct osw_unit_declaration){row->id, row->unit, row->at};
    }
    return OSW_OK;
}

static const char *suggestion(const struct osw_declared *declared,
                              const struct osw_source *source, const char *id)
{
    const char **names =
        osw_arena_alloc(declared->arena, (size_t)source->n_symbols, sizeof *names);
    for (int s = 0; names && s < source->n_symbols; s++)
        names[s] = source->symbols[s].name;
    return names ? osw_diag_closest(id, names, (size_t)source->n_symbols) : NULL;
}

static enum osw_status check_row(const struct osw_declared *declared,
                                 const struct osw_declared_row *row,
                                 const struct osw_source *source, struct osw_diag *diag)
{
    static const enum osw_symbol_kind kinds[] = {
        [OSW_DECLARED_PARAM] = OSW_SYMBOL_PARAMETER,
        [OSW_DECLARED_STATE] = OSW_SYMBOL_STATE,
    };
    int s = osw_source_find(source, row->id);
    if (s >= 0 &&
        (row->kind == OSW_DECLARED_OUTPUT || source->symbols[s].kind == kinds[row->kind]))
        return OSW_OK;
    if (s >= 0)
        return osw_diag_fail(diag, OSW_ERR_INPUT, row->at,
                             "'%s' is not a %s: the model %s computes it", row->id,
                             nouns[row->kind], source->name);
    if (row->kind == OSW_DECLARED_PARAM && row->table != declared->own_params)
        return OSW_OK;
    const char *closest = suggestion(declared, source, row->id);
    return osw_diag_fail(
        diag, OSW_ERR_INPUT, row->at, "%s '%s' does not appear in the model %s%s%s%s",
        nouns[row->kind], row->id, source->name, closest ? " (did you mean '" : "",
        closest ? closest : "", closest ? "'?)" : "");
}

static enum osw_status check_symbol(const struct osw_declared *declared,
                                    const struct osw_symbol *symbol, bool has_states,
                                    struct osw_diag *diag)
{
    bool is_param = symbol->kind == OSW_SYMBOL_PARAMETER;
    if (!is_param && (symbol->kind != OSW_SYMBOL_STATE || !has_states))
        return OSW_OK;
    enum osw_declared_kind kind = is_param ? OSW_DECLARED_PARAM : OSW_DECLARED_STATE;
    if ((is_param && symbol->initial) || find(declared, kind, symbol->name))
        return OSW_OK;
    return osw_diag_fail(diag, OSW_ERR_INPUT, symbol->at,
                         is_param ? "parameter '%s' has no row in a parameter table and "
                                    "no value in the text"
                                  : "state '%s' has no row in the table of states",
                         symbol->name);
}

enum osw_status osw_declared_check(const struct osw_declared *declared,
                                   const struct osw_source *source, struct osw_diag *diag)
{
    enum osw_status status = OSW_OK;
    bool has_states = false;
    for (int i = 0; i < declared->n_rows; i++) {
        enum osw_status outcome = check_row(declared, &declared->rows[i], source, diag);
        status = status ? status : outcome;
        has_states |= declared->rows[i].kind == OSW_DECLARED_STATE;
    }
    for (int s = 0; s < source->n_symbols; s++) {
        enum osw_status outcome =
            check_symbol(declared, &source->symbols[s], has_states, diag);
        status = status ? status : outcome;
    }
    return status;
}
