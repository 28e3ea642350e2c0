/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What is to be fitted to what: observations (calibrate rows of a table of evidence, and
 * measurements of one's own), each with its noise, and parameters with bounds and priors.
 * Read from params/fit/NAME.yaml. A row of any other use is refused: what was kept for
 * validation never enters a fit. */
#ifndef OSW_FIT_PROBLEM_H
#define OSW_FIT_PROBLEM_H

#include "evidence/measure.h"

/* One residual: (s - centre)/width with s the simulated statistic, or its logarithm. */
struct osw_fit_datum {
    int source, row, time; /* sources[source].measures[row].times[time] */
    bool log;
    int side; /* 0: both; 1: only s above the centre counts, -1: only below */
    double centre, width;
};

struct osw_fit_parameter {
    const struct osw_parameter *row; /* of the table; borrowed */
    double lower, upper;             /* > 0 */
    double prior_mean, prior_sd;     /* of the natural logarithm; sd INFINITY: none */
};

enum { OSW_FIT_SOURCES = 2 }; /* a table of evidence, a table of measurements */

struct osw_fit_problem {
    const char *path, *title;
    struct osw_evidence *sources[OSW_FIT_SOURCES];
    int n_sources;
    const struct osw_fit_datum *data;
    int n_data;
    struct osw_fit_parameter *params;
    int n_params;
    int starts, iterations;
    uint64_t seed;
    double tolerance; /* of the sum of squares */
    double rtol;      /* of the integration */
    struct osw_arena *arena;
};

/* Load a problem by name (params/fit) or path, with the scenarios and models that its
 * observations need. Everything wrong with it is in diag, with file and line. */
enum osw_status osw_fit_problem_load(const char *name_or_path, struct osw_diag *diag,
                                     struct osw_fit_problem **problem) OSW_MUST_CHECK;
void osw_fit_problem_destroy(struct osw_fit_problem *problem);

/* A row that no residual uses: yes or no has no slope. */
bool osw_fit_left_out(const struct osw_fit_problem *problem, int source, int row);

#endif
