/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One trajectory, segment by segment: dy/dt = f(t, y, p) between discontinuities. Knows
 * no doses and no files. The answer does not depend on where output is asked for: the
 * step sequence is bounded by segment ends only, outputs come from dense output. create
 * allocates everything; start and advance allocate nothing. One thread per solver. */
#ifndef OSW_SOLVE_SOLVER_H
#define OSW_SOLVE_SOLVER_H

#include "base/status.h"
#include "model/kernel.h"
#include "solve/solver_options.h"
#include "solve/tolerance.h"
#include "text/diag.h"
#include <stdbool.h>
#include <stdint.h>

struct osw_solver_stats {
    int64_t steps, rhs, jacobians, factorizations, nonlinear_iterations,
        nonlinear_failures, error_failures, segments;
    double last_step;
};

/* What went wrong, for a message and for a coded row. */
struct osw_solver_failure {
    double t;           /* where */
    int state;          /* the state with the largest weighted error, -1 unknown */
    int code;           /* the integrator's own */
    const char *reason; /* static text */
};

struct osw_solver;

/* scale [n_states] > 0, or 0 (solve/tolerance.h); held [n_states] or NULL: these states
 * are frozen (f = 0, their rows of J zero). Both are copied. */
enum osw_status osw_solver_create(const struct osw_kernel *kernel, const double *scale,
                                  const unsigned char *held,
                                  const struct osw_solver_options *options,
                                  struct osw_solver **solver) OSW_MUST_CHECK;
void osw_solver_destroy(struct osw_solver *solver);

/* A new trajectory: what scales follow begins anew with the next start. */
void osw_solver_begin(struct osw_solver *solver);

/* Begin (or begin again after a discontinuity) at t with y [n_states], p [n_params];
 * copies both. Statistics accumulate until osw_solver_reset_stats. */
enum osw_status osw_solver_start(struct osw_solver *solver, double t, const double *y,
                                 const double *p) OSW_MUST_CHECK;

/* Called at every asked time with the dense-output state; y is borrowed. */
typedef void osw_solver_output(void *context, int index, double t, const double *y);

/* Integrate to t_end (> t). times [n_times] ascending in (t, t_end]. On failure
 * OSW_ERR_INTEGRATION and osw_solver_last_failure tells; outputs before it were given. */
enum osw_status osw_solver_advance(struct osw_solver *solver, double t_end,
                                   const double *times, int n_times,
                                   osw_solver_output *output,
                                   void *context) OSW_MUST_CHECK;

/* State and time reached (borrowed, valid until the next call). */
const double *osw_solver_state(const struct osw_solver *solver, double *t);
/* Constants c as prepared for the current parameters (for kernel->observe). */
const double *osw_solver_constants(const struct osw_solver *solver);
const struct osw_solver_stats *osw_solver_stats(const struct osw_solver *solver);
void osw_solver_reset_stats(struct osw_solver *solver);
const struct osw_solver_failure *osw_solver_last_failure(const struct osw_solver *solver);

/* State i has been too small in this trajectory for its tolerance (it has no scale). */
bool osw_solver_unsure(const struct osw_solver *solver, int i);

#endif
