/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sensitivity/kept.h"
#include "base/random.h"

#include <math.h>

/* 97.5 % point of the standard normal distribution. */
static const double z_975 = 1.959963984540054;

int64_t osw_kept_samples(int64_t n_samples, int64_t rows, const double *y, int64_t *kept)
{
    int64_t n = 0;
    for (int64_t i = 0; i < n_samples; i++) {
        bool whole = true;
        for (int64_t k = 0; k < rows && whole; k++)
            whole = isfinite(y[i * rows + k]);
        if (whole)
            kept[n++] = i;
    }
    return n;
}

int64_t osw_kept_draw(const struct osw_bootstrap *bootstrap, int b, int64_t n, int64_t i)
{
    double u = osw_random_uniform(bootstrap->seed, (uint64_t)b, (uint64_t)i);
    return (int64_t)(u * (double)n);
}

void osw_moments_add(struct osw_moments *m, double x)
{
    double delta = x - m->mean;
    m->n += 1;
    m->mean += delta / m->n;
    m->m2 += delta * (x - m->mean);
}

double osw_moments_variance(const struct osw_moments *m, int ddof)
{
    return m->n > ddof ? m->m2 / (m->n - ddof) : NAN;
}

double osw_moments_interval(const struct osw_moments *m)
{
    return z_975 * sqrt(osw_moments_variance(m, 1));
}
