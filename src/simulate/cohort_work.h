/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a cohort works on: slots hold lives (of one member each) from settling to the end
 * of their last arm, places say what each lane runs. */
#ifndef OSW_SIMULATE_COHORT_WORK_H
#define OSW_SIMULATE_COHORT_WORK_H

#include "simulate/cohort.h"
#include "simulate/life.h"
#include "simulate/stride.h"

enum osw_slot_stage {
    OSW_SLOT_FREE,
    OSW_SLOT_SETTLING,
    OSW_SLOT_BORN,
    OSW_SLOT_LIVING,
    OSW_SLOT_LIVED
};

struct osw_slot {
    enum osw_slot_stage stage;
    int64_t member;
    int life;
    int next_arm;  /* of the plan: those of this life from here on are to be run */
    int open_arms; /* that have not been told to `done` */
    double t_start;
    double matched;
    struct osw_solver_stats stats; /* of the life */
    double *p, *y,
        *carried; /* at time 0; y before: at the start; carried: for settling */
    double *rows; /* [n_history][n_outputs + n_states] */
};

struct osw_place { /* of a lane */
    struct osw_slot *slot;
    int arm;              /* -1: the life */
    struct osw_walk walk; /* through the arm */
    int asked, first;     /* of a life's history: the next; the segment's first */
    int show_row;         /* … of what is to be shown after a turn */
    bool begins;          /* the life does */
    struct osw_stride *stride;
    double *p;                /* [n_params] at time 0, with what changes then */
    double *outputs, *states; /* of an arm: [axis.n][…] */
};

struct osw_kept_life { /* the plan's own, as a slot has it at its end */
    bool known;
    double *y, *rows;
    struct osw_solver_stats stats;
};

struct osw_cohort {
    const struct osw_plan *plan;
    struct osw_simulate_options options;
    struct osw_wide_kernel kernel;
    struct osw_axis axis;
    struct osw_runner runner; /* of lives that match, and of tables */
    struct osw_batch *batch, *settler;
    struct osw_slot *slots;
    int n_slots;
    struct osw_place places[8];
    struct osw_route *routes; /* [n_arms] */
    double *history;          /* [axis.n_history] times */
    struct osw_batch_search *searches;
    struct osw_kept_life *kept; /* [n_lives] */
    bool keeping;               /* the pilot runs */
    int64_t *most_steps;        /* [n_arms + 1]: of each arm's lane, then of a life's */
    /* of a run */
    const struct osw_cohort_members *members;
    struct osw_diag *diag;
    enum osw_status status;
    int64_t member; /* whose lives are being given out; -1: ask for one */
    int next_life;
    bool exhausted;
    void *memory;
};

/* Steps that an arm (or, arm = n_arms, a life) may take in all before it has failed: what
 * CVODES may take in a segment, but a hundred a segment at least. */
int64_t osw_cohort_most_steps(const struct osw_cohort *cohort, int arm);

/* The life in the slot has come to time 0. */
void osw_cohort_lived(struct osw_cohort *cohort, struct osw_slot *slot);

/* p [n_params] as it is in every arm of the slot's member from time 0 on. */
void osw_cohort_start(const struct osw_cohort *cohort, const struct osw_slot *slot,
                      double *p);

/* Slots that are free take the next lives, settled. */
void osw_cohort_fill(struct osw_cohort *cohort);

extern const struct osw_batch_source osw_cohort_source; /* without its context */

/* Run what left the lanes by CVODES and tell `done`: the arm, or (arm -1) all arms of the
 * life, from its start on. */
void osw_cohort_rescue(struct osw_cohort *cohort, struct osw_slot *slot, int arm,
                       const char *reason, double t);

/* Tell `done` of all arms of a life that cannot begin: no values. */
enum osw_status osw_cohort_unborn(struct osw_cohort *cohort, struct osw_slot *slot,
                                  enum osw_status why,
                                  const struct osw_solver_failure *failure);

/* Tell `done`; the slot is free after its last arm. */
void osw_cohort_tell(struct osw_cohort *cohort, struct osw_slot *slot, int arm,
                     const struct osw_arm_result *result, const double *outputs,
                     const double *states);

#endif
