/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Blocks A, AB_1 … AB_g, [BA_1 … BA_g,] B for Sobol' indices (Saltelli 2010,
 * doi:10.1016/j.cpc.2009.09.018). A and B are the halves of one 2 n-dimensional Sobol'
 * point. */
#include "design/design.h"

static int rows(const struct osw_design *d)
{
    return d->second_order ? 2 * d->n_groups + 2 : d->n_groups + 2;
}

/* Row k of block i: A, then A with one group from B, then (second order) B with one group
 * from A, then B. */
static void point(const struct osw_design *d, int64_t i, int k, double *u)
{
    const int g = d->n_groups, last = rows(d) - 1;
    for (int j = 0; j < d->n_factors; j++) {
        int group = d->factors[j].group;
        bool second = k == last || (k >= 1 && k <= g && group == k - 1) ||
                      (k > g && k != last && group != k - 1 - g);
        u[j] =
            osw_sobol_coordinate(&d->sobol, second ? d->n_factors + j : j, (uint64_t)i);
    }
}

static const char *identity(const struct osw_design *d, struct osw_arena *arena)
{
    return osw_arena_string(arena, d->second_order ? "second order" : "first order");
}

const struct osw_design_method osw_method_saltelli = {
    .name = "saltelli",
    .summary = "blocks of points for Sobol' indices; a power of two of them",
    .keys = (const char *const[]){"groups", "second_order", NULL},
    .power_of_two = true,
    .nets = 2,
    .rows = rows,
    .point = point,
    .identity = identity,
};
