/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Units: the names that models and scenarios use, arithmetic, conversion, refusal. */
#include "base/units.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

static struct osw_units *u;

static double convert(double value, const char *from, const char *to)
{
    const struct osw_unit *a = osw_units_parse(u, from), *b = osw_units_parse(u, to);
    if (!a || !b || !osw_unit_convertible(a, b))
        return NAN;
    return osw_unit_convert(value, a, b);
}

static void check(double value, const char *from, double expected, const char *to)
{
    double got = convert(value, from, to);
    if (!(fabs(got - expected) <= 1e-12 * fabs(expected)))
        fail_msg("%g %s is %.15g %s, expected %.15g", value, from, got, to, expected);
}

static void test_conversions(void **state)
{
    (void)state;
    check(1, "year", 365.25, "day");
    check(12, "month", 1, "year");
    check(3, "years", 36, "months");
    check(1, "mmol/L", 1, "mM");
    check(1, "mM", 1000, "umol/L");
    check(1, "mmol/L", 1, "mol m-3");
    check(110, "mL/min", 158.4, "L/d");
    check(1, "pg/mL", 1, "ng/L");
    check(1, "mg/dL", 10, "mg/L");
    check(1, "mmHg", 133.322387415, "Pa");
    check(1, "MPa", 1000, "kPa");
    check(50, "mg/kg", 5e-5, "1");
    check(2, "week", 14, "d");
    check(1, "ug/mg", 1e-3, "1");
    check(250, "Agatston", 250, "1");
    check(1, "%", 0.01, "1");
    check(1, "1/d", 1.0 / 86400, "Hz");
    check(1, "min", 1.0 / 60, "h");
    check(1, "m", 1e3, "mm");
}

static void test_refused(void **state)
{
    (void)state;
    const char *const not_units[] = {
        "",        "mmoll",       "5 5 5 foo",          "mmol/", "days/fortnight",
        "celsius", "lg(re 1 mW)", "s since 2000-01-01", "0"};
    for (size_t i = 1; i < sizeof not_units / sizeof *not_units; i++)
        if (osw_units_parse(u, not_units[i]))
            fail_msg("'%s' was taken for a unit", not_units[i]);
    assert_true(isnan(convert(1, "mmol/L", "mg/L")));
}

static void test_arithmetic(void **state)
{
    (void)state;
    const struct osw_unit *mm = osw_units_parse(u, "mmol/L"),
                          *d = osw_units_parse(u, "d");
    const struct osw_unit *rate = osw_unit_divide(mm, d);
    assert_true(osw_unit_equal(rate, osw_units_parse(u, "mmol/L/d")));
    assert_true(osw_unit_equal(osw_unit_multiply(rate, d), mm));
    assert_true(osw_unit_equal(osw_unit_root(osw_unit_power(mm, 2), 2), mm));
    assert_null(osw_unit_root(mm, 2));
    assert_true(osw_unit_is_one(osw_unit_divide(mm, mm)));
    assert_false(osw_unit_is_one(osw_units_parse(u, "%")));
    assert_false(osw_unit_equal(mm, osw_units_parse(u, "umol/L")));
    assert_true(osw_unit_convertible(mm, osw_units_parse(u, "umol/L")));
    char text[64];
    assert_string_equal(osw_unit_format(osw_units_parse(u, "kPa"), text, sizeof text),
                        "1000 kg m-1 s-2");
    assert_string_equal(osw_unit_format(osw_units_one(u), text, sizeof text), "1");
    double factor;
    int e[OSW_N_BASE_UNITS];
    osw_unit_si(osw_units_parse(u, "mL/min"), &factor, e);
    assert_true(fabs(factor / (1e-6 / 60) - 1) < 1e-14);
    assert_int_equal(e[1], 3);
    assert_int_equal(e[2], -1);
}

/* Keyboards give the Greek letter U+03BC for the micro sign U+00B5; labels say mcg. */
static void test_micro(void **state)
{
    (void)state;
    check(1, "\u00b5mol/L", 1e-3, "mmol/L");
    check(1, "\u03bcmol/L", 1e-3, "mmol/L");
    check(2, "L/\u03bcg/\u03bcm", 2, "L/ug/um");
    check(90, "mcg/d", 0.09, "mg/d");
}

/* What is printed can be read back, as the same size. */
static void test_words(void **state)
{
    static const char *const cases[][2] = {
        {"0.001 gram/litre", "mg/L"},   {"1e-6 mol/litre", "umol/L"},
        {"1/86400 s-1", "1/d"},         {"3600 second", "h"},
        {"604800 second", "week"},      {"mol.m-3.d-1", "mmol/L/d"},
        {"1e-9 kg/(86400 s)", "ug/d"},  {"0.01", "percent"},
        {"133.322387415 Pa", "mmHg"},   {"1", "1"},
        {"0.37 kg/m3", "0.37 kg m-3"},  {"3.14159265358979 s", NULL},
        {"1e-30 kg2.m-7.s3.mol", NULL}, {"2.5", "2.5"}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char words[128], base[128];
        const struct osw_unit *unit = osw_units_parse(u, cases[i][0]);
        assert_non_null(unit);
        osw_unit_words(u, unit, words, sizeof words);
        osw_unit_format(unit, base, sizeof base);
        if (cases[i][1])
            assert_string_equal(words, cases[i][1]);
        assert_true(osw_unit_equal(osw_units_parse(u, words), unit));
        assert_true(osw_unit_equal(osw_units_parse(u, base), unit));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_conversions), cmocka_unit_test(test_refused),
        cmocka_unit_test(test_arithmetic), cmocka_unit_test(test_micro),
        cmocka_unit_test(test_words)};
    u = osw_units_create();
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    osw_units_destroy(u);
    return failed;
}
