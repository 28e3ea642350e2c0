/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Dimensional analysis: what agrees, what a rule's unit becomes, and what is refused in
 * which words. */
#include "front_fixture.h"

#define UNITS                                                                            \
    "unit u_d = 86400 second; unit u_r = 1/u_d; unit u_c = 1e-3 mole/litre;"             \
    "unit u_uc = 1e-6 mole/litre; unit u_pc = 1e-2 dimensionless\n"                      \
    "C = 2; C has u_c; M = 5; M has u_uc; k = 0.1; k has u_r; p = 3; p has u_pc\n"       \
    "n = 2; n has dimensionless; X' = -k*X; X has u_c\n"

static void test_agreement(void **state)
{
    static const char *const rules[] = {
        "y := X + C - 0",
        "y := X/C + 1",
        "y := exp(-k*time)",
        "y := ln(X/C)*log10(2) + tanh(k*time)",
        "y := (X/C)^n",
        "y := X^2/C - X",
        "y := sqrt(X*C) + X",
        "y := (X*C)^0.5 + X^(3/3)",
        "y := X^-1*C + 1",
        "y := (X^3)^(1/3) + C",
        "y := 0; y has u_c",
        "y := 0*X + C",
        "y := X*k; X2' = y; X2 has u_c",
        "y := M*X/M; y has u_c",
        "y := 2*k; y has u_r",
        "z' = X*k; z = C; z has u_c",
        "z' = 0; z = 5; z has u_c",
        ("function f(a, b)\n a*ln(1 + exp(b/a))\nend\n"
         "y := f(X, C) + C"),
        "A -> B; k*A; A has u_c; B has u_c",
        "species A in V; V has litre; A -> ; k*A*V; A has u_c",
    };
    struct fixture *f = *state;
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
        char text[1000];
        snprintf(text, sizeof text, "%s%s\n", UNITS, rules[i]);
        enum osw_status status = parse(f, text, true);
        char *messages = rendered(f);
        if (*messages)
            print_error("%s\n%s", rules[i], messages);
        assert_string_equal(messages, "");
        free(messages);
        assert_int_equal(status, OSW_OK);
    }
}

/* A rule without a declaration gets the unit of its expression. */
static void test_inference(void **state)
{
    static const struct {
        const char *expression, *unit;
    } cases[] = {
        {"X*k", "mmol/L/d"},     {"X*X/M", "mol/L"}, {"time^2", "d2"},
        {"sqrt(X*X)", "mmol/L"}, {"exp(0)", "1"},    {"w", "umol/L"},
        {"1/X", "L/mmol"},       {"0", "1"},         {"p*X", "0.01 mmol/L"},
        {"-X", "mmol/L"},        {"X^0", "1"},       {"X^(-2/4)*X", "(mol/m3)"},
    };
    struct fixture *f = *state;
    for (size_t i = 0; i + 1 < sizeof cases / sizeof cases[0]; i++) {
        char text[1000];
        snprintf(text, sizeof text, "%sy := %s; w := M\n", UNITS, cases[i].expression);
        assert_int_equal(parse(f, text, true), OSW_OK);
        const struct osw_symbol *y = symbol(f, "y");
        const struct osw_unit *unit = osw_units_parse(f->units, cases[i].unit);
        assert_non_null(unit);
        assert_true(osw_unit_equal(y->unit, unit));
        const struct osw_unit *stated = osw_units_parse(f->units, y->unit_text);
        assert_true(stated && osw_unit_equal(stated, unit));
    }
}

struct refusal {
    const char *text, *messages;
};

static void expect_all(struct fixture *f, const struct refusal *cases, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        char text[1000];
        snprintf(text, sizeof text, "%s%s", UNITS, cases[i].text);
        expect_errors(f, true, text, cases[i].messages);
    }
}

static void test_refusals(void **state)
{
    static const struct refusal cases[] = {
        {"y := X + k",
         "m.ant:4:8: error: units differ: the left of '+' is in u_c, the right in "
         "u_r\n"
         "  y := X + k\n"
         "         ^\n"},
        {"y := X - M",
         "m.ant:4:8: error: units differ: the left of '-' is in u_c, the right in "
         "u_uc; they differ by the factor 1000\n"
         "  y := X - M\n"
         "         ^\n"},
        {"y := X + 1",
         "m.ant:4:8: error: units differ: the left of '+' is in u_c, the right in 1 "
         "(dimensionless)\n"
         "  y := X + 1\n"
         "         ^\n"},
        {"y := 1 + p",
         "m.ant:4:8: error: units differ: the left of '+' is in 1 (dimensionless), "
         "the right in 0.01 (dimensionless); they differ by the factor 100\n"
         "  y := 1 + p\n"
         "         ^\n"},
        {"y := X/M + 1",
         "m.ant:4:10: error: units differ: the left of '+' is in 1000 "
         "(dimensionless), the right in 1 (dimensionless); they differ by the factor "
         "1000\n"
         "  y := X/M + 1\n"
         "           ^\n"},
        {"y := exp(X)",
         "m.ant:4:6: error: the argument of exp must be a plain number, is in u_c\n"
         "  y := exp(X)\n"
         "       ^~~\n"},
        {"y := ln(p)",
         "m.ant:4:6: error: the argument of ln must be a plain number, is in 0.01 "
         "(dimensionless)\n"
         "  y := ln(p)\n"
         "       ^~\n"},
        {"y := sin(time) + tanh(X/M)",
         "m.ant:4:6: error: the argument of sin must be a plain number, is in u_d\n"
         "  y := sin(time) + tanh(X/M)\n"
         "       ^~~\n"
         "m.ant:4:18: error: the argument of tanh must be a plain number, is in 1000 "
         "(dimensionless)\n"
         "  y := sin(time) + tanh(X/M)\n"
         "                   ^~~~\n"},
        {"y := X^n",
         "m.ant:4:7: error: the base of a power whose exponent is no literal number "
         "must be a plain number, is in u_c\n"
         "  y := X^n\n"
         "        ^\n"},
        {"y := n^X", "m.ant:4:7: error: an exponent must be a plain number, is in u_c\n"
                     "  y := n^X\n"
                     "        ^\n"},
        {"y := sqrt(X)", "m.ant:4:6: error: the power 1/2 of u_c is not a unit\n"
                         "  y := sqrt(X)\n"
                         "       ^~~~\n"},
        {"y := X^0.3", "m.ant:4:7: error: the power 3/10 of u_c is not a unit\n"
                       "  y := X^0.3\n"
                       "        ^\n"},
        {"y := (X^2)^(1/3)",
         "m.ant:4:11: error: the power 1/3 of m-6 mol2 is not a unit\n"
         "  y := (X^2)^(1/3)\n"
         "            ^\n"},
        {"y := X; y has u_uc",
         "m.ant:4:1: error: the rule of 'y' is in u_c, should be in u_uc; they "
         "differ by the factor 1000\n"
         "  y := X; y has u_uc\n"
         "  ^\n"},
        {"Y' = k*X; Y has u_uc",
         "m.ant:4:1: error: the rate of 'Y' is in u_c per day, should be in u_uc per "
         "day; they differ by the factor 1000\n"
         "  Y' = k*X; Y has u_uc\n"
         "  ^\n"},
        {"Y' = X; Y has u_c",
         "m.ant:4:1: error: the rate of 'Y' is in u_c, should be in u_c per day\n"
         "  Y' = X; Y has u_c\n"
         "  ^\n"},
        {"Y' = -k*Y; Y = M; Y has u_c",
         "m.ant:4:16: error: the initial value of 'Y' is in u_uc, should be in u_c; "
         "they differ by the factor 1000\n"
         "  Y' = -k*Y; Y = M; Y has u_c\n"
         "                 ^\n"},
        {"function f(a, b)\n"
         " a + b\n"
         "end\n"
         "y := f(X, k*n)",
         "m.ant:7:6: error: units differ: the left of '+' is in u_c, the right in "
         "u_r (in the function 'f')\n"
         "  y := f(X, k*n)\n"
         "       ^\n"},
        {"A -> B; k; A has u_c; B has u_c",
         "m.ant:4:1: error: the rate of 'A' is in u_r, should be in u_c per day\n"
         "  A -> B; k; A has u_c; B has u_c\n"
         "  ^\n"
         "m.ant:4:6: error: the rate of 'B' is in u_r, should be in u_c per day\n"
         "  A -> B; k; A has u_c; B has u_c\n"
         "       ^\n"},
        {"y := q*2; q = 3",
         "m.ant:4:11: error: 'q' has no unit: state it in its table or with 'q has "
         "u_…'\n"
         "  y := q*2; q = 3\n"
         "            ^\n"},
        {"y := log10(X) + k*(X + M)",
         "m.ant:4:6: error: the argument of log10 must be a plain number, is in u_c\n"
         "  y := log10(X) + k*(X + M)\n"
         "       ^~~~~\n"
         "m.ant:4:22: error: units differ: the left of '+' is in u_c, the right in "
         "u_uc; they differ by the factor 1000\n"
         "  y := log10(X) + k*(X + M)\n"
         "                       ^\n"},
        {"y := X + k; z := y + M",
         "m.ant:4:8: error: units differ: the left of '+' is in u_c, the right in "
         "u_r\n"
         "  y := X + k; z := y + M\n"
         "         ^\n"},
    };
    expect_all(*state, cases, sizeof cases / sizeof cases[0]);
}

/* Units of tables and of the text must not contradict, and a table's must be one. */
static void expect_tables(struct fixture *f, const struct osw_unit_declaration *rows,
                          int n, bool strict, const char *text, enum osw_status status,
                          const char *messages)
{
    reset(f);
    assert_int_equal(osw_source_parse("m.ant", text, strlen(text), f->units, rows, n,
                                      strict, f->diag, &f->source),
                     status);
    char *found = rendered(f);
    assert_string_equal(found, messages);
    free(found);
}

static void test_tables(void **state)
{
    struct fixture *f = *state;
    const struct osw_unit_declaration rows[] = {
        {"X", "mmol/L", {.file = "s.tsv", .line = 2, .col = 3}},
        {"k", "per day", {.file = "p.tsv", .line = 7, .col = 5}},
        {"a", "umol/L/h", {.file = "p.tsv", .line = 8, .col = 5}},
    };
    expect_tables(f, rows, 3, true, "X' = -k*X", OSW_ERR_INPUT,
                  "p.tsv:7:5: error: 'per day' (of 'k') is not a unit\n"
                  "m.ant:1:7: error: 'k' has no unit: state it in its table or with 'k "
                  "has u_…'\n"
                  "  X' = -k*X\n"
                  "        ^\n");
    expect_tables(
        f, rows, 3, true, "X' = a", OSW_ERR_INPUT,
        "m.ant:1:1: error: the rate of 'X' is in umol/L/h, should be in mmol/L per "
        "day; they differ by the factor 41.6667\n"
        "  X' = a\n"
        "  ^\n");
    expect_tables(
        f, rows, 3, true, "X has mole/litre; X' = 0", OSW_ERR_INPUT,
        "m.ant:1:7: error: 'X' is in mole/litre here and in mmol/L in its table\n"
        "  X has mole/litre; X' = 0\n"
        "        ^~~~\n");
    expect_tables(f, rows, 3, true, "X has 1e-3 mole/litre; X' = 0", OSW_OK, "");
}

/* Without strictness a missing unit is a warning and agrees with everything. */
static void test_missing(void **state)
{
    struct fixture *f = *state;
    expect_tables(
        f, NULL, 0, false, "X' = -q*X + exp(X)\nX has litre; q = 1; y := q + 1",
        OSW_ERR_INPUT,
        "m.ant:2:14: warning: 'q' has no unit: state it in its table or with 'q has "
        "u_…'\n"
        "  X has litre; q = 1; y := q + 1\n"
        "               ^\n"
        "m.ant:1:13: error: the argument of exp must be a plain number, is in litre\n"
        "  X' = -q*X + exp(X)\n"
        "              ^~~\n"
        "m.ant:1:1: error: the rate of 'X' is in 1 (dimensionless), should be in litre "
        "per "
        "day\n"
        "  X' = -q*X + exp(X)\n"
        "  ^\n");
    expect_tables(f, NULL, 0, false, "X' = -q*X + exp(X) + time; q = 1", OSW_OK,
                  "m.ant: warning: the model states no units, so none are checked\n");
    expect_tables(
        f, NULL, 0, true, "X' = -X", OSW_ERR_INPUT,
        "m.ant:1:1: error: 'X' has no unit: state it in its table or with 'X has "
        "u_…'\n"
        "  X' = -X\n"
        "  ^\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_agreement, setup, teardown),
        cmocka_unit_test_setup_teardown(test_inference, setup, teardown),
        cmocka_unit_test_setup_teardown(test_refusals, setup, teardown),
        cmocka_unit_test_setup_teardown(test_tables, setup, teardown),
        cmocka_unit_test_setup_teardown(test_missing, setup, teardown),
    };
    return cmocka_run_group_tests_name("units", tests, NULL, NULL);
}
