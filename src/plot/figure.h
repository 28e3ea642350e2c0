/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One figure of stored results as a gnuplot script: small multiples, a panel an output.
 */
#ifndef OSW_PLOT_FIGURE_H
#define OSW_PLOT_FIGURE_H

#include "plot/page.h"
#include "plot/scale.h"

struct osw_figure {
    const struct osw_stored *const *results; /* those drawn together */
    int n_results;
    const int *controls; /* [n_results] the arm that others are compared with */
    const int *outputs;  /* of the first result: what to draw, in order */
    int n_outputs;
    const char *x;       /* branches: the output along the axis; NULL: the first */
    const char *heading; /* the group's name, or NULL */
    enum osw_plot_format format;
};

/* The script in memory of malloc (free it), n bytes. OSW_ERR_MEMORY.
 * courses: each arm over time, of the first result.
 * endpoints: each arm's last value beside its control's, all results below one another.
 * window: what an arm gained over the control by the end, against the time at which its
 * interventions began; arms whose names differ only in the number at their end make one
 * curve; of the first result.
 * branches: scans of steady states (plot/scan_table.h) in one figure. */
enum osw_status osw_courses_script(const struct osw_figure *figure, char **script,
                                   size_t *n) OSW_MUST_CHECK;
enum osw_status osw_endpoints_script(const struct osw_figure *figure, char **script,
                                     size_t *n) OSW_MUST_CHECK;
enum osw_status osw_branches_script(const struct osw_figure *figure, char **script,
                                    size_t *n) OSW_MUST_CHECK;
enum osw_status osw_window_script(const struct osw_figure *figure, char **script,
                                  size_t *n) OSW_MUST_CHECK;

/* What a panel is called, and its output in result r (-1: it has none). */
const char *osw_figure_title(const struct osw_figure *figure, int i);
int osw_figure_output(const struct osw_figure *figure, int i, int r);

#endif
