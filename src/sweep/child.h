/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A child process that runs a few members: its end tells whether it ended itself or was
 * ended from outside. Rows come back in shared memory, also those of a child that died.
 */
#ifndef OSW_SWEEP_CHILD_H
#define OSW_SWEEP_CHILD_H

#include "sweep/member_runner.h"

enum osw_child_end {
    OSW_CHILD_RUNS,
    OSW_CHILD_DONE,   /* in order; with fewer rows when it was asked to stop */
    OSW_CHILD_DIED,   /* of a signal of its own making, or it called exit */
    OSW_CHILD_KILLED, /* by a signal that nothing in it raises */
    OSW_CHILD_MEMORY  /* it could not have the memory it asked for */
};

struct osw_child;
/* most: rows that it has room for. */
enum osw_status osw_child_create(const struct osw_sweep *sweep, int most,
                                 struct osw_child **child) OSW_MUST_CHECK;
/* Ends the process, too. */
void osw_child_destroy(struct osw_child *child);

/* Begin with these members [n]. The runner is the caller's; the child has a copy. No
 * other thread may run. */
enum osw_status osw_child_start(struct osw_child *child, struct osw_member_runner *runner,
                                const int64_t *members, int n) OSW_MUST_CHECK;
/* Members at work are finished. */
void osw_child_stop(struct osw_child *child);
/* How it is, without waiting. text [OSW_MEMBER_REASON]: how it ended, in words. */
enum osw_child_end osw_child_poll(struct osw_child *child, char *text);

/* Row i of the members it was given; false: it was not done. Until the next start. */
bool osw_child_row(const struct osw_child *child, int i, struct osw_member_row *row);

#endif
