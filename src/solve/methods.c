/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solve/solver.h"

const struct osw_solver_method osw_solver_methods[] = {
    {"cvode", "CVODES BDF, variable order 1-5, exact sparse Jacobian (reference)"},
    {"rosenbrock", "Rodas5P, order 5, several lives or arms at once in vector lanes"},
    {"envelope",
     "Rodas5P that follows the envelope of periodic regimens: years in a step"},
    {NULL, NULL},
};
