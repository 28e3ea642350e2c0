/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The solvers: ways to run trajectories, one file each (driver_NAME.c) and one word in
 * OSW_DRIVERS. Choices of commands, `list solvers`, provenance and the identity of sweeps
 * come from this table; whatever integrates a timeline does it through it. */
#ifndef OSW_SIMULATE_DRIVER_H
#define OSW_SIMULATE_DRIVER_H

#include "model/model.h"
#include "simulate/trajectory.h"

/* The first is the default, and runs what the others cannot. */
#define OSW_DRIVERS(X) X(cvode) X(rosenbrock) X(envelope)

struct osw_driver_setup {              /* borrowed while the driver works */
    const struct osw_kernel *kernel;   /* of one lane */
    const struct osw_kernel *wide;     /* in_lanes: that of the lanes, built for isa */
    enum osw_isa isa;                  /* … */
    const double *scale;               /* [n_states] > 0 */
    const unsigned char *held;         /* [n_states] or NULL: osw_timeline.hold */
    struct osw_solver_options options; /* max_steps: of a segment, not in lanes */
    bool observe;                      /* outputs are wanted, not states alone */
    struct osw_sensitivities *sensitivities; /* to be carried along, or NULL */
    /* [n_states] or NULL: set to 1 where a state without a declared scale stayed too
     * small to be sure of (osw_tolerance_unsure) in some trajectory. */
    unsigned char *unsure;
};

struct osw_driver {
    const char *name, *summary;
    bool in_lanes;       /* several lives or arms at once: an ISA matters, and what has to
                          * leave its lane is run by the first of the table */
    bool counts_periods; /* takes many periods of a regimen at once, and says how many */
    bool sensitivities;  /* carries them */
    bool linear_solver;  /* osw_solver_options.linear_solver is its to choose */
    enum osw_status (*create)(const struct osw_driver_setup *setup, void **work);
    /* All trajectories of the source. OSW_INTERRUPTED when it said stop; a trajectory
     * that fails is coded and told. */
    enum osw_status (*run)(void *work, const struct osw_trajectory_source *source);
    /* Steady states of what is not held, n at a time; none is found: told in each. With
     * sensitivities (n 1): theirs, too. Not from within run. */
    enum osw_status (*find_steady)(void *work, struct osw_batch_search *searches, int n);
    struct osw_batch_stats (*stats)(const void *work); /* of all since create */
    void (*destroy)(void *work);                       /* takes NULL */
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

/* Run one trajectory; it is coded when it fails. */
enum osw_status osw_driver_run_one(const struct osw_driver *driver, void *work,
                                   struct osw_trajectory *trajectory) OSW_MUST_CHECK;

#endif
