/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * In place of sbml.c where the build found no libSBML. */
#include "export/sbml.h"

enum osw_status osw_sbml_write(const struct osw_model *model, const double *params,
                               const double *y, osw_sbml_namer *namer, bool check,
                               FILE *out, struct osw_diag *diag)
{
    (void)model, (void)params, (void)y, (void)namer, (void)check, (void)out;
    return osw_diag_fail(diag, OSW_ERR_UNAVAILABLE, (struct osw_loc){0},
                         "this program was built without libSBML, which writes SBML "
                         "(Debian, Ubuntu: apt install libsbml5-dev, and build again)");
}
