/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One search from one starting point: nonlinear least squares in a trust region
 * (Levenberg-Marquardt of GSL's multifit_nlinear), on logarithms
 * of the parameters that a logistic function maps from the whole line into their bounds.
 */
#ifndef OSW_FIT_SEARCH_H
#define OSW_FIT_SEARCH_H

#include "fit/objective.h"

enum osw_fit_end {
    OSW_FIT_CONVERGED,  /* a Gauss-Newton step would lower the sum by less than the
                         * tolerance */
    OSW_FIT_STALLED,    /* no step lowers it */
    OSW_FIT_UNFINISHED, /* the iterations are used up */
    OSW_FIT_FAILED      /* the starting point, or the derivatives at a step, cannot be
                         * integrated */
};
extern const char *const osw_fit_ends[];

struct osw_fit_search {
    enum osw_fit_end end;
    double first, sum; /* of squares, at the start and at the end */
    double remaining;  /* what a Gauss-Newton step would still take off it */
    int iterations;
    int unreachable; /* trial points that could not be integrated, and were rejected */
};

/* From x [n_params] to the best point met, in place; x stays within the bounds, and
 * x[fixed] as it is (-1: none). The objective's other settings count. */
enum osw_status osw_fit_search(struct osw_fit_objective *objective, double *x, int fixed,
                               double tolerance,
                               struct osw_fit_search *search) OSW_MUST_CHECK;

/* C [n][n], the inverse of JᵀJ of J [n_rows][n]; a direction that J does not see gets a
 * variance of 1e10. */
enum osw_status osw_fit_covariance(const double *J, int n_rows, int n,
                                   double *C) OSW_MUST_CHECK;

#endif
