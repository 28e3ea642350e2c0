/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Work–precision diagrams: what each of several methods costs against the error that it
 * achieves, both logarithmic, a panel a problem. */
#ifndef OSW_PLOT_PRECISION_H
#define OSW_PLOT_PRECISION_H

#include "text/diag.h"

struct osw_precision_point {
    double error, cost; /* one that is not finite or not positive is left out */
};

struct osw_precision_panel {
    const char *title;
    double target; /* the error at which costs are compared, marked; 0: none */
    const struct osw_precision_point *const *points; /* [n_methods][n[method]] */
    const int *n;
};

struct osw_precision {
    const char *title;
    const char *const *methods; /* [n_methods] the legend */
    int n_methods;
    const char *cost; /* name of the axis, with the unit */
    const struct osw_precision_panel *panels;
    int n_panels;
};

/* One picture; path ends in .png, .svg or .pdf. OSW_ERR_UNAVAILABLE without gnuplot. */
enum osw_status osw_precision_draw(const struct osw_precision *figure, const char *path,
                                   bool force, struct osw_diag *diag) OSW_MUST_CHECK;

#endif
