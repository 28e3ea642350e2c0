/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Trajectories of n_groups + 1 points, each group moving once (Morris 1991, Technometrics
 * 33:161). */
#include "base/random.h"
#include "design/design.h"

static int rows(const struct osw_design *d)
{
    return d->n_groups + 1;
}

/* Point k of trajectory r: group g has made its step when its place in the trajectory's
 * order is before k. A factor starts at a random level and steps to the inside. */
static void point(const struct osw_design *d, int64_t r, int k, double *u)
{
    const int levels = d->morris_levels;
    for (int j = 0; j < d->n_factors; j++) {
        const struct osw_factor *f = &d->factors[j];
        double draw = osw_random_uniform(d->seed, osw_method_stream(OSW_PURPOSE_BASE, j),
                                         (uint64_t)r);
        int level = (int)(draw * levels);
        uint64_t place =
            osw_random_permute(d->seed, osw_method_stream(OSW_PURPOSE_ORDER, r),
                               (uint64_t)d->n_groups, (uint64_t)f->group);
        if ((int)place < k)
            level += level < levels / 2 ? levels / 2 : -(levels / 2);
        u[j] = (double)level / (levels - 1);
    }
}

static const char *identity(const struct osw_design *d, struct osw_arena *arena)
{
    return osw_arena_format(arena, "levels %d", d->morris_levels);
}

const struct osw_design_method osw_method_morris = {
    .name = "morris",
    .summary = "trajectories that move a factor a step, for elementary effects",
    .keys = (const char *const[]){"groups", "levels", NULL},
    .open_ends = true,
    .rows = rows,
    .point = point,
    .identity = identity,
};
