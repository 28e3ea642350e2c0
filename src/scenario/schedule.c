/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenario/schedule.h"

#include <math.h>

static const double nearly = 1e-9; /* of a period */

bool osw_schedule_period(const struct osw_schedule *s, double end, size_t k,
                         double *start, double *stop)
{
    double last = fmin(s->until, end);
    if (isnan(s->on)) {
        *start = s->from;
        *stop = last;
        return k == 0 && s->from < last;
    }
    double cycle = s->on + s->off;
    *start = s->from + (double)k * cycle;
    *stop = *start + s->on;
    if (*stop > last - nearly * cycle)
        *stop = last;
    return *start < last - (k ? nearly * cycle : 0);
}

bool osw_schedule_next(const struct osw_schedule *s, double end,
                       struct osw_schedule_cursor *cursor, double *t)
{
    double start, stop;
    while (osw_schedule_period(s, end, cursor->period, &start, &stop)) {
        double step = isnan(s->every) ? INFINITY : s->every;
        size_t k = cursor->dose++;
        double time = k ? start + (double)k * step : start;
        if (k == 0 || time < stop - nearly * step) {
            *t = time;
            return true;
        }
        *cursor = (struct osw_schedule_cursor){cursor->period + 1, 0};
    }
    return false;
}

double osw_schedule_most_periods(const struct osw_schedule *s, double end)
{
    double span = fmin(s->until, end) - s->from;
    if (!(span > 0))
        return 0;
    return isnan(s->on) ? 1 : ceil(span / (s->on + s->off)) + 1;
}

double osw_schedule_most_doses(const struct osw_schedule *s, double end)
{
    double periods = osw_schedule_most_periods(s, end);
    double span = fmin(s->until, end) - s->from;
    if (periods == 0 || isnan(s->every))
        return periods;
    double whole = ceil(span / s->every) + 1;
    return isnan(s->on) ? whole : periods * (ceil(s->on / s->every) + 1);
}
