/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A model with closed forms and the table of its findings, written into the working
 * folder by the test: X = 8 exp(-k t) mmol/L, W = X + 5, Y = 1 + 2 t, and B that blows up
 * at one day when it is set to 1. */
#ifndef OSW_TESTS_EVIDENCE_DECAY_H
#define OSW_TESTS_EVIDENCE_DECAY_H

#include "evidence/evidence.h"

extern const char decay_header[]; /* of a table */

/* Model, scenarios `decay.yaml` and `sub/other.yaml`, in a new folder that becomes the
 * working one; its name is kept in folder [>= 32]. */
void decay_begin(char *folder);
void decay_end(const char *folder);

/* Rows below the header into `table.tsv`. */
void decay_table(const char *rows);

/* Load and run table.tsv at a tight tolerance; fails the test with the diagnostics. */
struct osw_evidence *decay_run(struct osw_evidence_result *results,
                               const struct osw_evidence_factor *factors, int n_factors,
                               struct osw_diag *diag);

#endif
