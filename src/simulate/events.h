/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What an event does to states and parameters. Everything that runs a model applies
 * events here: all solvers, lives and arms, benchmarks. */
#ifndef OSW_SIMULATE_EVENTS_H
#define OSW_SIMULATE_EVENTS_H

#include "scenario/plan.h"

struct osw_sensitivities;

struct osw_events_target {
    const struct osw_kernel *kernel;
    double *y, *p; /* entry i is x[i * stride] */
    int stride;
    /* What has to be computed anew from p: the kernel's segment(), when a parameter that
     * is switchable was changed; prepare() too, when any other was. */
    bool switched, changed;
    struct osw_sensitivities *sensitivities; /* carried along, or NULL */
};

/* What an event makes of the value of its state or parameter. */
static inline double osw_events_value(const struct osw_event *event, double before)
{
    return event->kind == OSW_EVENT_ADD_STATE ? before + event->value : event->value;
}

/* Event i of an arm happens in a life whose parameters at time 0 are p0 [n_params];
 * interventions act on the values that p0 has (osw_arm_value). */
void osw_events_apply(const struct osw_arm *arm, int i, const struct osw_life *life,
                      const double *p0, struct osw_events_target *to);

/* All parameters become p [n_params]. */
void osw_events_set_params(const double *p, struct osw_events_target *to);

#endif
