/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Latin hypercube: one point in each of N strata of every factor (McKay, Beckman &
 * Conover 1979, doi:10.2307/1268522). */
#include "base/random.h"
#include "design/design.h"

static void point(const struct osw_design *d, int64_t sample, int row, double *u)
{
    const uint64_t n = (uint64_t)d->samples;
    (void)row;
    for (int j = 0; j < d->n_factors; j++) {
        const uint64_t stratum = osw_random_permute(
            d->seed, osw_method_stream(OSW_PURPOSE_STRATUM, j), n, (uint64_t)sample);
        u[j] = ((double)stratum + osw_method_uniform(d, j, sample)) / (double)n;
    }
}

static const char *identity(const struct osw_design *d, struct osw_arena *arena)
{
    return osw_arena_format(arena, "of %lld", (long long)d->samples);
}

const struct osw_design_method osw_method_lhs = {
    .name = "lhs",
    .summary = "Latin hypercube: a point in each of N strata of every factor",
    .keys = (const char *const[]){"correlation", NULL},
    .whole = true,
    .point = point,
    .identity = identity,
};
