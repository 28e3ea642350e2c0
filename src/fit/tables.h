/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Fitted values as tables of parameters: the rows of the tables they come from, with
 * nominalValue replaced and everything else as it was. Priors and bounds stay, so that a
 * fit of the written tables finds the same values again. */
#ifndef OSW_FIT_TABLES_H
#define OSW_FIT_TABLES_H

#include "fit/fit.h"

/* Whether all values stand in tables that can be written: OSW_ERR_INPUT (in a model's
 * text), OSW_ERR_CANTCREAT. For before a long fit. */
enum osw_status osw_fit_tables_check(const struct osw_fit_problem *problem,
                                     struct osw_diag *diag) OSW_MUST_CHECK;

/* In place, six digits. */
enum osw_status osw_fit_tables_update(const struct osw_fit *fit,
                                      struct osw_diag *diag) OSW_MUST_CHECK;

/* Column names and fitted rows alone, in `dir` under the tables' own file names. */
enum osw_status osw_fit_tables_write(const struct osw_fit *fit, const char *dir,
                                     bool force, struct osw_diag *diag) OSW_MUST_CHECK;

#endif
