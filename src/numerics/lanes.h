/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One row of lanes: the number type of generated code and its elementary functions. The
 * build of a generated file chooses it: double by default, with libm; OSW_LANE_VECTOR=N
 * a vector of N doubles with elementary functions of our own (lanes_vector.h,
 * lanes_math.h); OSW_LANE_COMPLEX (exact derivatives by complex step) and
 * OSW_LANE_LONG_DOUBLE (higher precision) make references of the same text for tests.
 * Comparisons look at the real part, so that the complex functions are the analytic
 * continuation of the branch the real ones take. */
#ifndef OSW_NUMERICS_LANES_H
#define OSW_NUMERICS_LANES_H

#ifdef OSW_LANE_VECTOR
#include "numerics/lanes_math.h"
#else

#include <complex.h>
#include <float.h>
#include <math.h>

#define OSW_LANES 1

#if defined OSW_LANE_COMPLEX
typedef double _Complex osw_lane;
#define OSW_LANE_MATH(name) c##name
#define OSW_LANE_REAL(x) creal(x)
#elif defined OSW_LANE_LONG_DOUBLE
typedef long double osw_lane;
#define OSW_LANE_MATH(name) name##l
#define OSW_LANE_REAL(x) (x)
#else
typedef double osw_lane;
#define OSW_LANE_MATH(name) name
#define OSW_LANE_REAL(x) (x)
#endif

/* Where exp is cut off by osw_lane_exp_bounded: exp(700) = 1.0e304 is still finite. */
#define OSW_LANE_EXP_BOUND 700.0

static inline osw_lane osw_lane_of(double x)
{
    return x;
}

/* a*b + c and c - a*b, each rounded twice. */
static inline osw_lane osw_lane_fma(osw_lane a, osw_lane b, osw_lane c)
{
    return a * b + c;
}

static inline osw_lane osw_lane_fnma(osw_lane a, osw_lane b, osw_lane c)
{
    return c - a * b;
}

static inline osw_lane osw_lane_exp(osw_lane x)
{
    return OSW_LANE_MATH(exp)(x);
}

/* min(x, 700) */
static inline osw_lane osw_lane_bounded(osw_lane x)
{
    return OSW_LANE_REAL(x) > OSW_LANE_EXP_BOUND ? osw_lane_of(OSW_LANE_EXP_BOUND) : x;
}

/* exp(min(x, 700)): 1/(1 + E) and its derivative E/(1 + E)^2 stay finite for any x. */
static inline osw_lane osw_lane_exp_bounded(osw_lane x)
{
    return osw_lane_exp(osw_lane_bounded(x));
}

static inline osw_lane osw_lane_ln(osw_lane x)
{
    return OSW_LANE_MATH(log)(x);
}

/* max(x, DBL_MIN): what powers with a real exponent take for their base. */
static inline osw_lane osw_lane_positive(osw_lane x)
{
    return OSW_LANE_REAL(x) > DBL_MIN ? x : osw_lane_of(DBL_MIN);
}

static inline osw_lane osw_lane_ln_positive(osw_lane x)
{
    return osw_lane_ln(osw_lane_positive(x));
}

/* ln(1 + x). C has no complex log1p; Kahan's correction restores the digits that 1 + x
 * loses (Higham, Accuracy and Stability of Numerical Algorithms, 2nd ed., section 1.14).
 */
static inline osw_lane osw_lane_ln_1p(osw_lane x)
{
#ifdef OSW_LANE_COMPLEX
    const osw_lane u = 1.0 + x;
    return u == 1.0 ? x : clog(u) * (x / (u - 1.0));
#else
    return OSW_LANE_MATH(log1p)(x);
#endif
}

/* ln(1 + exp(x)) without overflow. */
static inline osw_lane osw_lane_softplus(osw_lane x)
{
    return OSW_LANE_REAL(x) > 0 ? x + osw_lane_ln_1p(osw_lane_exp(-x))
                                : osw_lane_ln_1p(osw_lane_exp(x));
}

static inline osw_lane osw_lane_log10(osw_lane x)
{
#ifdef OSW_LANE_COMPLEX
    return clog(x) * 0.43429448190325182765; /* 1/ln(10) */
#else
    return OSW_LANE_MATH(log10)(x);
#endif
}

static inline osw_lane osw_lane_sqrt(osw_lane x)
{
    return OSW_LANE_MATH(sqrt)(x);
}

static inline osw_lane osw_lane_sin(osw_lane x)
{
    return OSW_LANE_MATH(sin)(x);
}

static inline osw_lane osw_lane_cos(osw_lane x)
{
    return OSW_LANE_MATH(cos)(x);
}

static inline osw_lane osw_lane_tanh(osw_lane x)
{
    return OSW_LANE_MATH(tanh)(x);
}

/* What a comparison gives; masks are joined by & and |. */
typedef int osw_lane_mask;

static inline osw_lane osw_lane_select(osw_lane_mask mask, osw_lane a, osw_lane b)
{
    return mask ? a : b;
}

#ifndef OSW_LANE_COMPLEX
static inline osw_lane osw_lane_max(osw_lane a, osw_lane b)
{
    return a > b ? a : b;
}

static inline osw_lane osw_lane_abs(osw_lane x)
{
    return OSW_LANE_MATH(fabs)(x);
}
#endif

#endif

/* x[i] = f(x[i]) for i < n: batches, in loops of their own. */
#define OSW_LANE_ALL(name)                                                               \
    __attribute__((noinline, unused)) static void osw_lane_##name##_all(osw_lane *x,     \
                                                                        int n)           \
    {                                                                                    \
        for (int i = 0; i < n; i++)                                                      \
            x[i] = osw_lane_##name(x[i]);                                                \
    }
OSW_LANE_ALL(exp)
OSW_LANE_ALL(ln_positive)
OSW_LANE_ALL(softplus)
#undef OSW_LANE_ALL

#endif
