/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Steady state of the states that are not held, at a fixed time: pseudo-transient
 * continuation that ends as Newton's method; the solver carries a poor guess nearer. */
#ifndef OSW_SOLVE_STEADY_H
#define OSW_SOLVE_STEADY_H

#include "solve/sensitivity.h"

struct osw_steady_result {
    double residual; /* max over free states of |f_i| / scale_i, per unit of time */
    int newton_steps;
    int n_positive; /* eigenvalues with positive real part (stability); -1 not computed */
    double largest_real; /* largest real part over free states; -INFINITY: none free */
};

/* y [n_states]: in the guess (held entries are kept), out the steady state. t: the time
 * at which explicit time dependence is frozen. OSW_ERR_INTEGRATION when not found. */
enum osw_status osw_steady_find(const struct osw_kernel *kernel, const double *scale,
                                const unsigned char *held, double t, const double *p,
                                double *y, bool stability,
                                struct osw_steady_result *result) OSW_MUST_CHECK;

/* How a steady state moves with n directions of the parameters, by implicit
 * differentiation: the free entries of S [n][n_states] from its held ones, which the
 * caller sets. OSW_ERR_INTEGRATION where the state is not isolated (a fold). */
enum osw_status osw_steady_sensitivity(const struct osw_kernel *kernel,
                                       const unsigned char *held, double t,
                                       const double *p, const double *y, int n,
                                       const struct osw_direction *directions,
                                       double *S) OSW_MUST_CHECK;

#endif
