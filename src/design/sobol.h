/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Scrambled Sobol' points by index. Direction numbers of Joe & Kuo 2008 (SIAM J Sci
 * Comput 30:2635, doi:10.1137/070709359, set "new-joe-kuo-6"); nested (Owen) scrambling
 * by the hash of Burley 2020 (J Comput Graph Tech 9(4):1), which keeps the net: each of
 * the first 2^k points lies in its own dyadic interval of every dimension. The 32 bits
 * below the net are random. */
#ifndef OSW_DESIGN_SOBOL_H
#define OSW_DESIGN_SOBOL_H

#include "base/memory.h"
#include <stdint.h>

enum { OSW_SOBOL_DIMENSIONS = 1280, OSW_SOBOL_BITS = 32 };

struct osw_sobol {
    int n;                                 /* dimensions */
    uint64_t seed;                         /* of the scrambling */
    uint32_t (*direction)[OSW_SOBOL_BITS]; /* [n] */
};

/* 1 <= n <= OSW_SOBOL_DIMENSIONS; the numbers live in the arena. */
enum osw_status osw_sobol_init(struct osw_sobol *sobol, int n, uint64_t seed,
                               struct osw_arena *arena) OSW_MUST_CHECK;

/* Coordinate j of point `index` (< 2^32), in (0, 1). */
double osw_sobol_coordinate(const struct osw_sobol *sobol, int j, uint64_t index);

/* The same without scrambling: for tests against published points. */
double osw_sobol_plain(const struct osw_sobol *sobol, int j, uint64_t index);

#endif
