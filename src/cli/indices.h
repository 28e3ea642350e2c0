/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Sensitivity indices as a table: tab-separated, one row a factor (and one a pair of
 * factors), under SALib's names. */
#ifndef OSW_CLI_INDICES_H
#define OSW_CLI_INDICES_H

#include "sensitivity/analysis.h"

#include <stdio.h>

void osw_indices_header(FILE *out, const struct osw_analysis *analysis);

/* The analysis' latest results; t_d is NAN when there is no time. */
void osw_indices_write(FILE *out, const struct osw_analysis *analysis, const char *output,
                       double t_d, int digits);

#endif
