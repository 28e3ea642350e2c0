/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The table of solvers, looking one up, and running a single trajectory. */
#include "simulate/driver.h"

#include <string.h>

#define ENTRY(name) &osw_driver_##name,
const struct osw_driver *const osw_drivers[] = {OSW_DRIVERS(ENTRY) NULL};

const struct osw_driver *osw_driver_find(const char *name)
{
    const struct osw_driver *const *d = osw_drivers;
    while (*d && strcmp((*d)->name, name) != 0)
        d++;
    return *d;
}

const char *osw_driver_word(int i)
{
    return osw_drivers[i] ? osw_drivers[i]->name : NULL;
}

const char *osw_driver_lanes_word(int i)
{
    return osw_drivers[i] && !osw_drivers[i]->in_lanes ? "" : osw_driver_word(i);
}

static enum osw_batch_answer only_one(void *context, int lane,
                                      struct osw_trajectory **trajectory)
{
    struct osw_trajectory **left = context;
    (void)lane;
    if (!*left)
        return OSW_BATCH_END;
    *trajectory = *left;
    *left = NULL;
    return OSW_BATCH_GO;
}

static bool ignore(void *context, struct osw_trajectory *trajectory)
{
    (void)context, (void)trajectory;
    return false;
}

enum osw_status osw_driver_run_one(const struct osw_driver *driver, void *work,
                                   struct osw_trajectory *trajectory)
{
    const struct osw_trajectory_source source = {&trajectory, only_one, ignore, NULL};
    return driver->run(work, &source);
}
