/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A table from names to integers (open addressing, FNV-1a). Names are borrowed. */
#ifndef OSW_COMPILER_NAME_TABLE_H
#define OSW_COMPILER_NAME_TABLE_H

#include "base/memory.h"

struct osw_name_table {
    struct osw_name_slot *slots;
    size_t n_slots, n; /* n_slots is 0 or a power of two */
};

/* The integer of a name, or -1. */
int osw_name_table_find(const struct osw_name_table *table, const char *name);

/* Add a name that is not there yet. */
enum osw_status osw_name_table_add(struct osw_name_table *table, const char *name,
                                   int value) OSW_MUST_CHECK;
void osw_name_table_fini(struct osw_name_table *table);

/* The name closest to `name` for "did you mean", or NULL. */
const char *osw_name_table_closest(const struct osw_name_table *table, const char *name);

#endif
