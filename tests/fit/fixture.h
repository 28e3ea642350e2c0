/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The pool of pool.ant in a working folder of its own, its closed forms, and problems
 * written by tests. */
#ifndef OSW_TESTS_FIT_FIXTURE_H
#define OSW_TESTS_FIT_FIXTURE_H

#include "fit/fit.h"

/* Copy pool.ant and pool.yaml from `data` into a new folder that becomes the working one;
 * its name is kept in folder [>= 32]. */
void pool_begin(const char *data, char *folder);
void pool_end(const char *folder);

void pool_put(const char *path, const char *text);

/* X at t after `dose`. */
double pool_x(double ka, double k, double V, double dose, double t);

/* Load the problem whose text is given; fails the test with the diagnostics. */
struct osw_fit_problem *pool_problem(const char *yaml, struct osw_diag *diag);

/* Fit it over `threads`; likewise. */
struct osw_fit *pool_fit(const struct osw_fit_problem *problem, int threads,
                         struct osw_diag *diag);

#endif
