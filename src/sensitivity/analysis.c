/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * From a design's points and the values over them to indices, whichever its method. */
#include "sensitivity/analysis.h"

#include <math.h>
#include <string.h>

/* The group that moved from one point to the next, +(g + 1) or -(g + 1); 0 when none or
 * more than one did. */
static int step_between(const struct osw_design *d, const double *from, const double *to)
{
    int step = 0;
    for (int j = 0; j < d->n_factors; j++) {
        int group = d->factors[j].group + 1;
        if (from[j] == to[j])
            continue;
        if (step && step != group && step != -group)
            return 0;
        step = to[j] > from[j] ? group : -group;
    }
    return step;
}

static void row(const struct osw_design *d, const double *points, int64_t member,
                double *x)
{
    if (points)
        memcpy(x, points + member * d->n_factors, (size_t)d->n_factors * sizeof *x);
    else
        osw_design_unit(d, member, x);
}

/* Every trajectory moves each group once. */
static enum osw_status check_trajectory(const struct osw_design *d, const int *step,
                                        int64_t sample, char *seen, struct osw_diag *diag)
{
    memset(seen, 0, (size_t)d->n_groups);
    for (int k = 0; k < d->n_groups; k++) {
        int g = step[k] < 0 ? -step[k] - 1 : step[k] - 1;
        if (g < 0 || seen[g])
            return osw_diag_fail(diag, OSW_ERR_INPUT, (struct osw_loc){0},
                                 "points: rows %lld to %lld are no trajectory: each "
                                 "factor (or group) must move once, one a row",
                                 (long long)(sample * (d->n_groups + 1) + 1),
                                 (long long)((sample + 1) * (d->n_groups + 1)));
        seen[g] = 1;
    }
    return OSW_OK;
}

static enum osw_status read_steps(struct osw_analysis *a, const double *points,
                                  struct osw_diag *diag)
{
    const struct osw_design *d = a->design;
    const size_t groups = (size_t)d->n_groups, n = (size_t)d->n_factors;
    double *from = osw_arena_alloc(a->arena, n, sizeof *from);
    double *to = osw_arena_alloc(a->arena, n, sizeof *to);
    char *seen = osw_arena_alloc(a->arena, groups, 1);
    int *members = osw_arena_alloc(a->arena, groups, sizeof *members);
    a->step = osw_arena_alloc(a->arena, (size_t)d->samples * groups, sizeof *a->step);
    a->signless = osw_arena_alloc(a->arena, groups, sizeof *a->signless);
    if (!from || !to || !seen || !members || !a->step || !a->signless)
        return OSW_ERR_MEMORY;
    for (int j = 0; j < d->n_factors; j++)
        a->signless[d->factors[j].group] = ++members[d->factors[j].group] > 1;
    enum osw_status status = OSW_OK;
    for (int64_t i = 0; i < d->samples && !status; i++) {
        int *step = a->step + i * d->n_groups;
        row(d, points, i * (d->n_groups + 1), from);
        for (int k = 0; k < d->n_groups; k++) {
            row(d, points, i * (d->n_groups + 1) + k + 1, to);
            step[k] = step_between(d, from, to);
            memcpy(from, to, n * sizeof *from);
        }
        status = check_trajectory(d, step, i, seen, diag);
    }
    return status;
}

static enum osw_status prepare(struct osw_analysis *a, const double *points,
                               struct osw_diag *diag)
{
    const struct osw_design *d = a->design;
    const size_t g = (size_t)d->n_groups;
    if (d->method == &osw_method_morris) {
        a->title = "Morris";
        a->morris = osw_arena_alloc(a->arena, g, sizeof *a->morris);
        return a->morris ? read_steps(a, points, diag) : OSW_ERR_MEMORY;
    }
    if (d->method != &osw_method_saltelli)
        return osw_diag_fail(diag, OSW_ERR_INPUT,
                             (struct osw_loc){.file = osw_diag_file(diag, d->path)},
                             "method %s has no sensitivity indices: expected morris or "
                             "saltelli",
                             d->method->name);
    a->title = "Sobol'";
    a->sobol = osw_arena_alloc(a->arena, g, sizeof *a->sobol);
    if (d->second_order)
        a->pair = osw_arena_alloc(a->arena, g * g, sizeof *a->pair);
    return a->sobol && (a->pair || !d->second_order) ? OSW_OK : OSW_ERR_MEMORY;
}

enum osw_status osw_analysis_create(const struct osw_design *design, const double *points,
                                    struct osw_diag *diag, struct osw_analysis **analysis)
{
    struct osw_arena *arena = osw_arena_create();
    struct osw_analysis *made = arena ? osw_arena_alloc(arena, 1, sizeof *made) : NULL;
    if (!made) {
        osw_arena_destroy(arena);
        return OSW_ERR_MEMORY;
    }
    *made = (struct osw_analysis){.design = design, .arena = arena};
    enum osw_status status = prepare(made, points, diag);
    if (status)
        osw_analysis_destroy(made);
    else
        *analysis = made;
    return status;
}

void osw_analysis_destroy(struct osw_analysis *analysis)
{
    if (analysis)
        osw_arena_destroy(analysis->arena);
}

/* Two values, each off by the tolerance, differ by twice as much: what differs no more
 * than that is noise, of which there are no shares. */
static bool is_flat(const struct osw_design *d, const double *y, double tolerance)
{
    double least = INFINITY, most = -INFINITY;
    for (int64_t i = 0; i < d->n_members; i++) {
        if (!isfinite(y[i]))
            continue;
        least = fmin(least, y[i]);
        most = fmax(most, y[i]);
    }
    return most >= least && most - least <= 2 * tolerance;
}

static void no_indices(struct osw_analysis *a)
{
    const int n = a->design->n_groups;
    for (int g = 0; g < n && a->morris; g++)
        a->morris[g] = (struct osw_morris_index){NAN, NAN, NAN, NAN};
    for (int g = 0; g < n && a->sobol; g++)
        a->sobol[g] = (struct osw_sobol_index){NAN, NAN, NAN, NAN};
    for (int k = 0; k < n * n && a->pair; k++)
        a->pair[k] = (struct osw_sobol_pair){NAN, NAN};
}

static enum osw_status estimate(struct osw_analysis *a, const double *y,
                                const struct osw_bootstrap *bootstrap)
{
    const struct osw_design *d = a->design;
    if (!a->morris)
        return osw_sobol_indices(d->n_groups, d->samples, y, bootstrap, a->sobol, a->pair,
                                 &a->n_failed);
    const double levels = d->morris_levels, delta = levels / (2 * (levels - 1));
    return osw_morris_indices(d->n_groups, d->samples, y, a->step, a->signless, delta,
                              bootstrap, a->morris, &a->n_failed);
}

enum osw_status osw_analysis_run(struct osw_analysis *analysis, const double *y,
                                 double tolerance, const struct osw_bootstrap *bootstrap)
{
    enum osw_status status = estimate(analysis, y, bootstrap);
    analysis->flat = !status && is_flat(analysis->design, y, tolerance);
    if (analysis->flat)
        no_indices(analysis);
    return status;
}
