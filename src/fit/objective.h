/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a fit makes small: half the sum of squares of the residuals of the data and of the
 * priors, minus the logarithm of the posterior density but for a constant. Residuals and
 * their derivatives by the logarithms of the parameters. One objective belongs to one
 * thread; the problem is shared. */
#ifndef OSW_FIT_OBJECTIVE_H
#define OSW_FIT_OBJECTIVE_H

#include "fit/problem.h"

struct osw_fit_objective {
    const struct osw_fit_problem *problem;
    int n_residuals; /* n_data + n_params: data, then priors (0 where there is none) */
    struct osw_evidence views[OSW_FIT_SOURCES];
    struct osw_evidence_factor *factors; /* [n_params] */
    double *slopes;                      /* [n_params] */
    int without_prior;                   /* this parameter's prior does not count; -1 */
    osw_simulate_progress *progress;     /* asks whether to stop; may be NULL */
    void *context;
    long n_values, n_slopes; /* evaluations without and with derivatives */
};

enum osw_status
osw_fit_objective_init(struct osw_fit_objective *objective,
                       const struct osw_fit_problem *problem) OSW_MUST_CHECK;
void osw_fit_objective_fini(struct osw_fit_objective *objective);

/* At x [n_params], natural logarithms: r [n_residuals], and J [n_residuals][n_params]
 * unless NULL. simulated [n_data] may be NULL: the statistics, in their rows' units.
 * OSW_ERR_INTEGRATION when anything needed could not be simulated. */
enum osw_status osw_fit_residuals(struct osw_fit_objective *objective, const double *x,
                                  double *r, double *J, double *simulated) OSW_MUST_CHECK;

double osw_fit_sum(const double *r, int n); /* of squares */

#endif
