/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One figure: small multiples of outputs over a common time axis, as a gnuplot script. */
#ifndef OSW_PLOT_FIGURE_H
#define OSW_PLOT_FIGURE_H

#include "plot/scale.h"

enum osw_plot_format { OSW_PLOT_PNG, OSW_PLOT_SVG, OSW_PLOT_PDF };

struct osw_figure {
    const struct osw_stored *stored;
    const int *outputs; /* what to draw, in order */
    int n_outputs;
    const char *heading; /* the group's name, or NULL */
    enum osw_plot_format format;
};

/* The script in memory of malloc (free it), n bytes. OSW_ERR_MEMORY. */
enum osw_status osw_figure_script(const struct osw_figure *figure, char **script,
                                  size_t *n) OSW_MUST_CHECK;

#endif
