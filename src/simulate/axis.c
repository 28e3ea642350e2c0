/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "simulate/axis.h"
#include "base/memory.h"

static bool event_at(const struct osw_plan *plan, double t)
{
    for (int a = 0; a < plan->n_arms; a++) {
        const struct osw_arm *arm = &plan->arms[a];
        int low = 0, high = arm->n_events; /* first event not before t */
        while (low < high) {
            int middle = low + (high - low) / 2;
            if (arm->events[middle].t < t - OSW_SAME_TIME)
                low = middle + 1;
            else
                high = middle;
        }
        if (low < arm->n_events && arm->events[low].t <= t + OSW_SAME_TIME)
            return true;
    }
    return false;
}

enum osw_status osw_axis_init(struct osw_axis *axis, const struct osw_plan *plan,
                              bool history)
{
    const size_t n = (size_t)plan->n_times;
    int before = 0;
    while (history && before < plan->n_history_times && plan->history_times[before] < 0)
        before++;
    *axis = (struct osw_axis){.n_history = before};
    axis->at = osw_alloc((size_t)before + 2 * n, sizeof *axis->at);
    axis->asked = osw_alloc(n, sizeof *axis->asked);
    axis->index = osw_alloc(n, sizeof *axis->index);
    if (!axis->at || !axis->asked || !axis->index) {
        osw_axis_fini(axis);
        return OSW_ERR_MEMORY;
    }
    for (int i = 0; i < before; i++)
        axis->at[axis->n++] = (struct osw_instant){plan->history_times[i], false};
    for (int i = 0; i < plan->n_times; i++) {
        axis->asked[axis->n_asked] = plan->times[i];
        axis->index[axis->n_asked++] = axis->n;
        axis->at[axis->n++] = (struct osw_instant){plan->times[i], false};
        if (event_at(plan, plan->times[i]))
            axis->at[axis->n++] = (struct osw_instant){plan->times[i], true};
    }
    return OSW_OK;
}

void osw_axis_fini(struct osw_axis *axis)
{
    osw_free(axis->at);
    osw_free(axis->asked);
    osw_free(axis->index);
    *axis = (struct osw_axis){0};
}
