/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A problem in PEtab's tables (version 2), for other programs. What PEtab can say is
 * written: measurements and `value` rows of one model, arms as experiments with their
 * switches and doses, parameters with bounds and priors. What it cannot is left out with
 * a warning: other statistics, rows of a second model, and that the state at the start
 * depends on the parameters (it is written as numbers). */
#ifndef OSW_FIT_PETAB_H
#define OSW_FIT_PETAB_H

#include "fit/problem.h"

extern const char
    osw_fit_petab_model_file[]; /* the name under which its SBML is wanted */

/* problem.yaml, parameters.tsv, conditions.tsv, experiments.tsv, observables.tsv and
 * measurements.tsv in `dir`, which exists. *model is borrowed: the caller adds its SBML.
 * OSW_ERR_INPUT when no observation can be said. */
enum osw_status osw_fit_petab_write(const struct osw_fit_problem *problem,
                                    const char *dir, bool force, struct osw_diag *diag,
                                    const struct osw_model **model) OSW_MUST_CHECK;

#endif
