/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * An arm's events by the time at which they happen, and the stretches in which they
 * repeat themselves. */
#ifndef OSW_SCENARIO_RHYTHM_H
#define OSW_SCENARIO_RHYTHM_H

#include "scenario/plan.h"

struct osw_event_group { /* events at one time */
    double t;
    int first, end; /* events [first, end) of the arm */
    int kind; /* the same for groups that set the same parameters and states to the same
               * values and add to the same states, if by other amounts; < n_kinds */
};

/* Groups first + n * length … of period n < n_periods are those of every other period,
 * in the same distances; period n_periods begins, too, but may be another. */
struct osw_stretch {
    int first, length;
    int n_periods;
};

struct osw_rhythm {
    struct osw_event_group *groups; /* [n_groups] ascending in time */
    int n_groups, n_kinds;
    struct osw_stretch *stretches; /* [n_stretches] one after the other */
    int n_stretches;
};

enum osw_status osw_rhythm_init(struct osw_rhythm *rhythm, const struct osw_event *events,
                                int n_events) OSW_MUST_CHECK;
void osw_rhythm_fini(struct osw_rhythm *rhythm);

/* When period n of the stretch begins, n from 0 to n_periods. */
double osw_rhythm_begins(const struct osw_rhythm *rhythm,
                         const struct osw_stretch *stretch, int n);

#endif
