/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Forest plot: many findings of different units on one axis, each as its interval with
 * what was simulated, grouped by section. */
#ifndef OSW_PLOT_FOREST_H
#define OSW_PLOT_FOREST_H

#include "text/diag.h"

struct osw_forest_row {
    const char *label, *section, *unit;
    double simulated;               /* NAN: failed */
    double published, lower, upper; /* NAN when not given; bounds may be infinite */
    bool inside, counted;
};

/* One picture; path ends in .png, .svg or .pdf. OSW_ERR_UNAVAILABLE without gnuplot. */
enum osw_status osw_forest_draw(const struct osw_forest_row *rows, int n,
                                const char *title, const char *path, bool force,
                                struct osw_diag *diag) OSW_MUST_CHECK;

/* Where x lies on the common axis: what was published at 0, the bounds at -1 and 1. A
 * bound far beyond the other one, or none, is open; a side of no width takes the scale of
 * the other. With both open or of no width, the scale is the size of the value itself. */
struct osw_forest_scale {
    double centre, left, right; /* `left` and `right` units of the row make one */
    double from, to;            /* the interval on the axis; infinite when open */
};
struct osw_forest_scale osw_forest_scale(const struct osw_forest_row *row);
double osw_forest_place(const struct osw_forest_scale *scale, double x);

#endif
