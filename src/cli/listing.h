/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Rows of text on stdout: an aligned table for people, or a JSON list of objects. */
#ifndef OSW_CLI_LISTING_H
#define OSW_CLI_LISTING_H

#include "base/memory.h"

#include <stdbool.h>
#include <stdio.h>

struct osw_listing_column {
    const char *name;
    bool number; /* right-aligned; in JSON without quotes ("" becomes null) */
};

struct osw_listing {
    const struct osw_listing_column *columns;
    int n_columns, n_rows;
    const char **cells; /* [n_rows][n_columns] */
    struct osw_arena *arena;
};

/* Append a row of n_columns texts (borrowed; they must outlive the listing). */
enum osw_status osw_listing_add(struct osw_listing *listing,
                                const char *const *cells) OSW_MUST_CHECK;
void osw_listing_write(const struct osw_listing *listing, bool json, FILE *out);

#endif
