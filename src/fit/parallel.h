/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Tasks by number over threads. Each task has inputs and results of its own, so that how
 * many threads there are changes when, never what. */
#ifndef OSW_FIT_PARALLEL_H
#define OSW_FIT_PARALLEL_H

#include "fit/objective.h"

struct osw_fit_task {
    int number;
    struct osw_fit_objective *objective; /* the thread's */
    void *context;
};
typedef enum osw_status osw_fit_do(const struct osw_fit_task *task);

struct osw_fit_threads {
    int n;
    osw_simulate_progress *progress; /* called by one thread at a time; may be NULL */
    void *context;
};

/* Do tasks 0 … n - 1; the first status that is not OSW_OK, by number, ends it. */
enum osw_status osw_fit_parallel(const struct osw_fit_problem *problem, int n,
                                 const struct osw_fit_threads *threads, const char *what,
                                 osw_fit_do *task, void *context) OSW_MUST_CHECK;

#endif
