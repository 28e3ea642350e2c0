/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A problem of `osteoswitch fit` in PEtab's tables, with its model as SBML, in a folder.
 */
#ifndef OSW_CLI_EXPORT_PETAB_H
#define OSW_CLI_EXPORT_PETAB_H

#include "cli/command.h"

enum osw_status osw_export_petab(struct osw_session *session, const char *problem,
                                 const char *dir, bool force) OSW_MUST_CHECK;

#endif
