/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Subnormal numbers taken as 0, where the machine can: decaying states would slow
 * arithmetic down tenfold. */
#ifndef OSW_NUMERICS_FLUSH_H
#define OSW_NUMERICS_FLUSH_H

#include <stdint.h>
#if defined __SSE2__
#include <emmintrin.h>
#endif

/* In arguments and results, until the end. For whoever runs a batch, around it; by
 * thread. */
static inline uint64_t osw_lanes_flush_begin(void)
{
#if defined __SSE2__
    const unsigned before = _mm_getcsr();
    _mm_setcsr(before | 0x8040u); /* FTZ, DAZ */
    return before;
#elif defined __aarch64__
    uint64_t before;
    __asm__ volatile("mrs %0, fpcr" : "=r"(before));
    __asm__ volatile("msr fpcr, %0" ::"r"(before | UINT64_C(1) << 24)); /* FZ */
    return before;
#else
    return 0;
#endif
}

static inline void osw_lanes_flush_end(uint64_t before)
{
#if defined __SSE2__
    _mm_setcsr((unsigned)before);
#elif defined __aarch64__
    __asm__ volatile("msr fpcr, %0" ::"r"(before));
#else
    (void)before;
#endif
}

#endif
