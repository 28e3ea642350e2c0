/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A subject's life up to time 0: the steady state of all that is not held at its start,
 * then natural history. Models that hold nothing start from their stated values. A life
 * that settles frozen (cells in a new medium) starts from the stated values too and keeps
 * what is held until time 0. */
#ifndef OSW_SIMULATE_LIFE_H
#define OSW_SIMULATE_LIFE_H

#include "simulate/simulate.h"
#include "simulate/tangent.h"

/* What runs share: made once per simulation, used for every life and arm in turn. */
struct osw_runner {
    const struct osw_model *model;
    struct osw_solver_options options;
    struct osw_solver *solver;
    struct osw_solver *frozen;         /* made when a life settles frozen */
    const struct osw_solver *current;  /* the one that ran last */
    struct osw_solver_failure failure; /* of what ran last */
    double *scale;                     /* [n_states] */
    unsigned char *held;               /* [n_states] */
    double *y, *p;                     /* current state and parameters */
    double *observed;                  /* [n_outputs of the model] */
    struct osw_tangent *tangent;       /* sensitivities carried along, or NULL */
    bool settles; /* some state is held: lives start at a steady state */
};

enum osw_status osw_runner_init(struct osw_runner *runner, const struct osw_model *model,
                                const struct osw_solver_options *options) OSW_MUST_CHECK;
void osw_runner_fini(struct osw_runner *runner);

/* The stated values that a life begins with, or begins to settle from: y [n_states]. */
void osw_life_start(const struct osw_model *model, const double *p, double *y);

/* From now on lives and arms carry sensitivities; borrowed. */
enum osw_status osw_runner_sensitive(struct osw_runner *runner,
                                     struct osw_tangent *tangent) OSW_MUST_CHECK;

/* The solver of arms; start it (or that of a life) where the runner is; take over what it
 * reached. Sensitivities go along. */
struct osw_solver *osw_runner_solver(const struct osw_runner *runner);
enum osw_status osw_runner_start(struct osw_runner *runner, struct osw_solver *solver,
                                 double t) OSW_MUST_CHECK;
void osw_runner_take(struct osw_runner *runner, const struct osw_solver *solver);

/* From the start of the life to time 0 with parameters runner->p, which the caller has
 * set; leaves the state at time 0 in runner->y. times [n_times] ascending in
 * [t_start, 0]; output may be NULL. OSW_ERR_INTEGRATION says in diag where. */
enum osw_status osw_life_run(struct osw_runner *runner, const struct osw_life *life,
                             const double *times, int n_times, osw_solver_output *output,
                             void *context, struct osw_diag *diag) OSW_MUST_CHECK;

/* Set runner->p for the life: its parameters, and the matched one found by root search
 * (*matched, NAN when the life matches nothing). OSW_ERR_INPUT when unreachable. */
enum osw_status osw_life_parameters(struct osw_runner *runner,
                                    const struct osw_life *life, struct osw_diag *diag,
                                    double *matched) OSW_MUST_CHECK;

/* Say in diag that an integration failed, and keep it in runner->failure; returns
 * OSW_ERR_INTEGRATION. */
enum osw_status osw_runner_failed(struct osw_runner *runner, const char *what,
                                  struct osw_diag *diag);

#endif
