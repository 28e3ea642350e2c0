/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A subject's life up to time 0: the steady state of all that is not held at its start,
 * then natural history. Models that hold nothing start from their stated values. A life
 * that settles frozen (cells in a new medium) starts from the stated values too and keeps
 * what is held until time 0. */
#ifndef OSW_SIMULATE_LIFE_H
#define OSW_SIMULATE_LIFE_H

#include "simulate/driver.h"

/* Runs lives one by one by the reference solver, the first of the table: on the way to a
 * match, where another solver could not, for benchmarks. */
struct osw_life_runner {
    const struct osw_model *model;
    struct osw_driver_setup setup;
    const struct osw_driver *driver;
    void *work;                   /* of the driver; made when first needed */
    double *scale;                /* [n_states] */
    unsigned char *held;          /* [n_states] */
    bool settles;                 /* some state is held: lives begin in a steady state */
    double *start;                /* [n_states], of the life that runs */
    double *y, *p;                /* [n_states], [n_params]: of a match */
    double *constants, *observed; /* of the kernel, [n_outputs]; likewise */
    struct osw_solver_failure failure; /* of the last match */
};

enum osw_status
osw_life_runner_init(struct osw_life_runner *runner, const struct osw_model *model,
                     const struct osw_solver_options *options) OSW_MUST_CHECK;
void osw_life_runner_fini(struct osw_life_runner *runner);

/* The driver's work, for arms after such a life. */
enum osw_status osw_life_runner_work(struct osw_life_runner *runner,
                                     void **work) OSW_MUST_CHECK;

/* The stated values that a life begins with, or the guess of its steady state: y
 * [n_states]. */
void osw_life_start(const struct osw_model *model, const double *p, double *y);

/* Run a life (osw_timeline_life) from its start. The trajectory has t, p, end and where
 * values go; y is set here. Its failure is coded in it, and said in diag. */
enum osw_status osw_life_run(struct osw_life_runner *runner,
                             struct osw_trajectory *trajectory,
                             struct osw_diag *diag) OSW_MUST_CHECK;

/* Say in diag (which may be NULL) that a life or arm failed. */
void osw_life_say_failed(const struct osw_model *model, const char *name,
                         const struct osw_solver_failure *failure, struct osw_diag *diag);
/* No steady state was found: code it, and say so. */
void osw_life_say_unsettled(const struct osw_life *life,
                            const struct osw_batch_search *search,
                            struct osw_solver_failure *failure, struct osw_diag *diag);

#endif
