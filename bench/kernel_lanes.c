/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Compiled once per variant of the kernels; BENCH_CALLS names the table. */
#include "kernel.h"
#include "model/kernel.h"

#include <string.h>

static void prepare(const struct osw_kernel *k, const struct bench_point *at)
{
    const osw_lane t = *(osw_lane *)at->t;
    k->prepare(at->p, at->c);
    k->segment(at->p, at->c);
    k->rhs_jac(t, at->y, at->p, at->c, at->f, at->J);
    k->dfdt(t, at->y, at->p, at->c, at->T);
    k->observe(t, at->y, at->p, at->c, at->out);
    k->lu_factor(at->J, *(osw_lane *)at->gamma, at->lu);
    memcpy(at->b, at->f, (size_t)k->n_states * sizeof(osw_lane));
    k->lu_solve(at->lu, at->b);
}

static void repeat(const struct osw_kernel *k, const struct bench_point *at,
                   enum bench_function function, long n)
{
    const osw_lane t = *(osw_lane *)at->t, gamma = *(osw_lane *)at->gamma;
    for (long i = 0; i < n; i++)
        switch (function) {
        case BENCH_RHS:
            k->rhs(t, at->y, at->p, at->c, at->f);
            break;
        case BENCH_RHS_JAC:
            k->rhs_jac(t, at->y, at->p, at->c, at->f, at->J);
            break;
        case BENCH_DFDT:
            k->dfdt(t, at->y, at->p, at->c, at->T);
            break;
        case BENCH_FACTOR:
            k->lu_factor(at->J, gamma, at->lu);
            break;
        case BENCH_SOLVE:
            k->lu_solve(at->lu, at->b);
            break;
        default:
            k->observe(t, at->y, at->p, at->c, at->out);
        }
}

/* Sixteen chains: more than latency times throughput of any current core. */
static double multiply(long n, double *result)
{
    enum { CHAINS = 16 };
    osw_lane x[CHAINS], a = osw_lane_of(0.999), b = osw_lane_of(1e-3), sum;
    for (int i = 0; i < CHAINS; i++)
        x[i] = osw_lane_of(i);
    for (long k = 0; k < n; k++) {
#pragma GCC unroll 16
        for (int i = 0; i < CHAINS; i++)
            x[i] = osw_lane_fma(x[i], a, b);
    }
    sum = x[0];
    for (int i = 1; i < CHAINS; i++)
        sum += x[i];
    memcpy(result, &sum, sizeof *result);
    return 2.0 * CHAINS * OSW_LANES * (double)n;
}

extern const struct bench_calls BENCH_CALLS;
const struct bench_calls BENCH_CALLS = {prepare, repeat, multiply};
