/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Sensitivities as pictures. Bars (a tornado): the largest of each panel below one
 * another, with interval and a part of its own colour. A map: many columns at once, each
 * relative to its largest. */
#ifndef OSW_PLOT_BARS_H
#define OSW_PLOT_BARS_H

#include "text/diag.h"

struct osw_bar {
    double value; /* NAN: not drawn */
    double half;  /* of the interval; NAN: none */
    double part;  /* drawn within the bar; NAN: none */
};

struct osw_bars_panel {
    const char *title;
    const struct osw_bar *bars; /* [n_labels] */
};

struct osw_bars {
    const char *title;
    const char *value, *part; /* what bars and parts are; part NULL: none */
    const char *const *labels;
    int n_labels;
    const struct osw_bars_panel *panels;
    int n_panels;
};

/* Up to OSW_BARS_PANELS panels of bars, a map where there are more, of
 * the first 60. path ends in .png,
 * .svg or .pdf. OSW_ERR_UNAVAILABLE without gnuplot. */
enum { OSW_BARS_PANELS = 9 };
enum osw_status osw_bars_draw(const struct osw_bars *bars, const char *path, bool force,
                              struct osw_diag *diag) OSW_MUST_CHECK;

#endif
