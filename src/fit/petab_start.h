/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The formula of a state's start, in PEtab's mathematics. */
#ifndef OSW_FIT_PETAB_START_H
#define OSW_FIT_PETAB_START_H

#include "compiler/model.h"

#include <stdio.h>

/* Writes what stands for a parameter of the model (its name, or its value) and returns
 * whether that is a name; with out NULL it only answers. */
typedef bool osw_petab_start_leaf(void *context, const char *parameter, FILE *out);

/* Does some parameter in `e`, of numbers and parameters, stand by name? */
bool osw_petab_start_depends(const struct osw_source *source, const struct osw_expr *e,
                             osw_petab_start_leaf *leaf, void *context);
/* Write errors stay in the stream. */
void osw_petab_start_write(const struct osw_source *source, const struct osw_expr *e,
                           osw_petab_start_leaf *leaf, void *context, FILE *out);

#endif
