/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Sensitivity indices as a table: tab-separated, one row a factor (and one a pair of
 * factors), under SALib's names. */
#ifndef OSW_CLI_INDICES_H
#define OSW_CLI_INDICES_H

#include "cli/command.h"
#include "sensitivity/analysis.h"
#include "sweep/sweep.h"

#include <stdio.h>

void osw_indices_header(FILE *out, const struct osw_analysis *analysis);

/* The analysis' latest results; arm is "" and t_d NAN where there is none. */
void osw_indices_write(FILE *out, const struct osw_analysis *analysis, const char *output,
                       const char *arm, double t_d, int digits);

/* Header and rows of every output, arm and time of a whole sweep. Blocks are read once
 * for as many columns as fit in 256 MiB. */
enum osw_status osw_indices_sweep(struct osw_session *session,
                                  const struct osw_sweep *sweep,
                                  struct osw_analysis *analysis,
                                  const struct osw_bootstrap *bootstrap, int digits,
                                  FILE *out) OSW_MUST_CHECK;

#endif
