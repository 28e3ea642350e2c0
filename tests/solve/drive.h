/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Members for a batch: parameters and start of each, one list of events and times for
 * all; keeps every state asked for. */
#ifndef TESTS_SOLVE_DRIVE_H
#define TESTS_SOLVE_DRIVE_H

#include "model/kernel.h"
#include "solve/batch.h"

struct drive_event { /* state >= 0: add value to it; else set parameter param */
    double t, value;
    int state, param;
};

struct drive {
    const struct osw_kernel *kernel; /* of one lane */
    int n_members;
    const double *p, *y; /* [n_members][…] */
    double t_start, t_end;
    const double *times; /* ascending in (t_start, t_end] */
    int n_times;
    const struct drive_event *events; /* by time */
    int n_events;
    const int *order; /* members in the order in which they are given, or NULL */
    double *states;   /* [n_members][n_times][n_states], NAN where none came */
    struct osw_batch_failure *failures; /* [n_members]; code 0: none */
    int64_t *steps;                     /* [n_members], rejected ones included */
    /* its own */
    int n_given;
    struct drive_lane {
        int member, event, out;
    } lanes[8];
};

/* Run all members by this kernel (of one lane, or built for isa). */
enum osw_status drive_run(struct drive *drive, const struct osw_kernel *kernel,
                          enum osw_isa isa, const double *scale,
                          const struct osw_batch_options *options,
                          struct osw_batch_stats *stats);

#endif
