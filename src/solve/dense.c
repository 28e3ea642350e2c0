/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solve/dense.h"
#include "base/memory.h"

#include <gsl/gsl_eigen.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_linalg.h>
#include <math.h>

struct osw_dense {
    int n;
    gsl_permutation *order;
    gsl_eigen_nonsymm_workspace *eigen;
    gsl_vector_complex *values;
};

struct osw_dense *osw_dense_create(int n)
{
    gsl_set_error_handler_off();
    struct osw_dense *dense = osw_alloc(1, sizeof *dense);
    if (!dense)
        return NULL;
    dense->n = n;
    dense->order = gsl_permutation_calloc((size_t)n);
    dense->eigen = gsl_eigen_nonsymm_alloc((size_t)n);
    dense->values = gsl_vector_complex_alloc((size_t)n);
    if (dense->order && dense->eigen && dense->values)
        return dense;
    osw_dense_destroy(dense);
    return NULL;
}

void osw_dense_destroy(struct osw_dense *dense)
{
    if (!dense)
        return;
    gsl_permutation_free(dense->order);
    gsl_eigen_nonsymm_free(dense->eigen);
    gsl_vector_complex_free(dense->values);
    osw_free(dense);
}

bool osw_dense_factor(struct osw_dense *dense, double *A)
{
    size_t n = (size_t)dense->n;
    gsl_matrix_view a = gsl_matrix_view_array(A, n, n);
    int sign;
    if (gsl_linalg_LU_decomp(&a.matrix, dense->order, &sign))
        return false;
    for (size_t i = 0; i < n; i++)
        if (!isfinite(A[i * n + i]) || A[i * n + i] == 0)
            return false;
    return true;
}

void osw_dense_solve(struct osw_dense *dense, const double *A, double *b)
{
    size_t n = (size_t)dense->n;
    gsl_matrix_const_view a = gsl_matrix_const_view_array(A, n, n);
    gsl_vector_view x = gsl_vector_view_array(b, n);
    gsl_linalg_LU_svx(&a.matrix, dense->order, &x.vector);
}

enum osw_status osw_dense_spectrum(struct osw_dense *dense, double *A, double tolerance,
                                   int *n_positive, double *largest_real)
{
    size_t n = (size_t)dense->n;
    gsl_matrix_view a = gsl_matrix_view_array(A, n, n);
    gsl_eigen_nonsymm_params(0, 1, dense->eigen);
    if (gsl_eigen_nonsymm(&a.matrix, dense->values, dense->eigen))
        return OSW_ERR_INTEGRATION;
    *n_positive = 0;
    *largest_real = -INFINITY;
    for (size_t i = 0; i < n; i++) {
        double re = GSL_REAL(gsl_vector_complex_get(dense->values, i));
        *n_positive += re > tolerance;
        *largest_real = fmax(*largest_real, re);
    }
    return OSW_OK;
}
