/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/measure.h"
#include "base/memory.h"
#include "bench/machine.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double reference_rtol = 1e-10, lanes_rtol = 1e-9, floor_of_scale = 1e-3;

static size_t width(const struct osw_bench_problem *b)
{
    return (size_t)b->kernel->n_states + (size_t)b->n_outputs;
}

/* states [n][n_times][n_states] of the first n members by a method. */
static enum osw_status run_method(const struct osw_bench_problem *b,
                                  const struct osw_bench_method *method,
                                  const struct osw_bench_setting *setting, int runs,
                                  int n, double *states, struct osw_bench_counts *counts,
                                  double *least)
{
    struct osw_bench_run *work = NULL;
    enum osw_status status = osw_bench_method_create(method, b, setting, &work);
    *least = INFINITY;
    for (int i = 0; i < runs && !status; i++) {
        double before = osw_machine_cpu_seconds();
        *counts = (struct osw_bench_counts){0};
        status = osw_bench_work(work, 0, n, states, counts);
        *least = fmin(*least, osw_machine_cpu_seconds() - before);
    }
    osw_bench_method_destroy(work);
    return status;
}

static double *states_of(const struct osw_bench_problem *b, int n)
{
    return osw_alloc((size_t)n * (size_t)b->n_times * (size_t)b->kernel->n_states,
                     sizeof(double));
}

static enum osw_status observe_all(const struct osw_bench_problem *b,
                                   const double *states, int n, double *values)
{
    size_t rows = (size_t)b->n_times;
    enum osw_status status = OSW_OK;
    for (int k = 0; k < n && !status; k++)
        status = osw_bench_observe(
            b, k, states + (size_t)k * rows * (size_t)b->kernel->n_states,
            values + (size_t)k * rows * width(b));
    return status;
}

double osw_bench_published_error(const struct osw_bench_problem *b,
                                 const double *reference)
{
    const double *y = reference + (size_t)(b->n_times - 1) * width(b);
    double worst = b->published ? 0 : NAN;
    for (int i = 0; b->published && i < b->kernel->n_states; i++)
        worst = fmax(worst, fabs(y[i] - b->published[i]) /
                                (fabs(b->published[i]) + floor_of_scale * b->scale[i]));
    return worst;
}

/* Root of the mean square of scaled errors; NAN when either failed. */
static double member_error(const struct osw_bench_problem *b, const double *values,
                           const double *reference)
{
    size_t n = width(b), ny = (size_t)b->kernel->n_states, rows = (size_t)b->n_times;
    double sum = 0;
    for (size_t i = 0; i < n; i++) {
        double scale = i < ny ? b->scale[i] : 0;
        for (size_t t = 0; t < rows && i >= ny; t++)
            scale = fmax(scale, fabs(reference[t * n + i]));
        for (size_t t = 0; t < rows; t++) {
            double ref = reference[t * n + i], size = fabs(ref) + floor_of_scale * scale;
            double e = size > 0 ? (values[t * n + i] - ref) / size : 0;
            sum += e * e;
        }
    }
    return sqrt(sum / (double)(n * rows));
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* errors [n], which are sorted; those that are NAN do not count. */
static void summarize(double *errors, int n, struct osw_bench_point *point)
{
    int kept = 0;
    double sum = 0;
    for (int k = 0; k < n; k++)
        if (!isnan(errors[k]))
            errors[kept++] = fmax(errors[k], 1e-300);
    qsort(errors, (size_t)kept, sizeof *errors, ascending);
    for (int k = 0; k < kept; k++)
        sum += log(errors[k]);
    point->error = kept ? exp(sum / kept) : NAN;
    point->median = kept ? errors[(kept - 1) / 2] : NAN;
    point->p95 = kept ? errors[(int)ceil(0.95 * kept) - 1] : NAN;
    point->worst = kept ? errors[kept - 1] : NAN;
}

/* values of members 0 … n - 1 by a method. */
static enum osw_status tight_run(const struct osw_bench_problem *b, const char *method,
                                 double rtol, int n, double *values)
{
    const struct osw_bench_setting setting = {rtol, OSW_ISA_BASELINE};
    struct osw_bench_counts counts;
    double unused, *states = states_of(b, n);
    enum osw_status status = OSW_ERR_MEMORY;
    if (states)
        status = run_method(b, osw_bench_method_find(method), &setting, 1, n, states,
                            &counts, &unused);
    if (!status)
        status = observe_all(b, states, n, values);
    osw_free(states);
    return status;
}

void osw_bench_reference_fini(struct osw_bench_reference *reference)
{
    osw_free(reference->values);
    *reference = (struct osw_bench_reference){0};
}

enum osw_status osw_bench_reference_init(const struct osw_bench_problem *b, int singles,
                                         struct osw_bench_reference *reference)
{
    size_t size = (size_t)b->n_times * width(b);
    int n = singles < b->n_members ? singles : b->n_members;
    double *ours = osw_alloc((size_t)n * size, sizeof *ours);
    double *errors = osw_alloc((size_t)n, sizeof *errors);
    enum osw_status status = OSW_ERR_MEMORY;
    *reference = (struct osw_bench_reference){
        .values = osw_alloc((size_t)b->n_members * size, sizeof(double)), .singles = n};
    if (reference->values && ours && errors)
        status = tight_run(b, "rodas-lanes", lanes_rtol, b->n_members, reference->values);
    if (!status)
        status = tight_run(b, "cvode-klu", reference_rtol, n, ours);
    if (!status) {
        struct osw_bench_point cross;
        for (int k = 0; k < n; k++)
            errors[k] = member_error(b, reference->values + (size_t)k * size,
                                     ours + (size_t)k * size);
        summarize(errors, n, &cross);
        reference->error = cross.error;
        reference->worst = cross.worst;
        memcpy(reference->values, ours, (size_t)n * size * sizeof *ours);
    }
    osw_free(ours);
    osw_free(errors);
    return status;
}

enum osw_status osw_bench_measure(const struct osw_bench_problem *b,
                                  const double *reference, int runs, enum osw_isa isa,
                                  struct osw_bench_point *point)
{
    const struct osw_bench_setting setting = {point->rtol, isa};
    size_t size = (size_t)b->n_times * width(b);
    int n = point->members;
    double seconds, *states = states_of(b, n);
    double *values = osw_alloc(size, sizeof *values);
    double *errors = osw_alloc((size_t)n, sizeof *errors);
    enum osw_status status = OSW_ERR_MEMORY;
    if (states && values && errors)
        status = run_method(b, point->method, &setting, runs, n, states, &point->counts,
                            &seconds);
    for (int k = 0; k < n && !status; k++) {
        size_t ny = (size_t)b->n_times * (size_t)b->kernel->n_states;
        status = osw_bench_observe(b, k, states + (size_t)k * ny, values);
        errors[k] = member_error(b, values, reference + (size_t)k * size);
    }
    if (!status) {
        summarize(errors, n, point);
        point->cpu_ms = 1e3 * seconds / n;
    }
    osw_free(states);
    osw_free(values);
    osw_free(errors);
    return status;
}

static double interpolate(const struct osw_bench_point *a,
                          const struct osw_bench_point *b, double target)
{
    double x = log(target / a->error) / log(b->error / a->error);
    return a->cpu_ms * pow(b->cpu_ms / a->cpu_ms, x);
}

const struct osw_bench_point *osw_bench_reaching(const struct osw_bench_point *points,
                                                 int n, double target)
{
    for (int i = 0; i < n; i++)
        if (points[i].error <= target)
            return &points[i];
    return NULL;
}

double osw_bench_cost(const struct osw_bench_point *points, int n, double target,
                      bool *bound)
{
    const struct osw_bench_point *reaching = osw_bench_reaching(points, n, target);
    *bound = reaching && reaching == points;
    if (!reaching)
        return NAN;
    return *bound ? points->cpu_ms : interpolate(reaching - 1, reaching, target);
}
