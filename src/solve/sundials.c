/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "solve/sundials.h"

#if SUNDIALS_VERSION_MAJOR < 7
static void silent(int code, const char *module, const char *function, char *message,
                   void *context)
{
    (void)code, (void)module, (void)function, (void)message, (void)context;
}
#endif

enum osw_status osw_sundials_context(SUNContext *context)
{
#if SUNDIALS_VERSION_MAJOR < 7
    return SUNContext_Create(NULL, context) ? OSW_ERR_MEMORY : OSW_OK;
#else
    if (SUNContext_Create(SUN_COMM_NULL, context))
        return OSW_ERR_MEMORY;
    SUNContext_ClearErrHandlers(*context);
    return OSW_OK;
#endif
}

void osw_sundials_quiet(void *cvode)
{
#if SUNDIALS_VERSION_MAJOR < 7
    CVodeSetErrHandlerFn(cvode, silent, NULL);
#else
    (void)cvode; /* the context's handlers are off */
#endif
}

SUNMatrix osw_sundials_matrix(const struct osw_kernel *kernel, SUNContext context)
{
    SUNMatrix matrix = SUNSparseMatrix(kernel->n_states, kernel->n_states,
                                       kernel->jac_nnz, CSC_MAT, context);
    if (!matrix)
        return NULL;
    for (int i = 0; i <= kernel->n_states; i++)
        SM_INDEXPTRS_S(matrix)[i] = kernel->jac_colptr[i];
    for (int k = 0; k < kernel->jac_nnz; k++)
        SM_INDEXVALS_S(matrix)[k] = kernel->jac_row[k];
    return matrix;
}
