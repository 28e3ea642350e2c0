/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "compiler/name_table.h"
#include "text/diag.h"

#include <stdint.h>
#include <string.h>

struct osw_name_slot {
    const char *name;
    int value;
};

static size_t slot_of(const struct osw_name_table *table, const char *name)
{
    uint64_t hash = 14695981039346656037u;
    for (const char *c = name; *c; c++)
        hash = (hash ^ (unsigned char)*c) * 1099511628211u;
    size_t mask = table->n_slots - 1;
    size_t i = (size_t)(hash ^ hash >> 32) & mask;
    while (table->slots[i].name && strcmp(table->slots[i].name, name) != 0)
        i = (i + 1) & mask;
    return i;
}

int osw_name_table_find(const struct osw_name_table *table, const char *name)
{
    if (!table->n_slots)
        return -1;
    const struct osw_name_slot *slot = &table->slots[slot_of(table, name)];
    return slot->name ? slot->value : -1;
}

static enum osw_status widen(struct osw_name_table *table)
{
    struct osw_name_table wide = {.n_slots = table->n_slots ? 2 * table->n_slots : 64,
                                  .n = table->n};
    wide.slots = osw_alloc(wide.n_slots, sizeof *wide.slots);
    if (!wide.slots)
        return OSW_ERR_MEMORY;
    for (size_t i = 0; i < table->n_slots; i++)
        if (table->slots[i].name)
            wide.slots[slot_of(&wide, table->slots[i].name)] = table->slots[i];
    osw_free(table->slots);
    *table = wide;
    return OSW_OK;
}

enum osw_status osw_name_table_add(struct osw_name_table *table, const char *name,
                                   int value)
{
    if (2 * (table->n + 1) > table->n_slots && widen(table) != OSW_OK)
        return OSW_ERR_MEMORY;
    table->slots[slot_of(table, name)] = (struct osw_name_slot){name, value};
    table->n++;
    return OSW_OK;
}

void osw_name_table_fini(struct osw_name_table *table)
{
    osw_free(table->slots);
    *table = (struct osw_name_table){0};
}

const char *osw_name_table_closest(const struct osw_name_table *table, const char *name)
{
    const char **names = osw_alloc(table->n, sizeof *names);
    if (!names)
        return NULL;
    size_t n = 0;
    for (size_t i = 0; i < table->n_slots; i++)
        if (table->slots[i].name)
            names[n++] = table->slots[i].name;
    const char *closest = osw_diag_closest(name, names, n);
    osw_free(names);
    return closest;
}
