/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Plans made by hand around a small kernel: a model without tables, one or two lives and
 * arms, outputs named by state. */
#ifndef TESTS_SIMULATE_FIXTURE_H
#define TESTS_SIMULATE_FIXTURE_H

#include "simulate/simulate.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

osw_kernel_entry osw_kernel_pk, osw_kernel_faulty;

enum { MOST = 16, MOST_ARMS = 4, MOST_TIMES = 64 };

struct made {
    struct osw_model model;
    struct osw_parameter params[MOST];
    struct osw_state states[MOST];
    struct osw_output outputs[MOST];
    double p[MOST_ARMS][MOST]; /* of each life */
    struct osw_life lives[MOST_ARMS];
    struct osw_arm arms[MOST_ARMS];
    int output[MOST];
    double times[MOST_TIMES], history[MOST_TIMES];
    struct osw_plan plan;
    struct osw_diag *diag;
    struct osw_simulate_options options;
};

/* One life from time 0, one arm without events, no outputs; parameters 1. */
void made_init(struct made *made, const struct osw_kernel *kernel);
void made_fini(struct made *made);

/* Times 0, step, 2 step, … to duration. */
void made_times(struct made *made, double duration, double step);
void made_output(struct made *made, const char *name);
int made_state(const struct made *made, const char *name);
int made_param(const struct made *made, const char *name);

/* Add an arm of life 0 with these events. */
void made_arm(struct made *made, const char *name, const struct osw_event *events, int n);

/* Run; the status must be `expected`. */
struct osw_result *made_run(struct made *made, enum osw_status expected);

/* Output j of arm a in row k. */
double at(const struct osw_result *r, int a, int k, int j);

#endif
