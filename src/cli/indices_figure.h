/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Sensitivities kept while the table is written, to be drawn afterwards: of each output
 * and arm those at the last time. */
#ifndef OSW_CLI_INDICES_FIGURE_H
#define OSW_CLI_INDICES_FIGURE_H

#include "cli/command.h"
#include "plot/bars.h"
#include "sensitivity/analysis.h"

struct osw_indices_figure {
    struct osw_bars bars;
    struct osw_bars_panel *panels; /* grows */
    int room;
    const char *outputs;     /* "A,B": those to draw; NULL: all */
    struct osw_arena *arena; /* borrowed */
};

bool osw_indices_figure_wants(const struct osw_indices_figure *figure,
                              const char *output);

/* Names of factors and of what is drawn; borrowed. Keeps figure->outputs and ->arena. */
void osw_indices_figure_name(struct osw_indices_figure *figure, const char *title,
                             const char *value, const char *part,
                             const char *const *labels, int n_labels);
/* A panel of n_labels bars, which the caller fills; NULL: no memory. */
struct osw_bar *osw_indices_figure_panel(struct osw_indices_figure *figure,
                                         const char *output, const char *arm);
/* The same from the analysis' latest results, if the output is wanted. */
enum osw_status osw_indices_figure_keep(struct osw_indices_figure *figure,
                                        const struct osw_analysis *analysis,
                                        const char *output,
                                        const char *arm) OSW_MUST_CHECK;

#endif
