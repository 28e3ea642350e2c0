/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Forward sensitivities S = dy/dtheta beside the states: S' = J S + df/dp dp/dtheta,
 * integrated by CVODES (staggered corrector) with the states' error test on S, too, so
 * that they converge as the tolerance tightens. Each theta moves a parameter and
 * those that are tied to it; in a theta of whose size one is a large change, such as the
 * logarithm of a parameter, the states' tolerances suit S. */
#ifndef OSW_SOLVE_SENSITIVITY_H
#define OSW_SOLVE_SENSITIVITY_H

#include "solve/solver.h"

enum { OSW_DIRECTION_TERMS = 24 };

struct osw_direction { /* dp/dtheta: of n parameters, each once */
    int n, param[OSW_DIRECTION_TERMS];
    double gain[OSW_DIRECTION_TERMS];
};

/* param moves by gain more; false when that would be more than OSW_DIRECTION_TERMS. */
bool osw_direction_move(struct osw_direction *direction, int param, double gain);
/* By how much param moves. */
double osw_direction_gain(const struct osw_direction *direction, int param);

/* Once after osw_solver_create: from now on the solver carries n > 0 sensitivities and
 * must be started by osw_solver_start_sensitive. */
enum osw_status osw_solver_sensitivities(struct osw_solver *solver, int n) OSW_MUST_CHECK;

/* As osw_solver_start, with S [n][n_states] and directions [n]; copies all. */
enum osw_status
osw_solver_start_sensitive(struct osw_solver *solver, double t, const double *y,
                           const double *p, const double *S,
                           const struct osw_direction *directions) OSW_MUST_CHECK;

/* S [n][n_states] where the solver is; within an output callback, at its time. Borrowed,
 * valid until the next call. */
const double *osw_solver_sensitivity(const struct osw_solver *solver);

/* df/dtheta [n_states] of one direction from P = df/dp (kernel->dfdp): added to out.
 * param_start [n_params + 1]: where each parameter's entries of P begin. */
void osw_direction_add(const struct osw_kernel *kernel, const int *param_start,
                       const struct osw_direction *direction, const double *P,
                       double *out);
/* [n_params + 1] of entries sorted by parameter: by [nnz]. */
void osw_direction_starts(const int *by, int nnz, int n_params, int *start);

#endif
