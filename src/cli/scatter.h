/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Repeatable scattered numbers: a counter through splitmix64 (Steele, Lea & Flood 2014,
 * doi:10.1145/2660193.2660195). For starts and trial points, not for statistics. */
#ifndef OSW_CLI_SCATTER_H
#define OSW_CLI_SCATTER_H

#include <stdint.h>

/* In [0, 1). */
static inline double osw_scatter(uint64_t counter)
{
    uint64_t z = (counter + 1) * 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return (double)((z ^ (z >> 31)) >> 11) * 0x1p-53;
}

#endif
