/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The integrator's linear systems (I - gamma J) x = b, J in the kernel's structure, three
 * ways behind one interface: KLU (sparse), GSL (dense, pivoting; the oracle) and the
 * kernel's own straight-line LU. create allocates all, factor and solve allocate nothing
 * (but see klu.c), and a factor depends on J and gamma only, never on earlier ones. */
#ifndef OSW_SOLVE_LINEAR_H
#define OSW_SOLVE_LINEAR_H

#include "base/status.h"
#include "solve/solver.h"

/* First member of each way's own struct. */
struct osw_linear {
    const struct osw_kernel *kernel;
    bool (*factor)(struct osw_linear *linear, const double *J, double gamma);
    void (*solve)(struct osw_linear *linear, double *b);
    void (*destroy)(struct osw_linear *linear);
};

/* The kernel is borrowed. */
enum osw_status osw_linear_create(const struct osw_kernel *kernel,
                                  enum osw_linear_solver which,
                                  struct osw_linear **linear) OSW_MUST_CHECK;
void osw_linear_destroy(struct osw_linear *linear);

/* J [jac_nnz]; false when the matrix is singular or not finite. */
bool osw_linear_factor(struct osw_linear *linear, const double *J,
                       double gamma) OSW_MUST_CHECK;

/* Solve with the last factor; b [n_states] is overwritten by x. */
void osw_linear_solve(struct osw_linear *linear, double *b);

/* The ways; NULL when memory is out. */
struct osw_linear *osw_linear_klu(const struct osw_kernel *kernel) OSW_MUST_CHECK;

#endif
