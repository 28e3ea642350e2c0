/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Which of the model's outputs a file asks for. */
#ifndef OSW_SCENARIO_OUTPUTS_H
#define OSW_SCENARIO_OUTPUTS_H

#include "scenario/reader.h"

/* The key `outputs` of a mapping: indices in the order written, or all when absent. */
enum osw_status osw_outputs_load(struct osw_reader *r, const struct osw_yaml *root,
                                 const int **outputs, int *n) OSW_MUST_CHECK;

#endif
