/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Static plan of a sparse LU without pivoting: diagonal pivots in the order of least
 * Markowitz count (Duff, Erisman & Reid, Direct Methods for Sparse Matrices,
 * section 7.2), fill by symbolic elimination. Made for I - gamma J, whose diagonal is
 * present. */
#ifndef OSW_COMPILER_SPARSE_LU_H
#define OSW_COMPILER_SPARSE_LU_H

#include "base/memory.h"

enum { OSW_LU_OPERATIONS_MAX = 2000000 };

/* Row i of the permuted factor: columns ascending, in the permuted numbering. Entries
 * left of the diagonal belong to L, the diagonal entry holds the reciprocal pivot. */
struct osw_lu_row {
    int n, diagonal; /* position of the diagonal in column */
    int *column;
    int *slot;   /* in the factor array */
    int *source; /* entry of J, or -1 for fill */
};

struct osw_lu_plan {
    int n, size;           /* size: entries of the factor array */
    long operations;       /* multiply-subtracts of the factorisation */
    int *order, *position; /* order[k]: which original row is k-th; position: inverse */
    struct osw_lu_row *rows;
};

/* Structure as in struct osw_kernel (compressed columns, every diagonal present). All in
 * the arena. OSW_ERR_INPUT when it would take more than OSW_LU_OPERATIONS_MAX. */
enum osw_status osw_lu_plan_make(struct osw_lu_plan *plan, int n, const int *colptr,
                                 const int *row, struct osw_arena *arena) OSW_MUST_CHECK;

#endif
