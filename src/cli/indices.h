/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Sensitivity indices as a table: tab-separated, one row a factor (and one a pair of
 * factors), under SALib's names. */
#ifndef OSW_CLI_INDICES_H
#define OSW_CLI_INDICES_H

#include "cli/indices_figure.h"
#include "sweep/sweep.h"

#include <stdio.h>

void osw_indices_header(FILE *out, const struct osw_analysis *analysis);

/* The analysis' latest results; arm is "" and t_d NAN where there is none. */
void osw_indices_write(FILE *out, const struct osw_analysis *analysis, const char *output,
                       const char *arm, double t_d, int digits);

struct osw_indices_request {
    const struct osw_bootstrap bootstrap;
    int digits;
    const char *against; /* arm from which the others are seen as differences, or NULL */
};

/* Header and rows of every output, arm and time of a whole sweep; the figure keeps those
 * of the last time. Blocks are read once for as many columns as fit in 256 MiB.
 * OSW_ERR_NOINPUT: there is no such arm. */
enum osw_status osw_indices_sweep(struct osw_session *session,
                                  const struct osw_sweep *sweep,
                                  struct osw_analysis *analysis,
                                  const struct osw_indices_request *request, FILE *out,
                                  struct osw_indices_figure *figure) OSW_MUST_CHECK;

#endif
