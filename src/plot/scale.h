/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Axes: which time axis a result calls for, and the range of a panel. */
#ifndef OSW_PLOT_SCALE_H
#define OSW_PLOT_SCALE_H

#include "output/output.h"

/* x = origin + t * per_day */
struct osw_plot_time {
    double origin, per_day, from, to;
    const char *label;
    bool is_age;
};

/* Days up to 400 of them; else years, and from 10 years on the age, where all arms have
 * the same. */
struct osw_plot_time osw_scale_time(const struct osw_stored *stored);

struct osw_plot_range {
    double from, to;
    bool any;     /* there is a finite value */
    int exponent; /* the power of ten (of a thousand) to take out of the numbers; 0 where
                     they read well as they are */
};

/* The range of an axis for values from `least` to `greatest` (none at all when least is
 * above greatest): 5 % of room, from zero where all is positive and the least is below
 * 40 % of the greatest; never empty. */
struct osw_plot_range osw_scale_range(double least, double greatest);

/* The distance between tics, 1, 2 or 5 times a power of ten, that puts at most `most` of
 * them in `span` (> 0). */
double osw_scale_step(double span, int most);

/* Output k's range over all arms and times. */
struct osw_plot_range osw_scale_output(const struct osw_stored *stored, int k);

/* The first arm whose values before time 0 are those of `arm`: they share a life. `arm`
 * itself when no earlier one has them, or nothing is before time 0. */
int osw_scale_life(const struct osw_stored *stored, int arm);

/* A value of a stored result. */
double osw_scale_value(const struct osw_stored *stored, int arm, int t, int k);

#endif
