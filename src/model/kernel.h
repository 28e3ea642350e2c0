/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The ABI of generated code: what the model compiler writes and the solvers call.
 * Generated files include this header and nothing else. All numeric arrays are
 * lane-minor: entry i of lane l is x[i * lanes + l]; osw_lane is one such row (a double
 * at one lane), and wide arrays are aligned to it. Functions are pure, allocate nothing
 * and may run in any thread; lanes do not act on one another. Time unit: the model's.
 * A caller of a wide kernel is compiled with the same OSW_LANE_VECTOR and for the same
 * ISA; to all others it is a table of names and sizes. */
#ifndef OSW_MODEL_KERNEL_H
#define OSW_MODEL_KERNEL_H

#include "numerics/lanes.h"

#define OSW_KERNEL_ABI 3

struct osw_kernel_symbol {
    const char *name, *unit,
        *label; /* unit: UDUNITS text, "" when the model states none */
};

/* Arithmetic of one call: sums, products and quotients; elementary functions apart (a
 * softplus is one exp and one ln). */
struct osw_kernel_work {
    int operations, exps, lns, others;
};

struct osw_kernel {
    int abi, lanes;
    const char *name;
    const char *hash; /* SHA-256 of the model text, hex */
    int n_states, n_params, n_outputs;
    int n_constants; /* what prepare and segment leave in c */
    const struct osw_kernel_symbol *states, *params, *outputs;

    /* Structure of J = df/dy: compressed sparse columns, rows ascending, every diagonal
     * entry present. jac_colptr [n_states + 1], jac_row [jac_nnz]. */
    int jac_nnz;
    const int *jac_colptr, *jac_row;
    /* Structure of df/dp: pairs (state, param) sorted by param, then state. */
    int dfdp_nnz;
    const int *dfdp_state, *dfdp_param;
    /* Structure of df/dt: states, ascending; none when the model is autonomous. */
    int dfdt_nnz;
    const int *dfdt_state;
    /* Structures of the derivatives of outputs and of initial values: pairs sorted by
     * the second, then the first. Of one-lane kernels only, as the functions below. */
    int dobs_dy_nnz, dobs_dp_nnz, dinit_dp_nnz;
    const int *dobs_dy_output, *dobs_dy_state;
    const int *dobs_dp_output, *dobs_dp_param;
    const int *dinit_dp_state, *dinit_dp_param;
    int lu_size; /* rows of the factor array of lu_factor */
    struct osw_kernel_work work_rhs, work_rhs_jac, work_observe, work_factor, work_solve;

    /* Initial values stated in the model text (0 where none). */
    void (*init)(const osw_lane *p, osw_lane *y);
    /* Expressions of parameters only: prepare those that no switchable parameter enters,
     * segment the rest (call it again after a switch of a switchable parameter, both
     * after a change of any other). Both write their own entries of c [n_constants]. */
    void (*prepare)(const osw_lane *p, osw_lane *c);
    void (*segment)(const osw_lane *p, osw_lane *c);
    const unsigned char *param_switchable; /* [n_params] */
    /* f [n_states] = dy/dt; J [jac_nnz]; both in one pass in rhs_jac. */
    void (*rhs)(osw_lane t, const osw_lane *y, const osw_lane *p, const osw_lane *c,
                osw_lane *f);
    void (*rhs_jac)(osw_lane t, const osw_lane *y, const osw_lane *p, const osw_lane *c,
                    osw_lane *f, osw_lane *J);
    void (*dfdp)(osw_lane t, const osw_lane *y, const osw_lane *p, const osw_lane *c,
                 osw_lane *P);
    /* T [dfdt_nnz]: partial derivatives of f by t. */
    void (*dfdt)(osw_lane t, const osw_lane *y, const osw_lane *p, const osw_lane *c,
                 osw_lane *T);
    void (*observe)(osw_lane t, const osw_lane *y, const osw_lane *p, const osw_lane *c,
                    osw_lane *out);
    /* D: derivatives of outputs by states and by parameters, of init by parameters. */
    void (*dobs_dy)(osw_lane t, const osw_lane *y, const osw_lane *p, osw_lane *D);
    void (*dobs_dp)(osw_lane t, const osw_lane *y, const osw_lane *p, osw_lane *D);
    void (*dinit_dp)(const osw_lane *p, osw_lane *D);
    /* Straight-line LU of I - gamma J in a fixed fill-reducing order, no pivoting:
     * factors to lu [lu_size]; solve overwrites b [n_states]. */
    void (*lu_factor)(const osw_lane *J, osw_lane gamma, osw_lane *lu);
    void (*lu_solve)(const osw_lane *lu, osw_lane *b);
};

/* A generated shared object exports this function. */
typedef const struct osw_kernel *osw_kernel_entry(void);
#define OSW_KERNEL_ENTRY "osw_kernel_entry_point"

/* The accessor's name: builds of one text for several ISAs are told apart by a suffix,
 * OSW_LANE_ISA. */
#ifdef OSW_LANE_ISA
#define OSW_KERNEL_JOIN(stem, isa) stem##_##isa
#define OSW_KERNEL_SUFFIXED(stem, isa) OSW_KERNEL_JOIN(stem, isa)
#define OSW_KERNEL_NAME(stem) OSW_KERNEL_SUFFIXED(stem, OSW_LANE_ISA)
#else
#define OSW_KERNEL_NAME(stem) stem
#endif

#endif
