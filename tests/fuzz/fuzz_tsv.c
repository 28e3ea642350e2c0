/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Fuzz target: any bytes as a table; every cell read as a number too. */
#include "text/tsv.h"

int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t n);

int LLVMFuzzerTestOneInput(const unsigned char *bytes, size_t n)
{
    struct osw_arena *arena = osw_arena_create();
    struct osw_diag *diag = osw_diag_create();
    struct osw_table table;
    char *text = arena ? osw_arena_copy(arena, (const char *)bytes, n) : NULL;
    if (text && diag && !osw_tsv_parse("fuzz.tsv", text, n, arena, diag, &table)) {
        for (size_t row = 0; row < table.n_rows; row++) {
            for (size_t column = 0; column < table.n_columns; column++) {
                double value;
                const struct osw_cell *cell = osw_tsv_cell(&table, row, (int)column);
                (void)!osw_tsv_number(cell, table.columns[column], diag, &value);
            }
        }
    }
    osw_diag_destroy(diag);
    osw_arena_destroy(arena);
    return 0;
}
