/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/method.h"
#include "bench/lanes.h"
#include "bench/singles.h"
#include "numerics/flush.h"
#include "solve/solver.h"

#include <string.h>

#define SINGLES                                                                          \
    true, false, false, osw_bench_singles_create, osw_bench_singles_run,                 \
        osw_bench_singles_destroy

#define LANES(wide, rhythmic)                                                            \
    !(wide), wide, rhythmic, osw_bench_lanes_create, osw_bench_lanes_run,                \
        osw_bench_lanes_destroy

const struct osw_bench_method osw_bench_methods[] = {
    {"cvode-dense", "CVODE dense", SINGLES, OSW_LINEAR_DENSE},
    {"cvode-klu", "CVODE KLU", SINGLES, OSW_LINEAR_KLU},
    {"cvode-generated", "CVODE generated LU", SINGLES, OSW_LINEAR_GENERATED},
    {"rodas-scalar", "Rodas5P, one lane", LANES(false, false), 0},
    {"rodas-lanes", "Rodas5P in lanes", LANES(true, false), 1},
    {"envelope", "in lanes, envelope", LANES(true, true), 2},
    {0},
};

const struct osw_bench_method *osw_bench_method_find(const char *name)
{
    const struct osw_bench_method *m = osw_bench_methods;
    while (m->name && strcmp(m->name, name) != 0)
        m++;
    return m->name ? m : NULL;
}

bool osw_bench_method_suits(const struct osw_bench_method *m,
                            const struct osw_bench_problem *b)
{
    return !m->rhythmic || b->n_events > 0;
}

__attribute__((noinline)) enum osw_status
osw_bench_work(const struct osw_bench_method *method, void *work, int first, int n,
               double *states, struct osw_bench_counts *counts)
{
    const uint64_t before = osw_lanes_flush_begin();
    enum osw_status status = method->run(work, first, n, states, counts);
    osw_lanes_flush_end(before);
    return status;
}
