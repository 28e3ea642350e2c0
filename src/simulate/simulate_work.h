/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What osw_simulate works on while it runs a plan. */
#ifndef OSW_SIMULATE_SIMULATE_WORK_H
#define OSW_SIMULATE_SIMULATE_WORK_H

#include "simulate/axis.h"
#include "simulate/life.h"
#include "simulate/simulate.h"
#include "simulate/tangent.h"

struct osw_run {
    const struct osw_plan *plan;
    const struct osw_simulate_options *options;
    struct osw_diag *diag;
    struct osw_runner runner;
    struct osw_axis axis;
    double *outputs, *states; /* [arm][axis][…] */
    struct osw_tangent tangent;
    double *slopes;     /* [arm][axis][output][sensitive], or NULL */
    double done, total; /* simulated days, for progress */
    bool stopped, exhausted;
};

/* Report progress at day t of `what`; true: stop. */
bool osw_run_tell(struct osw_run *run, double t, const char *what);

double osw_run_cpu_seconds(void);

/* All arms side by side in the lanes of a cohort. */
enum osw_status osw_run_in_lanes(struct osw_run *run,
                                 struct osw_result *result) OSW_MUST_CHECK;

#endif
