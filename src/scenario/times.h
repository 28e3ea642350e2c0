/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The output times of a scenario and of its history. */
#ifndef OSW_SCENARIO_TIMES_H
#define OSW_SCENARIO_TIMES_H

#include "scenario/reader.h"

/* `every` (0, every, 2 every, … and the end), `at` (exactly these), or every month. */
enum osw_status osw_times_load(struct osw_reader *r, const struct osw_yaml *root,
                               const double **times, int *n) OSW_MUST_CHECK;

/* From t_start (<= 0) to 0, both included: whole months before 0, or whole years when the
 * history is longer than 5 years. One time, 0, when there is no history. */
enum osw_status osw_times_history(struct osw_reader *r, double t_start,
                                  const double **times, int *n) OSW_MUST_CHECK;

#endif
