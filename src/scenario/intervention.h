/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * An intervention file: what a dose does to which states and parameters, and the usual
 * dose and rhythm, which an arm may override. */
#ifndef OSW_SCENARIO_INTERVENTION_H
#define OSW_SCENARIO_INTERVENTION_H

#include "scenario/expression.h"

/* In the order in which active interventions act on a parameter's base value x:
 * set x = v (the last in file order); multiply x = x Π v; add x = x + Σ v;
 * survive x = 1 - (1 - x) Π (1 - v), for fractions inhibited by independent agents. */
enum osw_combine {
    OSW_COMBINE_SET,
    OSW_COMBINE_MULTIPLY,
    OSW_COMBINE_ADD,
    OSW_COMBINE_SURVIVE,
};

struct osw_target {
    bool is_state; /* each dose is added to it; else the parameter is held while active */
    int index;
    enum osw_combine combine;
    const char *expression; /* or NULL: value = emax dose/(ed50 + dose) */
    double emax;            /* in the unit of the value */
    double ed50;            /* in the unit of the dose */
    bool used[OSW_N_TERMS];
    struct osw_loc at;
};

struct osw_dose { /* an amount, or one for each kg of body weight */
    double value;
    const struct osw_unit *unit;
    const char *unit_text;
    bool per_weight;
};

struct osw_intervention {
    struct osw_intervention *next; /* of the reader's list */
    const char *name, *path, *title;
    bool has_dose;
    struct osw_dose dose;
    double every, on, off; /* day; NAN when not given */
    const struct osw_target *targets;
    int n_targets;
    enum osw_status status; /* a failed one is kept, so that it is reported once */
};

/* The intervention called `name`, read once. */
enum osw_status
osw_intervention_load(struct osw_reader *r, const char *name, const char *beside,
                      struct osw_loc at,
                      const struct osw_intervention **result) OSW_MUST_CHECK;

/* A dose (>= 0) from a node, in the unit of `like` when that is not NULL. */
enum osw_status osw_intervention_dose(struct osw_reader *r, const struct osw_yaml *node,
                                      const struct osw_dose *like,
                                      struct osw_dose *dose) OSW_MUST_CHECK;

/* A period from a node: more than 0. Absent (NULL): *days stays as it is. */
enum osw_status osw_intervention_period(struct osw_reader *r, const struct osw_yaml *node,
                                        const char *what, double *days) OSW_MUST_CHECK;

/* Does what it does to the target depend on the body weight? */
bool osw_intervention_weighs(const struct osw_intervention *v, const struct osw_target *t,
                             const struct osw_dose *dose);

/* What one dose does through a target, in its unit. weight_kg, every_d: NAN when unknown;
 * a target that needs one of them is OSW_ERR_INPUT at `at` (where the arm asks for it).
 */
enum osw_status osw_intervention_value(struct osw_reader *r,
                                       const struct osw_intervention *v,
                                       const struct osw_target *target,
                                       const struct osw_dose *dose, double weight_kg,
                                       double every_d, struct osw_loc at,
                                       double *value) OSW_MUST_CHECK;

/* d value / d ln weight; 0 where the weight has no part in it. */
enum osw_status osw_intervention_by_weight(struct osw_reader *r,
                                           const struct osw_intervention *v,
                                           const struct osw_target *target,
                                           const struct osw_dose *dose, double weight_kg,
                                           double every_d, double *slope) OSW_MUST_CHECK;

#endif
