/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A design's indices: what `indices.h` computes, for Morris and Saltelli designs, with
 * the steps taken from the design's points or from points made elsewhere. */
#ifndef OSW_SENSITIVITY_ANALYSIS_H
#define OSW_SENSITIVITY_ANALYSIS_H

#include "design/design.h"
#include "sensitivity/indices.h"

struct osw_analysis {
    const struct osw_design *design; /* borrowed */
    const char *title;               /* of the method: "Morris", "Sobol'" */
    int *step;                       /* Morris: [samples][n_groups] */
    bool *signless;                  /* Morris: [n_groups] */
    /* Results of the latest osw_analysis_run. */
    struct osw_morris_index *morris; /* [n_groups], or NULL */
    struct osw_sobol_index *sobol;   /* [n_groups], or NULL */
    struct osw_sobol_pair *pair;     /* [n_groups][n_groups], or NULL */
    int64_t n_failed;                /* samples left out */
    bool flat; /* the values differ by no more than the tolerance: indices are NAN */
    struct osw_arena *arena;
};

/* points [n_members][n_factors], or NULL for the design's own. OSW_ERR_INPUT when the
 * design is of another method, or when the points are no trajectories. */
enum osw_status osw_analysis_create(const struct osw_design *design, const double *points,
                                    struct osw_diag *diag,
                                    struct osw_analysis **analysis) OSW_MUST_CHECK;
void osw_analysis_destroy(struct osw_analysis *analysis);

/* Values y [n_members] of one output at one time, NAN where a member failed, known up to
 * the tolerance; below 0: exactly, and always worth an index. */
enum osw_status osw_analysis_run(struct osw_analysis *analysis, const double *y,
                                 double tolerance,
                                 const struct osw_bootstrap *bootstrap) OSW_MUST_CHECK;

#endif
