/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The time axis that all arms of a plan share: history, then the asked times. A value
 * at the time of an event is the one just before it; when both sides are asked for, a
 * time at which any arm has an event stands on the axis twice (before, after). */
#ifndef OSW_SIMULATE_AXIS_H
#define OSW_SIMULATE_AXIS_H

#include "scenario/plan.h"

struct osw_instant {
    double t;
    bool after; /* the second entry of its time: after the events */
};

struct osw_axis {
    struct osw_instant *at; /* [n], the first n_history of them before time 0 */
    int n, n_history;
    double *asked; /* [n_asked] the arms' output times, without second entries … */
    int *index;    /* … and where they stand on the axis */
    int n_asked;
    double *history; /* [n_history] the times before 0 */
};

enum osw_status osw_axis_init(struct osw_axis *axis, const struct osw_plan *plan,
                              bool history, bool both_sides) OSW_MUST_CHECK;
/* Of times [n] alone, > 0, each once. */
enum osw_status osw_axis_plain(struct osw_axis *axis, const double *times,
                               int n) OSW_MUST_CHECK;
void osw_axis_fini(struct osw_axis *axis);

/* Entry i is followed by one for after the events. */
static inline bool osw_axis_twin(const struct osw_axis *axis, int i)
{
    return i >= 0 && i + 1 < axis->n && axis->at[i + 1].after;
}

#endif
