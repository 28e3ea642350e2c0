/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Designs of computer experiments: which values of which parameters each member of a
 * sweep has. Every point is a pure function of (seed, index); nothing is stored, so any
 * block of members can be made anywhere. Read from YAML beside a scenario. */
#ifndef OSW_DESIGN_DESIGN_H
#define OSW_DESIGN_DESIGN_H

#include "design/distribution.h"
#include "design/method.h"
#include "design/sobol.h"
#include "scenario/plan.h"

/* One thing that varies: a parameter, or an input that sets several. */
struct osw_factor {
    const char *name, *unit_text;
    int n_targets;
    const int *target;     /* [n_targets] parameters of the model */
    const double *scaling; /* [n_targets] parameter = value * scaling, same dimension */
    struct osw_distribution distribution; /* in unit_text */
    int levels;                           /* grid only */
    int group;                            /* 0 … n_groups - 1 */
    bool from_start; /* holds from time 0 on in every arm, not for the life before */
};

struct osw_design {
    struct osw_plan *plan; /* the scenario; owned. Its outputs and times are the ones to
                            * keep */
    const char *path, *title;
    const struct osw_design_method *method;
    int64_t samples;   /* N */
    int64_t n_members; /* rows in all */
    uint64_t seed;
    bool second_order; /* Saltelli: the BA blocks too */
    int morris_levels; /* even; the step is levels / (2 (levels - 1)) of the unit range */
    int n_factors, n_groups;
    const struct osw_factor *factors;
    const char *const *groups; /* [n_groups] names; a factor alone lends its own */
    const double *cholesky; /* [n_factors][n_factors] lower triangle of the correlation of
                             * the normal scores, or NULL */
    struct osw_sobol sobol;
    struct osw_arena *arena;
};

enum { OSW_DESIGN_MEMBERS = 1 << 30 }; /* most rows: about 10^9 */

/* Load a design by name (params/designs) or path, with its scenario and model. Everything
 * wrong with either is in diag. */
enum osw_status osw_design_load(const char *name_or_path, struct osw_diag *diag,
                                struct osw_design **design) OSW_MUST_CHECK;
void osw_design_destroy(struct osw_design *design);

/* Rows that belong together: a trajectory, a Saltelli block, else one. */
int osw_design_rows_per_sample(const struct osw_design *design);

/* Row `member` (0 … n_members - 1) on the unit cube, u [n_factors]. */
void osw_design_unit(const struct osw_design *design, int64_t member, double *u);

/* The same in the factors' units, x [n_factors]; correlated where asked. */
void osw_design_point(const struct osw_design *design, int64_t member, double *x);

/* Write the values x [n_factors] to the parameters p [n_params] that they mean: those of
 * the whole life, or those that change at time 0. */
void osw_design_apply(const struct osw_design *design, const double *x, double *p);
void osw_design_start(const struct osw_design *design, const double *x, double *p);

#endif
