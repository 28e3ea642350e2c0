/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Identifiers that programs which read PEtab leave free. */
#ifndef OSW_FIT_PETAB_NAMES_H
#define OSW_FIT_PETAB_NAMES_H

#include "compiler/model.h"

/* The id of a model's name in an exported problem: itself, or with underscores after it
 * where the generated code of others uses it, so that no other name of the model is met.
 * In the arena or `name`; NULL when out of memory. */
const char *osw_petab_names_id(const struct osw_source *source, const char *name,
                               struct osw_arena *arena);

#endif
