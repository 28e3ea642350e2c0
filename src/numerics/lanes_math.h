/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * exp, ln and what the models make of them, for vectors of lanes: inline, without calls,
 * tables or branches, so that registers survive. Errors are below 1.2 ulp for exp and ln
 * (tests/numerics/test_lanes_math.c measures them); infinities and NaN pass as in libm.
 * Method: reduction by Cody and Waite, minimax polynomials; ln after FreeBSD's e_log.c,
 * whose coefficients it takes. Bits are as lanes_vector.h says. */
#ifndef OSW_NUMERICS_LANES_MATH_H
#define OSW_NUMERICS_LANES_MATH_H

#include "numerics/lanes_vector.h"

/* ln 2 in two parts; multiples of the first are exact up to 2^20 of them. */
#define OSW_LANE_LN2_HIGH 6.93147180369123816490e-01
#define OSW_LANE_LN2_LOW 1.90821492927058770002e-10
/* x + this - this is x rounded to an integer, which then stands in the low bits. */
#define OSW_LANE_ROUNDER 0x1.8p52

/* 2^n * x for -1100 < n < 1100, given OSW_LANE_ROUNDER + n; two factors, so that neither
 * overflows and a subnormal result is rounded once. */
OSW_LANE_INLINE osw_lane osw_lane_scale(osw_lane x, osw_lane rounded)
{
#if defined __AVX512F__ && OSW_LANES == 8
    return (osw_lane)_mm512_scalef_pd((__m512d)x, (__m512d)(rounded - OSW_LANE_ROUNDER));
#else
    const osw_lane_bits n = ((osw_lane_bits)rounded + 2046) & 0xffff;
    const osw_lane_bits half = n >> 1, rest = n - half;
    return x * (osw_lane)(half << 52) * (osw_lane)(rest << 52);
#endif
}

/* exp(r) - 1 - r over r^2 for |r| <= ln(2)/2, as minimax polynomial of degree 9: error of
 * exp 2^-57.9 (Remez exchange at 60 digits). */
OSW_LANE_INLINE osw_lane osw_lane_exp_tail(osw_lane r)
{
    const osw_lane r2 = r * r;
    osw_lane even = osw_lane_fma(r2, osw_lane_of(2.7630306255647857e-07),
                                 osw_lane_of(2.480149294961707e-05));
    osw_lane odd = osw_lane_fma(r2, osw_lane_of(2.500001885308334e-08),
                                osw_lane_of(2.755758680384707e-06));
    even = osw_lane_fma(r2, even, osw_lane_of(0.0013888888943759984));
    odd = osw_lane_fma(r2, odd, osw_lane_of(0.00019841269505773806));
    even = osw_lane_fma(r2, even, osw_lane_of(0.041666666666529725));
    odd = osw_lane_fma(r2, odd, osw_lane_of(0.008333333333494976));
    even = osw_lane_fma(r2, even, osw_lane_of(0.5000000000000011));
    odd = osw_lane_fma(r2, odd, osw_lane_of(0.1666666666666641));
    return osw_lane_fma(r, odd, even);
}

OSW_LANE_INLINE osw_lane osw_lane_exp(osw_lane x)
{
    x = osw_lane_max(osw_lane_of(-746), osw_lane_min(osw_lane_of(710), x));
    const osw_lane rounded =
        osw_lane_fma(x, osw_lane_of(1.4426950408889634), osw_lane_of(OSW_LANE_ROUNDER));
    const osw_lane n = rounded - OSW_LANE_ROUNDER;
    osw_lane r = osw_lane_fnma(n, osw_lane_of(OSW_LANE_LN2_HIGH), x);
    r = osw_lane_fnma(n, osw_lane_of(OSW_LANE_LN2_LOW), r);
    const osw_lane e = osw_lane_fma(r * r, osw_lane_exp_tail(r), r) + 1.0;
    return osw_lane_scale(e, rounded);
}

/* k ln(2) + ln(1 + f), sqrt(1/2) <= 1 + f <= sqrt(2): with s = f/(2 + f), ln(1 + f) is
 * f - f^2/2 + s (f^2/2 + R), R even in s (FreeBSD, lib/msun/src/e_log.c). */
OSW_LANE_INLINE osw_lane osw_lane_ln_parts(osw_lane k, osw_lane f)
{
    const osw_lane s = f / (2.0 + f), z = s * s, w = z * z, half = 0.5 * f * f;
    osw_lane a = osw_lane_fma(w, osw_lane_of(1.531383769920937332e-01),
                              osw_lane_of(2.222219843214978396e-01));
    osw_lane b = osw_lane_fma(w, osw_lane_of(1.479819860511658591e-01),
                              osw_lane_of(1.818357216161805012e-01));
    a = osw_lane_fma(w, a, osw_lane_of(3.999999999940941908e-01));
    b = osw_lane_fma(w, b, osw_lane_of(2.857142874366239149e-01));
    b = osw_lane_fma(w, b, osw_lane_of(6.666666666666735130e-01));
    const osw_lane R = osw_lane_fma(z, b, w * a);
    const osw_lane low = osw_lane_fma(s, half + R, k * OSW_LANE_LN2_LOW);
    return osw_lane_fma(k, osw_lane_of(OSW_LANE_LN2_HIGH), f - (half - low));
}

/* ln(x) for normal x > 0; infinity stays. */
OSW_LANE_INLINE osw_lane osw_lane_ln_normal(osw_lane x)
{
    /* k counts from mantissas of sqrt(1/2) on */
    const osw_lane_bits offset =
        osw_lane_bits_of(UINT64_C(0x3ff0000000000000) - UINT64_C(0x3fe6a09e00000000));
    const osw_lane_bits u = (osw_lane_bits)x + offset;
    const osw_lane_bits exponent = (u >> 52) | UINT64_C(0x4330000000000000);
    const osw_lane_bits mantissa =
        (u & UINT64_C(0x000fffffffffffff)) + UINT64_C(0x3fe6a09e00000000);
    const osw_lane k = (osw_lane)exponent - (0x1p52 + 1023);
    return osw_lane_select(x > DBL_MAX, x,
                           osw_lane_ln_parts(k, (osw_lane)mantissa - 1.0));
}

OSW_LANE_INLINE osw_lane osw_lane_ln(osw_lane x)
{
    const osw_lane_mask small = x < DBL_MIN;
    const osw_lane scaled = osw_lane_select(small, x * 0x1p54, x);
    osw_lane y = osw_lane_ln_normal(scaled);
    y = osw_lane_select(small, y - 54 * 6.93147180559945309417e-01, y);
    y = osw_lane_select(x == 0.0, osw_lane_of(-INFINITY), y);
    return osw_lane_select(x >= 0.0, y, osw_lane_of(NAN));
}

/* max(x, DBL_MIN): what powers with a real exponent take for their base. */
OSW_LANE_INLINE osw_lane osw_lane_positive(osw_lane x)
{
    return osw_lane_max(x, osw_lane_of(DBL_MIN));
}

OSW_LANE_INLINE osw_lane osw_lane_ln_positive(osw_lane x)
{
    return osw_lane_ln_normal(osw_lane_positive(x));
}

/* exp(min(x, 700)): 1/(1 + E) and its derivative E/(1 + E)^2 stay finite for any x. */
OSW_LANE_INLINE osw_lane osw_lane_bounded(osw_lane x)
{
    return osw_lane_min(osw_lane_of(700), x);
}

OSW_LANE_INLINE osw_lane osw_lane_exp_bounded(osw_lane x)
{
    return osw_lane_exp(osw_lane_bounded(x));
}

/* ln(1 + exp(x)) = max(x, 0) + ln(1 + z), z = exp(-|x|); for z > sqrt(2) - 1 the second
 * part is ln(2) + ln((1 + z)/2), whose argument differs from 1 by exactly (z - 1)/2. */
OSW_LANE_INLINE osw_lane osw_lane_softplus(osw_lane x)
{
    const osw_lane z = osw_lane_exp(-osw_lane_abs(x));
    const osw_lane_mask upper = z > 0.41421356237309503;
    const osw_lane f = osw_lane_select(upper, 0.5 * (z - 1.0), z);
    const osw_lane k = osw_lane_select(upper, osw_lane_of(1), osw_lane_of(0));
    return osw_lane_max(osw_lane_of(0), x) + osw_lane_ln_parts(k, f);
}

OSW_LANE_INLINE osw_lane osw_lane_log10(osw_lane x)
{
    return osw_lane_each(log10, x);
}

/* sin(r) and cos(r) for |r| <= pi/4 (FreeBSD, lib/msun/src/k_sin.c and k_cos.c). */
OSW_LANE_INLINE osw_lane osw_lane_sin_core(osw_lane r, osw_lane z)
{
    osw_lane a = osw_lane_fma(z, osw_lane_of(1.58969099521155010221e-10),
                              osw_lane_of(-2.50507602534068634195e-08));
    a = osw_lane_fma(z, a, osw_lane_of(2.75573137070700676789e-06));
    a = osw_lane_fma(z, a, osw_lane_of(-1.98412698298579493134e-04));
    a = osw_lane_fma(z, a, osw_lane_of(8.33333333332248946124e-03));
    a = osw_lane_fma(z, a, osw_lane_of(-1.66666666666666324348e-01));
    return osw_lane_fma(z * r, a, r);
}

OSW_LANE_INLINE osw_lane osw_lane_cos_core(osw_lane z)
{
    osw_lane a = osw_lane_fma(z, osw_lane_of(-1.13596475577881948265e-11),
                              osw_lane_of(2.08757232129817482790e-09));
    a = osw_lane_fma(z, a, osw_lane_of(-2.75573143513906633035e-07));
    a = osw_lane_fma(z, a, osw_lane_of(2.48015872894767294178e-05));
    a = osw_lane_fma(z, a, osw_lane_of(-1.38888888888741095749e-03));
    a = osw_lane_fma(z, a, osw_lane_of(4.16666666666666019037e-02));
    const osw_lane half = 0.5 * z, w = 1.0 - half;
    return w + osw_lane_fma(z * z, a, (1.0 - w) - half);
}

/* sin(x + quarters pi/2). The argument is reduced by pi/2 in three parts, of which the
 * first two are exact for 2^20 multiples; beyond, libm takes the lane. */
OSW_LANE_INLINE osw_lane osw_lane_circular(double (*function)(double), osw_lane x,
                                           double quarters)
{
    const osw_lane_mask near = osw_lane_abs(x) <= 1e6;
    const osw_lane rounded = osw_lane_fma(x, osw_lane_of(6.36619772367581382433e-01),
                                          osw_lane_of(OSW_LANE_ROUNDER));
    const osw_lane n = rounded - OSW_LANE_ROUNDER;
    const osw_lane_bits q = (osw_lane_bits)(rounded + quarters);
    osw_lane r = osw_lane_fnma(n, osw_lane_of(1.57079632673412561417e+00), x);
    r = osw_lane_fnma(n, osw_lane_of(6.07710050630396597660e-11), r);
    r = osw_lane_fnma(n, osw_lane_of(2.02226624879595063154e-21), r);
    const osw_lane z = r * r;
    const osw_lane_mask odd = (osw_lane_mask)(q & 1) != 0;
    osw_lane y = osw_lane_select(odd, osw_lane_cos_core(z), osw_lane_sin_core(r, z));
    y = (osw_lane)((osw_lane_bits)y ^ ((q & 2) << 62));
    return __builtin_expect(osw_lane_all(near), 1)
               ? y
               : osw_lane_select(near, y, osw_lane_each(function, x));
}

OSW_LANE_INLINE osw_lane osw_lane_sin(osw_lane x)
{
    return osw_lane_circular(sin, x, 0);
}

OSW_LANE_INLINE osw_lane osw_lane_cos(osw_lane x)
{
    return osw_lane_circular(cos, x, 1);
}

OSW_LANE_INLINE osw_lane osw_lane_tanh(osw_lane x)
{
    return osw_lane_each(tanh, x);
}

#endif
