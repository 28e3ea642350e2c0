/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What varies: the keys `parameters`, `all` and `groups` of a design file. */
#ifndef OSW_DESIGN_FACTOR_H
#define OSW_DESIGN_FACTOR_H

#include "design/design.h"
#include "scenario/reader.h"

/* The factors of the design, in the order of the file, those of `all` after them in the
 * order of the table. Each has a distribution within the bounds of its parameters. */
enum osw_status osw_factors_load(struct osw_reader *r, const struct osw_yaml *root,
                                 struct osw_design *design) OSW_MUST_CHECK;

/* Index by name, or -1. */
int osw_factor_find(const struct osw_design *design, const char *name);

/* The node's factor; an unknown name is OSW_ERR_INPUT with "did you mean". */
enum osw_status osw_factor_named(struct osw_reader *r, const struct osw_design *design,
                                 const struct osw_yaml *node, int *factor) OSW_MUST_CHECK;

#endif
