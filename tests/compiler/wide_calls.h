/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * All functions of a kernel at one point per lane, called by code that is compiled for
 * the kernel's lanes and ISA (once per variant), for tests that are not. */
#ifndef TESTS_COMPILER_WIDE_CALLS_H
#define TESTS_COMPILER_WIDE_CALLS_H

struct osw_kernel;

/* Arrays of lane rows, aligned to 64 bytes, in the kernel's number type. */
struct wide_point {
    void *t, *gamma, *y, *p, *b;
    /* results; x solves (I - gamma J) x = b, g is f as rhs_jac has it */
    void *c, *f, *g, *J, *P, *T, *out, *lu, *x;
};

typedef void wide_evaluate(const struct osw_kernel *kernel, const struct wide_point *at);

#endif
