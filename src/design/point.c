/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Points by index: each method on the unit cube, then correlation and quantiles. */
#include "base/random.h"
#include "design/design.h"

#include <assert.h>

/* Streams of random numbers: factors use 0 … n - 1 of each purpose. */
enum purpose { PURPOSE_VALUE, PURPOSE_STRATUM, PURPOSE_BASE, PURPOSE_ORDER };

static uint64_t stream(enum purpose purpose, int64_t j)
{
    return (uint64_t)purpose << 48 | (uint64_t)j;
}

int osw_design_rows_per_sample(const struct osw_design *d)
{
    switch (d->method) {
    case OSW_MORRIS:
        return d->n_groups + 1;
    case OSW_SALTELLI:
        return d->second_order ? 2 * d->n_groups + 2 : d->n_groups + 2;
    default:
        return 1;
    }
}

static double montecarlo(const struct osw_design *d, int j, int64_t i)
{
    return osw_random_uniform(d->seed, stream(PURPOSE_VALUE, j), (uint64_t)i);
}

static double latin(const struct osw_design *d, int j, int64_t i)
{
    uint64_t n = (uint64_t)d->samples;
    uint64_t stratum =
        osw_random_permute(d->seed, stream(PURPOSE_STRATUM, j), n, (uint64_t)i);
    return ((double)stratum + montecarlo(d, j, i)) / (double)n;
}

/* Level k of n: the ends are levels where the distribution has ends, else the middles of
 * n equal probabilities. */
static double grid_level(const struct osw_factor *f, int k)
{
    bool ends =
        f->distribution.kind == OSW_UNIFORM || f->distribution.kind == OSW_LOG_UNIFORM;
    if (f->levels == 1 || !ends)
        return (k + 0.5) / f->levels;
    return (double)k / (f->levels - 1);
}

static void grid(const struct osw_design *d, int64_t i, double *u)
{
    for (int j = d->n_factors - 1; j >= 0; j--) {
        const struct osw_factor *f = &d->factors[j];
        u[j] = grid_level(f, (int)(i % f->levels));
        i /= f->levels;
    }
}

/* Point k of trajectory r: group g has made its step when its place in the trajectory's
 * order is before k. A factor starts at a random level and steps to the inside. */
static void morris(const struct osw_design *d, int64_t r, int k, double *u)
{
    const int levels = d->morris_levels;
    for (int j = 0; j < d->n_factors; j++) {
        const struct osw_factor *f = &d->factors[j];
        double draw = osw_random_uniform(d->seed, stream(PURPOSE_BASE, j), (uint64_t)r);
        int level = (int)(draw * levels);
        uint64_t place = osw_random_permute(d->seed, stream(PURPOSE_ORDER, r),
                                            (uint64_t)d->n_groups, (uint64_t)f->group);
        if ((int)place < k)
            level += level < levels / 2 ? levels / 2 : -(levels / 2);
        u[j] = (double)level / (levels - 1);
    }
}

/* Row k of block i: A, then A with one group from B, then (second order) B with one group
 * from A, then B. A and B are the halves of one 2 n-dimensional Sobol' point. */
static void saltelli(const struct osw_design *d, int64_t i, int k, double *u)
{
    const int g = d->n_groups, last = osw_design_rows_per_sample(d) - 1;
    for (int j = 0; j < d->n_factors; j++) {
        int group = d->factors[j].group;
        bool second = k == last || (k >= 1 && k <= g && group == k - 1) ||
                      (k > g && k != last && group != k - 1 - g);
        u[j] =
            osw_sobol_coordinate(&d->sobol, second ? d->n_factors + j : j, (uint64_t)i);
    }
}

void osw_design_unit(const struct osw_design *d, int64_t member, double *u)
{
    assert(member >= 0 && member < d->n_members);
    const int rows = osw_design_rows_per_sample(d);
    const int64_t sample = member / rows;
    const int row = (int)(member % rows);
    switch (d->method) {
    case OSW_MONTECARLO:
        for (int j = 0; j < d->n_factors; j++)
            u[j] = montecarlo(d, j, member);
        break;
    case OSW_LHS:
        for (int j = 0; j < d->n_factors; j++)
            u[j] = latin(d, j, member);
        break;
    case OSW_SOBOL:
        for (int j = 0; j < d->n_factors; j++)
            u[j] = osw_sobol_coordinate(&d->sobol, j, (uint64_t)member);
        break;
    case OSW_GRID:
        grid(d, member, u);
        break;
    case OSW_MORRIS:
        morris(d, sample, row, u);
        break;
    case OSW_SALTELLI:
        saltelli(d, sample, row, u);
        break;
    }
}

/* Gaussian copula: independent normal scores, mixed by the Cholesky factor, back to
 * probabilities. In place, from the last factor, because row j needs the scores before
 * it. */
static void correlate(const struct osw_design *d, double *u)
{
    const int n = d->n_factors;
    for (int j = 0; j < n; j++)
        u[j] = osw_distribution_normal_score(u[j]);
    for (int j = n - 1; j >= 0; j--) {
        double z = 0;
        for (int k = 0; k <= j; k++)
            z += d->cholesky[j * n + k] * u[k];
        u[j] = z;
    }
    for (int j = 0; j < n; j++)
        u[j] = osw_distribution_normal(u[j]);
}

/* Levels at 0 and 1 of an unbounded distribution stand for its 0.5 and 99.5 %. */
static double within(const struct osw_design *d, int j, double u)
{
    const struct osw_distribution *f = &d->factors[j].distribution;
    bool open =
        (f->kind == OSW_NORMAL || f->kind == OSW_LOG_NORMAL) && d->method == OSW_MORRIS;
    return open ? 0.005 + 0.99 * u : u;
}

void osw_design_point(const struct osw_design *d, int64_t member, double *x)
{
    osw_design_unit(d, member, x);
    if (d->cholesky)
        correlate(d, x);
    for (int j = 0; j < d->n_factors; j++)
        x[j] = osw_distribution_quantile(&d->factors[j].distribution, within(d, j, x[j]));
}

static void apply(const struct osw_design *d, const double *x, bool start, double *p)
{
    for (int j = 0; j < d->n_factors; j++) {
        const struct osw_factor *f = &d->factors[j];
        for (int k = 0; k < f->n_targets && f->from_start == start; k++)
            p[f->target[k]] = x[j] * f->scaling[k];
    }
}

void osw_design_apply(const struct osw_design *d, const double *x, double *p)
{
    apply(d, x, false, p);
}

void osw_design_start(const struct osw_design *d, const double *x, double *p)
{
    apply(d, x, true, p);
}
