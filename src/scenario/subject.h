/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A subject: a chain of `extends` down to the entry at hand, resolved to the parameters
 * of a whole life, its history and what is matched at time 0. */
#ifndef OSW_SCENARIO_SUBJECT_H
#define OSW_SCENARIO_SUBJECT_H

#include "scenario/plan.h"
#include "scenario/setting.h"

struct osw_subject {
    struct osw_life life; /* params in the arena; everything but its place in the plan */
    double weight_kg;     /* NAN when unknown */
};

/* The subject of a node: a name, a mapping, or NULL (the model's nominal values).
 * `settings` (--set) come last. `beside` is the file that holds the node. */
enum osw_status osw_subject_load(struct osw_reader *r, const struct osw_yaml *node,
                                 const char *beside,
                                 const struct osw_assignment *settings,
                                 struct osw_subject *subject) OSW_MUST_CHECK;

/* Do two lives run alike (then they are computed once)? */
bool osw_subject_same_life(const struct osw_model *model, const struct osw_life *a,
                           const struct osw_life *b);

#endif
