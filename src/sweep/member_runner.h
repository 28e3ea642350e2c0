/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What one thread integrates members with: osw_members (simulate/members.h), whose arms
 * are laid out as blocks hold them. A member's row depends on the sweep and the member
 * alone: not on which others are run beside it, on their order or on the thread. */
#ifndef OSW_SWEEP_MEMBER_RUNNER_H
#define OSW_SWEEP_MEMBER_RUNNER_H

#include "simulate/members.h"
#include "sweep/sweep.h"

/* Where a member's row goes. */
struct osw_member_row {
    int64_t member;
    double *point, *values; /* [n_factors], [n_values]; NAN where an arm failed */
    struct osw_member_result *result;
    unsigned char code; /* osw_member_code, in done() */
    void *mark;         /* opaque to the runner; returned to the caller in done() */
};

struct osw_member_source {
    void *context;
    /* A member for place `place` (0 … OSW_MEMBERS_AT_WORK - 1), which is the member's own
     * until it is done. False: none for now; osw_member_runner_run ends when those at
     * work have.
     */
    bool (*next)(void *context, int place, struct osw_member_row *row);
    void (*done)(void *context, int place, const struct osw_member_row *row);
    /* Polled while members are at work; true leaves them unfinished. May be NULL. */
    bool (*stop)(void *context);
};

/* The kernel that all runners of the sweep run. OSW_ERR_IDENTITY when the sweep was begun
 * on another instruction set than this machine has. Before threads share the model. */
enum osw_status osw_member_runner_kernel(const struct osw_sweep *sweep,
                                         struct osw_diag *diag,
                                         struct osw_wide_kernel *kernel) OSW_MUST_CHECK;

struct osw_member_runner;
enum osw_status
osw_member_runner_create(const struct osw_sweep *sweep,
                         const struct osw_wide_kernel *kernel,
                         struct osw_member_runner **runner) OSW_MUST_CHECK;
void osw_member_runner_destroy(struct osw_member_runner *runner);

/* A member that fails is a coded row. OSW_INTERRUPTED when `stop` said so: the runner can
 * only be destroyed then; or OSW_ERR_MEMORY. */
enum osw_status
osw_member_runner_run(struct osw_member_runner *runner,
                      const struct osw_member_source *source) OSW_MUST_CHECK;

#endif
