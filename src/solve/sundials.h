/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The one place that knows SUNDIALS' headers and versions (6.4 of Debian 12, 7.x). */
#ifndef OSW_SOLVE_SUNDIALS_H
#define OSW_SOLVE_SUNDIALS_H

#include "base/status.h"
#include "model/kernel.h"

#include <cvodes/cvodes.h>
#include <nvector/nvector_serial.h>
#include <sundials/sundials_context.h>
#include <sundials/sundials_version.h>
#include <sunlinsol/sunlinsol_dense.h>
#include <sunlinsol/sunlinsol_klu.h>
#include <sunmatrix/sunmatrix_dense.h>
#include <sunmatrix/sunmatrix_sparse.h>

/* A SUNContext whose errors are silent: they come back as codes. */
enum osw_status osw_sundials_context(SUNContext *context) OSW_MUST_CHECK;

/* Messages of this integrator off. */
void osw_sundials_quiet(void *cvode);

/* Sparse matrix with the kernel's structure of df/dy; NULL when memory is out. */
SUNMatrix osw_sundials_matrix(const struct osw_kernel *kernel, SUNContext context);

/* The generated straight-line LU as a linear solver for such a matrix. */
SUNLinearSolver osw_sundials_lu_generated(const struct osw_kernel *kernel,
                                          SUNContext context);

#endif
