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

static struct osw_plot_range range_of(double least, double greatest)
{
    double span = greatest - least, size = fmax(fabs(least), fabs(greatest));
    if (size < negligible) /* the foot of a smooth step, or nothing at all */
        return (struct osw_plot_range){0, 1, true, 0};
    if (span <= 1e-6 * size || span == 0) /* constant: round-off is no structure */
        return (struct osw_plot_range){least - 0.1 * size, greatest + 0.1 * size, true,
                                       0};
    struct osw_plot_range range = {least - 0.05 * span, greatest + 0.05 * span, true, 0};
    if (least >= 0 && (least < 0.4 * greatest || range.from < 0))
        range.from = 0;
    return range;
}

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
    return osw_scale_range(least, greatest);
}

struct osw_plot_range osw_scale_range(double least, double greatest)
{
    if (least > greatest)
        return (struct osw_plot_range){0, 1, false, 0};
    const double far = 1e300; /* what lies beyond is cut off: margins stay finite */
    least = fmax(-far, fmin(least, far));
    greatest = fmax(-far, fmin(greatest, far));
    struct osw_plot_range range = range_of(least, greatest);
    double size = fmax(fabs(least), fabs(greatest));
    if (size >= negligible && (size < 0.01 || size >= 1e5))
        range.exponent = 3 * (int)floor(log10(size) / 3);
    return range;
}

double osw_scale_step(double span, int most)
{
    double step = pow(10, floor(log10(span / most)));
    while (span / step > most) /* 1, 2, 5, 10 */
        step *= span / (2 * step) <= most ? 2 : span / (5 * step) <= most ? 5 : 10;
    return step;
}

static bool same_life(const struct osw_stored *stored, int a, int b)
{
    size_t row = (size_t)stored->n_outputs * sizeof *stored->values;
    int t = 0;
    for (; t < stored->n_times && stored->times[t] < 0; t++) {
        size_t i = (size_t)a * (size_t)stored->n_times + (size_t)t;
        size_t j = (size_t)b * (size_t)stored->n_times + (size_t)t;
        if (memcmp(stored->values + i * (size_t)stored->n_outputs,
                   stored->values + j * (size_t)stored->n_outputs, row) != 0)
            return false;
    }
    return t > 0;
}

int osw_scale_life(const struct osw_stored *stored, int arm)
{
    for (int a = 0; a < arm; a++)
        if (same_life(stored, a, arm))
            return a;
    return arm;
}
