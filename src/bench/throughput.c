/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/throughput.h"
#include "base/memory.h"
#include "bench/machine.h"

#include <pthread.h>
#include <time.h>

struct share { /* of one thread */
    const struct osw_bench_problem *problem;
    const struct osw_bench_method *method;
    struct osw_bench_run *work;
    double *states, cpu_s;
    int first, n;
    enum osw_status status;
    pthread_t thread;
    bool runs;
};

static void *run_share(void *context)
{
    struct share *s = context;
    struct osw_bench_counts counts = {0};
    double before = osw_machine_cpu_seconds();
    s->status = osw_bench_work(s->work, s->first, s->n, s->states, &counts);
    s->cpu_s = osw_machine_cpu_seconds() - before;
    return NULL;
}

static double elapsed(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static enum osw_status shares_init(struct share *shares, int threads,
                                   const struct osw_bench_problem *problem,
                                   const struct osw_bench_method *method,
                                   const struct osw_bench_setting *setting)
{
    enum osw_status status = OSW_OK;
    size_t size = (size_t)problem->n_times * (size_t)problem->kernel->n_states;
    for (int i = 0; i < threads && !status; i++) {
        struct share *s = &shares[i];
        s->problem = problem;
        s->method = method;
        s->first = i * problem->n_members / threads;
        s->n = (i + 1) * problem->n_members / threads - s->first;
        s->states = osw_alloc((size_t)s->n * size, sizeof *s->states);
        status = s->states ? osw_bench_method_create(method, problem, setting, &s->work)
                           : OSW_ERR_MEMORY;
    }
    return status;
}

static enum osw_status run_all(struct share *shares, int threads)
{
    enum osw_status status = OSW_OK;
    for (int i = 0; i < threads; i++)
        shares[i].runs = !pthread_create(&shares[i].thread, NULL, run_share, &shares[i]);
    for (int i = 0; i < threads; i++) {
        if (shares[i].runs)
            pthread_join(shares[i].thread, NULL);
        if (!status)
            status = shares[i].runs ? shares[i].status : OSW_ERR_INTERNAL;
    }
    return status;
}

enum osw_status osw_bench_throughput(const struct osw_bench_problem *problem,
                                     const struct osw_bench_method *method,
                                     const struct osw_bench_setting *setting,
                                     struct osw_bench_rate *rate)
{
    int threads = rate->threads;
    struct share *shares = osw_alloc((size_t)threads, sizeof *shares);
    enum osw_status status = OSW_ERR_MEMORY;
    double cpu = 0, wall = 0;
    if (shares)
        status = shares_init(shares, threads, problem, method, setting);
    if (!status) {
        double before = elapsed();
        status = run_all(shares, threads);
        wall = elapsed() - before;
    }
    for (int i = 0; shares && i < threads; i++) {
        cpu += shares[i].cpu_s;
        osw_bench_method_destroy(shares[i].work);
        osw_free(shares[i].states);
    }
    osw_free(shares);
    rate->per_core_s = problem->n_members / cpu;
    rate->per_wall_s = problem->n_members / wall;
    return status;
}
