/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * SBML Level 3 Version 2 from the checked model text and the parameter tables (libSBML).
 */
#ifndef OSW_EXPORT_SBML_H
#define OSW_EXPORT_SBML_H

#include "model/model.h"

/* params [n_params] and y [n_states] are the values to write; to `out`. check: run
 * libSBML's unit-consistency check and report problems in diag. */
enum osw_status osw_sbml_write(const struct osw_model *model, const double *params,
                               const double *y, bool check, FILE *out,
                               struct osw_diag *diag) OSW_MUST_CHECK;

#endif
