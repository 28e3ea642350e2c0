/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Scrambled Sobol' points (design/sobol.h). */
#include "design/design.h"

static void point(const struct osw_design *d, int64_t sample, int row, double *u)
{
    (void)row;
    for (int j = 0; j < d->n_factors; j++)
        u[j] = osw_sobol_coordinate(&d->sobol, j, (uint64_t)sample);
}

const struct osw_design_method osw_method_sobol = {
    .name = "sobol",
    .summary = "scrambled Sobol' points; a power of two of them",
    .keys = (const char *const[]){"correlation", NULL},
    .power_of_two = true,
    .nets = 1,
    .point = point,
};
