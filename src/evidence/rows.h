/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * From the text of a table to its rows: columns, uses, statistics, numbers, and that each
 * row names what its statistic needs. Scenarios are not looked at yet. */
#ifndef OSW_EVIDENCE_ROWS_H
#define OSW_EVIDENCE_ROWS_H

#include "evidence/evidence.h"

/* The selected rows of the table at `path`, in the arena. */
enum osw_status osw_rows_read(const char *path,
                              const struct osw_evidence_selection *selection,
                              struct osw_arena *arena, struct osw_diag *diag,
                              const struct osw_evidence_row **rows,
                              int *n) OSW_MUST_CHECK;

#endif
