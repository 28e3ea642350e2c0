/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Figures through gnuplot (a pipe; the fence). One readable figure per group of outputs.
 */
#ifndef OSW_PLOT_PLOT_H
#define OSW_PLOT_PLOT_H

#include "output/output.h"

enum osw_plot_kind {
    OSW_PLOT_COURSES,   /* over time */
    OSW_PLOT_ENDPOINTS, /* last values beside a control's */
    OSW_PLOT_WINDOW,    /* gain over a control at the end, against the start */
    OSW_PLOT_BRANCHES   /* scans of steady states (plot/scan_table.h) */
};

struct osw_plot_request {
    enum osw_plot_kind kind;
    const struct osw_stored *const *results;
    int n_results; /* one; of OSW_PLOT_ENDPOINTS and OSW_PLOT_BRANCHES more */
    const char *const *outputs; /* what goes in one figure; none: a figure a group */
    int n_outputs;
    const char *control; /* arm that others are compared with; NULL: the first of each */
    const char *x;       /* OSW_PLOT_BRANCHES: the output along the axis, or NULL */
    const char *path;    /* ends in .png, .svg or .pdf; with several groups each gets
                            path-stem_<group>.ext */
    bool force;
};

/* OSW_ERR_UNAVAILABLE without gnuplot; OSW_ERR_NOINPUT: a name that a result lacks. */
enum osw_status osw_plot_run(const struct osw_plot_request *request,
                             struct osw_diag *diag) OSW_MUST_CHECK;

#endif
