/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One plan, many members: the same scenario with some parameters changed for the whole
 * life of every arm. A member's values do not depend on which others are run, on their
 * order or on the thread. */
#ifndef OSW_SIMULATE_MEMBER_H
#define OSW_SIMULATE_MEMBER_H

#include "simulate/simulate.h"

enum { OSW_MEMBER_REASON = 64 }; /* bytes of a reason, NUL included */

/* How it went: what a coded row holds. */
struct osw_member_result {
    enum osw_status status; /* OSW_OK, or why its values are NAN */
    char reason[OSW_MEMBER_REASON];
    double t;           /* where an integration failed, day; NAN */
    int state;          /* the state to blame, or -1 */
    int64_t steps, rhs; /* of all lives and arms */
};

/* What one thread needs to run members, made once. */
struct osw_member_runner;
enum osw_status
osw_member_runner_create(const struct osw_plan *plan,
                         const struct osw_solver_options *options,
                         struct osw_member_runner **runner) OSW_MUST_CHECK;
void osw_member_runner_destroy(struct osw_member_runner *runner);

/* The parameters of life i [n_params], to be changed before osw_member_run; they are the
 * plan's again after osw_member_reset. */
double *osw_member_params(struct osw_member_runner *runner, int life);
void osw_member_reset(struct osw_member_runner *runner);

/* values [n_outputs][n_arms][n_times] of the plan, in its order; NAN where a member (or
 * one of its arms, from its failure on) failed. At a time with events the value before
 * them. OSW_ERR_MEMORY is the only failure; all others are in *result. */
enum osw_status osw_member_run(struct osw_member_runner *runner, double *values,
                               struct osw_member_result *result) OSW_MUST_CHECK;

#endif
