/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The catalogue. Tolerances are chosen so that the points lie on both sides of the target
 * error; members of one-at-a-time solvers so that a whole report takes minutes. */
#include "bench/problem.h"
#include "bench/published.h"

#include <string.h>

const struct osw_bench_case osw_bench_cases[] = {
    {"natural-history", "natural history, 60 years, no events", 1e-5, 1e-3, 7, 200,
     100000, 1e-6, 4, true, NULL},
    {"mk7-daily", "3 years of daily MK-7", 1e-5, 1e-3, 5, 8, 100000, 1e-4, 1, false,
     NULL},
    {"senolytic-weekly", "10 years of weekly senolytic", 1e-5, 1e-3, 5, 8, 100000, 1e-4,
     1, false, NULL},
    {"mk7-lifelong", "40 years of daily MK-7", 1e-4, 1e-3, 3, 2, 200, 0, 0, false, NULL},
    {"robertson", "Robertson's kinetics", 1e-5, 1e-3, 6, 200, 100000, 1e-6, 4, false,
     &osw_bench_robertson},
    {"hires", "HIRES", 1e-5, 1e-3, 6, 200, 100000, 1e-6, 4, false, &osw_bench_hires},
    {"oregonator", "Oregonator", 1e-5, 1e-3, 6, 200, 100000, 1e-6, 4, false,
     &osw_bench_oregonator},
    {"e5", "E5", 1e-5, 1e-3, 6, 200, 100000, 1e-6, 4, false, &osw_bench_e5},
    {"pollu", "POLLU", 1e-5, 1e-3, 6, 200, 100000, 1e-6, 4, true, &osw_bench_pollu},
    {0},
};

const struct osw_bench_case *osw_bench_case_find(const char *name)
{
    const struct osw_bench_case *c = osw_bench_cases;
    while (c->name && strcmp(c->name, name) != 0)
        c++;
    return c->name ? c : NULL;
}
