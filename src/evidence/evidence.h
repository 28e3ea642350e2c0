/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Published findings as rows of a table, each a statistic of simulated arms with the
 * interval in which it should lie. Rows are data: what they need of a scenario is
 * collected, every scenario is simulated once, and the statistics are read off.
 * Loading finds everything that is wrong with a table; running may be repeated, with
 * other parameters, at the cost of the integrations alone. */
#ifndef OSW_EVIDENCE_EVIDENCE_H
#define OSW_EVIDENCE_EVIDENCE_H

#include "simulate/simulate.h"
#include "text/tsv.h"

/*      name           counted in the score */
#define OSW_EVIDENCE_USES(X)                                                             \
    X(CALIBRATE, "calibrate", true)                                                      \
    X(VALIDATE, "validate", true)                                                        \
    X(DERIVED, "derived", false)                                                         \
    X(IDENTITY, "identity", false)                                                       \
    X(CONTRADICTION, "contradiction", false)

enum osw_evidence_use {
#define OSW_EVIDENCE_USE_ENUM(name, text, counted) OSW_USE_##name,
    OSW_EVIDENCE_USES(OSW_EVIDENCE_USE_ENUM)
#undef OSW_EVIDENCE_USE_ENUM
        OSW_N_USES
};
extern const char *const osw_evidence_use_names[OSW_N_USES];
bool osw_evidence_is_counted(enum osw_evidence_use use);

struct osw_statistic;

struct osw_evidence_row {
    const char *id, *section, *unit, *source, *note; /* section: "" when not given */
    enum osw_evidence_use use;
    const struct osw_statistic *statistic;
    double published;    /* in `unit`; NAN when not given */
    double lower, upper; /* likewise; infinite when not given */
    /* As written, with their places. */
    struct osw_cell scenario, arm, control, output, at, reference;
    struct osw_cell unit_cell; /* text NULL: the output's own unit */
};

enum osw_verdict { OSW_VERDICT_INSIDE, OSW_VERDICT_OUTSIDE, OSW_VERDICT_FAILED };
extern const char *const osw_verdict_names[];

struct osw_evidence_result {
    double simulated; /* in the row's unit; of several times the worst; NAN: failed */
    enum osw_verdict verdict;
};

struct osw_evidence_selection {
    const char *const *ids; /* only these; n_ids 0: all */
    size_t n_ids;
    unsigned uses; /* bit 1 << use; 0: all */
};

/* A parameter's value times `factor`, wherever a scenario does not switch it; models
 * without it ignore it. */
struct osw_evidence_factor {
    const char *param;
    double factor;
    const char *file; /* only in models whose row of it stands here; NULL: in all */
};

struct osw_evidence_options {
    struct osw_solver_options solver;
    const struct osw_evidence_factor *factors;
    int n_factors;
    bool own_only; /* where a subject gives a parameter's value, it stays */
    bool slopes;   /* differentiate by the logarithms of the factors: osw_measure */
    osw_simulate_progress *progress; /* may be NULL */
    void *context;
};

struct osw_study;
struct osw_measure;
struct osw_evidence {
    const char *path; /* of the table */
    const struct osw_evidence_row *rows;
    int n_rows;
    struct osw_study *studies;
    int n_studies;
    const struct osw_measure *measures; /* [n_rows] */
    struct osw_arena *arena;
};

/* Read the table at `path` and load the scenarios that the selected rows need. What is
 * wrong is in diag with file and line: OSW_ERR_INPUT; an id that the table lacks:
 * OSW_ERR_NOINPUT. */
enum osw_status osw_evidence_load(const char *path,
                                  const struct osw_evidence_selection *selection,
                                  struct osw_diag *diag,
                                  struct osw_evidence **evidence) OSW_MUST_CHECK;
void osw_evidence_destroy(struct osw_evidence *evidence);

/* The same rows with results of their own, for another thread: borrows from `evidence`,
 * which must outlive it. */
enum osw_status osw_evidence_share(const struct osw_evidence *evidence,
                                   struct osw_evidence *view) OSW_MUST_CHECK;
void osw_evidence_unshare(struct osw_evidence *view);

/* Simulate only; what a row measures can be read until the next run. */
enum osw_status osw_evidence_simulate(struct osw_evidence *evidence,
                                      const struct osw_evidence_options *options,
                                      struct osw_diag *diag) OSW_MUST_CHECK;

/* Simulate and judge: results [n_rows]. A failed integration is a verdict, not a status
 * (what failed is in diag). */
enum osw_status osw_evidence_run(struct osw_evidence *evidence,
                                 struct osw_evidence_result *results,
                                 const struct osw_evidence_options *options,
                                 struct osw_diag *diag) OSW_MUST_CHECK;

#endif
