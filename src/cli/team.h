/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Several processes that compute one sweep: rank 0 computes, too, and between its blocks
 * hands the missing ones out; the others have the next one asked for while they compute.
 * Calls that wait on another rank end when that rank has ended, however it did. */
#ifndef OSW_CLI_TEAM_H
#define OSW_CLI_TEAM_H

#include "sweep/sweep.h"

struct osw_team {
    int rank, size;
    void *context;
    /* Rank 0, when the folder is open: these blocks are missing; borrowed until the end.
     * Others, before they open it: wait until rank 0 has; false when there is nothing to
     * do. */
    void (*offer)(void *context, const int64_t *blocks, int64_t n);
    bool (*join)(void *context);
    /* As next_block of osw_sweep_run_options. */
    int64_t (*next)(void *context);
    /* Rank 0, often: answers the others, and adds what they have done. Others: what they
     * have done so far. */
    void (*tell)(void *context, struct osw_sweep_progress *progress);
    /* This rank is done. Rank 0 answers the others until they are, and gets the gravest
     * status of all; the others get their own back. */
    enum osw_status (*leave)(void *context, enum osw_status status);
};

#endif
