/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * osw_lane as a vector of OSW_LANE_VECTOR doubles, and its arithmetic (GNU vector
 * extensions; intrinsics only where a compiler does not find the instruction). Lane l of
 * every result depends on lane l of the arguments alone, and on neither l nor the number
 * of lanes: all lanes take the same operations, fused where osw_lane_fma says so and
 * nowhere else (-ffp-contract=off). */
#ifndef OSW_NUMERICS_LANES_VECTOR_H
#define OSW_NUMERICS_LANES_VECTOR_H

#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#if defined __AVX2__
#include <immintrin.h>
#elif defined __SSE2__
#include <emmintrin.h>
#elif defined __aarch64__
#include <arm_neon.h>
#endif

#define OSW_LANES OSW_LANE_VECTOR
/* A call would spill every vector register. */
#define OSW_LANE_INLINE static inline __attribute__((always_inline))

typedef double osw_lane __attribute__((vector_size(8 * OSW_LANES)));
typedef uint64_t osw_lane_bits __attribute__((vector_size(8 * OSW_LANES)));
typedef int64_t osw_lane_mask __attribute__((vector_size(8 * OSW_LANES))); /* -1 or 0 */

OSW_LANE_INLINE osw_lane osw_lane_of(double x)
{
    return x - (osw_lane){0};
}

OSW_LANE_INLINE osw_lane_bits osw_lane_bits_of(uint64_t x)
{
    return x - (osw_lane_bits){0};
}

/* a*b + c and c - a*b, rounded once where the target has the instruction. */
OSW_LANE_INLINE osw_lane osw_lane_fma(osw_lane a, osw_lane b, osw_lane c)
{
#if defined __AVX512F__ && OSW_LANES == 8
    return (osw_lane)_mm512_fmadd_pd((__m512d)a, (__m512d)b, (__m512d)c);
#elif defined __FMA__ && OSW_LANES == 4
    return (osw_lane)_mm256_fmadd_pd((__m256d)a, (__m256d)b, (__m256d)c);
#elif defined __FMA__ && OSW_LANES == 2
    return (osw_lane)_mm_fmadd_pd((__m128d)a, (__m128d)b, (__m128d)c);
#elif defined __aarch64__ && OSW_LANES == 2
    return (osw_lane)vfmaq_f64((float64x2_t)c, (float64x2_t)a, (float64x2_t)b);
#elif defined __FMA__ || defined __aarch64__
    for (int l = 0; l < OSW_LANES; l++)
        c[l] = __builtin_fma(a[l], b[l], c[l]);
    return c;
#else
    return a * b + c;
#endif
}

OSW_LANE_INLINE osw_lane osw_lane_fnma(osw_lane a, osw_lane b, osw_lane c)
{
#if defined __AVX512F__ && OSW_LANES == 8
    return (osw_lane)_mm512_fnmadd_pd((__m512d)a, (__m512d)b, (__m512d)c);
#elif defined __FMA__ && OSW_LANES == 4
    return (osw_lane)_mm256_fnmadd_pd((__m256d)a, (__m256d)b, (__m256d)c);
#else
    return osw_lane_fma(-a, b, c);
#endif
}

/* Lanes of a where the mask is set, else of b. */
OSW_LANE_INLINE osw_lane osw_lane_select(osw_lane_mask mask, osw_lane a, osw_lane b)
{
#if defined __AVX512F__ && OSW_LANES == 8
    return (osw_lane)_mm512_mask_blend_pd(_mm512_movepi64_mask((__m512i)mask), (__m512d)b,
                                          (__m512d)a);
#elif defined __AVX2__ && OSW_LANES == 4
    return (osw_lane)_mm256_blendv_pd((__m256d)b, (__m256d)a, (__m256d)mask);
#else
    return (osw_lane)((mask & (osw_lane_mask)a) | (~mask & (osw_lane_mask)b));
#endif
}

OSW_LANE_INLINE bool osw_lane_any(osw_lane_mask mask)
{
    int64_t any = 0;
    for (int l = 0; l < OSW_LANES; l++)
        any |= mask[l];
    return any != 0;
}

OSW_LANE_INLINE bool osw_lane_all(osw_lane_mask mask)
{
    return !osw_lane_any(~mask);
}

/* b where the two are unordered: a bound stands first, so that NaN passes. */
OSW_LANE_INLINE osw_lane osw_lane_min(osw_lane a, osw_lane b)
{
#if defined __AVX512F__ && OSW_LANES == 8
    return (osw_lane)_mm512_min_pd((__m512d)a, (__m512d)b);
#elif defined __AVX2__ && OSW_LANES == 4
    return (osw_lane)_mm256_min_pd((__m256d)a, (__m256d)b);
#elif defined __SSE2__ && OSW_LANES == 2
    return (osw_lane)_mm_min_pd((__m128d)a, (__m128d)b);
#else
    return osw_lane_select(a < b, a, b);
#endif
}

OSW_LANE_INLINE osw_lane osw_lane_max(osw_lane a, osw_lane b)
{
#if defined __AVX512F__ && OSW_LANES == 8
    return (osw_lane)_mm512_max_pd((__m512d)a, (__m512d)b);
#elif defined __AVX2__ && OSW_LANES == 4
    return (osw_lane)_mm256_max_pd((__m256d)a, (__m256d)b);
#elif defined __SSE2__ && OSW_LANES == 2
    return (osw_lane)_mm_max_pd((__m128d)a, (__m128d)b);
#else
    return osw_lane_select(a > b, a, b);
#endif
}

OSW_LANE_INLINE osw_lane osw_lane_abs(osw_lane x)
{
    return (osw_lane)((osw_lane_bits)x & osw_lane_bits_of(INT64_MAX));
}

OSW_LANE_INLINE osw_lane osw_lane_sqrt(osw_lane x)
{
#if defined __AVX512F__ && OSW_LANES == 8
    return (osw_lane)_mm512_sqrt_pd((__m512d)x);
#elif defined __AVX2__ && OSW_LANES == 4
    return (osw_lane)_mm256_sqrt_pd((__m256d)x);
#elif defined __SSE2__ && OSW_LANES == 2
    return (osw_lane)_mm_sqrt_pd((__m128d)x);
#else
    for (int l = 0; l < OSW_LANES; l++)
        x[l] = __builtin_sqrt(x[l]);
    return x;
#endif
}

/* Lane by lane, for what is too rare to have a vector form. */
OSW_LANE_INLINE osw_lane osw_lane_each(double (*function)(double), osw_lane x)
{
    for (int l = 0; l < OSW_LANES; l++)
        x[l] = function(x[l]);
    return x;
}

#endif
