/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Onsets of a subject: parameters for which an input counts back from the age (a formula
 * of params/inputs.tsv). They are settled when everything else of the subject is known,
 * and what a named subject states must have begun by time 0. */
#ifndef OSW_SCENARIO_ONSET_H
#define OSW_SCENARIO_ONSET_H

#include "scenario/plan.h"
#include "scenario/setting.h"

struct osw_onset {
    const struct osw_assignment *now; /* the last that gave it, or NULL */
    struct osw_tie formula; /* of its input; target NULL when the parameter has none */
    bool due;               /* it must have begun by time 0 */
    bool aged_since;        /* the age was given after `now` */
};

struct osw_onsets {
    struct osw_onset *onset;          /* [n_params] */
    const struct osw_assignment *age; /* the last that gave the age, or NULL */
};

/* OSW_ERR_MEMORY. */
enum osw_status osw_onsets_init(struct osw_onsets *onsets,
                                struct osw_reader *r) OSW_MUST_CHECK;

/* A list of assignments was applied; `named`: by a subject that another one extends. */
void osw_onsets_note(struct osw_onsets *onsets, struct osw_reader *r,
                     const struct osw_assignment *list, bool named);

/* What has begun by time 0 at these parameters must also have begun with --set. */
void osw_onsets_expect(struct osw_onsets *onsets, struct osw_reader *r, double *params);

/* Settle the tied parameters and store the ties in the life. OSW_ERR_INPUT when one is
 * out of bounds or one that is due lies after time 0. */
enum osw_status osw_onsets_settle(struct osw_onsets *onsets, struct osw_reader *r,
                                  double *params, struct osw_life *life) OSW_MUST_CHECK;

#endif
