/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Random numbers by index: the fence around Random123. Every number is a pure function of
 * (seed, stream, index), so that any member of a design can be made anywhere, in any
 * order, without state. Philox2x64 with ten rounds (Salmon et al. 2011, SC'11,
 * doi:10.1145/2063384.2063405). */
#ifndef OSW_BASE_RANDOM_H
#define OSW_BASE_RANDOM_H

#include <stdint.h>

/* 64 random bits. */
uint64_t osw_random_bits(uint64_t seed, uint64_t stream, uint64_t index);

/* Uniform in the open interval (0, 1): (k + 1/2) / 2^52, never 0 or 1. */
double osw_random_uniform(uint64_t seed, uint64_t stream, uint64_t index);

/* Image of i under a random permutation of 0 … n - 1 that (seed, stream) chooses: a keyed
 * Feistel network on the next power of four, walked until it lands below n. 0 <= i < n,
 * n >= 1. */
uint64_t osw_random_permute(uint64_t seed, uint64_t stream, uint64_t n, uint64_t i);

#endif
