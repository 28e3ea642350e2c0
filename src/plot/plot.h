/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Figures through gnuplot (a pipe; the fence). One readable figure per group of outputs.
 */
#ifndef OSW_PLOT_PLOT_H
#define OSW_PLOT_PLOT_H

#include "plot/kind.h"

struct osw_plot_request {
    const struct osw_plot_kind *kind;
    const struct osw_stored *const *results;
    int n_results;              /* one; of kinds that draw many, more */
    const char *const *outputs; /* what goes in one figure; none: a figure a group */
    int n_outputs;
    const char *control; /* arm that others are compared with; NULL: the first of each */
    const char *x;       /* the output along the axis, of kinds that take it, or NULL */
    const char *path;    /* ends in .png, .svg or .pdf; with several groups each gets
                            path-stem_<group>.ext */
    bool force;
};

/* OSW_ERR_UNAVAILABLE without gnuplot; OSW_ERR_NOINPUT: a name that a result lacks. */
enum osw_status osw_plot_run(const struct osw_plot_request *request,
                             struct osw_diag *diag) OSW_MUST_CHECK;

#endif
