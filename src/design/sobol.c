/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "design/sobol.h"
#include "base/random.h"

#include <assert.h>

/* Streams of the random numbers, far above those that a design's dimensions use. */
static const uint64_t scramble_stream = (uint64_t)1 << 60,
                      tail_stream = (uint64_t)1 << 61;

static const uint16_t joe_kuo[] = {
#include "design/joe_kuo.inc"
};

static int degree(uint32_t polynomial)
{
    int s = 0;
    while (polynomial >> (s + 1))
        s++;
    return s;
}

/* Direction numbers v_1 … v_32 of one dimension from its row of the table: the recurrence
 * of Bratley & Fox 1988 (ACM Trans Math Softw 14:88). Dimension 0 has degree 0: every
 * m_k = 1. */
static void directions(const uint16_t *row, uint32_t v[OSW_SOBOL_BITS])
{
    const uint32_t polynomial = row[0];
    const int s = degree(polynomial);
    for (int k = 0; k < OSW_SOBOL_BITS; k++) {
        if (s == 0 || k < s) {
            v[k] = (uint32_t)(s ? row[1 + k] : 1) << (31 - k);
            continue;
        }
        v[k] = v[k - s] ^ (v[k - s] >> s);
        for (int i = 1; i < s; i++)
            if (polynomial >> (s - i) & 1)
                v[k] ^= v[k - i];
    }
}

enum osw_status osw_sobol_init(struct osw_sobol *sobol, int n, uint64_t seed,
                               struct osw_arena *arena)
{
    assert(n >= 1 && n <= OSW_SOBOL_DIMENSIONS);
    *sobol = (struct osw_sobol){.n = n, .seed = seed};
    sobol->direction = osw_arena_alloc(arena, (size_t)n, sizeof *sobol->direction);
    if (!sobol->direction)
        return OSW_ERR_MEMORY;
    const uint16_t *row = joe_kuo;
    for (int j = 0; j < n; j++) {
        directions(row, sobol->direction[j]);
        row += 1 + degree(row[0]);
    }
    return OSW_OK;
}

static uint32_t plain(const struct osw_sobol *sobol, int j, uint64_t index)
{
    assert(index >> OSW_SOBOL_BITS == 0);
    uint32_t x = 0;
    for (int k = 0; index; k++, index >>= 1)
        if (index & 1)
            x ^= sobol->direction[j][k];
    return x;
}

static uint32_t reversed(uint32_t x)
{
    x = x >> 16 | x << 16;
    x = (x & 0x00ff00ff) << 8 | (x & 0xff00ff00) >> 8;
    x = (x & 0x0f0f0f0f) << 4 | (x & 0xf0f0f0f0) >> 4;
    x = (x & 0x33333333) << 2 | (x & 0xcccccccc) >> 2;
    return (x & 0x55555555) << 1 | (x & 0xaaaaaaaa) >> 1;
}

/* A hash in which bit k depends on bits 0 … k only; on reversed digits that is a nested
 * uniform scrambling. Constants: Burley 2020, section 3.2. */
static uint32_t scrambled(uint32_t x, uint32_t seed)
{
    x = reversed(x);
    x += seed;
    x ^= x * 0x6c50b47c;
    x ^= x * 0xb82f1e52;
    x ^= x * 0xc7afe638;
    x ^= x * 0x8d22f6e6;
    return reversed(x);
}

double osw_sobol_coordinate(const struct osw_sobol *sobol, int j, uint64_t index)
{
    const uint64_t stream = (uint64_t)j;
    uint32_t key = (uint32_t)osw_random_bits(sobol->seed, scramble_stream, stream);
    uint32_t x = scrambled(plain(sobol, j, index), key);
    uint64_t tail = osw_random_bits(sobol->seed, tail_stream + stream, index) >> 44;
    return ((double)((uint64_t)x << 20 | tail) + 0.5) * 0x1p-52;
}

double osw_sobol_plain(const struct osw_sobol *sobol, int j, uint64_t index)
{
    return (double)plain(sobol, j, index) * 0x1p-32;
}
