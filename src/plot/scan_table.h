/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A scan of steady states (osteoswitch steady MODEL --scan … --csv) as a result. */
#ifndef OSW_PLOT_SCAN_TABLE_H
#define OSW_PLOT_SCAN_TABLE_H

#include "output/output.h"

/* One arm, named after the file; its times number the rows; its outputs are the columns,
 * of which `stability` becomes 1 (stable), 0 (unstable), OSW_SCAN_FOLD or NAN (unknown).
 * Release with osw_stored_destroy. OSW_ERR_NOINPUT: no such file; OSW_ERR_INPUT: not such
 * a table. */
enum osw_status osw_scan_table_read(const char *path, struct osw_diag *diag,
                                    struct osw_stored **stored) OSW_MUST_CHECK;

enum { OSW_SCAN_FOLD = 2 };
#define OSW_SCAN_STABILITY "stability"
#define OSW_SCAN_BRANCH "branch" /* numbers the branches */

#endif
