/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * steady --scan: the branch of steady states along one parameter. */
#ifndef OSW_CLI_SCAN_H
#define OSW_CLI_SCAN_H

#include "cli/point.h"

/* what: NAME=LO:HI with units after HI or both; outputs: names with commas, or NULL;
 * starts: for the search of branches, at least 6 at each end of the range and in its
 * middle. */
enum osw_status osw_scan(struct osw_session *session, const struct osw_model *model,
                         const struct osw_point *point, const char *what,
                         const char *outputs, int starts, bool csv,
                         bool units) OSW_MUST_CHECK;

#endif
