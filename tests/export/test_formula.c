/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Formulas in TeX's language: precedence, fractions, functions by name, names, units. */
#include "export/formula.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* `right` as the rule of Z, or the definition of the last function when there is one. */
static char *formula(const char *functions, const char *right, bool definition)
{
    char text[1000], *out = NULL;
    size_t n;
    struct osw_diag *diag = osw_diag_create();
    struct osw_units *units = osw_units_create();
    struct osw_source *source = NULL;
    assert_non_null(units);
    snprintf(text, sizeof text,
             "%s\na = 1; b = 1; c = 1; k_on = 1; kap_x_y = 1; X = 1; X' = -X\nZ := %s\n",
             functions, right);
    assert_int_equal(osw_source_parse("t.ant", text, strlen(text), units, NULL, 0, false,
                                      diag, &source),
                     OSW_OK);
    FILE *stream = open_memstream(&out, &n);
    const struct osw_definition *d =
        definition ? &source->definitions[source->n_definitions - 1] : NULL;
    if (d) {
        osw_formula_head(d, stream);
        fputs(" = ", stream);
    }
    osw_formula_expression(
        source, d, d ? d->body : source->symbols[osw_source_find(source, "Z")].rule,
        false, stream);
    fclose(stream);
    osw_source_destroy(source);
    osw_units_destroy(units);
    osw_diag_destroy(diag);
    return out;
}

static void operations_keep_their_meaning(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"a - (b - c)", "a - (b - c)"},
        {"a - b - c", "a - b - c"},
        {"a + (b - c)", "a + b - c"},
        {"a*(b + c)", "a\\, (b + c)"},
        {"a*b*c", "a\\cdot b\\cdot c"},
        {"2*a", "2\\, a"},
        {"a*2", "a\\cdot 2"},
        {"-a*b", "-a\\cdot b"},
        {"a*(-b)", "a\\, (-b)"},
        {"a - (-b)", "a - (-b)"},
        {"-(a + b)", "-(a + b)"},
        {"a/b", "\\frac{a}{b}"},
        {"a/b/c", "\\frac{\\frac{a}{b}}{c}"},
        {"(a + b)/(a - c)", "\\frac{a + b}{a - c}"},
        {"a^2", "{a}^{2}"},
        {"-a^2", "-{a}^{2}"},
        {"(-a)^2", "{(-a)}^{2}"},
        {"(a/b)^c", "{\\left(\\frac{a}{b}\\right)}^{c}"},
        {"a^b^c", "{a}^{{b}^{c}}"},
        {"exp(-a)", "e^{-a}"},
        {"exp(-a/(b + c))", "e^{-a/(b + c)}"},
        {"a^(b/c)", "{a}^{b/c}"},
        {"exp(a)^2", "{(e^{a})}^{2}"},
        {"ln(1 + a)", "\\ln(1 + a)"},
        {"sqrt(a*b)", "\\sqrt{a\\cdot b}"},
        {"log10(a)*tanh(b)", "\\log_{10}(a)\\cdot \\tanh(b)"},
        {"time*1.5e-5", "t\\cdot 1.5\\times 10^{-5}"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *text = formula("", cases[i][0], false);
        assert_string_equal(text, cases[i][1]);
        free(text);
    }
}

/* A quotient of long parts keeps its stroke, and what follows it its parentheses. */
static void long_quotients_keep_their_stroke(void **state)
{
    (void)state;
    char *text = formula("",
                         "a/(kap_x_y*kap_x_y*kap_x_y*kap_x_y*kap_x_y*kap_x_y*kap_x_y*"
                         "kap_x_y)",
                         false);
    assert_non_null(
        strstr(text, "a\\,/\\, (\\mathrm{kap}_{\\mathrm{x},\\mathrm{y}}\\cdot"));
    assert_null(strstr(text, "frac"));
    free(text);
}

static void functions_stay_functions(void **state)
{
    (void)state;
    static const char functions[] = "function hill(x, K)\n  x/(x + K);\nend\n"
                                    "function same(x)\n  x;\nend\n"
                                    "function twice_it(x)\n  hill(x, 2) + hill(2*x, 1);\n"
                                    "end\n";
    char *text = formula(functions, "a*hill(b + c, k_on)^2 + same(b)", false);
    assert_string_equal(
        text, "a\\cdot {(\\operatorname{hill}(b + c,\\, k_{\\mathrm{on}}))}^{2} "
              "+ \\operatorname{same}(b)");
    free(text);
    text = formula(functions, "a", true);
    assert_string_equal(text,
                        "\\operatorname{twice\\_it}(x) = \\operatorname{hill}(x,\\, 2) "
                        "+ \\operatorname{hill}(2\\, x,\\, 1)");
    free(text);
}

static char *written(void (*put)(const char *, FILE *), const char *text)
{
    char *out = NULL;
    size_t n;
    FILE *stream = open_memstream(&out, &n);
    put(text, stream);
    fclose(stream);
    return out;
}

static void names_and_units(void **state)
{
    (void)state;
    static const char *const names[][2] = {
        {"a", "a"},
        {"Ps", "\\mathrm{Ps}"},
        {"k_gut", "k_{\\mathrm{gut}}"},
        {"gfr_L_d", "\\mathrm{gfr}_{\\mathrm{L},\\mathrm{d}}"},
        {"eta_S", "\\eta_{\\mathrm{S}}"},
        {"clock_", "\\mathrm{clock}"},
    };
    static const char *const units[][2] = {
        {"mmol/L", "\\mathrm{mmol}\\,\\mathrm{L}^{-1}"},
        {"ug/mg", "\\mu\\mathrm{g}\\,\\mathrm{mg}^{-1}"},
        {"\u00b5g/mg", "\\mu\\mathrm{g}\\,\\mathrm{mg}^{-1}"},
        {"\u03bcg/mg", "\\mu\\mathrm{g}\\,\\mathrm{mg}^{-1}"},
        {"1/d/year", "\\mathrm{d}^{-1}\\,\\mathrm{year}^{-1}"},
        {"1", "1"},
        {"1e-3", "0.001"},
        {"%", "\\%"},
        {"m.s-2", "\\mathrm{m}\\,\\mathrm{s}^{-2}"},
        {"(a)/b", "\\mathrm{(a)/b}"},
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char *text = written(osw_formula_name, names[i][0]);
        assert_string_equal(text, names[i][1]);
        free(text);
    }
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        char *text = written(osw_formula_unit, units[i][0]);
        assert_string_equal(text, units[i][1]);
        free(text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(operations_keep_their_meaning),
        cmocka_unit_test(long_quotients_keep_their_stroke),
        cmocka_unit_test(functions_stay_functions),
        cmocka_unit_test(names_and_units),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
