/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Quantities and dose expressions: values, units and the exact messages. */
#include "harness.h"
#include "scenario/expression.h"

#include <string.h>

static struct osw_model *model;
static struct osw_diag *diag;
static struct osw_arena *arena;
static struct osw_reader r;

static int set_up(void **state)
{
    (void)state;
    model = osw_fake_model(false);
    diag = osw_diag_create();
    arena = osw_arena_create();
    return !diag || !arena || osw_reader_init(&r, model, arena, diag);
}

static int tear_down(void **state)
{
    (void)state;
    osw_diag_destroy(diag);
    osw_arena_destroy(arena);
    osw_model_destroy(model);
    return 0;
}

static const char *last_message(void)
{
    return osw_diag_text(diag, osw_diag_count(diag, OSW_ERROR) - 1);
}

static double in(const char *text, const char *unit)
{
    double value = NAN;
    const struct osw_unit *u = osw_units_parse(model->units, unit);
    assert_non_null(u);
    if (osw_quantity_in(&r, text, (struct osw_loc){0}, "x", u, unit, &value))
        return NAN;
    return value;
}

static void near(double value, double expected)
{
    assert_true(fabs(value - expected) <= 1e-12 * fabs(expected));
}

static void test_values(void **state)
{
    (void)state;
    near(in("180 ug", "mg"), 0.18);
    near(in("180ug", "ug"), 180);
    near(in("60 year", "day"), 60 * 365.25);
    near(in("12 month", "year"), 1);
    near(in("0.8 1/day", "1/d"), 0.8);
    near(in("1/day", "1/week"), 7);
    near(in("  -1.5e2  mL/min/year ", "mL/min/year"), -150);
    near(in("150 Agatston", "Agatston"), 150);
    near(in("150", "Agatston"), 150);
    near(in("5 %", "1"), 0.05);
    near(in("1.8 mM", "mmol/L"), 1.8);
    near(in("+.5 d", "h"), 12);
}

static void test_bad_quantities(void **state)
{
    (void)state;
    static const struct {
        const char *text, *unit, *message;
    } cases[] = {
        {"", "mg", "x: expected a number with a unit, found ''"},
        {"much", "mg", "x: expected a number with a unit, found 'much'"},
        {"nan mg", "mg", "x: 'nan mg' is not a finite number"},
        {"-inf", "1", "x: '-inf' is not a finite number"},
        {"1e999 mg", "mg", "x: '1e999 mg' is not a finite number"},
        {"0x10 mg", "mg", "x: unknown unit 'x10 mg'"},
        {"3", "mg", "x: '3' has no unit: expected one such as 'mg'"},
        {"3 day", "mg", "x: '3 day' is in 'day', which cannot be converted to 'mg'"},
        {"3 mg", "1", "x: '3 mg' is in 'mg', which cannot be converted to '1'"},
        {"3 yaer", "day", "x: unknown unit 'yaer' (did you mean 'year'?)"},
        {"3 2 mg", "mg", "x: unknown unit '2 mg'"},
        {"3,5 mg", "mg", "x: a decimal comma: write a point, as in 0.5"},
        {"3 mg; rm", "mg", "x: unknown unit 'mg; rm'"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_true(isnan(in(cases[i].text, cases[i].unit)));
        assert_string_equal(last_message(), cases[i].message);
    }
}

static void test_doses_by_weight(void **state)
{
    (void)state;
    struct osw_quantity q;
    const struct osw_loc nowhere = {0};
    assert_int_equal(osw_quantity_parse(&r, "50 mg/kg", nowhere, "dose", true, &q),
                     OSW_OK);
    assert_true(q.per_weight);
    assert_string_equal(q.unit_text, "mg");
    assert_int_equal(osw_quantity_parse(&r, "5 mg/kg/d", nowhere, "dose", true, &q),
                     OSW_OK);
    assert_true(q.per_weight);
    assert_string_equal(q.unit_text, "mg/d");
    assert_int_equal(osw_quantity_parse(&r, "5 mg", nowhere, "dose", true, &q), OSW_OK);
    assert_false(q.per_weight);
    assert_int_equal(osw_quantity_parse(&r, "5 mg/kg", nowhere, "x", false, &q), OSW_OK);
    assert_false(q.per_weight);
}

static double eval(const char *text, const char *unit)
{
    struct osw_terms terms = {{180, 70, 2}, {NULL}};
    terms.unit[OSW_TERM_DOSE] = osw_units_parse(model->units, "ug");
    terms.unit[OSW_TERM_WEIGHT] = r.kg;
    double value = NAN;
    terms.unit[OSW_TERM_EVERY] = r.day;
    if (osw_expression_eval(&r, text, (struct osw_loc){0}, "value", &terms,
                            osw_units_parse(model->units, unit), unit, NULL, &value))
        return NAN;
    return value;
}

static void test_expressions(void **state)
{
    (void)state;
    near(eval("dose * 1.541 nmol/ug", "nmol"), 180 * 1.541);
    near(eval("dose", "mg"), 0.18);
    near(eval("0.5", "1"), 0.5);
    near(eval("dose / weight * 0.08 kg/mg", "1"), 0.18 / 70 * 0.08);
    near(eval("dose * 3 mmol/g/d", "mmol/d"), 180e-6 * 3);
    near(eval("dose * 0.0164 1/mg/d", "1/d"), 0.18 * 0.0164);
    near(eval("dose * 1 1/d", "ug/d"), 180);
    near(eval("dose / every", "ug/d"), 90);
    near(eval("80 ug/d", "ug/d"), 80);
    near(eval("dose / (2 * (3 mg))", "1"), 0.03);
    near(eval("dose / 2 mg/L", "L"), 0.09);
    near(eval("6 mg / 2 / 3", "mg"), 1);
    near(eval("weight*2", "kg"), 140);
}

static void test_bad_expressions(void **state)
{
    (void)state;
    static const struct {
        const char *text, *unit, *message;
    } cases[] = {
        {"dose * 1.5 nmol", "nmol",
         "value: 'dose * 1.5 nmol' comes out in '1e-18 kg mol', which cannot be "
         "converted to "
         "'nmol'"},
        {"dosis * 2", "ug",
         "value: expected a quantity, dose, weight or every, found 'dosis * 2' in 'dosis "
         "* 2'"},
        {"dose *", "ug",
         "value: expected a quantity, dose, weight or every, found 'the end' in 'dose "
         "*'"},
        {"(dose", "ug", "value: a parenthesis is not closed in '(dose'"},
        {"dose)", "ug",
         "value: expected a quantity, dose, weight or every, found ')' in 'dose)'"},
        {"dose / 0", "ug", "value: 'dose / 0' is not a finite number"},
        {"dose * 1e300 1/ug * 1e300", "1",
         "value: 'dose * 1e300 1/ug * 1e300' is not a finite number"},
        {"dose + 1 ug", "ug",
         "value: expected a quantity, dose, weight or every, found '+ 1 ug' in 'dose + 1 "
         "ug'"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_true(isnan(eval(cases[i].text, cases[i].unit)));
        assert_string_equal(last_message(), cases[i].message);
    }
}

static void test_deep_parentheses_are_refused(void **state)
{
    (void)state;
    char text[20001];
    memset(text, '(', 20000);
    text[20000] = '\0';
    assert_true(isnan(eval(text, "1")));
    assert_string_equal(last_message(), "value: parentheses more than 32 deep");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_values),
        cmocka_unit_test(test_bad_quantities),
        cmocka_unit_test(test_doses_by_weight),
        cmocka_unit_test(test_expressions),
        cmocka_unit_test(test_bad_expressions),
        cmocka_unit_test(test_deep_parentheses_are_refused),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
