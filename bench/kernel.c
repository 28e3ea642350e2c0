/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Nanoseconds per lane-evaluation of the kernels' functions, for the scalar kernel and
 * every ISA this machine runs, with flops and their share of the measured peak; and of a
 * step of Rodas5P in a lane (none for models it fails on from near nominal). First it
 * checks that all kernels agree. CPU time, least of several runs; prints, never fails on
 * time.   bench_kernel MODEL… */
#include "kernel.h"
#include "base/memory.h"
#include "lane_step.h"
#include "model/model.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { RUNS = 7, LANES_MAX = 8 };
#define RUN_SECONDS 0.01

/* Flops of one elementary function of numerics/lanes_math.h, a fused operation being two;
 * integer operations and comparisons not counted. */
enum { EXP_FLOPS = 28, LN_FLOPS = 25 };

extern const struct bench_calls bench_calls_scalar, bench_calls_baseline;
#ifdef OSW_FLAGS_AVX2
extern const struct bench_calls bench_calls_avx2;
#endif
#ifdef OSW_FLAGS_AVX512
extern const struct bench_calls bench_calls_avx512;
#endif

static const struct bench_calls *const wide_calls[OSW_ISAS] = {
    [OSW_ISA_BASELINE] = &bench_calls_baseline,
#ifdef OSW_FLAGS_AVX2
    [OSW_ISA_AVX2] = &bench_calls_avx2,
#endif
#ifdef OSW_FLAGS_AVX512
    [OSW_ISA_AVX512] = &bench_calls_avx512,
#endif
};

static double cpu_seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* Rows of doubles that live until the program ends. */
static void *rows(int n, int lanes)
{
    size_t bytes = ((size_t)n + 1) * (size_t)lanes * sizeof(double);
    void *array = aligned_alloc(64, (bytes + 63) / 64 * 64);
    if (!array) {
        fputs("out of memory\n", stderr);
        exit(70);
    }
    memset(array, 0, bytes);
    return array;
}

/* A number in [-1, 1) that depends on member and entry alone. */
static double jitter(int member, int entry)
{
    unsigned long z = (unsigned long)member * 0x9e3779b97f4a7c15ul + (unsigned long)entry;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ul;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebul;
    return (double)(z >> 11) * 0x1p-52 - 1;
}

/* Members 0, 1, … in the lanes: parameters and states within 5 % and 20 % of nominal. */
static struct bench_point point(const struct osw_model *model, const struct osw_kernel *k)
{
    int n = k->lanes;
    struct bench_point at = {
        .t = rows(1, n),
        .gamma = rows(1, n),
        .y = rows(k->n_states, n),
        .p = rows(k->n_params, n),
        .c = rows(k->n_constants, n),
        .f = rows(k->n_states, n),
        .J = rows(k->jac_nnz, n),
        .T = rows(k->dfdt_nnz, n),
        .out = rows(k->n_outputs, n),
        .lu = rows(k->lu_size, n),
        .b = rows(k->n_states, n),
    };
    for (int l = 0; l < n; l++) {
        ((double *)at.t)[l] = 100 * (1 + jitter(l, 0));
        ((double *)at.gamma)[l] = 0.2;
        for (int j = 0; j < k->n_params; j++)
            ((double *)at.p)[j * n + l] =
                model->params[j].nominal * (1 + 0.05 * jitter(l, 1 + j));
        for (int i = 0; i < k->n_states; i++) {
            const struct osw_state *s = &model->states[i];
            ((double *)at.y)[i * n + l] =
                (s->start > 1e-9 * s->scale ? s->start : 0.01 * s->scale) *
                (1 + 0.2 * jitter(l, 1000 + i));
        }
    }
    return at;
}

/* Largest difference of a row set from the scalar kernel's, member 0, relative to the
 * larger of the value and 1e-6 of the set's largest. */
static double deviation(const double *x, int lanes, const double *scalar, int n)
{
    double worst = 0, largest = 0;
    for (int i = 0; i < n; i++)
        largest = fmax(largest, fabs(scalar[i]));
    for (int i = 0; i < n; i++)
        worst = fmax(worst, fabs(x[i * lanes] - scalar[i]) /
                                fmax(fabs(scalar[i]), 1e-6 * largest));
    return worst;
}

static bool agrees(const struct osw_kernel *k, const struct bench_point *at,
                   const struct bench_point *scalar)
{
    const double worst =
        fmax(fmax(deviation(at->f, k->lanes, scalar->f, k->n_states),
                  deviation(at->J, k->lanes, scalar->J, k->jac_nnz)),
             fmax(deviation(at->b, k->lanes, scalar->b, k->n_states),
                  deviation(at->out, k->lanes, scalar->out, k->n_outputs)));
    printf("  largest difference from the scalar kernel %.1e\n", worst);
    return worst < 1e-8;
}

static double seconds_per_call(const struct bench_calls *calls,
                               const struct osw_kernel *k, const struct bench_point *at,
                               enum bench_function function)
{
    long n = 16;
    double least = INFINITY, spent = 0;
    for (int run = 0; run < RUNS;) {
        double before = cpu_seconds();
        calls->repeat(k, at, function, n);
        spent = cpu_seconds() - before;
        if (spent < RUN_SECONDS) {
            n *= 2;
            continue;
        }
        least = fmin(least, spent / (double)n);
        run++;
    }
    return least;
}

static double peak_flops(const struct bench_calls *calls)
{
    double most = 0, number = 0;
    for (int run = 0; run < RUNS; run++) {
        double before = cpu_seconds();
        double flops = calls->multiply(1000000, &number);
        most = fmax(most, flops / (cpu_seconds() - before));
    }
    return isfinite(number) ? most : 0;
}

static double flops(const struct osw_kernel_work *work)
{
    return work->operations + EXP_FLOPS * work->exps + LN_FLOPS * work->lns;
}

static void report_step(const struct osw_model *model, const struct osw_kernel *k,
                        enum osw_isa isa, double peak)
{
    struct bench_lane_step step;
    const double work[] = {flops(&k->work_rhs), flops(&k->work_rhs_jac),
                           flops(&k->work_factor), flops(&k->work_solve)};
    if (!bench_lane_step(model, k, isa, work, &step))
        return;
    printf("    %-9s %8.1f ns per lane  %6.0f flop  %6.2f GFLOP/s  %4.1f %% of peak\n",
           "lane-step", 1e9 * step.seconds, step.flops, 1e-9 * step.flops / step.seconds,
           100 * step.flops / step.seconds / peak);
}

static void report(const struct osw_model *model, const char *variant, enum osw_isa isa,
                   const struct bench_calls *calls, const struct osw_kernel *k,
                   const struct bench_point *at)
{
    static const char *const names[] = {"rhs",       "rhs_jac",  "dfdt",
                                        "lu_factor", "lu_solve", "observe"};
    const struct osw_kernel_work *const work[] = {&k->work_rhs,   &k->work_rhs_jac,
                                                  NULL,           &k->work_factor,
                                                  &k->work_solve, &k->work_observe};
    double peak = peak_flops(calls);
    printf("  %-9s %d lane%s  peak %6.1f GFLOP/s\n", variant, k->lanes,
           k->lanes > 1 ? "s" : " ", 1e-9 * peak);
    for (int function = 0; function < BENCH_FUNCTIONS; function++) {
        double s = seconds_per_call(calls, k, at, (enum bench_function)function);
        printf("    %-9s %8.1f ns per lane", names[function], 1e9 * s / k->lanes);
        if (work[function])
            printf("  %6.0f flop  %6.2f GFLOP/s  %4.1f %% of peak", flops(work[function]),
                   1e-9 * flops(work[function]) * k->lanes / s,
                   100 * flops(work[function]) * k->lanes / s / peak);
        printf("\n");
    }
    report_step(model, k, isa, peak);
}

static void describe(const struct osw_kernel *k)
{
    printf("%s: %d states, %d parameters, %d + %d constants and Jacobian entries, %d of "
           "the factors\n  rhs: %d operations, %d exp, %d ln; rhs_jac: %d, %d, %d; "
           "observe: %d, %d, %d\n",
           k->name, k->n_states, k->n_params, k->n_constants, k->jac_nnz, k->lu_size,
           k->work_rhs.operations, k->work_rhs.exps, k->work_rhs.lns,
           k->work_rhs_jac.operations, k->work_rhs_jac.exps, k->work_rhs_jac.lns,
           k->work_observe.operations, k->work_observe.exps, k->work_observe.lns);
}

static bool measure(struct osw_model *model, struct osw_diag *diag)
{
    struct bench_point scalar = point(model, model->kernel);
    bool good = true;
    describe(model->kernel);
    bench_calls_scalar.prepare(model->kernel, &scalar);
    report(model, "scalar", OSW_ISA_BASELINE, &bench_calls_scalar, model->kernel,
           &scalar);
    bench_calls_scalar.prepare(model->kernel, &scalar);
    for (int i = 0; i < OSW_ISAS && good; i++) {
        struct osw_wide_kernel wide;
        if (osw_model_kernel_wide(model, (enum osw_isa)i, diag, &wide))
            return false;
        if (wide.isa != (enum osw_isa)i)
            continue;
        struct bench_point at = point(model, wide.kernel);
        wide_calls[i]->prepare(wide.kernel, &at);
        good = agrees(wide.kernel, &at, &scalar);
        report(model, osw_isa_name(wide.isa), wide.isa, wide_calls[i], wide.kernel, &at);
    }
    return good;
}

int main(int argc, char **argv)
{
    struct osw_diag *diag = osw_diag_create();
    bool good = diag && argc > 1;
    for (int i = 1; i < argc && good; i++) {
        struct osw_model *model = NULL;
        good = !osw_model_open(argv[i], diag, &model) && measure(model, diag);
        osw_model_destroy(model);
    }
    if (diag)
        osw_diag_render(diag, stderr, false);
    osw_diag_destroy(diag);
    return good ? 0 : 1;
}
