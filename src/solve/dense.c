/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solve/dense.h"
#include "base/memory.h"

#include <gsl/gsl_eigen.h>
#include <gsl/gsl_errno.h>
#include <math.h>

struct osw_dense {
    int n;
    size_t *pivot; /* row exchanged with row k */
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
    dense->pivot = osw_alloc((size_t)n, sizeof *dense->pivot);
    dense->eigen = gsl_eigen_nonsymm_alloc((size_t)n);
    dense->values = gsl_vector_complex_alloc((size_t)n);
    if (dense->pivot && dense->eigen && dense->values)
        return dense;
    osw_dense_destroy(dense);
    return NULL;
}

void osw_dense_destroy(struct osw_dense *dense)
{
    if (!dense)
        return;
    osw_free(dense->pivot);
    gsl_eigen_nonsymm_free(dense->eigen);
    gsl_vector_complex_free(dense->values);
    osw_free(dense);
}

static void swap_rows(double *a, double *b, size_t n)
{
    for (size_t j = 0; j < n; j++) {
        double kept = a[j];
        a[j] = b[j];
        b[j] = kept;
    }
}

/* By rows; GSL's own factorisation allocates. */
bool osw_dense_factor(struct osw_dense *dense, double *A)
{
    size_t n = (size_t)dense->n;
    for (size_t k = 0; k < n; k++) {
        size_t best = k;
        for (size_t i = k + 1; i < n; i++)
            if (fabs(A[i * n + k]) > fabs(A[best * n + k]))
                best = i;
        dense->pivot[k] = best;
        if (best != k)
            swap_rows(A + best * n, A + k * n, n);
        if (!isfinite(A[k * n + k]) || A[k * n + k] == 0)
            return false;
        for (size_t i = k + 1; i < n; i++) {
            double *row = A + i * n;
            if (row[k] == 0)
                continue;
            row[k] /= A[k * n + k];
            for (size_t j = k + 1; j < n; j++)
                row[j] -= row[k] * A[k * n + j];
        }
    }
    return true;
}

void osw_dense_solve(struct osw_dense *dense, const double *A, double *b)
{
    size_t n = (size_t)dense->n;
    for (size_t k = 0; k < n; k++) {
        double kept = b[dense->pivot[k]];
        b[dense->pivot[k]] = b[k];
        b[k] = kept;
    }
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < i; j++)
            b[i] -= A[i * n + j] * b[j];
    for (size_t i = n; i-- > 0;) {
        for (size_t j = i + 1; j < n; j++)
            b[i] -= A[i * n + j] * b[j];
        b[i] /= A[i * n + i];
    }
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
