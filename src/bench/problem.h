/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What is measured: members of one model that differ in parameters and start, under one
 * list of events, seen at common times. Made once, outside of every timing; read-only
 * afterwards. Times in the model's unit, from 0 to t_end. */
#ifndef OSW_BENCH_PROBLEM_H
#define OSW_BENCH_PROBLEM_H

#include "simulate/timeline.h"

struct osw_bench_problem {
    const char *name;
    char inputs[17];                         /* hash of all that an answer depends on */
    const struct osw_kernel *kernel;         /* one lane */
    const struct osw_kernel *wide[OSW_ISAS]; /* NULL: not built, or not for here */
    const double *scale;                     /* [n_states] */
    int n_members, n_drawn;                  /* drawn: with those that had no start */
    const double *p, *y;            /* [n_members][n_params], [n_members][n_states] */
    const struct osw_event *events; /* in order of execution */
    int n_events;
    struct osw_arm arm; /* of these events … */
    struct osw_axis axis;
    struct osw_timeline timeline; /* … and its segments, with output at all times */
    const double *times;          /* [n_times] ascending, > 0; the last is t_end */
    int n_times;
    double t_end;
    const int *outputs; /* [n_outputs] of the kernel's */
    int n_outputs;
    const double *published; /* [n_states] of member 0 at t_end, or NULL */
    struct osw_plan *plan;   /* of a problem of ours, or NULL */
    struct osw_model *model; /* whose kernels are `wide`, or NULL */
    struct osw_arena *arena;
};

/* A case of the catalogue. */
struct osw_bench_case {
    const char *name, *title;
    double target;      /* the error at which costs are compared */
    double loosest;     /* relative tolerance of the first of its points */
    int decades;        /* each point is ten times tighter than the one before */
    int most_singles;   /* members that one-at-a-time solvers are given at most */
    int most_members;   /* of any solver */
    double record_rtol; /* tolerance and members of the recorded counters */
    int record_members;
    bool instructions; /* short enough to be counted under an emulator */
    const struct osw_bench_published *published; /* or NULL: a scenario of that name */
};
extern const struct osw_bench_case osw_bench_cases[]; /* the last has no name */
/* NULL: no such case. */
const struct osw_bench_case *osw_bench_case_find(const char *name);

/* The nominal member and n_members - 1 random ones: every estimated parameter (of a
 * published problem: every one) is log-normal around its nominal value, with a
 * coefficient of variation of 30 % (5 %), within its bounds. Those without a steady start
 * are left out. */
enum osw_status
osw_bench_problem_create(const struct osw_bench_case *c, int n_members,
                         struct osw_diag *diag,
                         struct osw_bench_problem **problem) OSW_MUST_CHECK;
void osw_bench_problem_destroy(struct osw_bench_problem *problem);

/* Outputs at all times of member k from its states [n_times][n_states]; values
 * [n_times][n_states + n_outputs]: states, then outputs. */
enum osw_status osw_bench_observe(const struct osw_bench_problem *problem, int k,
                                  const double *states, double *values) OSW_MUST_CHECK;

#endif
