/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A result made by hand: known values for tests of everything that writes results. */
#ifndef TESTS_OUTPUT_MADE_H
#define TESTS_OUTPUT_MADE_H

#include "simulate/simulate.h"

struct made {
    struct osw_plan plan;
    struct osw_model model;
    struct osw_kernel kernel;
    struct osw_result result;
    struct osw_arena *arena;
};

enum { MADE_OUTPUTS = 3, MADE_STATES = 2, MADE_PARAMS = 2, MADE_TIMES = 5 };

/* n_arms arms named "placebo", "mk7, daily", "say \"hi\"", "arm 3", …; arm 1 has an
 * event, arm 2 (if any) failed after the third time. */
void made_init(struct made *made, int n_arms);
void made_fini(struct made *made);

/* The value that output k of arm a has at time t. */
double made_value(int a, int t, int k);

#endif
