/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sensitivity/kept.h"

#include <math.h>
#include <stdlib.h>

struct effects {
    int n_groups;
    int64_t n;    /* trajectories kept */
    double *each; /* [n_groups][n] elementary effects */
};

static void fill(struct effects *e, const double *y, const int *step, double delta,
                 const int64_t *kept)
{
    const int64_t g = e->n_groups;
    for (int64_t i = 0; i < e->n; i++) {
        const double *value = y + kept[i] * (g + 1);
        const int *moved = step + kept[i] * g;
        for (int64_t k = 0; k < g; k++) {
            double effect = (value[k + 1] - value[k]) / delta;
            e->each[(abs(moved[k]) - 1) * e->n + i] = moved[k] < 0 ? -effect : effect;
        }
    }
}

static double interval(const struct effects *e, const double *each,
                       const struct osw_bootstrap *bootstrap)
{
    struct osw_moments over = {0};
    for (int b = 0; b < bootstrap->resamples; b++) {
        double sum = 0;
        for (int64_t i = 0; i < e->n; i++)
            sum += fabs(each[osw_kept_draw(bootstrap, b, e->n, i)]);
        osw_moments_add(&over, sum / (double)e->n);
    }
    return osw_moments_interval(&over);
}

static struct osw_morris_index one(const struct effects *e, int group, bool signless,
                                   const struct osw_bootstrap *bootstrap)
{
    const double *each = e->each + group * e->n;
    struct osw_moments with_sign = {0}, size = {0};
    if (e->n < 2)
        return (struct osw_morris_index){NAN, NAN, NAN, NAN};
    for (int64_t i = 0; i < e->n; i++) {
        osw_moments_add(&with_sign, each[i]);
        osw_moments_add(&size, fabs(each[i]));
    }
    return (struct osw_morris_index){
        .mu = signless ? NAN : with_sign.mean,
        .mu_star = size.mean,
        .sigma = signless ? NAN : sqrt(osw_moments_variance(&with_sign, 1)),
        .mu_star_conf = interval(e, each, bootstrap)};
}

enum osw_status osw_morris_indices(int n_groups, int64_t n_samples, const double *y,
                                   const int *step, const bool *signless, double delta,
                                   const struct osw_bootstrap *bootstrap,
                                   struct osw_morris_index *index, int64_t *n_failed)
{
    struct effects e = {.n_groups = n_groups};
    int64_t *kept = osw_alloc((size_t)n_samples, sizeof *kept);
    e.each = osw_alloc((size_t)n_samples * (size_t)n_groups, sizeof *e.each);
    enum osw_status status = kept && e.each ? OSW_OK : OSW_ERR_MEMORY;
    if (!status) {
        e.n = osw_kept_samples(n_samples, n_groups + 1, y, kept);
        *n_failed = n_samples - e.n;
        fill(&e, y, step, delta, kept);
        for (int g = 0; g < n_groups; g++)
            index[g] = one(&e, g, signless[g], bootstrap);
    }
    osw_free(kept);
    osw_free(e.each);
    return status;
}
