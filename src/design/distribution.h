/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The distributions of PEtab (v2 spelling), by their inverse: a quantile is a strictly
 * increasing function of u in (0, 1), so that any design on the unit cube becomes one of
 * parameters. Truncation to [lower, upper] rescales u between the two probabilities. */
#ifndef OSW_DESIGN_DISTRIBUTION_H
#define OSW_DESIGN_DISTRIBUTION_H

#include <stdbool.h>

enum osw_distribution_kind {
    OSW_UNIFORM,     /* a, b: ends */
    OSW_LOG_UNIFORM, /* a, b: ends, > 0 */
    OSW_NORMAL,      /* a: mean, b: standard deviation */
    OSW_LOG_NORMAL   /* a, b: mean and standard deviation of the natural logarithm */
};

struct osw_distribution {
    enum osw_distribution_kind kind;
    double a, b;
    double lower, upper; /* truncation, -INFINITY and INFINITY for none */
};

/* The name as PEtab spells it, NULL-terminated in the enum's order. */
extern const char *const osw_distribution_names[];

/* NULL when the distribution is well formed, else what is wrong (static text): ends out
 * of order, a negative spread, nothing left between the bounds. */
const char *osw_distribution_fault(const struct osw_distribution *d);

/* The spread that the truncation leaves: standard deviations (of the logarithm for
 * log-normal), lengths of intervals (of the logarithm for log-uniform). */
struct osw_spread {
    double asked, left;
};
struct osw_spread osw_distribution_spread(const struct osw_distribution *d);
/* Is less than nine tenths of it left? */
bool osw_distribution_is_cut(const struct osw_distribution *d);

/* The value whose probability is u, 0 <= u <= 1 (0 and 1 give the ends, finite only where
 * the distribution is bounded). */
double osw_distribution_quantile(const struct osw_distribution *d, double u);

/* The standard normal distribution and its inverse. */
double osw_distribution_normal(double z);
double osw_distribution_normal_score(double u);

#endif
