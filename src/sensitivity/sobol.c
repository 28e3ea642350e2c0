/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Estimators on y standardised by mean and standard deviation of all values kept, so that
 * a large mean does not cancel digits; indices do not change by it. */
#include "sensitivity/kept.h"

#include <math.h>

struct blocks {
    int n_groups;
    int64_t n, rows;
    double *y;       /* [n][rows] standardised */
    int64_t *drawn;  /* [n] blocks of the present resample */
    double variance; /* of A and B in the present resample */
};

static const double *block(const struct blocks *b, int64_t i)
{
    return b->y + b->drawn[i] * b->rows;
}

static void standardise(struct blocks *b)
{
    struct osw_moments all = {0};
    for (int64_t i = 0; i < b->n * b->rows; i++)
        osw_moments_add(&all, b->y[i]);
    double sd = sqrt(osw_moments_variance(&all, 0));
    for (int64_t i = 0; i < b->n * b->rows; i++)
        b->y[i] = (b->y[i] - all.mean) / sd;
}

/* Take the blocks as they are (resample -1) or draw them with replacement. */
static void draw(struct blocks *b, const struct osw_bootstrap *bootstrap, int resample)
{
    struct osw_moments ends = {0};
    for (int64_t i = 0; i < b->n; i++) {
        b->drawn[i] = resample < 0 ? i : osw_kept_draw(bootstrap, resample, b->n, i);
        osw_moments_add(&ends, block(b, i)[0]);
        osw_moments_add(&ends, block(b, i)[b->rows - 1]);
    }
    b->variance = osw_moments_variance(&ends, 0);
}

static double first_order(const struct blocks *b, int g)
{
    double sum = 0;
    for (int64_t i = 0; i < b->n; i++) {
        const double *y = block(b, i);
        sum += y[b->rows - 1] * (y[1 + g] - y[0]);
    }
    return sum / (double)b->n / b->variance;
}

static double total_order(const struct blocks *b, int g)
{
    double sum = 0;
    for (int64_t i = 0; i < b->n; i++) {
        const double *y = block(b, i);
        sum += (y[0] - y[1 + g]) * (y[0] - y[1 + g]);
    }
    return 0.5 * sum / (double)b->n / b->variance;
}

static double second_order(const struct blocks *b, int g, int h)
{
    double sum = 0;
    for (int64_t i = 0; i < b->n; i++) {
        const double *y = block(b, i);
        sum += y[1 + b->n_groups + g] * y[1 + h] - y[0] * y[b->rows - 1];
    }
    return sum / (double)b->n / b->variance - first_order(b, g) - first_order(b, h);
}

struct spread { /* bootstrap distributions */
    struct osw_moments *S1, *ST, *S2;
};

static void resample(struct blocks *b, const struct osw_bootstrap *bootstrap,
                     const struct spread *s)
{
    for (int r = 0; r < bootstrap->resamples; r++) {
        draw(b, bootstrap, r);
        for (int g = 0; g < b->n_groups; g++) {
            osw_moments_add(&s->S1[g], first_order(b, g));
            osw_moments_add(&s->ST[g], total_order(b, g));
            for (int h = g + 1; s->S2 && h < b->n_groups; h++)
                osw_moments_add(&s->S2[g * b->n_groups + h], second_order(b, g, h));
        }
    }
}

static void estimate(struct blocks *b, const struct osw_bootstrap *bootstrap,
                     const struct spread *s, struct osw_sobol_index *index,
                     struct osw_sobol_pair *pair)
{
    const int n = b->n_groups;
    resample(b, bootstrap, s);
    draw(b, bootstrap, -1);
    for (int g = 0; g < n; g++) {
        index[g] =
            (struct osw_sobol_index){first_order(b, g), osw_moments_interval(&s->S1[g]),
                                     total_order(b, g), osw_moments_interval(&s->ST[g])};
        for (int h = g + 1; pair && h < n; h++)
            pair[g * n + h] = (struct osw_sobol_pair){
                second_order(b, g, h), osw_moments_interval(&s->S2[g * n + h])};
    }
}

static void nothing_left(int n_groups, struct osw_sobol_index *index,
                         struct osw_sobol_pair *pair)
{
    for (int g = 0; g < n_groups; g++)
        index[g] = (struct osw_sobol_index){NAN, NAN, NAN, NAN};
    for (int k = 0; pair && k < n_groups * n_groups; k++)
        pair[k] = (struct osw_sobol_pair){NAN, NAN};
}

static void gather(struct blocks *b, int64_t n_samples, const double *y)
{
    b->n = osw_kept_samples(n_samples, b->rows, y, b->drawn);
    for (int64_t i = 0; i < b->n; i++)
        for (int64_t k = 0; k < b->rows; k++)
            b->y[i * b->rows + k] = y[b->drawn[i] * b->rows + k];
}

enum osw_status osw_sobol_indices(int n_groups, int64_t n_samples, const double *y,
                                  const struct osw_bootstrap *bootstrap,
                                  struct osw_sobol_index *index,
                                  struct osw_sobol_pair *pair, int64_t *n_failed)
{
    const size_t n = (size_t)n_groups;
    struct blocks b = {.n_groups = n_groups,
                       .rows = pair ? 2 * n_groups + 2 : n_groups + 2};
    struct spread s = {.S1 = osw_alloc(n, sizeof *s.S1),
                       .ST = osw_alloc(n, sizeof *s.ST)};
    s.S2 = pair ? osw_alloc(n * n, sizeof *s.S2) : NULL;
    b.y = osw_alloc((size_t)n_samples * (size_t)b.rows, sizeof *b.y);
    b.drawn = osw_alloc((size_t)n_samples, sizeof *b.drawn);
    enum osw_status status =
        s.S1 && s.ST && (s.S2 || !pair) && b.y && b.drawn ? OSW_OK : OSW_ERR_MEMORY;
    if (!status) {
        gather(&b, n_samples, y);
        *n_failed = n_samples - b.n;
        nothing_left(n_groups, index, pair);
        standardise(&b);
        if (b.n >= 2)
            estimate(&b, bootstrap, &s, index, pair);
    }
    osw_free(s.S1);
    osw_free(s.ST);
    osw_free(s.S2);
    osw_free(b.y);
    osw_free(b.drawn);
    return status;
}
