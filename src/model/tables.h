/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Internal to the model layer: from a kernel and the tables of its name to the rows of
 * struct osw_model. Every row knows its place; all faults of a table are reported, not
 * only the first. What the tables lack a user's model may state in its text. */
#ifndef OSW_MODEL_TABLES_H
#define OSW_MODEL_TABLES_H

#include "compiler/model.h"
#include "model/model.h"
#include "text/tsv.h"

struct osw_tables {
    struct osw_model *model; /* kernel, arena and units are set; the rest is filled */
    struct osw_diag *diag;
    const char *beside;              /* the model text's path, or NULL */
    const struct osw_source *source; /* a user's model; NULL for a shipped one */
};

/* Fill params, states, outputs, inputs and the parameter hash. */
enum osw_status osw_tables_load(struct osw_tables *tables) OSW_MUST_CHECK;
enum osw_status osw_tables_parameters(struct osw_tables *tables) OSW_MUST_CHECK;
enum osw_status osw_tables_inputs(struct osw_tables *tables) OSW_MUST_CHECK;

/* The kernel is known: index its names, then load the tables. */
enum osw_status osw_model_finish(struct osw_model *model, struct osw_diag *diag,
                                 const struct osw_source *source) OSW_MUST_CHECK;

/* Units and outputs stated in the tables of the model's name, for the text's check. */
struct osw_declarations {
    const struct osw_unit_declaration *units;
    int n_units;
    const char *const *outputs; /* NULL: no table says */
    int n_outputs;
};
enum osw_status osw_tables_declare(struct osw_tables *tables,
                                   struct osw_declarations *result) OSW_MUST_CHECK;
/* The path of params/<stem>.tsv; NULL when it is absent and `optional`. */
enum osw_status osw_tables_find(struct osw_tables *tables, const char *stem,
                                bool optional, const char **path) OSW_MUST_CHECK;

/* Read params/<stem>.tsv and find its columns; all of `columns` must be there. Absent and
 * `optional`: *found is false. */
struct osw_columns {
    const char *const *names;
    int n;
    int *index; /* [n] */
};
enum osw_status osw_tables_read(struct osw_tables *tables, const char *stem,
                                bool optional, const struct osw_columns *columns,
                                struct osw_table *table, bool *found) OSW_MUST_CHECK;

/* A cell's unit ("" is dimensionless), NULL with a diagnostic when it is none. */
const struct osw_unit *osw_tables_unit(struct osw_tables *tables,
                                       const struct osw_cell *cell);

/* A kernel symbol's unit; `or_else` when the model text states none. */
const struct osw_unit *osw_tables_kernel_unit(struct osw_tables *tables, const char *text,
                                              const struct osw_unit *or_else);

/* "no parameter 'x' in model human (did you mean 'y'?)" */
enum osw_status osw_tables_unknown(struct osw_tables *tables, const char *kind,
                                   const struct osw_cell *cell,
                                   const struct osw_kernel_symbol *symbols, int n);

/* The symbol of a user's model text that states a value for this name, or NULL. */
const struct osw_symbol *osw_tables_stated(const struct osw_tables *tables,
                                           const char *name);

#endif
