/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Runs a plan: each life once, then each arm from its end, cut at events. A plan is the
 * one member of its kind: simulate/members.h tells the way of a member. */
#ifndef OSW_SIMULATE_SIMULATE_H
#define OSW_SIMULATE_SIMULATE_H

#include "scenario/plan.h"
#include "simulate/driver.h"

struct osw_arm_result {
    const char *name;
    enum osw_status status;            /* OSW_OK or OSW_ERR_INTEGRATION */
    struct osw_solver_failure failure; /* when it failed; later values are NAN */
    struct osw_solver_stats stats;     /* of the arm */
    struct osw_solver_stats
        life_stats;       /* of its life (the same for arms that share one) */
    double matched_value; /* of life.match_param, or NAN */
    const double *params; /* [n_params] at time 0, before the arm's events */
    const char *fallback; /* why it left its lane and CVODES ran it anew, or NULL */
    double fallback_t;    /* when */
    /* osw_driver.counts_periods: of the arm's rhythm, and those that were run. */
    int64_t periods, periods_run;
};

/* All values in memory. One time axis for all arms, each time once: values at the time of
 * an event are those just before it. With both sides, a time appears a second time, after
 * its events, where values differ in any arm. */
struct osw_result {
    const struct osw_plan *plan;
    struct osw_solver_options options;
    const struct osw_driver *driver;
    enum osw_isa isa; /* of the kernel that ran, when in lanes */
    int n_times;
    const double *times;
    const bool *after;     /* [n_times] the row is after the events of its time; NULL: one
                            * side was asked for, all are before them */
    const double *outputs; /* [n_arms][n_times][plan->n_outputs] */
    const double *states;  /* [n_arms][n_times][n_states], or NULL */
    /* [n_arms][n_times][plan->n_outputs][n_sensitive]: dy/dp, from time 0 on; or NULL */
    const double *sensitivities;
    const int *sensitive; /* [n_sensitive] parameters, or -1 */
    int n_sensitive;
    const struct osw_arm_result *arms;
    double integrate_cpu_s; /* CPU time spent integrating: for the log, never in a file */
    struct osw_arena *arena;
};

/* Progress: fraction of simulated time done in 0..1. Return true to stop (then the
 * status is OSW_INTERRUPTED). May be NULL. */
typedef bool osw_simulate_progress(void *context, double fraction, const char *what);

struct osw_simulate_options {
    struct osw_solver_options solver;
    const struct osw_driver *driver; /* NULL: the first of the table */
    enum osw_isa isa;                /* in lanes: the widest allowed */
    bool states, history;
    bool both_sides; /* of events at output times */
    /* Parameters by which all outputs are to be differentiated; -1: one that the model
     * lacks. n_sensitive 0: none. Not together with history. */
    const int *sensitive;
    int n_sensitive;
    bool own_only; /* where a subject gives a parameter's value, it does not move */
    osw_simulate_progress *progress;
    void *context;
};

/* OSW_ERR_INTEGRATION when an arm failed: the result is still given, with that arm coded,
 * and diag says which, when and why. */
enum osw_status osw_simulate(const struct osw_plan *plan,
                             const struct osw_simulate_options *options,
                             struct osw_diag *diag,
                             struct osw_result **result) OSW_MUST_CHECK;
void osw_result_destroy(struct osw_result *result);

#endif
