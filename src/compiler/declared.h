/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the tables beside a shipped model declare, as far as the compiler needs it: units
 * of parameters, states and outputs, which parameters may switch, which outputs there
 * are. */
#ifndef OSW_COMPILER_DECLARED_H
#define OSW_COMPILER_DECLARED_H

#include "compiler/model.h"

enum osw_declared_kind {
    OSW_DECLARED_PARAM,  /* parameterId unit status */
    OSW_DECLARED_STATE,  /* stateId unit */
    OSW_DECLARED_OUTPUT, /* outputId unit */
};

struct osw_declared_row {
    enum osw_declared_kind kind;
    const char *id, *unit;
    bool switchable;
    int table; /* number of the table it stands in */
    struct osw_loc at;
};

struct osw_declared {
    struct osw_arena *arena; /* borrowed; rows live in it */
    struct osw_declared_row *rows;
    int n_rows, room, n_tables;
    int own_params; /* number of the last parameter table: the model's own */
};

/* Add a table's rows. A row of a later parameter table replaces an earlier one's of the
 * same id; the same id twice in one table is OSW_ERR_INPUT. */
enum osw_status osw_declared_read(struct osw_declared *declared, const char *path,
                                  enum osw_declared_kind kind,
                                  struct osw_diag *diag) OSW_MUST_CHECK;

/* Parameters that a table of inputs (column parameterId) names may switch; it may name
 * those of other models. */
enum osw_status osw_declared_read_inputs(struct osw_declared *declared, const char *path,
                                         struct osw_diag *diag) OSW_MUST_CHECK;

/* Units for osw_source_load: each id once (parameters and states before outputs). */
enum osw_status osw_declared_units(const struct osw_declared *declared,
                                   struct osw_unit_declaration **units,
                                   int *n) OSW_MUST_CHECK;

/* The tables and the model name the same things: a row that is no parameter (state) of
 * the model, a parameter (state) without row or value in the text are OSW_ERR_INPUT.
 * Parameter tables before the last are shared: a row there may be another model's.
 * States and outputs are compared only when there is a table of them. */
enum osw_status osw_declared_check(const struct osw_declared *declared,
                                   const struct osw_source *source,
                                   struct osw_diag *diag) OSW_MUST_CHECK;

#endif
