/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Events set a parameter, set a state, or add to a state. A change of a parameter says
 * which of the kernel's constants it makes stale. */
#include "simulate/events.h"
#include "model/kernel.h"
#include "simulate/sensitivities.h"

static void set_param(struct osw_events_target *to, int j, double value)
{
    const unsigned char *switchable = to->kernel->param_switchable;
    to->p[j * to->stride] = value;
    if (switchable && switchable[j])
        to->switched = true;
    else
        to->changed = true;
}

void osw_events_apply(const struct osw_arm *arm, int i, const struct osw_life *life,
                      const double *p0, struct osw_events_target *to)
{
    const struct osw_event *e = &arm->events[i];
    double *y = &to->y[e->index * to->stride];
    switch (e->kind) {
    case OSW_EVENT_SET_PARAM:
        set_param(to, e->index, osw_arm_value(arm, i, life, p0));
        break;
    case OSW_EVENT_SET_STATE:
    case OSW_EVENT_ADD_STATE:
        *y = osw_events_value(e, *y);
        break;
    }
    if (to->sensitivities)
        osw_sensitivities_event(to->sensitivities, arm, i);
}

void osw_events_set_params(const double *p, struct osw_events_target *to)
{
    for (int j = 0; j < to->kernel->n_params; j++)
        if (p[j] != to->p[j * to->stride])
            set_param(to, j, p[j]);
}
