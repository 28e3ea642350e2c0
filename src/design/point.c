/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Points by index: the method on the unit cube, then correlation and quantiles. */
#include "design/design.h"

#include <assert.h>

int osw_design_rows_per_sample(const struct osw_design *d)
{
    return d->method->rows ? d->method->rows(d) : 1;
}

void osw_design_unit(const struct osw_design *d, int64_t member, double *u)
{
    assert(member >= 0 && member < d->n_members);
    const int rows = osw_design_rows_per_sample(d);
    d->method->point(d, member / rows, (int)(member % rows), u);
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
        (f->kind == OSW_NORMAL || f->kind == OSW_LOG_NORMAL) && d->method->open_ends;
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
