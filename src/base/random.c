/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/random.h"

#include <assert.h>
/* The header is C++ too, and warns as C++ does. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wpedantic"
#include <Random123/philox.h>
#pragma GCC diagnostic pop

/* Rounds of the Feistel network: four are pseudorandom (Luby & Rackoff 1988); six leave a
 * margin for the small domains that designs have. */
enum { FEISTEL_ROUNDS = 6 };

uint64_t osw_random_bits(uint64_t seed, uint64_t stream, uint64_t index)
{
    const philox2x64_ctr_t counter = {{index, stream}};
    const philox2x64_key_t key = {{seed}};
    return philox2x64(counter, key).v[0];
}

double osw_random_uniform(uint64_t seed, uint64_t stream, uint64_t index)
{
    return ((double)(osw_random_bits(seed, stream, index) >> 12) + 0.5) * 0x1p-52;
}

/* One pass through the network on 2 * half bits. */
static uint64_t shuffle(uint64_t seed, uint64_t stream, int half, uint64_t i)
{
    const uint64_t mask = ((uint64_t)1 << half) - 1;
    uint64_t left = i >> half, right = i & mask;
    for (uint64_t round = 0; round < FEISTEL_ROUNDS; round++) {
        uint64_t mixed =
            left ^ (osw_random_bits(seed, stream, round << 32 | right) & mask);
        left = right;
        right = mixed;
    }
    return left << half | right;
}

uint64_t osw_random_permute(uint64_t seed, uint64_t stream, uint64_t n, uint64_t i)
{
    assert(n >= 1 && i < n && n <= (uint64_t)1 << 62);
    int half = 1;
    while ((uint64_t)1 << 2 * half < n)
        half++;
    do
        i = shuffle(seed, stream, half, i);
    while (i >= n);
    return i;
}
