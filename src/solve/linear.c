/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solve/linear.h"
#include "base/memory.h"
#include "solve/dense.h"

#include <string.h>

struct dense {
    struct osw_linear base;
    struct osw_dense *workspace;
    double *matrix;
};

static bool dense_factor(struct osw_linear *linear, const double *J, double gamma)
{
    struct dense *d = (struct dense *)linear;
    const struct osw_kernel *k = linear->kernel;
    size_t n = (size_t)k->n_states;
    memset(d->matrix, 0, n * n * sizeof *d->matrix);
    for (size_t i = 0; i < n; i++)
        d->matrix[i * n + i] = 1;
    for (size_t j = 0; j < n; j++)
        for (int e = k->jac_colptr[j]; e < k->jac_colptr[j + 1]; e++)
            d->matrix[(size_t)k->jac_row[e] * n + j] -= gamma * J[e];
    return osw_dense_factor(d->workspace, d->matrix);
}

static void dense_solve(struct osw_linear *linear, double *b)
{
    struct dense *d = (struct dense *)linear;
    osw_dense_solve(d->workspace, d->matrix, b);
}

static void dense_destroy(struct osw_linear *linear)
{
    struct dense *d = (struct dense *)linear;
    osw_dense_destroy(d->workspace);
    osw_free(d->matrix);
    osw_free(d);
}

static struct osw_linear *dense_create(const struct osw_kernel *kernel)
{
    size_t n = (size_t)kernel->n_states;
    struct dense *d = osw_alloc(1, sizeof *d);
    if (!d)
        return NULL;
    d->base = (struct osw_linear){kernel, dense_factor, dense_solve, dense_destroy};
    d->workspace = osw_dense_create(kernel->n_states);
    d->matrix = osw_alloc(n * n, sizeof *d->matrix);
    if (d->workspace && d->matrix)
        return &d->base;
    dense_destroy(&d->base);
    return NULL;
}

struct generated {
    struct osw_linear base;
    double *lu;
};

static bool generated_factor(struct osw_linear *linear, const double *J, double gamma)
{
    struct generated *g = (struct generated *)linear;
    const struct osw_kernel *k = linear->kernel;
    double sum = 0;
    k->lu_factor(J, gamma, g->lu);
    for (int i = 0; i < k->lu_size; i++)
        sum += g->lu[i] * 0; /* NaN when any entry is not finite */
    return sum == 0;
}

static void generated_solve(struct osw_linear *linear, double *b)
{
    linear->kernel->lu_solve(((struct generated *)linear)->lu, b);
}

static void generated_destroy(struct osw_linear *linear)
{
    osw_free(((struct generated *)linear)->lu);
    osw_free(linear);
}

static struct osw_linear *generated_create(const struct osw_kernel *kernel)
{
    struct generated *g = osw_alloc(1, sizeof *g);
    if (!g)
        return NULL;
    g->base =
        (struct osw_linear){kernel, generated_factor, generated_solve, generated_destroy};
    g->lu = osw_alloc((size_t)kernel->lu_size, sizeof *g->lu);
    if (g->lu)
        return &g->base;
    osw_free(g);
    return NULL;
}

enum osw_status osw_linear_create(const struct osw_kernel *kernel,
                                  enum osw_linear_solver which,
                                  struct osw_linear **linear)
{
    struct osw_linear *made = NULL;
    switch (which) {
    case OSW_LINEAR_KLU:
        made = osw_linear_klu(kernel);
        break;
    case OSW_LINEAR_DENSE:
        made = dense_create(kernel);
        break;
    case OSW_LINEAR_GENERATED:
        made = generated_create(kernel);
        break;
    }
    if (!made)
        return OSW_ERR_MEMORY;
    *linear = made;
    return OSW_OK;
}

void osw_linear_destroy(struct osw_linear *linear)
{
    if (linear)
        linear->destroy(linear);
}

bool osw_linear_factor(struct osw_linear *linear, const double *J, double gamma)
{
    return linear->factor(linear, J, gamma);
}

void osw_linear_solve(struct osw_linear *linear, double *b)
{
    linear->solve(linear, b);
}
