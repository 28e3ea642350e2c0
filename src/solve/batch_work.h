/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a batch works on. Rows are lane-minor, in the kernel's number type, 64-byte
 * aligned: rosenbrock_tmpl.c, built once per ISA, reads them as osw_lane. */
#ifndef OSW_SOLVE_BATCH_WORK_H
#define OSW_SOLVE_BATCH_WORK_H

#include "solve/batch.h"
#include "solve/rodas.h"
#include "solve/tolerance.h"

#include <stdint.h>

struct osw_batch_one { /* what one lane is at */
    struct osw_batch_lane seen;
    struct osw_batch_segment segment;
    bool busy;                  /* it has a member */
    bool fresh;                 /* no step to try: estimate one */
    bool first;                 /* no step was taken since the discontinuity */
    bool starting;              /* steps grow from a guess */
    int again;                  /* times that the last step was rejected */
    bool ends;                  /* the step leads to t_end */
    int next_output;            /* of the segment */
    double h, limit;            /* to try next; limit: before it was cut by t_end */
    double last_h, last_factor; /* of the step before: length and `factor`; 0: none */
    double first_step[OSW_BATCH_KINDS]; /* to try after a discontinuity; 0: unknown */
};

struct osw_batch {
    const struct osw_kernel *kernel;
    enum osw_isa isa;
    struct osw_batch_options options;
    struct osw_batch_stats stats;
    const struct osw_batch_source *source;
    struct osw_batch_one lanes[OSW_BATCH_MOST_LANES];
    int n_lanes;
    bool stopped, holds, freezes; /* holds, freezes: some lane's segment does */
    struct osw_tolerance *policy;
    unsigned char *held; /* [n_states] */
    /* rows; of one: */
    double *t, *h;           /* time of rates and step; h 0: no member */
    double *pace;            /* 0: explicit time stands still, 1: it does not */
    double *error, *factor;  /* of the step: norm, and what the next may be longer */
    double *accept;          /* 1 or 0 */
    double *keep;            /* 0: held states stay, 1: they do not */
    double *when, *fraction; /* of outputs: time, and part of the step */
    /* and of more: */
    double *y, *y_new, *at, *f;  /* n_states; at: argument of a stage */
    double *largest, *tolerance; /* n_states: of |y| so far; absolute tolerances */
    double *scale;               /* n_states: of a search for steady states */
    double *u[OSW_RODAS_STAGES], *dense[3];
    double *p, *c, *jac, *slope, *lu, *outputs; /* slope: df/dt */
    void *memory;
};

typedef void osw_batch_loop(struct osw_batch *batch);
typedef void osw_batch_settler(struct osw_batch *batch, struct osw_batch_search *searches,
                               int n);
/* From the guesses in y; those that are found already are left alone. */
void osw_batch_seek(struct osw_batch *batch, struct osw_batch_search *searches, int n);

/* Of every build. */
osw_batch_loop osw_rosenbrock_loop_scalar, osw_rosenbrock_loop_baseline,
    osw_rosenbrock_loop_avx2, osw_rosenbrock_loop_avx512;
osw_batch_settler osw_settle_loop_scalar, osw_settle_loop_baseline, osw_settle_loop_avx2,
    osw_settle_loop_avx512;

#endif
