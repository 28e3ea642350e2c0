/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What bench/kernel.c asks of code that is compiled for a kernel's lanes and ISA. */
#ifndef BENCH_KERNEL_H
#define BENCH_KERNEL_H

struct osw_kernel;

/* One point per lane; arrays of lane rows aligned to 64 bytes. */
struct bench_point {
    void *t, *gamma, *y, *p;
    void *c, *f, *J, *T, *out, *lu, *b; /* results; b: f solved for */
};

enum bench_function {
    BENCH_RHS,
    BENCH_RHS_JAC,
    BENCH_DFDT,
    BENCH_FACTOR,
    BENCH_SOLVE,
    BENCH_OBSERVE,
    BENCH_FUNCTIONS
};

/* Call one function n times, the others' results being there; the first call of all is
 * bench_prepare. */
struct bench_calls {
    void (*prepare)(const struct osw_kernel *kernel, const struct bench_point *at);
    void (*repeat)(const struct osw_kernel *kernel, const struct bench_point *at,
                   enum bench_function function, long n);
    /* n rounds of independent multiply-adds; returns their flops, and a number so that
     * they are not left out. */
    double (*multiply)(long n, double *result);
};

#endif
