/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One plan, many members, several at once: each a set of parameters that holds for every
 * life and arm of the plan. Lives settle, run and go on into their arms in the lanes of
 * batches (solve/batch.h); a member that has to leave its lane is run by CVODES, and says
 * so. A member's bits depend on the member, the plan, the options and the ISA alone: not
 * on other members, their order, the lane or the thread. */
#ifndef OSW_SIMULATE_COHORT_H
#define OSW_SIMULATE_COHORT_H

#include "simulate/axis.h"
#include "simulate/simulate.h"
#include "solve/batch.h"

/* One arm of one member. Borrowed during the call. */
struct osw_cohort_course {
    int64_t member;
    int arm;
    const struct osw_arm_result *result; /* with result->ejected when it left the lanes */
    const double *outputs; /* [axis.n][plan->n_outputs]; NAN from a failure on */
    const double *states;  /* [axis.n][n_states], or NULL */
};

struct osw_cohort_members {
    void *context;
    /* The next member, any number >= 0 that means something to the caller; -1: no more.
     */
    int64_t (*next)(void *context);
    /* p [n_params] holds the parameters of the life: change what the member changes.
     * Pure: the same for the same member. */
    void (*draw)(void *context, int64_t member, int life, double *p);
    /* p [n_params] holds the life's: change what the member changes at time 0, in every
     * arm, before events (interventions act on what it has then). Pure, too. May be NULL.
     */
    void (*start)(void *context, int64_t member, double *p);
    /* Called once for every arm of every member, in no order. */
    void (*done)(void *context, const struct osw_cohort_course *course);
    /* Polled at events; true ends osw_cohort_run. May be NULL. */
    bool (*stop)(void *context, double t, const char *what);
};

struct osw_cohort;
enum { OSW_COHORT_MEMBERS = 33 };

/* kernel: one of plan->model (osw_model_kernel_wide), or its own of one lane. The plan is
 * borrowed. One thread per cohort; several may share plan and kernel. solver: tolerances,
 * longest step, most steps. */
enum osw_status osw_cohort_create(const struct osw_plan *plan,
                                  const struct osw_wide_kernel *kernel,
                                  const struct osw_simulate_options *options,
                                  struct osw_cohort **cohort) OSW_MUST_CHECK;
void osw_cohort_destroy(struct osw_cohort *cohort);

/* Run the plan's own member: from then on a member whose lane takes twenty times its
 * steps leaves it for CVODES (until then, one that takes solver.max_steps), and lives
 * with the plan's own parameters are not run again. For many members. */
enum osw_status osw_cohort_pilot(struct osw_cohort *cohort,
                                 struct osw_diag *diag) OSW_MUST_CHECK;

/* The rows of courses; from plan and options alone. */
const struct osw_axis *osw_cohort_axis(const struct osw_cohort *cohort);

/* Until there are no more members. OSW_INTERRUPTED when `stop` said so; OSW_ERR_MEMORY. A
 * member that fails is told to `done`, not here; result->status OSW_ERR_INPUT means that
 * a life's match cannot be reached, and diag, which may be NULL, says why. At most
 * OSW_COHORT_MEMBERS are at work, those that `next` gave and `done` has not told whole.
 */
enum osw_status osw_cohort_run(struct osw_cohort *cohort,
                               const struct osw_cohort_members *members,
                               struct osw_diag *diag) OSW_MUST_CHECK;
/* Of all batches since create. */
struct osw_batch_stats osw_cohort_stats(const struct osw_cohort *cohort);

#endif
