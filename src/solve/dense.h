/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Small dense linear algebra of the steady-state search and spectra (GSL). Matrices
 * are row-major [n][n]. One workspace per search; nothing is allocated after create. */
#ifndef OSW_SOLVE_DENSE_H
#define OSW_SOLVE_DENSE_H

#include "base/status.h"

#include <stdbool.h>

struct osw_dense;
struct osw_dense *osw_dense_create(int n) OSW_MUST_CHECK;
void osw_dense_destroy(struct osw_dense *dense);

/* Factor A (overwritten) with partial pivoting; false when singular or not finite. */
bool osw_dense_factor(struct osw_dense *dense, double *A);

/* Solve with the last factored A; b [n] is overwritten by the solution. */
void osw_dense_solve(struct osw_dense *dense, const double *A, double *b);

/* Eigenvalues of A (overwritten): how many have a positive real part above `tolerance`,
 * and the largest real part. */
enum osw_status osw_dense_spectrum(struct osw_dense *dense, double *A, double tolerance,
                                   int *n_positive, double *largest_real) OSW_MUST_CHECK;

#endif
