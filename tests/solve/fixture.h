/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Small models with known answers, for tests of the solver. Nominal parameters and
 * initial values come from the model's text. */
#ifndef TESTS_SOLVE_FIXTURE_H
#define TESTS_SOLVE_FIXTURE_H

#include "solve/solver.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

osw_kernel_entry osw_kernel_pk, osw_kernel_robertson, osw_kernel_hires,
    osw_kernel_oregonator, osw_kernel_faulty;

enum { MOST_STATES = 8, MOST_PARAMS = 8 };

struct problem {
    const struct osw_kernel *kernel;
    double y[MOST_STATES], p[MOST_PARAMS], scale[MOST_STATES];
};

/* Initial values, parameters `p` of the model's n_params, scale 1. */
void problem_init(struct problem *problem, const struct osw_kernel *kernel,
                  const double *p);

/* Index of a parameter or state by name. */
int param(const struct osw_kernel *kernel, const char *name);
int state_of(const struct osw_kernel *kernel, const char *name);

struct osw_solver_options tolerance(double rtol, double atol,
                                    enum osw_linear_solver linear);

/* A solver begun at t; fails the test when it cannot be made. */
struct osw_solver *begin(const struct problem *problem, const unsigned char *held,
                         const struct osw_solver_options *options, double t);

/* Advance without outputs; the status must be OSW_OK. */
const double *go(struct osw_solver *solver, double t_end);

#endif
