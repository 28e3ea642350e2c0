/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cubic.h"

enum { JAC_NNZ = 4 };
static const int colptr[] = {0, 1, 2, 4}, rows[] = {CUBIC_X, CUBIC_Z, CUBIC_Z, CUBIC_W};
static const int dfdp_state[] = {CUBIC_X, CUBIC_W};
static const int dfdp_param[] = {CUBIC_DRIVE, CUBIC_DRIFT};

static void constants(const double *p, double *c)
{
    (void)p, (void)c;
}

static void rhs(double t, const double *y, const double *p, const double *c, double *f)
{
    (void)t, (void)c;
    double x = y[CUBIC_X];
    f[CUBIC_X] = p[CUBIC_DRIVE] + x - x * x * x / 3;
    f[CUBIC_Z] = -5 * (y[CUBIC_Z] - y[CUBIC_W]);
    f[CUBIC_W] = p[CUBIC_DRIFT];
}

static void rhs_jac(double t, const double *y, const double *p, const double *c,
                    double *f, double *J)
{
    rhs(t, y, p, c, f);
    J[0] = 1 - y[CUBIC_X] * y[CUBIC_X];
    J[1] = -5;
    J[2] = 5;
    J[3] = 0;
}

static void dfdp(double t, const double *y, const double *p, const double *c, double *P)
{
    (void)t, (void)y, (void)p, (void)c;
    P[0] = P[1] = 1;
}

/* I - gamma J is upper triangular: its factor is its entries. */
static void lu_factor(const double *J, double gamma, double *lu)
{
    for (int e = 0; e < JAC_NNZ; e++)
        lu[e] = (e == 2 ? 0 : 1) - gamma * J[e];
}

static void lu_solve(const double *lu, double *b)
{
    b[CUBIC_W] /= lu[3];
    b[CUBIC_Z] = (b[CUBIC_Z] - lu[2] * b[CUBIC_W]) / lu[1];
    b[CUBIC_X] /= lu[0];
}

const struct osw_kernel cubic_kernel = {.abi = OSW_KERNEL_ABI,
                                        .lanes = 1,
                                        .name = "cubic",
                                        .n_states = CUBIC_STATES,
                                        .n_params = CUBIC_PARAMS,
                                        .jac_nnz = JAC_NNZ,
                                        .jac_colptr = colptr,
                                        .jac_row = rows,
                                        .dfdp_nnz = 2,
                                        .dfdp_state = dfdp_state,
                                        .dfdp_param = dfdp_param,
                                        .lu_size = JAC_NNZ,
                                        .prepare = constants,
                                        .segment = constants,
                                        .rhs = rhs,
                                        .rhs_jac = rhs_jac,
                                        .dfdp = dfdp,
                                        .lu_factor = lu_factor,
                                        .lu_solve = lu_solve};
