/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "design/distribution.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>
#include <math.h>

const char *const osw_distribution_names[] = {"uniform", "log-uniform", "normal",
                                              "log-normal", (const char *)0};

static bool logarithmic(const struct osw_distribution *d)
{
    return d->kind == OSW_LOG_UNIFORM || d->kind == OSW_LOG_NORMAL;
}

static bool bounded(const struct osw_distribution *d)
{
    return d->kind == OSW_UNIFORM || d->kind == OSW_LOG_UNIFORM;
}

/* On the scale where the distribution is uniform or normal. */
static double scaled(const struct osw_distribution *d, double x)
{
    return !logarithmic(d) ? x : x > 0 ? log(x) : -INFINITY;
}

/* Probability below x, and above it. */
static double below(const struct osw_distribution *d, double x)
{
    return gsl_cdf_ugaussian_P((scaled(d, x) - d->a) / d->b);
}

static double above(const struct osw_distribution *d, double x)
{
    return gsl_cdf_ugaussian_Q((scaled(d, x) - d->a) / d->b);
}

const char *osw_distribution_fault(const struct osw_distribution *d)
{
    if (!isfinite(d->a) || !isfinite(d->b))
        return "its parameters must be finite";
    if (d->kind == OSW_LOG_UNIFORM && d->a <= 0)
        return "the ends of a log-uniform distribution must be above 0";
    if (bounded(d) && d->a >= d->b)
        return "the lower end must be below the upper one";
    if (!bounded(d) && d->b <= 0)
        return "the standard deviation must be above 0";
    if (!(d->lower < d->upper))
        return "the lower bound must be below the upper one";
    if (bounded(d) && !(d->a < d->upper && d->b > d->lower))
        return "nothing of it lies within the bounds";
    if (!bounded(d) && below(d, d->upper) - below(d, d->lower) < 1e-9)
        return "nothing of it lies within the bounds";
    return (const char *)0;
}

/* z times the density at it; 0 at infinity. */
static double moment(double z, double density)
{
    return isfinite(z) ? z * density : 0;
}

struct osw_spread osw_distribution_spread(const struct osw_distribution *d)
{
    if (bounded(d)) {
        double low = scaled(d, d->a), high = scaled(d, d->b);
        double least = fmax(low, scaled(d, d->lower)),
               most = fmin(high, scaled(d, d->upper));
        return (struct osw_spread){high - low, most - least};
    }
    /* variance of a truncated normal distribution (Johnson, Kotz & Balakrishnan 1994,
     * Continuous Univariate Distributions 1, 13.10.1) */
    double l = (scaled(d, d->lower) - d->a) / d->b,
           u = (scaled(d, d->upper) - d->a) / d->b;
    double inside = l > 0 ? above(d, d->lower) - above(d, d->upper)
                          : below(d, d->upper) - below(d, d->lower);
    double at_l = gsl_ran_ugaussian_pdf(l) / inside,
           at_u = gsl_ran_ugaussian_pdf(u) / inside;
    double mean = at_l - at_u;
    double variance = 1 + moment(l, at_l) - moment(u, at_u) - mean * mean;
    return (struct osw_spread){d->b, d->b * sqrt(fmax(variance, 0))};
}

bool osw_distribution_is_cut(const struct osw_distribution *d)
{
    const double enough = 0.9;
    const struct osw_spread s = osw_distribution_spread(d);
    return s.left < enough * s.asked;
}

static double uniform_quantile(const struct osw_distribution *d, double u)
{
    double low = fmax(d->a, d->lower), high = fmin(d->b, d->upper);
    double x =
        d->kind == OSW_UNIFORM ? low + u * (high - low) : low * exp(u * log(high / low));
    return fmin(fmax(x, low), high);
}

/* Probabilities are counted from the nearer tail, which keeps its digits. */
static double normal_quantile(const struct osw_distribution *d, double u)
{
    double p_low = below(d, d->lower), p_high = below(d, d->upper);
    double q_low = above(d, d->lower), q_high = above(d, d->upper);
    double width = p_low > 0.5 ? q_low - q_high : p_high - p_low;
    double p = p_low + u * width, q = q_high + (1 - u) * width;
    double z = p < q ? gsl_cdf_ugaussian_Pinv(p) : gsl_cdf_ugaussian_Qinv(q);
    double x = d->a + d->b * z;
    return fmin(fmax(logarithmic(d) ? exp(x) : x, d->lower), d->upper);
}

double osw_distribution_quantile(const struct osw_distribution *d, double u)
{
    return bounded(d) ? uniform_quantile(d, u) : normal_quantile(d, u);
}

double osw_distribution_normal(double z)
{
    return gsl_cdf_ugaussian_P(z);
}

double osw_distribution_normal_score(double u)
{
    return gsl_cdf_ugaussian_Pinv(u);
}
