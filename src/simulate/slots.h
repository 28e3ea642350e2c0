/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What osw_members works on. A slot holds a life (of one member) from its start to the
 * end of its last arm; each lane runs one life or arm of some slot. */
#ifndef OSW_SIMULATE_SLOTS_H
#define OSW_SIMULATE_SLOTS_H

#include "simulate/match.h"
#include "simulate/members.h"
#include "simulate/sensitivities.h"

enum osw_slot_stage {
    OSW_SLOT_FREE,
    OSW_SLOT_UNSETTLED, /* its steady start is to be found */
    OSW_SLOT_READY,     /* to be run to time 0 */
    OSW_SLOT_RUNNING,
    OSW_SLOT_DONE /* its arms are to be run */
};

struct osw_life_slot {
    enum osw_slot_stage stage;
    int64_t member;
    int life;
    int next_arm;  /* of the plan: those of this life from here on are to be run */
    int open_arms; /* that have not been told to `done` */
    double t_start;
    double matched;
    struct osw_solver_stats stats; /* of the life */
    double *p;                     /* [n_params] */
    double *y;                     /* [n_states] at time 0; before: at the start */
    double *carried;               /* [n_states], for finding the steady state */
    double *outputs, *states;      /* [n_history][n_outputs], [n_history][n_states] */
};

struct osw_lane_work {
    struct osw_members *members;
    struct osw_life_slot *slot;
    int arm; /* -1: the life */
    struct osw_trajectory trajectory;
    const char *fallback;              /* why the reference solver runs it, or NULL … */
    double fallback_t;                 /* … and when it left its lane */
    double reported;                   /* day up to which `stop` was told */
    double *p;                         /* [n_params] from time 0 on */
    double *outputs, *states, *slopes; /* of an arm: [axis.n][…] */
};

struct osw_kept_life { /* the plan's own, as a slot has it at its end */
    bool known;
    double *y, *outputs, *states;
    struct osw_solver_stats stats;
};

struct osw_members {
    const struct osw_plan *plan;
    struct osw_simulate_options options;
    const struct osw_driver *driver;
    void *work; /* of the driver */
    struct osw_wide_kernel kernel;
    struct osw_axis axis;
    struct osw_life_runner lives;           /* matches, and what left the lanes */
    struct osw_sensitivities sensitivities; /* n 0: none */
    struct osw_life_slot *slots, spare;     /* spare: of a life that is run again */
    int n_slots;
    struct osw_lane_work lanes[OSW_BATCH_MOST_LANES];
    struct osw_timeline *life_timelines; /* [n_lives] */
    struct osw_timeline *arm_timelines;  /* [n_arms] */
    struct osw_batch_search *searches;   /* [n_slots] */
    struct osw_kept_life *kept;          /* [n_lives] */
    bool keeping;                        /* the pilot runs */
    int64_t *most_steps;                 /* [n_arms + 1]: in an arm's lane; a life's */
    double *memory;
    unsigned char *unsure; /* [n_states]: osw_driver_setup */
    /* of a run */
    const struct osw_members_source *source;
    struct osw_diag *diag;
    enum osw_status status;
    int64_t member; /* whose lives are being given out; -1: ask for one */
    int next_life;
    bool exhausted;
};

/* Steps that an arm (or, arm = n_arms, a life) may take in all before it has failed: what
 * the reference solver may take in a segment, but a hundred a segment at least. */
int64_t osw_slots_most_steps(const struct osw_members *members, int arm);

/* The slot's parameters as they are in every arm of its member from time 0 on: p
 * [n_params]. */
void osw_slots_arm_params(const struct osw_members *members,
                          const struct osw_life_slot *slot, double *p);

/* The lane's trajectory: the slot's life; or an arm after it, no value given yet but the
 * history. */
void osw_slots_life(struct osw_members *members, struct osw_lane_work *lane,
                    struct osw_life_slot *slot);
void osw_slots_arm(struct osw_members *members, struct osw_lane_work *lane,
                   struct osw_life_slot *slot, int arm);

/* Tell `done` of the lane's arm, run after the life in `after` (the slot, or the spare
 * one); the slot is free after its last arm. */
void osw_slots_tell(struct osw_members *members, struct osw_lane_work *lane,
                    struct osw_life_slot *slot, const struct osw_life_slot *after);

/* Tell `done` of an arm whose life has failed: no values. */
void osw_slots_tell_failed(struct osw_members *members, struct osw_lane_work *lane,
                           struct osw_life_slot *slot, int arm, enum osw_status why,
                           const struct osw_solver_failure *failure);

#endif
