/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * How an integration is done: the options of solvers, each a row. A command that has the
 * row takes it into its own table with the field of its struct osw_solver_options;
 * results store the row's attribute, sweeps make it part of their identity. */
#ifndef OSW_SOLVE_SOLVER_OPTIONS_H
#define OSW_SOLVE_SOLVER_OPTIONS_H

#include "options/option.h"

enum osw_linear_solver { OSW_LINEAR_KLU, OSW_LINEAR_DENSE, OSW_LINEAR_GENERATED };

struct osw_solver_options {
    double rtol; /* relative tolerance */
    double atol; /* absolute one in units of a state's scale; 0: a tenth of rtol */
    enum osw_linear_solver linear_solver;
    int64_t max_steps; /* of a segment */
    double max_step;   /* day; 0: none */
    bool freeze_time;  /* rates as they are at the time of start: no explicit time */
};
#define OSW_SOLVER_DEFAULTS                                                              \
    {                                                                                    \
        .rtol = 1e-6, .linear_solver = OSW_LINEAR_KLU, .max_steps = 500000               \
    }

/* Names of linear solvers, in the order of their enum; NULL past the end. */
const char *osw_linear_name(int linear_solver);

/* Rows of struct S; `at` is its field that is a struct osw_solver_options, with a dot. */
#define OSW_ROW_RTOL(S, at, initial, help)                                               \
    OSW_REAL(S, at rtol, "rtol", "X", initial, 1e-12, 1e-1, SCIENCE, help,               \
             .attribute = "relative_tolerance")
#define OSW_ROW_ATOL(S, at)                                                              \
    OSW_REAL(S, at atol, "atol", "X", "0", 0, 1e-1, SCIENCE,                             \
             "absolute tolerance, in units of a state's scale; 0: a tenth of --rtol",    \
             .attribute = "absolute_tolerance_per_scale")
#define OSW_ROW_MAX_STEPS(S, at, initial, help)                                          \
    OSW_COUNT(S, at max_steps, "max-steps", initial, 1, 1e9, SCIENCE, help,              \
              .attribute = "max_steps")
#define OSW_ROW_MAX_STEP(S, at)                                                          \
    OSW_REAL(                                                                            \
        S, at max_step, "max-step", "DAY", "0", 0, 1e6, SCIENCE,                         \
        "longest step; 0: none. For a model of one's own with short pulses in time",     \
        .unit = "day", .attribute = "max_step")
#define OSW_ROW_LINEAR_SOLVER(S, at)                                                     \
    OSW_NAMED(S, at linear_solver, "linear-solver", "NAME", "klu", osw_linear_name,      \
              SCIENCE, "how cvode solves its linear systems", .needs = "solver=cvode",   \
              .attribute = "linear_solver")
/* All of them. */
#define OSW_SOLVER_ROWS(S, at, rtol, rtol_help)                                          \
    OSW_ROW_RTOL(S, at, rtol, rtol_help), OSW_ROW_ATOL(S, at), OSW_ROW_MAX_STEP(S, at),  \
        OSW_ROW_MAX_STEPS(S, at, "500000",                                               \
                          "an arm that takes more steps between two events has failed"), \
        OSW_ROW_LINEAR_SOLVER(S, at)
#define OSW_RTOL_HELP "relative tolerance of the integration"

/* The table of struct osw_solver_options itself, at its defaults. */
extern const struct osw_option osw_solver_options_rows[];
extern const size_t osw_solver_options_n_rows;

#endif
