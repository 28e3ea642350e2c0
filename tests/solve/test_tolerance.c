/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The policy of tolerances: declared scales stand, others follow the largest value of the
 * trajectory and never fall, whatever the stride of the rows. */
#include "fixture.h"
#include "solve/tolerance.h"

#include <math.h>

enum { N = 4, DECLARED = 3 };
static struct osw_kernel_symbol names[N] = {
    {"a", "mol", ""}, {"b", "mol", ""}, {"c", "K", ""}, {"d", "mol", ""}};
static const struct osw_kernel kernel = {.lanes = 1, .n_states = N, .states = names};

static struct osw_tolerance *made(double d, double rtol, double atol)
{
    const double scale[N] = {0, 0, 0, d};
    struct osw_tolerance *t = NULL;
    assert_int_equal(osw_tolerance_create(&kernel, scale, rtol, atol, &t), OSW_OK);
    return t;
}

static void near(double found, double right)
{
    assert_true(fabs(found - right) <= 1e-12 * fabs(right));
}

static void absolute(void **state)
{
    (void)state;
    near(osw_tolerance_absolute(1e-6, 0), 1e-7);
    near(osw_tolerance_absolute(1e-6, 1e-3), 1e-3);
    struct osw_tolerance *t = made(1, 1e-12, 0);
    assert_true(t->part >= 1e-16); /* not below rounding */
    osw_tolerance_destroy(t);
}

static void history(void **state)
{
    (void)state;
    for (int stride = 1; stride < 4; stride += 2) {
        double y[3 * N] = {0}, largest[3 * N], a[3 * N];
        struct osw_tolerance *t = made(2, 1e-6, 0);
        y[0] = 1e-9;
        osw_tolerance_begin(t, y, stride, largest, a);
        near(a[0], 1e-12 * 1e-9);
        near(a[DECLARED * stride], 1e-7 * 2);
        near(a[stride], 1e-12 * 2); /* zero: as the largest known one in mol */
        near(a[2 * stride], 1e-12); /* none in K is known */
        y[0] = -5e-9, y[2 * stride] = 3;
        osw_tolerance_follow(t, y, stride, largest, a);
        near(a[0], 1e-12 * 5e-9);
        near(a[2 * stride], 1e-12 * 3);
        y[0] = 1e-20, y[DECLARED * stride] = 1e6;
        osw_tolerance_follow(t, y, stride, largest, a);
        near(a[0], 1e-12 * 5e-9);
        near(a[DECLARED * stride], 1e-7 * 2);
        osw_tolerance_destroy(t);
    }
}

/* What is put into an empty state at once shows its size; what grows there does not. */
static void doses(void **state)
{
    (void)state;
    double y[N] = {0}, largest[N], a[N];
    struct osw_tolerance *t = made(0, 1e-6, 0);
    osw_tolerance_begin(t, y, 1, largest, a);
    near(a[0], 1e-12);
    y[0] = 1e-6;
    osw_tolerance_resume(t, y, 1, largest, a);
    near(a[0], 1e-12 * 1e-6);
    near(a[1], 1e-12 * 1e-6); /* the empty ones in mol are compared with it now */
    near(a[2], 1e-12);
    y[2] = 1e-10;
    osw_tolerance_follow(t, y, 1, largest, a);
    near(a[2], 1e-12);
    assert_true(osw_tolerance_unsure(t, 2, largest[2], a[2]));
    assert_false(osw_tolerance_unsure(t, 0, largest[0], a[0]));
    assert_false(osw_tolerance_unsure(t, 1, largest[1], a[1])); /* it is 0 */
    y[2] = 0.5;
    osw_tolerance_follow(t, y, 1, largest, a);
    assert_false(osw_tolerance_unsure(t, 2, largest[2], a[2]));
    osw_tolerance_begin(t, y, 1, largest, a);
    near(a[2], 1e-12 * 0.5);
    osw_tolerance_destroy(t);
}

static void scales(void **state)
{
    (void)state;
    const double declared[N] = {0, 0, 0, 7}, y[N] = {-3, 0, 0, 1};
    double scale[N];
    assert_int_equal(osw_tolerance_scales(&kernel, declared, y, scale), OSW_OK);
    near(scale[0], 3);
    near(scale[1], 7);
    near(scale[2], 1);
    near(scale[DECLARED], 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(absolute),
                                       cmocka_unit_test(history), cmocka_unit_test(doses),
                                       cmocka_unit_test(scales)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
