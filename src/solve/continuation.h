/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A branch of steady states along one parameter, past fold points: pseudo-arclength
 * continuation (Keller 1977) with a Newton corrector on the free states and the
 * parameter, scaled by the states' scales and the parameter's range. */
#ifndef OSW_SOLVE_CONTINUATION_H
#define OSW_SOLVE_CONTINUATION_H

#include "solve/solver.h"

struct osw_branch_options {
    double t;         /* where explicit time is frozen */
    int param;        /* the parameter that moves … */
    double low, high; /* … from low (where `y` is steady) until it leaves the range to
                       * high, which may lie below */
    double largest_step; /* relative change of a state in one step, such as 0.2 */
    int most_points;
};

/* One point of the branch; y is borrowed. is_fold: the parameter turns round here
 * (located to 1e-8 of the arc). Return true to stop. */
typedef bool osw_branch_visit(void *context, double value, const double *y, bool is_fold);

/* y [n_states]: steady at `low` to Newton's reach. OSW_ERR_INTEGRATION when the branch
 * cannot be followed (the points before were given); *points tells how many. */
enum osw_status osw_branch_follow(const struct osw_kernel *kernel, const double *scale,
                                  const unsigned char *held, const double *p,
                                  const double *y,
                                  const struct osw_branch_options *options,
                                  osw_branch_visit *visit, void *context,
                                  int *points) OSW_MUST_CHECK;

#endif
