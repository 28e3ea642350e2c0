/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Profile likelihoods: one parameter is held at a row of values, all others are fitted
 * anew, and the sum of squares is followed until it has risen by 3.84 (95 % of
 * chi-squared with one degree of freedom) or a bound is met. The parameter's own prior
 * does not count there: what is seen is what the data say of it, given the priors of the
 * others. */
#ifndef OSW_FIT_PROFILE_H
#define OSW_FIT_PROFILE_H

#include "fit/fit.h"

enum { OSW_FIT_PROFILE_SIDE = 16 };       /* most points to either side */
extern const double osw_fit_profile_rise; /* 3.84 */

struct osw_fit_profile {
    int param;
    int n;                                  /* points, ascending in x */
    double x[2 * OSW_FIT_PROFILE_SIDE + 1]; /* logarithm */
    double
        rise[2 * OSW_FIT_PROFILE_SIDE + 1]; /* of the sum above its least; NAN: failed */
    double lower, upper; /* where it rises by 3.84 (logarithm); infinite: not within the
                          * bounds */
};

/* profiles [n] of the parameters numbered params [n]; a profile is one task. */
enum osw_status osw_fit_profiles(const struct osw_fit *fit, const int *params, int n,
                                 const struct osw_fit_threads *threads,
                                 struct osw_fit_profile *profiles) OSW_MUST_CHECK;

#endif
