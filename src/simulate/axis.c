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

/* Room for `before` instants of history and for times [n], each perhaps twice. */
static enum osw_status make(struct osw_axis *axis, int before, int n)
{
    *axis = (struct osw_axis){.n_history = before};
    axis->at = osw_alloc((size_t)before + 2 * (size_t)n, sizeof *axis->at);
    axis->asked = osw_alloc((size_t)n, sizeof *axis->asked);
    axis->index = osw_alloc((size_t)n, sizeof *axis->index);
    axis->history = osw_alloc((size_t)before, sizeof *axis->history);
    if (axis->at && axis->asked && axis->index && axis->history)
        return OSW_OK;
    osw_axis_fini(axis);
    return OSW_ERR_MEMORY;
}

static void add(struct osw_axis *axis, double t, bool twice)
{
    axis->asked[axis->n_asked] = t;
    axis->index[axis->n_asked++] = axis->n;
    axis->at[axis->n++] = (struct osw_instant){t, false};
    if (twice)
        axis->at[axis->n++] = (struct osw_instant){t, true};
}

enum osw_status osw_axis_init(struct osw_axis *axis, const struct osw_plan *plan,
                              bool history, bool both_sides)
{
    int before = 0;
    while (history && before < plan->n_history_times && plan->history_times[before] < 0)
        before++;
    enum osw_status status = make(axis, before, plan->n_times);
    for (int i = 0; i < before && !status; i++) {
        axis->history[i] = plan->history_times[i];
        axis->at[axis->n++] = (struct osw_instant){plan->history_times[i], false};
    }
    for (int i = 0; i < plan->n_times && !status; i++)
        add(axis, plan->times[i], both_sides && event_at(plan, plan->times[i]));
    return status;
}

enum osw_status osw_axis_plain(struct osw_axis *axis, const double *times, int n)
{
    enum osw_status status = make(axis, 0, n);
    for (int i = 0; i < n && !status; i++)
        add(axis, times[i], false);
    return status;
}

void osw_axis_fini(struct osw_axis *axis)
{
    osw_free(axis->at);
    osw_free(axis->asked);
    osw_free(axis->index);
    osw_free(axis->history);
    *axis = (struct osw_axis){0};
}
