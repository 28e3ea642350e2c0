/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The table of solvers, and looking one up. */
#include "simulate/driver.h"

#include <stddef.h>
#include <string.h>

#define ENTRY(name) &osw_driver_##name,
const struct osw_driver *const osw_drivers[] = {OSW_DRIVERS(ENTRY) NULL};

const struct osw_driver osw_driver_cvode = {
    .name = "cvode",
    .summary = "CVODES BDF, variable order 1-5, exact sparse Jacobian (reference)",
    .sensitivities = true,
    .linear_solver = true};

const struct osw_driver osw_driver_rosenbrock = {
    .name = "rosenbrock",
    .summary = "Rodas5P, order 5, several lives or arms at once in vector lanes",
    .in_lanes = true};

const struct osw_driver osw_driver_envelope = {
    .name = "envelope",
    .summary = "Rodas5P that follows the envelope of periodic regimens: years in a step",
    .in_lanes = true,
    .counts_periods = true};

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
