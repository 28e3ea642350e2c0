/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Internal to the SUNDIALS fence (cvode.c and cvode_sens.c): what the two share. */
#ifndef OSW_SOLVE_CVODE_H
#define OSW_SOLVE_CVODE_H

#include "solve/linear.h"
#include "solve/sensitivity.h"
#include "solve/tolerance.h"

#include <cvodes/cvodes.h>
#include <nvector/nvector_serial.h>

struct osw_cvode_sens;

struct osw_solver {
    const struct osw_kernel *kernel;
    struct osw_solver_options options;
    struct osw_solver_stats stats, before; /* before: the counters at the last start */
    bool fresh;                            /* started, no step yet */
    bool prepared;                         /* c belongs to p */
    struct osw_solver_failure failure;
    int not_finite; /* the state whose rate was not, or -1 */
    double t, t_start;
    double *p, *c, *f, *jac;
    struct osw_tolerance *policy;
    double *largest;     /* |y| of this trajectory, for states without a scale */
    bool begins;         /* the next start begins a trajectory */
    unsigned char *held; /* NULL: none */
    struct osw_linear *linear;
    SUNContext context;
    void *cvode;
    N_Vector y, atol, error, weight;
    SUNMatrix matrix; /* empty */
    SUNLinearSolver shim;
    struct osw_cvode_sens *sens; /* NULL: the states alone */
};

bool osw_cvode_finite(const double *x, int n) OSW_MUST_CHECK;

/* The time at which the rates are taken. */
double osw_cvode_time(const struct osw_solver *s, double t);

/* f and J there, rows of held states zero; false when J is not finite. */
bool osw_cvode_jacobian(const struct osw_solver *s, double t, const double *y, double *f,
                        double *J) OSW_MUST_CHECK;

/* Begin sensitivities again with the states; false when CVODES refuses. */
bool osw_cvode_sens_restart(struct osw_solver *s) OSW_MUST_CHECK;

/* S at t for the caller to read; false when CVODES has it no more. */
bool osw_cvode_sens_read(struct osw_solver *s, double t) OSW_MUST_CHECK;

/* One explicit step of length h from s->t. */
bool osw_cvode_sens_euler(struct osw_solver *s, double h) OSW_MUST_CHECK;

void osw_cvode_sens_destroy(struct osw_cvode_sens *sens);

#endif
