/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "plot/scale.h"

#include <math.h>
#include <string.h>

#define DAYS_PER_YEAR 365.25
static const double most_days = 400, least_years_of_age = 10;

double osw_scale_value(const struct osw_stored *stored, int arm, int t, int k)
{
    size_t row = (size_t)arm * (size_t)stored->n_times + (size_t)t;
    return stored->values[row * (size_t)stored->n_outputs + (size_t)k];
}

/* The age at time 0 when every arm agrees on it to a day; else NAN. */
static double common_age(const struct osw_stored *stored)
{
    int k = 0;
    while (k < stored->n_outputs && (strcmp(stored->outputs[k], "age_y") != 0 ||
                                     strcmp(stored->units[k], "year") != 0))
        k++;
    double age = NAN;
    for (int a = 0; a < stored->n_arms && k < stored->n_outputs; a++) {
        double y = osw_scale_value(stored, a, 0, k) - stored->times[0] / DAYS_PER_YEAR;
        if (a && !(fabs(y - age) < 1 / DAYS_PER_YEAR))
            return NAN;
        age = y;
    }
    return age;
}

struct osw_plot_time osw_scale_time(const struct osw_stored *stored)
{
    double first = stored->times[0], last = stored->times[stored->n_times - 1];
    struct osw_plot_time x = {0, 1, first, last, "time (days)", false};
    if (last - first > most_days) {
        double age =
            last - first >= least_years_of_age * DAYS_PER_YEAR ? common_age(stored) : NAN;
        x.is_age = isfinite(age);
        x.origin = x.is_age ? age : 0;
        x.per_day = 1 / DAYS_PER_YEAR;
        x.label = x.is_age ? "age (years)" : "time (years)";
        x.from = x.origin + first * x.per_day;
        x.to = x.origin + last * x.per_day;
    }
    if (!(x.to > x.from)) { /* a single time */
        x.from -= 0.5;
        x.to += 0.5;
    }
    return x;
}

/* Below every quantity of interest and far below any tolerance. */
static const double negligible = 1e-15;

struct osw_plot_range osw_scale_output(const struct osw_stored *stored, int k)
{
    double least = INFINITY, greatest = -INFINITY;
    for (int a = 0; a < stored->n_arms; a++) {
        for (int t = 0; t < stored->n_times; t++) {
            double y = osw_scale_value(stored, a, t, k);
            if (!isfinite(y))
                continue;
            least = fmin(least, y);
            greatest = fmax(greatest, y);
        }
    }
    if (least > greatest)
        return (struct osw_plot_range){0, 1, false};
    double span = greatest - least, size = fmax(fabs(least), fabs(greatest));
    if (size < negligible) /* the foot of a smooth step, or nothing at all */
        return (struct osw_plot_range){0, 1, true};
    if (span <= 1e-6 * size || span == 0) { /* constant: round-off is no structure */
        double room = size > 0 ? 0.1 * size : 1;
        return (struct osw_plot_range){least - room, greatest + room, true};
    }
    struct osw_plot_range range = {least - 0.05 * span, greatest + 0.05 * span, true};
    if (least >= 0 && (least < 0.4 * greatest || range.from < 0))
        range.from = 0;
    return range;
}
