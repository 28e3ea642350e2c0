/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Random members of a plan in a cohort, and all that came of them. Member k is the same
 * in every crowd of one spread. */
#ifndef OSW_TESTS_GOLDEN_CROWD_H
#define OSW_TESTS_GOLDEN_CROWD_H

#include "simulate/members.h"

#include <stdatomic.h>

enum crowd_fault { CROWD_WELL, CROWD_NAN, CROWD_STIFF };

struct crowd_row { /* one arm of one member */
    int told;      /* times */
    enum osw_status status;
    const char *fallback;
    double fallback_t;
    struct osw_solver_failure failure;
    int64_t steps;
};

struct crowd {
    const struct osw_plan *plan;
    struct osw_wide_kernel kernel;
    double spread;          /* coefficient of variation; member 0 is nominal */
    int n;                  /* members */
    int first;              /* number of the first */
    const int *order;       /* of giving, 0 … n - 1, or NULL */
    enum crowd_fault fault; /* of member fault_at */
    int fault_at;           /* -1: none */
    int fault_param;
    double rtol;
    const struct osw_driver *driver; /* in lanes */
    int n_threads;
    /* results: [n][n_arms], [n][n_arms][axis.n][n_outputs] */
    struct crowd_row *rows;
    double *values;
    int n_times;
    struct osw_batch_stats stats;
    double cpu_ms; /* of running */
    atomic_int given;
};

void crowd_run(struct crowd *crowd);
void crowd_free(struct crowd *crowd);
const double *crowd_values(const struct crowd *crowd, int member, int arm);
size_t crowd_width(const struct crowd *crowd); /* values of an arm */

/* The parameters of member k: estimated ones are log-normal around the plan's with this
 * coefficient of variation, within their bounds. */
void crowd_draw(const struct osw_plan *plan, double spread, int k, double *p);

#endif
