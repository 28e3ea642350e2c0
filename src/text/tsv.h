/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Tab-separated tables with a header line; '#' starts a comment line, empty lines are
 * skipped, CRLF is accepted. Every cell knows its place. */
#ifndef OSW_TEXT_TSV_H
#define OSW_TEXT_TSV_H

#include "text/file.h"

struct osw_cell {
    const char *text; /* never NULL; trimmed; "" when empty */
    struct osw_loc at;
};

struct osw_table {
    const char *file;
    size_t n_columns, n_rows;
    const char *const *columns;
    const struct osw_cell *cells; /* [n_rows][n_columns] */
};

/* Parse; a row with another number of cells than the header, a repeated or empty column
 * name is OSW_ERR_INPUT. The table lives in the arena. */
enum osw_status osw_tsv_parse(const char *file, const char *text, size_t len,
                              struct osw_arena *arena, struct osw_diag *diag,
                              struct osw_table *table) OSW_MUST_CHECK;
enum osw_status osw_tsv_read(const char *path, struct osw_arena *arena,
                             struct osw_diag *diag,
                             struct osw_table *table) OSW_MUST_CHECK;

/* Column number, or -1. */
int osw_tsv_column(const struct osw_table *table, const char *name);

/* Borrowed cell; row and column in range. */
const struct osw_cell *osw_tsv_cell(const struct osw_table *table, size_t row,
                                    int column);

/* A finite number filling the whole cell; OSW_ERR_INPUT names the column and the text. */
enum osw_status osw_tsv_number(const struct osw_cell *cell, const char *what,
                               struct osw_diag *diag, double *value) OSW_MUST_CHECK;

#endif
