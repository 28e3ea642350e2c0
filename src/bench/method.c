/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/method.h"
#include "bench/machine.h"
#include "bench/singles.h"
#include "solve/solver.h"

#include <string.h>

#define SINGLES                                                                          \
    true, osw_bench_singles_create, osw_bench_singles_run, osw_bench_singles_destroy

const struct osw_bench_method osw_bench_methods[] = {
    {"cvode-dense", "CVODE dense", SINGLES, OSW_LINEAR_DENSE},
    {"cvode-klu", "CVODE KLU", SINGLES, OSW_LINEAR_KLU},
    {"cvode-generated", "CVODE generated LU", SINGLES, OSW_LINEAR_GENERATED},
    {0},
};

const struct osw_bench_method *osw_bench_method_find(const char *name)
{
    const struct osw_bench_method *m = osw_bench_methods;
    while (m->name && strcmp(m->name, name) != 0)
        m++;
    return m->name ? m : NULL;
}

__attribute__((noinline)) enum osw_status
osw_bench_work(const struct osw_bench_method *method, void *work, int first, int n,
               double *states, struct osw_bench_counts *counts)
{
    bool before = osw_machine_flush(true);
    enum osw_status status = method->run(work, first, n, states, counts);
    osw_machine_flush(before);
    return status;
}
