/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Full factorial: every combination of the factors' levels; the last factor runs fastest.
 */
#include "design/design.h"

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

static void point(const struct osw_design *d, int64_t sample, int row, double *u)
{
    (void)row;
    for (int j = d->n_factors - 1; j >= 0; j--) {
        const struct osw_factor *f = &d->factors[j];
        u[j] = grid_level(f, (int)(sample % f->levels));
        sample /= f->levels;
    }
}

static const char *identity(const struct osw_design *d, struct osw_arena *arena)
{
    const char *text = "levels";
    for (int j = 0; j < d->n_factors && text; j++)
        text = osw_arena_format(arena, "%s %d", text, d->factors[j].levels);
    return text;
}

const struct osw_design_method osw_method_grid = {
    .name = "grid",
    .summary = "full factorial of the factors' levels",
    .keys = (const char *const[]){NULL},
    .by_levels = true,
    .point = point,
    .identity = identity,
};
