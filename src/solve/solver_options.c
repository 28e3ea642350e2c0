/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The options of solvers as a table, for results and for the identity of sweeps. */
#include "solve/solver_options.h"

#define S struct osw_solver_options
const struct osw_option osw_solver_options_rows[] = {
    OSW_SOLVER_ROWS(S, , "1e-6", OSW_RTOL_HELP),
};
#undef S
const size_t osw_solver_options_n_rows =
    sizeof osw_solver_options_rows / sizeof *osw_solver_options_rows;

const char *osw_linear_name(int linear_solver)
{
    static const char *const names[] = {
        [OSW_LINEAR_KLU] = "klu",
        [OSW_LINEAR_DENSE] = "dense",
        [OSW_LINEAR_GENERATED] = "generated",
        NULL,
    };
    return names[linear_solver];
}
