/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Local sensitivities of a scenario: by how much an output moves with a parameter, from
 * CVODES' forward sensitivities. */
#ifndef OSW_CLI_LOCAL_H
#define OSW_CLI_LOCAL_H

#include "cli/indices_figure.h"
#include "solve/solver_options.h"

#include <stdio.h>

struct osw_local_request {
    const char *scenario;
    const char *const *parameters; /* [n_parameters]; 0: all calibrated ones */
    size_t n_parameters;
    struct osw_solver_options solver;
    int digits;
    bool all_times;
};

/* The table: output, arm, t_d, parameter, value, derivative (dy/dp, output unit per
 * unit), elasticity (p/y dy/dp; nan where y is 0). The figure gets the elasticities. */
enum osw_status osw_local_write(struct osw_session *session,
                                const struct osw_local_request *request, FILE *out,
                                struct osw_indices_figure *figure) OSW_MUST_CHECK;

#endif
