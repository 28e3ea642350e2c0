/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The kernel's straight-line LU behind SUNDIALS' linear-solver interface. CVODE hands
 * over M = I - gamma J; the kernel factors I - g K for any K, so K = I - M with g = 1. */
#include "solve/sundials.h"
#include "base/memory.h"

#include <math.h>
#include <string.h>

struct content {
    const struct osw_kernel *kernel;
    double *k, *lu;
    sunindextype last_flag;
};

static SUNLinearSolver_Type solver_type(SUNLinearSolver s)
{
    (void)s;
    return SUNLINEARSOLVER_DIRECT;
}

static int setup(SUNLinearSolver s, SUNMatrix a)
{
    struct content *c = s->content;
    const struct osw_kernel *kernel = c->kernel;
    const double *m = SM_DATA_S(a);
    for (int j = 0; j < kernel->n_states; j++)
        for (int e = kernel->jac_colptr[j]; e < kernel->jac_colptr[j + 1]; e++)
            c->k[e] = (kernel->jac_row[e] == j) - m[e];
    kernel->lu_factor(c->k, 1.0, c->lu);
    for (int i = 0; i < kernel->lu_size; i++) {
        if (!isfinite(c->lu[i])) {
            c->last_flag = i + 1;
            return 1; /* recoverable: a smaller step makes M regular */
        }
    }
    c->last_flag = 0;
    return 0;
}

static int solve(SUNLinearSolver s, SUNMatrix a, N_Vector x, N_Vector b, double tolerance)
{
    (void)a, (void)tolerance;
    struct content *c = s->content;
    double *solution = N_VGetArrayPointer(x);
    memcpy(solution, N_VGetArrayPointer(b),
           (size_t)c->kernel->n_states * sizeof *solution);
    c->kernel->lu_solve(c->lu, solution);
    return 0;
}

static int initialize(SUNLinearSolver s)
{
    ((struct content *)s->content)->last_flag = 0;
    return 0;
}

static sunindextype last_flag(SUNLinearSolver s)
{
    return ((struct content *)s->content)->last_flag;
}

static int release(SUNLinearSolver s)
{
    struct content *c = s->content;
    if (c) {
        osw_free(c->k);
        osw_free(c->lu);
        osw_free(c);
        s->content = NULL;
    }
    SUNLinSolFreeEmpty(s);
    return 0;
}

SUNLinearSolver osw_sundials_lu_generated(const struct osw_kernel *kernel,
                                          SUNContext context)
{
    SUNLinearSolver s = SUNLinSolNewEmpty(context);
    struct content *c = osw_alloc(1, sizeof *c);
    if (!s || !c)
        goto fail;
    s->content = c;
    c->kernel = kernel;
    c->k = osw_alloc((size_t)kernel->jac_nnz, sizeof *c->k);
    c->lu = osw_alloc((size_t)kernel->lu_size, sizeof *c->lu);
    s->ops->gettype = solver_type;
    s->ops->initialize = initialize;
    s->ops->setup = setup;
    s->ops->solve = solve;
    s->ops->lastflag = last_flag;
    s->ops->free = release;
    if (c->k && c->lu)
        return s;
    release(s);
    return NULL;
fail:
    osw_free(c);
    if (s)
        SUNLinSolFreeEmpty(s);
    return NULL;
}
