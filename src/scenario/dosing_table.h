/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Dosing tables in NONMEM columns: TIME EVID AMT CMT RATE II ADDL, one row an event,
 * comma- or tab-separated with a header line. "." and an empty cell are missing (0). ID,
 * DV, MDV and SS may stand there: ID must not change, SS must be 0. */
#ifndef OSW_SCENARIO_DOSING_TABLE_H
#define OSW_SCENARIO_DOSING_TABLE_H

#include "scenario/reader.h"

struct osw_dosing_row {
    double time, amt, rate, ii; /* in the table's units; >= 0 */
    int addl;
    const char *cmt; /* "" when missing */
    struct osw_loc at, cmt_at, rate_at;
};

/* Rows that dose (EVID 1); observations (EVID 0) and other events (EVID 2) are skipped,
 * resets (EVID 3, 4) are OSW_ERR_INPUT. */
enum osw_status osw_dosing_table_parse(const char *file, const char *text, size_t len,
                                       struct osw_reader *r,
                                       const struct osw_dosing_row **rows,
                                       size_t *n) OSW_MUST_CHECK;

#endif
