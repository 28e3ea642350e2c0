/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Directions that biology gives: one parameter or input of a scenario's arm is changed,
 * and an output must rise, fall or stay within a share of its value. Each row is data;
 * what it is compared with is the same arm unchanged. */
#ifndef OSW_EVIDENCE_SIGNS_H
#define OSW_EVIDENCE_SIGNS_H

#include "evidence/evidence.h"

struct osw_sign {
    const char *id, *context, *arm, *change, *output, *source, *note;
    double lower, upper; /* of the relative effect; infinite when open */
    struct osw_cell context_cell, arm_cell, change_cell, output_cell, at_cell;
};

struct osw_sign_result {
    double before, after; /* in the output's unit; NAN: failed */
    double effect;        /* (after - before)/|before| */
    enum osw_verdict verdict;
};

struct osw_signs {
    const char *path; /* of the table */
    const struct osw_sign *rows;
    int n_rows;
    struct osw_sign_test *tests; /* [n_rows] */
    struct osw_arena *arena;
};

/* Read the table at `path` (rows `ids`, all when n_ids is 0) and load what its rows need.
 * What is wrong is in diag with file and line: OSW_ERR_INPUT; an id that the table
 * lacks: OSW_ERR_NOINPUT. */
enum osw_status osw_signs_load(const char *path, const char *const *ids, size_t n_ids,
                               struct osw_diag *diag,
                               struct osw_signs **signs) OSW_MUST_CHECK;
void osw_signs_destroy(struct osw_signs *signs);

/* Simulate and judge: results [n_rows]. A failed integration is a verdict, not a status
 * (what failed is in diag). Of the options the solver and the progress count. */
enum osw_status osw_signs_run(struct osw_signs *signs,
                              const struct osw_evidence_options *options,
                              struct osw_diag *diag,
                              struct osw_sign_result *results) OSW_MUST_CHECK;

#endif
