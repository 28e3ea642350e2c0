/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * SBML Level 3 Version 2 from the checked model text and the parameter tables (libSBML).
 */
#ifndef OSW_EXPORT_SBML_H
#define OSW_EXPORT_SBML_H

#include "model/model.h"

/* The identifier of a name of the model, in the arena or the name; NULL when out of
 * memory. */
struct osw_source;
typedef const char *osw_sbml_namer(const struct osw_source *source, const char *name,
                                   struct osw_arena *arena);

/* params [n_params] and y [n_states] are the values to write; to `out`. namer: NULL for
 * identifiers as in the text. check: run libSBML's unit-consistency check and report
 * problems in diag. */
enum osw_status osw_sbml_write(const struct osw_model *model, const double *params,
                               const double *y, osw_sbml_namer *namer, bool check,
                               FILE *out, struct osw_diag *diag) OSW_MUST_CHECK;

#endif
