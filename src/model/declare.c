/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the tables say before there is a kernel: units for the check of a user's model
 * text, and which outputs its kernel shall have. */
#include "compiler/declared.h"
#include "model/tables.h"

static enum osw_status read_table(struct osw_tables *tables, const char *stem,
                                  enum osw_declared_kind kind,
                                  struct osw_declared *declared)
{
    const char *path = NULL;
    enum osw_status status =
        stem ? osw_tables_find(tables, stem, true, &path) : OSW_ERR_MEMORY;
    if (status || !path)
        return status;
    return osw_declared_read(declared, path, kind, tables->diag);
}

static enum osw_status collect_outputs(struct osw_tables *tables,
                                       const struct osw_declared *declared,
                                       struct osw_declarations *result)
{
    const char **ids =
        osw_arena_alloc(tables->model->arena, (size_t)declared->n_rows, sizeof *ids);
    if (!ids)
        return OSW_ERR_MEMORY;
    for (int i = 0; i < declared->n_rows; i++)
        if (declared->rows[i].kind == OSW_DECLARED_OUTPUT)
            ids[result->n_outputs++] = declared->rows[i].id;
    result->outputs = result->n_outputs ? ids : NULL;
    return OSW_OK;
}

enum osw_status osw_tables_declare(struct osw_tables *tables,
                                   struct osw_declarations *result)
{
    struct osw_arena *arena = tables->model->arena;
    const char *name = tables->model->name;
    struct osw_declared declared = {.arena = arena};
    struct osw_unit_declaration *units = NULL;
    const struct {
        const char *stem;
        enum osw_declared_kind kind;
    } all[] = {{"common", OSW_DECLARED_PARAM},
               {name, OSW_DECLARED_PARAM},
               {osw_arena_format(arena, "%s.states", name), OSW_DECLARED_STATE},
               {osw_arena_format(arena, "%s.outputs", name), OSW_DECLARED_OUTPUT}};
    enum osw_status status = OSW_OK;
    *result = (struct osw_declarations){0};
    for (size_t i = 0; i < sizeof all / sizeof *all && !status; i++)
        if (tables->model->tabled || all[i].kind != OSW_DECLARED_PARAM)
            status = read_table(tables, all[i].stem, all[i].kind, &declared);
    if (!status)
        status = osw_declared_units(&declared, &units, &result->n_units);
    result->units = units;
    return status ? status : collect_outputs(tables, &declared, result);
}
