/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One plan, many members: each a set of parameters that holds for every life and arm of
 * the plan. The way of a member, from file to file:
 *
 *   members.c     asks the caller's `next` for a member, and a driver's lanes take its
 *                 lives and then their arms, as each becomes free
 *   lives.c       a life's parameters (`draw`; a match: match.c) and its steady start
 *   timeline.c    what happens in the life, then in each arm; cursor.c cuts it into
 *                 segments, events.c applies what happens between them
 *   driver_*.c    runs the segments as one trajectory (trajectory.c keeps its values)
 *   fallback.c    what a lane could not run, by the reference solver, and says so
 *   slots.c       tells the caller's `done` of each arm
 *
 * A member's bits depend on the member, the plan, the options and the ISA alone: not on
 * other members, their order, the lane or the thread. */
#ifndef OSW_SIMULATE_MEMBERS_H
#define OSW_SIMULATE_MEMBERS_H

#include "simulate/axis.h"
#include "simulate/simulate.h"
#include "solve/batch.h"

/* One arm of one member. Borrowed during the call. */
struct osw_member_arm {
    int64_t member;
    int arm;
    const struct osw_arm_result *result; /* with result->fallback when it left its lane */
    const double *outputs; /* [axis.n][plan->n_outputs]; NAN from a failure on */
    const double *states;  /* [axis.n][n_states], or NULL */
    const double *slopes;  /* [axis.n][plan->n_outputs][options.n_sensitive], or NULL */
};

struct osw_members_source {
    void *context;
    /* The next member, any number >= 0 that means something to the caller; -1: no more.
     */
    int64_t (*next)(void *context);
    /* p [n_params] holds the parameters of the life: change what the member changes.
     * Pure: the same for the same member. May be NULL: nothing. */
    void (*draw)(void *context, int64_t member, int life, double *p);
    /* p [n_params] holds the life's: change what the member changes at time 0, in every
     * arm, before events (interventions act on what it has then). Pure, too. May be NULL.
     */
    void (*start)(void *context, int64_t member, double *p);
    /* Called once for every arm of every member, in no order. */
    void (*done)(void *context, const struct osw_member_arm *arm);
    /* Polled at the ends of segments (events), not in lanes at outputs, too; `days` were
     * simulated of the life or arm `what` since the last call. True ends osw_members_run.
     * May be NULL. */
    bool (*stop)(void *context, double days, const char *what);
};

struct osw_members;
enum { OSW_MEMBERS_AT_WORK = 33 };

/* kernel: one of plan->model (osw_model_kernel_wide), or its own of one lane; not used by
 * drivers that are not in lanes. The plan is borrowed. One thread per osw_members;
 * several may share plan and kernel. */
enum osw_status osw_members_create(const struct osw_plan *plan,
                                   const struct osw_wide_kernel *kernel,
                                   const struct osw_simulate_options *options,
                                   struct osw_members **members) OSW_MUST_CHECK;
void osw_members_destroy(struct osw_members *members);

/* Run the plan's own member: from then on a member whose lane takes twenty times its
 * steps leaves it for the reference solver (until then, one that takes solver.max_steps),
 * and lives with the plan's own parameters are not run again. For many members. */
enum osw_status osw_members_pilot(struct osw_members *members,
                                  struct osw_diag *diag) OSW_MUST_CHECK;

/* The rows of arms; from plan and options alone. */
const struct osw_axis *osw_members_axis(const struct osw_members *members);

/* [n_states]: 1 where a state stayed too small for its tolerance (osw_driver_setup). */
const unsigned char *osw_members_unsure(const struct osw_members *members);

/* Until there are no more members. OSW_INTERRUPTED when `stop` said so; OSW_ERR_MEMORY. A
 * member that fails is told to `done`, not here; result->status OSW_ERR_INPUT means that
 * a life's match cannot be reached. diag, which may be NULL, says why. At most
 * OSW_MEMBERS_AT_WORK are at work, those that `next` gave and `done` has not told whole.
 */
enum osw_status osw_members_run(struct osw_members *members,
                                const struct osw_members_source *source,
                                struct osw_diag *diag) OSW_MUST_CHECK;
/* Of all lives and arms that its driver ran since create. */
struct osw_batch_stats osw_members_stats(const struct osw_members *members);

#endif
