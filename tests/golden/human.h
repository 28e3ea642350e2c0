/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the tests of the human model share: the model at its nominal parameters, plans
 * written on the fly, runs. */
#ifndef OSW_TESTS_GOLDEN_HUMAN_H
#define OSW_TESTS_GOLDEN_HUMAN_H

#include "simulate/simulate.h"

struct human {
    struct osw_diag *diag;
    struct osw_model *model;
    double *p, *scale;
    unsigned char *held;
};

/* Open it, parameters nominal; fails the test otherwise. */
void human_open(struct human *human);
/* Another shipped model instead. */
void human_open_model(struct human *human, const char *model);
void human_close(struct human *human);

/* A scenario written to a temporary file and loaded; fails the test with the diagnostics
 * when it does not load. */
struct osw_plan *human_plan(struct osw_diag *diag, const char *yaml);

/* Run a plan at rtol; fails the test when it fails. */
struct osw_result *human_run(struct osw_diag *diag, const struct osw_plan *plan,
                             double rtol, bool states);

/* Value of output `id` of arm a at time row k. */
double human_value(const struct osw_result *result, int a, int k, const char *id);

#endif
