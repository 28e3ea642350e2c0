/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Independent random points. */
#include "design/design.h"

static void point(const struct osw_design *d, int64_t sample, int row, double *u)
{
    (void)row;
    for (int j = 0; j < d->n_factors; j++)
        u[j] = osw_method_uniform(d, j, sample);
}

const struct osw_design_method osw_method_montecarlo = {
    .name = "montecarlo",
    .summary = "independent random points",
    .keys = (const char *const[]){"correlation", NULL},
    .point = point,
};
