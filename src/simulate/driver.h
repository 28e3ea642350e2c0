/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The solvers: ways to integrate lives and arms, one file each (driver_NAME.c) and one
 * word in OSW_DRIVERS. Choices of commands, `list solvers`, provenance and the identity
 * of sweeps come from this table. */
#ifndef OSW_SIMULATE_DRIVER_H
#define OSW_SIMULATE_DRIVER_H

#include <stdbool.h>

/* The first is the default, and runs what the others cannot. */
#define OSW_DRIVERS(X) X(cvode) X(rosenbrock) X(envelope)

struct osw_driver {
    const char *name, *summary;
    bool in_lanes;       /* several lives or arms at once: an ISA matters, and what has to
                          * leave its lane is run by the first of the table */
    bool counts_periods; /* takes many periods of a regimen at once, and says how many */
    bool sensitivities;  /* carries them */
    bool linear_solver;  /* osw_solver_options.linear_solver is its to choose */
};

#define OSW_DRIVER_DECLARE(name) extern const struct osw_driver osw_driver_##name;
OSW_DRIVERS(OSW_DRIVER_DECLARE)
#undef OSW_DRIVER_DECLARE

extern const struct osw_driver *const osw_drivers[]; /* the last is NULL */

/* Names of the table, for options; NULL past the end. Of those in lanes; "" another. */
const char *osw_driver_word(int i);
const char *osw_driver_lanes_word(int i);

/* NULL: no such solver. */
const struct osw_driver *osw_driver_find(const char *name);

#endif
