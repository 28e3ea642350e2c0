/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What one thread integrates members with: a cohort (simulate/cohort.h) whose courses are
 * laid out as blocks hold them. A member's row depends on the sweep and the member alone:
 * not on which others are run beside it, on their order or on the thread. */
#ifndef OSW_SWEEP_CREW_H
#define OSW_SWEEP_CREW_H

#include "simulate/cohort.h"
#include "sweep/sweep.h"

/* Where a member's row goes. */
struct osw_crew_row {
    int64_t member;
    double *point, *values; /* [n_factors], [n_values]; NAN where an arm failed */
    struct osw_member_result *result;
    unsigned char *code;
    void *mark; /* the caller's */
};

struct osw_crew_source {
    void *context;
    /* A member for place `place` (0 … OSW_COHORT_MEMBERS - 1), which is the member's own
     * until it is done. False: none for now; osw_crew_run ends when those at work have.
     */
    bool (*next)(void *context, int place, struct osw_crew_row *row);
    void (*done)(void *context, int place, const struct osw_crew_row *row);
};

/* The kernel that all crews of the sweep run. OSW_ERR_IDENTITY when the sweep was begun
 * on another instruction set than this machine has. Before threads share the model. */
enum osw_status osw_crew_kernel(const struct osw_sweep *sweep, struct osw_diag *diag,
                                struct osw_wide_kernel *kernel) OSW_MUST_CHECK;

struct osw_crew;
enum osw_status osw_crew_create(const struct osw_sweep *sweep,
                                const struct osw_wide_kernel *kernel,
                                struct osw_crew **crew) OSW_MUST_CHECK;
void osw_crew_destroy(struct osw_crew *crew);

/* A member that fails is a coded row; OSW_ERR_MEMORY is the only failure. */
enum osw_status osw_crew_run(struct osw_crew *crew,
                             const struct osw_crew_source *source) OSW_MUST_CHECK;

#endif
