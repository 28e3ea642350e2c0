/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One way through a timeline: where it begins, where its values go, how it ended. A
 * driver (simulate/driver.h) takes trajectories from a source and runs them. */
#ifndef OSW_SIMULATE_TRAJECTORY_H
#define OSW_SIMULATE_TRAJECTORY_H

#include "simulate/cursor.h"
#include "solve/solver.h"

struct osw_trajectory {
    void *context; /* the source's own */
    const struct osw_timeline *timeline;
    double t;            /* day at which it begins … */
    const double *y, *p; /* … with states [n_states] and parameters [n_params] … */
    const double *p_from_on; /* … [n_params] that hold after the output there; p: none */
    int64_t most_steps;      /* of all segments, rejected ones included; 0: any number */
    /* Where values go, by row of the timeline; NULL: not wanted. */
    const int *kept; /* [n_kept] of the model's outputs */
    int n_kept;
    double *outputs; /* [rows][n_kept] */
    double *states;  /* [rows][n_states] */
    double *slopes;  /* [rows][n_kept][n of the sensitivities] */
    double *end;     /* [n_states] the state at its end */
    /* Set by the driver: */
    struct osw_cursor cursor;
    enum osw_status status;            /* OSW_OK or OSW_ERR_INTEGRATION */
    struct osw_solver_failure failure; /* in the second case */
    struct osw_solver_stats stats;
    int64_t periods, periods_run; /* osw_driver.counts_periods: of the rhythm; of those,
                                   * run as they are or for the sake of a step */
};

struct osw_trajectory_source {
    void *context;
    /* A lane is free. GO: *trajectory is to be run there, and stays until it has ended;
     * END: there is none now, asked again when another has ended; STOP: as `stop`. */
    enum osw_batch_answer (*next)(void *context, int lane,
                                  struct osw_trajectory **trajectory);
    /* Its status says how. True: end osw_driver.run. */
    bool (*ended)(void *context, struct osw_trajectory *trajectory);
    /* Polled at the ends of segments, not in lanes at outputs, too, at day t of one of
     * the trajectories. True: end with OSW_INTERRUPTED. May be NULL. */
    bool (*stop)(void *context, const struct osw_trajectory *trajectory, double t);
};

/* For drivers. The lane is set to where the trajectory begins. */
void osw_trajectory_begin(struct osw_trajectory *trajectory,
                          struct osw_sensitivities *sensitivities,
                          struct osw_batch_lane *lane);
/* Output `index` of the segment, or (-1) the one to be given at once: outputs and states
 * of the lane go to their rows. */
void osw_trajectory_record(struct osw_trajectory *trajectory,
                           const struct osw_batch_lane *lane, int index);
/* The lane's state is the one at the end. */
void osw_trajectory_end(struct osw_trajectory *trajectory,
                        const struct osw_batch_lane *lane);

#endif
