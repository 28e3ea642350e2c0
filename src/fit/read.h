/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Internal to the layer: the parts of a problem, each read by a file of its own. */
#ifndef OSW_FIT_READ_H
#define OSW_FIT_READ_H

#include "fit/problem.h"
#include "text/yaml.h"

struct osw_fit_reader {
    struct osw_fit_problem *problem;
    const struct osw_yaml *root;
    struct osw_diag *diag;
};

/* "unknown KIND 'NAME' (did you mean …?)" */
enum osw_status osw_fit_unknown(const struct osw_fit_reader *r, struct osw_loc at,
                                const char *kind, const char *name,
                                const char *const *names, size_t n);

/* A number > 0 at `key` of the mapping; *value stays when there is none. */
enum osw_status osw_fit_positive(const struct osw_fit_reader *r,
                                 const struct osw_yaml *mapping, const char *key,
                                 double *value) OSW_MUST_CHECK;

/* Rows of a table in PEtab's columns, as an evidence of `value` rows whose interval is
 * the measurement and its noise either way. log [n_rows] on the arena: noise is
 * log-normal. */
enum osw_status osw_fit_measurements(const char *path, struct osw_diag *diag,
                                     struct osw_evidence **evidence,
                                     const bool **log) OSW_MUST_CHECK;

/* The rows chosen from the table of evidence; then what they and the measurements mean as
 * residuals. */
enum osw_status osw_fit_observations(struct osw_fit_reader *r) OSW_MUST_CHECK;

/* The parameters of the models that the observations need. */
enum osw_status osw_fit_parameters(struct osw_fit_reader *r) OSW_MUST_CHECK;

#endif
