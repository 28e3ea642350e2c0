/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Many trajectories of one kernel side by side, one to a lane, by Rodas5P
 * (solve/rodas.h). Every lane has its own time, step and error test; a lane that is done
 * takes the next member at once. Members, segments between discontinuities and results
 * pass through a source: the batch knows no doses and no files. A member's bits depend on
 * the member and the ISA alone: not on its lane, its neighbours or their order. create
 * allocates all, run allocates nothing; one thread per batch, the kernel is shared. */
#ifndef OSW_SOLVE_BATCH_H
#define OSW_SOLVE_BATCH_H

#include "base/cpu.h"
#include "base/status.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct osw_kernel;

struct osw_batch_options {
    double rtol, atol; /* as osw_solver_options */
    double max_step;   /* 0: none */
    int64_t max_steps; /* of a member, rejected ones included */
    bool observe;      /* outputs are wanted, not states alone */
};
#define OSW_BATCH_DEFAULTS                                                               \
    {                                                                                    \
        1e-6, 0.0, 0.0, 500000, true                                                     \
    }

enum osw_batch_code {
    OSW_BATCH_STEP_TOO_SMALL = 1,
    OSW_BATCH_TOO_MANY_STEPS,
    OSW_BATCH_NOT_FINITE,
};
const char *osw_batch_reason(enum osw_batch_code code);

struct osw_batch_failure {
    enum osw_batch_code code;
    double t;
    int state; /* the one with the largest weighted error, or the first not finite */
};

/* A lane as the source sees it: entry i of y, p and outputs is x[i * stride]. */
struct osw_batch_lane {
    int index; /* 0 … lanes - 1 */
    int stride;
    double t;
    double *y, *p;
    const double *outputs;   /* in `output`, when the batch observes */
    const double *tolerance; /* absolute ones, as y: [i * stride] */
    int64_t steps, rejected; /* of the member so far; rejected ones are not in steps */
    int64_t most_steps;      /* of both; `next` may lower it */
};

enum { OSW_BATCH_KINDS = 16, OSW_BATCH_MOST_LANES = 8 };

struct osw_batch_segment {
    double t_end;        /* >= t; t: turn again at once */
    const double *times; /* [n_times] ascending in (t, t_end]; borrowed to t_end */
    int n_times;
    int kind;      /* of the discontinuity at t, 0 … OSW_BATCH_KINDS - 1: the first step
                    * after one is tried again after the next; -1: none, go on */
    bool switched; /* a parameter that is switchable was changed */
    bool changed;  /* any other was */
    bool hold;     /* states that are held (osw_batch_create) stay as they are */
    bool freeze;   /* explicit time in rates stands still at t */
    bool show;     /* call output at t too, with index -1: the state after the change */
    /* [jac_nnz], [dfdt_nnz] or NULL: the sums over the segment's steps of J dt and df/dt
     * dt (trapezoidal; J at the end is taken as that of the last step) are added. */
    double *sum_jac, *sum_slope;
};

enum {
    OSW_BATCH_RHS = 8
}; /* right-hand sides of a step, that of the Jacobian included */

enum osw_batch_answer { OSW_BATCH_GO, OSW_BATCH_END, OSW_BATCH_STOP };

/* All are called from osw_batch_run. */
struct osw_batch_source {
    void *context;
    /* A lane is free: set lane->t, y and p (which hold the last member's) to the next
     * member's. END: there is none now; asked again after the next turn of another. */
    enum osw_batch_answer (*next)(void *context, struct osw_batch_lane *lane);
    /* A member begins or has reached t_end: change y, p and, to go on elsewhere, t; say
     * what follows (segment holds the last). END: the member is done. STOP: leave
     * osw_batch_run. */
    enum osw_batch_answer (*turn)(void *context, struct osw_batch_lane *lane,
                                  struct osw_batch_segment *segment);
    /* lane->t is times[index]; y and outputs are those at that time. */
    void (*output)(void *context, const struct osw_batch_lane *lane, int index);
    /* A member cannot go on. END: it leaves its lane. GO: lane's t, y and p are where it
     * can; turn follows. */
    enum osw_batch_answer (*failed)(void *context, struct osw_batch_lane *lane,
                                    const struct osw_batch_failure *failure);
};

struct osw_batch_stats {
    int64_t sweeps;          /* steps of all lanes together */
    int64_t steps, rejected; /* of lanes with a member */
    int64_t searches;        /* Newton steps of all lanes together in osw_batch_settle */
};

struct osw_batch;

/* kernel: of one lane, or built for `isa`. scale [n_states] > 0, or 0
 * (solve/tolerance.h); held [n_states] or NULL (segment.hold). Both are copied. */
enum osw_status osw_batch_create(const struct osw_kernel *kernel, enum osw_isa isa,
                                 const double *scale, const unsigned char *held,
                                 const struct osw_batch_options *options,
                                 struct osw_batch **batch) OSW_MUST_CHECK;
void osw_batch_destroy(struct osw_batch *batch);

/* Until the source has no more members; OSW_INTERRUPTED when it said STOP. */
enum osw_status osw_batch_run(struct osw_batch *batch,
                              const struct osw_batch_source *source) OSW_MUST_CHECK;

/* The search for the steady state of one member. */
struct osw_batch_search {
    double t;        /* explicit time dependence is frozen there */
    const double *p; /* [n_params] */
    double *y;       /* [n_states]: in the guess, held entries are kept; out the state */
    double *carried; /* [n_states], for the search */
    bool found;      /* out */
    double residual; /* out: of scale per unit of time where it was left; 0: not known */
};

/* Steady states of the states that are not held, sought as osw_steady_find does. Not from
 * within osw_batch_run. */
void osw_batch_settle(struct osw_batch *batch, struct osw_batch_search *searches, int n);

/* The member in a lane: state i has been too small for its tolerance. */
bool osw_batch_unsure(const struct osw_batch *batch, int lane, int i);

/* Since create. */
const struct osw_batch_stats *osw_batch_stats(const struct osw_batch *batch);

#endif
