/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Figures through gnuplot (a pipe; the fence). One readable figure per group of outputs.
 */
#ifndef OSW_PLOT_PLOT_H
#define OSW_PLOT_PLOT_H

#include "output/output.h"

/* path ends in .png, .svg or .pdf; with several groups each gets path-stem_<group>.ext
 * unless `outputs` names what goes in one figure. OSW_ERR_UNAVAILABLE without gnuplot. */
enum osw_status osw_plot_run(const struct osw_stored *stored, const char *const *outputs,
                             int n_outputs, const char *path, bool force,
                             struct osw_diag *diag) OSW_MUST_CHECK;

#endif
