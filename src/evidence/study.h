/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What rows need of scenarios: each scenario is loaded once, and the arms and times that
 * all its rows together need are collected before anything is simulated. */
#ifndef OSW_EVIDENCE_STUDY_H
#define OSW_EVIDENCE_STUDY_H

#include "evidence/evidence.h"

struct osw_study { /* one scenario */
    const char *path;
    struct osw_plan *plan;
    int *place;    /* [plan->n_arms] of an arm among those simulated, or -1 */
    double *times; /* ascending when loading is done; on the heap, as the next two grow */
    int n_times, room;
    const int *outputs; /* [n_outputs] all of the model's */
    struct osw_result *result;
    enum osw_status status; /* of the last run: integration failed, or no such subject */
    struct osw_plan wanted; /* the plan with these arms, times and outputs alone */
    int *moved; /* [result->n_sensitive] factor of the run that each slope belongs to */
};

struct osw_arm_ref {
    int study, arm; /* arm of the scenario */
    int output;
};

struct osw_measure { /* one row, resolved */
    struct osw_arm_ref *arms, *controls;
    int n_arms, n_controls;
    bool mean24h;
    const double *times; /* day; every value must be inside */
    int n_times;
    double reference[2]; /* day */
    const struct osw_unit *from, *to;
};

enum {
    OSW_DAY_SAMPLES = 48, /* of a mean over 24 h: half-hours */
    OSW_RANGE_STEPS = 120 /* of a..b */
};

#define OSW_SAME_TIME 1e-9 /* day: times nearer than this are one */

/* The scenario that a table means: a path counts from the table's folder, a name is
 * looked for as everywhere. None: OSW_ERR_INPUT at `at`. */
enum osw_status osw_study_find(const char *table, const char *name, struct osw_loc at,
                               struct osw_arena *arena, struct osw_diag *diag,
                               const char **path) OSW_MUST_CHECK;

/* Load the scenarios of evidence->rows and resolve the rows: fills studies and measures,
 * whose arrays live in the arena (times on the heap). */
enum osw_status osw_studies_load(struct osw_evidence *evidence,
                                 struct osw_diag *diag) OSW_MUST_CHECK;
void osw_studies_fini(struct osw_evidence *evidence);

#endif
