/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Which samples have a value in every row, and bootstrap draws among them. */
#ifndef OSW_SENSITIVITY_KEPT_H
#define OSW_SENSITIVITY_KEPT_H

#include "sensitivity/indices.h"

/* Numbers of the samples without NAN or infinity in y [n_samples][rows], ascending, to
 * kept [n_samples]; returns how many. */
int64_t osw_kept_samples(int64_t n_samples, int64_t rows, const double *y, int64_t *kept);

/* Draw i of resample b among n. */
int64_t osw_kept_draw(const struct osw_bootstrap *bootstrap, int b, int64_t n, int64_t i);

/* Running mean and variance (Welford 1962). */
struct osw_moments {
    double n, mean, m2;
};
void osw_moments_add(struct osw_moments *m, double x);
/* Divided by n - ddof; NAN when n <= ddof. */
double osw_moments_variance(const struct osw_moments *m, int ddof);
/* Half width of the 95 % interval of a bootstrap distribution. */
double osw_moments_interval(const struct osw_moments *m);

#endif
