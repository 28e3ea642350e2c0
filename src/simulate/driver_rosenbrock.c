/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Rodas5P (solve/rodas.h) in lanes, every period of a regimen as it is. */
#include "simulate/driver_lanes.h"

static enum osw_status create(const struct osw_driver_setup *setup, void **work)
{
    return osw_driver_lanes_create(setup, NULL, work);
}

const struct osw_driver osw_driver_rosenbrock = {
    .name = "rosenbrock",
    .summary = "Rodas5P, order 5, several lives or arms at once in vector lanes",
    .in_lanes = true,
    .create = create,
    .run = osw_driver_lanes_run,
    .find_steady = osw_driver_lanes_find_steady,
    .stats = osw_driver_lanes_stats,
    .destroy = osw_driver_lanes_destroy};
