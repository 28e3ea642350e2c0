/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The lane functions of vectors against long double: the largest error in ulp over many
 * arguments, special values, and the same bits wherever an argument stands. Compiled for
 * one lane and for several, with the flags of one ISA; the digest that is printed is of
 * all results, and the build compares the digests of an ISA's widths. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "base/cpu.h"
#include "numerics/flush.h"
#include "numerics/lanes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ARGUMENTS = 200000 };

struct function {
    const char *name;
    osw_lane (*lane)(osw_lane);
    long double (*exact)(long double);
    double low, high; /* arguments; in equal ratios when low > 0 */
    double most_ulp;
};

#define WRAP(name)                                                                       \
    static osw_lane lane_##name(osw_lane x)                                              \
    {                                                                                    \
        return osw_lane_##name(x);                                                       \
    }
WRAP(exp)
WRAP(exp_bounded)
WRAP(ln)
WRAP(ln_positive)
WRAP(softplus)
WRAP(sin)
WRAP(cos)
WRAP(sqrt)

static long double exact_softplus(long double x)
{
    return fmaxl(x, 0) + log1pl(expl(-fabsl(x)));
}

static const struct function functions[] = {
    {"exp", lane_exp, expl, -708, 709, 1.2},
    {"exp", lane_exp, expl, -1, 1, 1.2},
    {"exp_bounded", lane_exp_bounded, expl, -700, 700, 1.2},
    {"ln", lane_ln, logl, 1e-307, 1e308, 1},
    {"ln", lane_ln, logl, 0.5, 2, 1},
    {"ln", lane_ln, logl, 1e-320, 1e-308, 1},
    {"ln_positive", lane_ln_positive, logl, 1e-3, 1e3, 1},
    {"softplus", lane_softplus, exact_softplus, -700, 700, 2},
    {"softplus", lane_softplus, exact_softplus, -3, 3, 2},
    {"sin", lane_sin, sinl, -1e6, 1e6, 3},
    {"cos", lane_cos, cosl, -1e6, 1e6, 3},
    {"sin", lane_sin, sinl, 1e6, 1e9, 1},
    {"cos", lane_cos, cosl, -4, 4, 1.5},
    {"sqrt", lane_sqrt, sqrtl, 1e-300, 1e300, 0.5},
};
enum { FUNCTIONS = sizeof functions / sizeof *functions };

/* In order, a golden-ratio sequence: the same arguments for every number of lanes. */
static double argument(const struct function *f, int i)
{
    double u = fmod((i + 1) * 0.6180339887498949, 1);
    return f->low > 0 ? exp(log(f->low) + u * (log(f->high) - log(f->low)))
                      : f->low + u * (f->high - f->low);
}

static double ulp_error(double x, long double exact)
{
    double nearest = fabs((double)exact);
    double ulp = nextafter(nearest, INFINITY) - nearest;
    return (double)(fabsl(x - exact) / ulp);
}

static uint64_t mix(uint64_t digest, double x)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return (digest ^ bits) * UINT64_C(0x100000001b3); /* FNV-1a, by words */
}

static uint64_t test_one(const struct function *f, uint64_t digest)
{
    double worst = 0, at = 0;
    for (int i = 0; i < ARGUMENTS; i += OSW_LANES) {
        osw_lane x = osw_lane_of(0);
        for (int l = 0; l < OSW_LANES; l++)
            x[l] = argument(f, i + l);
        const osw_lane y = f->lane(x);
        for (int l = 0; l < OSW_LANES; l++) {
            double error = ulp_error(y[l], f->exact(x[l]));
            digest = mix(digest, y[l]);
            at = error > worst ? x[l] : at;
            worst = fmax(worst, error);
        }
    }
    fprintf(stderr, "%-12s [%g, %g]: %.3f ulp at %.17g\n", f->name, f->low, f->high,
            worst, at);
    if (!(worst <= f->most_ulp))
        fail_msg("%s: %.3f ulp, at %.17g", f->name, worst, at);
    return digest;
}

static void accuracy(void **state)
{
    (void)state;
    uint64_t digest = UINT64_C(0xcbf29ce484222325);
    for (int i = 0; i < FUNCTIONS; i++)
        digest = test_one(&functions[i], digest);
    printf("%016llx\n", (unsigned long long)digest);
}

static void special(void **state)
{
    (void)state;
    const double inf = INFINITY;
    assert_true(osw_lane_exp(osw_lane_of(inf))[0] == inf);
    assert_true(osw_lane_exp(osw_lane_of(710))[0] == inf);
    assert_true(osw_lane_exp(osw_lane_of(-inf))[0] == 0);
    assert_true(osw_lane_exp(osw_lane_of(0))[0] == 1);
    assert_true(osw_lane_exp(osw_lane_of(-740))[0] == exp(-740));
    assert_true(isnan(osw_lane_exp(osw_lane_of(NAN))[0]));
    assert_true(isnan(osw_lane_exp_bounded(osw_lane_of(NAN))[0]));
    assert_true(isfinite(osw_lane_exp_bounded(osw_lane_of(inf))[0]));
    assert_true(osw_lane_ln(osw_lane_of(0))[0] == -inf);
    assert_true(osw_lane_ln(osw_lane_of(inf))[0] == inf);
    assert_true(osw_lane_ln(osw_lane_of(1))[0] == 0);
    assert_true(isnan(osw_lane_ln(osw_lane_of(-1))[0]));
    assert_true(isnan(osw_lane_ln(osw_lane_of(NAN))[0]));
    assert_true(osw_lane_ln_positive(osw_lane_of(inf))[0] == inf);
    assert_true(osw_lane_ln_positive(osw_lane_of(-3))[0] == log(DBL_MIN));
    assert_true(osw_lane_softplus(osw_lane_of(1e6))[0] == 1e6);
    assert_true(osw_lane_softplus(osw_lane_of(-1e6))[0] == 0);
    assert_true(isnan(osw_lane_softplus(osw_lane_of(NAN))[0]));
    assert_true(isnan(osw_lane_cos(osw_lane_of(inf))[0]));
    assert_true(osw_lane_cos(osw_lane_of(1e300))[0] == cos(1e300));
    assert_true(osw_lane_sin(osw_lane_of(0))[0] == 0);
}

/* Flushing is seen in lanes, and ends. */
static void flush(void **state)
{
    (void)state;
    volatile double tiny = 1e-300, small = 1e-10;
    assert_true((osw_lane_of(tiny) * osw_lane_of(small))[0] > 0);
    uint64_t before = osw_lanes_flush_begin();
    volatile double flushed = (osw_lane_of(tiny) * osw_lane_of(small))[0];
    osw_lanes_flush_end(before);
#if defined __SSE2__ || defined __aarch64__
    assert_true(flushed == 0);
#else
    (void)flushed;
#endif
    assert_true((osw_lane_of(tiny) * osw_lane_of(small))[0] > 0);
}

int main(void)
{
    enum osw_isa isa = OSW_ISA_BASELINE;
    if (!osw_isa_find(ISA, &isa) || !osw_cpu_has(isa))
        return 77; /* skipped */
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(accuracy),
        cmocka_unit_test(special),
        cmocka_unit_test(flush),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
