/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A kernel written by hand: x' = drive + x - x^3/3 (folds at drive = -2/3 and 2/3, where
 * x = 1 and -1), a follower z' = -5 (z - w) and w' = drift. */
#ifndef TESTS_SOLVE_CUBIC_H
#define TESTS_SOLVE_CUBIC_H

#include "model/kernel.h"

enum { CUBIC_X, CUBIC_Z, CUBIC_W, CUBIC_STATES };
enum { CUBIC_DRIVE, CUBIC_DRIFT, CUBIC_PARAMS };

extern const struct osw_kernel cubic_kernel;

#endif
