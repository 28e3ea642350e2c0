/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A fit: the most probable parameters given priors and observations (MAP), found from
 * several starting points, and how well the observations determine them. */
#ifndef OSW_FIT_FIT_H
#define OSW_FIT_FIT_H

#include "fit/parallel.h"
#include "fit/search.h"

struct osw_fit_start {
    const double *from, *x; /* [n_params] where it began and ended; logarithms */
    struct osw_fit_search search;
};

struct osw_fit {
    const struct osw_fit_problem *problem;
    const struct osw_fit_start *starts; /* [problem->starts]; 0 is the tables' values */
    int best;
    const double *x;          /* [n_params] natural logarithms, of the best start */
    const double *r;          /* [n_data + n_params] residuals there */
    const double *J;          /* [n_data + n_params][n_params] their derivatives */
    const double *simulated;  /* [n_data] */
    const double *before;     /* [n_data] with the tables' values; NAN when it failed */
    double sum, sum_before;   /* of squares; likewise NAN */
    const double *covariance; /* [n_params][n_params] of the logarithms */
    const double *sd;         /* [n_params] */
    struct osw_arena *arena;
};

/* OSW_ERR_INTEGRATION when no start could be simulated. */
enum osw_status osw_fit_run(const struct osw_fit_problem *problem,
                            const struct osw_fit_threads *threads, struct osw_diag *diag,
                            struct osw_fit **fit) OSW_MUST_CHECK;
void osw_fit_destroy(struct osw_fit *fit);

/* Start `start` of the problem, x [n_params]: the tables' values, then draws from the
 * priors (within the bounds; uniform between their logarithms where there is none) by
 * Philox from (seed, start, parameter). */
void osw_fit_start_point(const struct osw_fit_problem *problem, int start, double *x);

/* Does the parameter move the datum: by at least a twentieth of its noise, when it
 * itself moves by a standard deviation of its prior (30 % where it has none)? */
bool osw_fit_moves(const struct osw_fit *fit, int param, int datum);

#endif
