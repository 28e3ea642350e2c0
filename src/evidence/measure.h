/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a row measures, read off the simulated scenarios: its statistic at a time, and how
 * much that moves with the parameters that were differentiated (chain rule through the
 * statistic and through means over arms and over a day). */
#ifndef OSW_EVIDENCE_MEASURE_H
#define OSW_EVIDENCE_MEASURE_H

#include "evidence/study.h"

/* The statistic of a row at measures[row].times[i], in the row's unit; NAN when a value
 * was not reached. slopes [n] or NULL: p ds/dp for each of the n factors of the run, in
 * the same unit; all zero for a statistic without slopes (`increasing`). */
enum osw_status osw_measure(const struct osw_evidence *evidence, int row, int i,
                            double *value, double *slopes, int n) OSW_MUST_CHECK;

#endif
