/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * When an intervention is active and when its doses fall. Times in day.
 * Active in [from, until), there only in on-periods: on/off cycles count from `from`, and
 * the doses of a cycle are at its start + k every, k = 0, 1, …, before the on-period's
 * end. Without `every`: one dose at each start. A time is computed as a product, not a
 * running sum; one closer than 1e-9 of its period to an end counts as the end. */
#ifndef OSW_SCENARIO_SCHEDULE_H
#define OSW_SCENARIO_SCHEDULE_H

#include <stdbool.h>
#include <stddef.h>

struct osw_schedule {
    double from, until;    /* until: INFINITY when open */
    double every, on, off; /* > 0, or NAN when not given; on and off together */
};

/* The k-th on-period (k = 0, 1, …) cut to [from, min(until, end)); false when it starts
 * at or after that. */
bool osw_schedule_period(const struct osw_schedule *s, double end, size_t k,
                         double *start, double *stop);

/* The doses before `end`, in order: *cursor starts as {0}; false after the last. */
struct osw_schedule_cursor {
    size_t period, dose;
};
bool osw_schedule_next(const struct osw_schedule *s, double end,
                       struct osw_schedule_cursor *cursor, double *t);

/* Upper bounds, for refusing what would not fit in memory (INFINITY is possible). */
double osw_schedule_most_periods(const struct osw_schedule *s, double end);
double osw_schedule_most_doses(const struct osw_schedule *s, double end);

#endif
