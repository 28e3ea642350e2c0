/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "design/correlation.h"
#include "design/factor.h"
#include "scenario/quantity.h"

#include <gsl/gsl_errno.h>
#include <gsl/gsl_linalg.h>
#include <math.h>

static enum osw_status read_triple(struct osw_reader *r, const struct osw_yaml *node,
                                   const struct osw_design *design, double *matrix)
{
    int a, b;
    double rho = NAN;
    enum osw_status status = osw_reader_sequence(r, node, "correlation");
    if (!status && node->n != 3)
        status = osw_diag_fail(r->diag, OSW_ERR_INPUT, node->at,
                               "correlation: expected [NAME, NAME, number]");
    if (!status)
        status = osw_factor_named(r, design, node->first, &a);
    if (!status)
        status = osw_factor_named(r, design, node->first->next, &b);
    if (status)
        return status;
    const struct osw_yaml *value = node->first->next->next;
    const char *end =
        value->kind == OSW_YAML_SCALAR ? osw_quantity_number(value->text, &rho) : NULL;
    if (!end || *end || !(fabs(rho) < 1) || a == b)
        return osw_diag_fail(r->diag, OSW_ERR_INPUT, value->at,
                             "correlation: expected two factors and a number between -1 "
                             "and 1");
    matrix[a * design->n_factors + b] = matrix[b * design->n_factors + a] = rho;
    return OSW_OK;
}

/* In place; the upper triangle is left as it is. */
static bool cholesky(double *matrix, size_t n)
{
    gsl_error_handler_t *handler = gsl_set_error_handler_off();
    gsl_matrix_view view = gsl_matrix_view_array(matrix, n, n);
    int failed = gsl_linalg_cholesky_decomp1(&view.matrix);
    gsl_set_error_handler(handler);
    return !failed;
}

enum osw_status osw_correlation_load(struct osw_reader *r, const struct osw_yaml *node,
                                     struct osw_design *design)
{
    size_t n = (size_t)design->n_factors;
    double *matrix = osw_arena_alloc(r->arena, n * n, sizeof *matrix);
    if (!matrix)
        return OSW_ERR_MEMORY;
    for (size_t j = 0; j < n; j++)
        matrix[j * n + j] = 1;
    enum osw_status status = osw_reader_sequence(r, node, "correlation");
    const struct osw_yaml *first = status ? NULL : node->first;
    for (const struct osw_yaml *c = first; c; c = c->next)
        osw_reader_keep(&status, read_triple(r, c, design, matrix));
    if (!status && !cholesky(matrix, n))
        status = osw_diag_fail(r->diag, OSW_ERR_INPUT, node->at,
                               "correlation: no such distribution exists (the matrix is "
                               "not positive definite)");
    design->cholesky = matrix;
    return status;
}
