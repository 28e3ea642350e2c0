/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the tables say before there is a kernel: units for the check of a user's model
 * text, and which outputs its kernel shall have. */
#include "model/tables.h"

#include <string.h>

struct list {
    struct osw_unit_declaration *items;
    size_t n;
};

static enum osw_status declare(struct osw_tables *tables, const char *stem,
                               const char *id_column, bool optional, struct list *list)
{
    const char *const names[] = {id_column, "unit"};
    int column[2];
    struct osw_table table = {0};
    bool found;
    if (!stem)
        return OSW_ERR_MEMORY;
    enum osw_status status = osw_tables_read(
        tables, stem, optional, &(struct osw_columns){names, 2, column}, &table, &found);
    if (status || !found)
        return status;
    struct osw_unit_declaration *items =
        osw_arena_alloc(tables->model->arena, list->n + table.n_rows, sizeof *items);
    if (!items)
        return OSW_ERR_MEMORY;
    if (list->n)
        memcpy(items, list->items, list->n * sizeof *items);
    for (size_t row = 0; row < table.n_rows; row++) {
        const struct osw_cell *id = osw_tsv_cell(&table, row, column[0]);
        const char *unit = osw_tsv_cell(&table, row, column[1])->text;
        size_t i = 0; /* a later table overrides */
        while (i < list->n && strcmp(items[i].name, id->text))
            i++;
        items[i] = (struct osw_unit_declaration){id->text, *unit ? unit : "1", id->at};
        list->n += i == list->n;
    }
    list->items = items;
    return OSW_OK;
}

enum osw_status osw_tables_declare(struct osw_tables *tables,
                                   struct osw_declarations *result)
{
    struct osw_model *model = tables->model;
    struct list all = {0}, outputs = {0};
    const char *states = osw_arena_format(model->arena, "%s.states", model->name);
    const char *out = osw_arena_format(model->arena, "%s.outputs", model->name);
    enum osw_status status = declare(tables, "common", "parameterId", true, &all);
    if (!status)
        status = declare(tables, model->name, "parameterId", false, &all);
    if (!status)
        status = declare(tables, states, "stateId", true, &all);
    if (!status)
        status = declare(tables, out, "outputId", true, &outputs);
    if (!status)
        status = declare(tables, out, "outputId", true, &all);
    const char **ids =
        status ? NULL : osw_arena_alloc(model->arena, outputs.n, sizeof *ids);
    if (!ids)
        return status ? status : OSW_ERR_MEMORY;
    for (size_t i = 0; i < outputs.n; i++)
        ids[i] = outputs.items[i].name;
    *result = (struct osw_declarations){all.items, (int)all.n, outputs.n ? ids : NULL,
                                        (int)outputs.n};
    return OSW_OK;
}

enum osw_status osw_tables_exist(struct osw_tables *tables, bool *exist)
{
    static const char *const names[] = {"parameterId"};
    int column[1];
    struct osw_table table;
    return osw_tables_read(tables, tables->model->name, true,
                           &(struct osw_columns){names, 1, column}, &table, exist);
}
