/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the front end refuses, and the exact words with which it does. */
#include "front_fixture.h"

struct refusal {
    const char *text, *messages;
};

static void expect_all(struct fixture *f, const struct refusal *cases, size_t n)
{
    for (size_t i = 0; i < n; i++)
        expect_errors(f, false, cases[i].text, cases[i].messages);
}

#define EXPECT_ALL(f, cases) expect_all(f, cases, sizeof cases / sizeof cases[0])

static void test_syntax(void **state)
{
    static const struct refusal cases[] = {
        {"X' = 1--1",
         "m.ant:1:7: error: '--' does not belong here (two signs need a blank between)\n"
         "  X' = 1--1\n"
         "        ^~\n"},
        {"X' = 1 +",
         "m.ant:1:9: error: expected a number, a name or '(', found the end of the "
         "file\n"
         "  X' = 1 +\n"
         "          ^\n"},
        {"X' = (1 + 2",
         "m.ant:1:12: error: expected an operator or ')', found the end of the file\n"
         "  X' = (1 + 2\n"
         "             ^\n"},
        {"X' = 1)",
         "m.ant:1:7: error: expected an operator or the end of the statement, found "
         "')'\n"
         "  X' = 1)\n"
         "        ^\n"},
        {"X' = 2 k",
         "m.ant:1:8: error: 'k' stands directly after a number: write '2*k' for a "
         "product, ';' between statements; a unit is stated with 'has'\n"
         "  X' = 2 k\n"
         "         ^\n"},
        {"X'' = 1", "m.ant:1:3: error: expected '=' after the name's prime, found '''\n"
                    "  X'' = 1\n"
                    "    ^\n"},
        {"X 1", "m.ant:1:3: error: expected '=', ':=', ''', ':', 'has', 'is', 'in' or an "
                "arrow, found the number 1\n"
                "  X 1\n"
                "    ^\n"},
        {"x = @", "m.ant:1:5: error: '@' does not belong here\n"
                  "  x = @\n"
                  "      ^\n"},
        {"x = 1e999",
         "m.ant:1:5: error: this number is too large (the largest is about 1.8e308)\n"
         "  x = 1e999\n"
         "      ^~~~~\n"},
        {"x is \"a", "m.ant:1:6: error: this text has no closing '\"' on its line\n"
                     "  x is \"a\n"
                     "       ^\n"},
        {"X' = 1 /* never\n"
         "ends",
         "m.ant:1:8: error: this comment has no closing '*/'\n"
         "  X' = 1 /* never\n"
         "         ^~\n"},
        {"x is 5", "m.ant:1:6: error: expected a label in quotes, found the number 5\n"
                   "  x is 5\n"
                   "       ^\n"},
        {"x has", "m.ant:1:6: error: expected a unit, found the end of the file\n"
                  "  x has\n"
                  "       ^\n"},
        {"x has 0 second", "m.ant:1:7: error: a unit's factor must be positive\n"
                           "  x has 0 second\n"
                           "        ^\n"},
        {"unit u_x = second^0.5",
         "m.ant:1:19: error: expected a whole number up to 20, found the number 0.5\n"
         "  unit u_x = second^0.5\n"
         "                    ^~~\n"},
        {"unit u_x second", "m.ant:1:10: error: expected '=', found 'second'\n"
                            "  unit u_x second\n"
                            "           ^~~~~~\n"},
        {"1X' = 2", "m.ant:1:3: error: expected '+', '->' or '=>', found '''\n"
                    "  1X' = 2\n"
                    "    ^\n"},
        {"A -> B",
         "m.ant:1:7: error: expected '+' or ';' and the reaction's rate, found the "
         "end of the file\n"
         "  A -> B\n"
         "        ^\n"},
        {"A + -> B; 1", "m.ant:1:5: error: expected a species, found an arrow\n"
                        "  A + -> B; 1\n"
                        "      ^~\n"},
        {"2 -> A; 1", "m.ant:1:3: error: expected a species, found an arrow\n"
                      "  2 -> A; 1\n"
                      "    ^~\n"},
        {"0 A -> B; 1", "m.ant:1:1: error: a reaction's number of a species is positive\n"
                        "  0 A -> B; 1\n"
                        "  ^\n"},
        {"X' = a b",
         "m.ant:1:8: error: expected an operator or the end of the statement, found "
         "'b'\n"
         "  X' = a b\n"
         "         ^\n"},
        {"function f(x) x end\n"
         "X' = f(1)",
         "m.ant:1:15: error: expected the end of the line after the parameters, "
         "found 'x'\n"
         "  function f(x) x end\n"
         "                ^\n"},
        {"model m()\n"
         " X' = 1\n",
         "m.ant:1:7: error: this model has no 'end'\n"
         "  model m()\n"
         "        ^\n"},
        {"const var x", "m.ant:1:11: error: these declarations exclude one another\n"
                        "  const var x\n"
                        "            ^\n"},
        {"x in 3",
         "m.ant:1:6: error: expected the name of a compartment, found the number 3\n"
         "  x in 3\n"
         "       ^\n"},
        {"x' = \"a\"",
         "m.ant:1:6: error: expected a number, a name or '(', found a text in quotes\n"
         "  x' = \"a\"\n"
         "       ^~~\n"},
    };
    EXPECT_ALL(*state, cases);
}

static void test_outside_the_subset(void **state)
{
    static const struct refusal cases[] = {
        {"E: at time > 5: X = 3",
         "m.ant:1:4: error: events are not part of the subset: a scenario switches "
         "and doses\n"
         "  E: at time > 5: X = 3\n"
         "     ^~\n"},
        {"X' = abs(X)",
         "m.ant:1:6: error: the function 'abs' is not part of the subset (only "
         "smooth functions are: see models/LANGUAGE.md)\n"
         "  X' = abs(X)\n"
         "       ^~~\n"},
        {"X' = max(1, X)",
         "m.ant:1:6: error: the function 'max' is not part of the subset (only "
         "smooth functions are: see models/LANGUAGE.md)\n"
         "  X' = max(1, X)\n"
         "       ^~~\n"},
        {"X' = piecewise(1, X > 2, 3)",
         "m.ant:1:6: error: the function 'piecewise' is not part of the subset (only "
         "smooth functions are: see models/LANGUAGE.md)\n"
         "  X' = piecewise(1, X > 2, 3)\n"
         "       ^~~~~~~~~\n"},
        {"event e", "m.ant:1:1: error: 'event' is not part of the subset (see "
                    "models/LANGUAGE.md)\n"
                    "  event e\n"
                    "  ^~~~~\n"},
        {"gene X", "m.ant:1:1: error: 'gene' is not part of the subset (see "
                   "models/LANGUAGE.md)\n"
                   "  gene X\n"
                   "  ^~~~\n"},
        {"x is y",
         "m.ant:1:6: error: 'is' gives a label in quotes here; one name cannot stand "
         "for another\n"
         "  x is y\n"
         "       ^\n"},
        {"model m(x)\n"
         " x' = 1\n"
         "end\n"
         "A: m(y); A.x = 3",
         "m.ant:4:11: error: a submodel's names are reached by position only: give "
         "the model a parameter, as in 'model m(x)' and 'A: m(y)', and state 'y'\n"
         "  A: m(y); A.x = 3\n"
         "            ^\n"},
        {"model m(x)\n"
         " x' = 1\n"
         "end\n"
         "A: m(y); z := A.x",
         "m.ant:4:16: error: 'A.…' cannot be used here: give the model a parameter "
         "for it, as in 'model m(x)' and 'A: m(y)', and use 'y'\n"
         "  A: m(y); z := A.x\n"
         "                 ^\n"},
        {"import \"other.ant\"\n"
         "X' = 1",
         "m.ant:1:8: error: a text that is not a file cannot import 'other.ant'\n"
         "  import \"other.ant\"\n"
         "         ^~~~~~~~~~~\n"},
        {"unit mM = 1e-3 mole/litre",
         "m.ant:1:6: error: a unit's name begins with 'u_': write 'u_mM' (units and "
         "quantities share their names in the reference translator)\n"
         "  unit mM = 1e-3 mole/litre\n"
         "       ^~\n"},
        {"unit time_unit = 3600 second",
         "m.ant:1:18: error: the unit of time is the day (86400 second)\n"
         "  unit time_unit = 3600 second\n"
         "                   ^~~~\n"},
        {"substanceOnly species X",
         "m.ant:1:1: error: 'substanceOnly' is not part of the subset (see "
         "models/LANGUAGE.md)\n"
         "  substanceOnly species X\n"
         "  ^~~~~~~~~~~~~\n"},
        {"x = 5 mmol",
         "m.ant:1:7: error: 'mmol' stands directly after a number: write '5*mmol' "
         "for a product, ';' between statements; a unit is stated with 'has'\n"
         "  x = 5 mmol\n"
         "        ^~~~\n"},
    };
    EXPECT_ALL(*state, cases);
}

static void test_names(void **state)
{
    static const struct refusal cases[] = {
        {"RUNX2' = 1; y := RUNX*2; z := RUNX + 1",
         "m.ant:1:18: error: unknown symbol 'RUNX' (did you mean 'RUNX2'?)\n"
         "  RUNX2' = 1; y := RUNX*2; z := RUNX + 1\n"
         "                   ^~~~\n"},
        {"gamma = 3",
         "m.ant:1:1: error: 'gamma' cannot be a name: it is a word of the language\n"
         "  gamma = 3\n"
         "  ^~~~~\n"},
        {"X' = infinity",
         "m.ant:1:6: error: 'infinity' cannot be used here: it is a word of the "
         "language\n"
         "  X' = infinity\n"
         "       ^~~~~~~~\n"},
        {"time := 3",
         "m.ant:1:1: error: 'time' cannot be a name: it is a word of the language\n"
         "  time := 3\n"
         "  ^~~~\n"},
        {"function exp(x)\n"
         " x\n"
         "end\n"
         "X' = exp(1)",
         "m.ant:1:10: error: 'exp' cannot be a name: it is a word of the language\n"
         "  function exp(x)\n"
         "           ^~~\n"},
        {"species in",
         "m.ant:1:9: error: 'in' cannot be a name: it is a word of the language\n"
         "  species in\n"
         "          ^~\n"},
        {"X' = expp(X)",
         "m.ant:1:6: error: unknown function 'expp' (did you mean 'exp'?)\n"
         "  X' = expp(X)\n"
         "       ^~~~\n"},
        {"X' = foo(X)",
         "m.ant:1:6: error: unknown function 'foo'; a function is defined before it "
         "is used\n"
         "  X' = foo(X)\n"
         "       ^~~\n"},
        {"unit u_a = second; u_a = 3; X' = 1",
         "m.ant:1:20: error: 'u_a' is the name of a unit and cannot be a symbol as "
         "well\n"
         "  unit u_a = second; u_a = 3; X' = 1\n"
         "                     ^~~\n"},
        {"function f(x)\n"
         " x\n"
         "end\n"
         "f = 3; X' = 1",
         "m.ant:4:1: error: 'f' is the name of a function and cannot be a symbol as "
         "well\n"
         "  f = 3; X' = 1\n"
         "  ^\n"},
        {"x has u_nit",
         "m.ant:1:7: error: unknown unit 'u_nit'; a unit is defined before it is "
         "used\n"
         "  x has u_nit\n"
         "        ^~~~~\n"},
        {"unit u_mM = 1e-3 mole/litre\n"
         "x has u_nM; X' = 1",
         "m.ant:2:7: error: unknown unit 'u_nM' (did you mean 'u_mM'?); a unit is "
         "defined before it is used\n"
         "  x has u_nM; X' = 1\n"
         "        ^~~~\n"},
    };
    EXPECT_ALL(*state, cases);
}

static void test_contradictions(void **state)
{
    static const struct refusal cases[] = {
        {"X' = 1; X' = 2",
         "m.ant:1:9: error: a second rate rule for 'X' (the first is in m.ant:1)\n"
         "  X' = 1; X' = 2\n"
         "          ^\n"},
        {"X := 1\n"
         "X := 2",
         "m.ant:2:1: error: a second rule for 'X' (the first is in m.ant:1)\n"
         "  X := 2\n"
         "  ^\n"},
        {"k = 1; k = 2; X' = k",
         "m.ant:1:8: error: a second value for 'k' (the first is in m.ant:1)\n"
         "  k = 1; k = 2; X' = k\n"
         "         ^\n"},
        {"X' = 1; X := 2",
         "m.ant:1:9: error: 'X' has a rate rule and cannot have a rule ':=' as well "
         "(the other is in m.ant:1)\n"
         "  X' = 1; X := 2\n"
         "          ^\n"},
        {"k = 1; k := 2; X' = k",
         "m.ant:1:8: error: 'k' has a value '=' and cannot have a rule ':=' as well "
         "(the other is in m.ant:1)\n"
         "  k = 1; k := 2; X' = k\n"
         "         ^\n"},
        {"const X; X' = 1",
         "m.ant:1:10: error: 'X' is declared 'const' and cannot have a rule\n"
         "  const X; X' = 1\n"
         "           ^\n"},
        {"X := Y; Y := Z; Z := X + 1; W' = 1; V := X",
         "m.ant:1:1: error: rules depend on one another in a circle: X -> Y -> Z -> "
         "X\n"
         "  X := Y; Y := Z; Z := X + 1; W' = 1; V := X\n"
         "  ^\n"},
        {"X := X", "m.ant:1:1: error: rules depend on one another in a circle: X -> X\n"
                   "  X := X\n"
                   "  ^\n"},
        {"species A; A -> ; A; A' = 1",
         "m.ant:1:12: error: a reaction changes 'A', which has a rule in m.ant:1 "
         "(write '$A' where reactions are not to change it)\n"
         "  species A; A -> ; A; A' = 1\n"
         "             ^\n"},
        {"J: A -> B; A; J = 3",
         "m.ant:1:15: error: 'J' has a reaction and cannot have a value '=' as well "
         "(the other is in m.ant:1)\n"
         "  J: A -> B; A; J = 3\n"
         "                ^\n"},
        {"compartment C; C -> A; 1",
         "m.ant:1:16: error: 'C' is a compartment and cannot react\n"
         "  compartment C; C -> A; 1\n"
         "                 ^\n"},
        {"compartment C; species A in C; C' = 1; A -> ; A",
         "m.ant:1:40: error: 'A' reacts in 'C', whose size changes: write a rate "
         "rule for 'A'\n"
         "  compartment C; species A in C; C' = 1; A -> ; A\n"
         "                                         ^\n"},
        {"A in C; A in D; A' = 1",
         "m.ant:1:9: error: 'A' is in the compartment 'C' already\n"
         "  A in C; A in D; A' = 1\n"
         "          ^\n"},
        {"X is \"a\"; X is \"b\"; X' = 1",
         "m.ant:1:11: error: a second label for 'X' (the first is in m.ant:1)\n"
         "  X is \"a\"; X is \"b\"; X' = 1\n"
         "            ^\n"},
        {"X has second; X has meter; X' = 1",
         "m.ant:1:15: error: a second and different unit for 'X' (the first is in "
         "m.ant:1)\n"
         "  X has second; X has meter; X' = 1\n"
         "                ^\n"},
        {"unit u_a = second; unit u_a = 2 second; X' = 1",
         "m.ant:1:25: error: this unit has a second definition\n"
         "  unit u_a = second; unit u_a = 2 second; X' = 1\n"
         "                          ^~~\n"},
        {"k = a/2; a = 4; X' = k",
         "m.ant:1:6: error: the value of the parameter 'k' must be a number (write "
         "':=' for what follows from other symbols)\n"
         "  k = a/2; a = 4; X' = k\n"
         "       ^\n"},
        {"Y = X; X = 1; X' = 1; Y' = 1",
         "m.ant:1:5: error: an initial value is made of numbers and parameters; 'X' "
         "changes\n"
         "  Y = X; X = 1; X' = 1; Y' = 1\n"
         "      ^\n"},
        {"k = 1/0; X' = k", "m.ant:1:6: error: the value of 'k' is not finite\n"
                            "  k = 1/0; X' = k\n"
                            "       ^\n"},
        {"k := 3", "m.ant: error: the model has no rate rule (X' = …) and no reaction\n"},
        {"", "m.ant: error: the model has no rate rule (X' = …) and no reaction\n"},
    };
    EXPECT_ALL(*state, cases);
}

static void test_functions_and_models(void **state)
{
    static const struct refusal cases[] = {
        {"function f(x, y)\n"
         " x*y\n"
         "end\n"
         "X' = f(1)",
         "m.ant:4:6: error: the function 'f' takes 2 arguments, found 1\n"
         "  X' = f(1)\n"
         "       ^\n"},
        {"function f(x)\n"
         " x + y\n"
         "end\n"
         "X' = f(1)",
         "m.ant:2:6: error: 'y' is not a parameter of the function 'f'; a function "
         "uses its parameters only\n"
         "   x + y\n"
         "       ^\n"},
        {"function f(x, x)\n"
         " x\n"
         "end",
         "m.ant:1:15: error: this name is in the list twice\n"
         "  function f(x, x)\n"
         "                ^\n"},
        {"function f(x)\n"
         " f(x)\n"
         "end\n"
         "X' = f(1)",
         "m.ant:2:2: error: unknown function 'f'; a function is defined before it is "
         "used\n"
         "   f(x)\n"
         "   ^\n"},
        {"function f(x)\n"
         " x\n"
         "end\n"
         "function f(y)\n"
         " y\n"
         "end",
         "m.ant:4:10: error: this function has a second definition\n"
         "  function f(y)\n"
         "           ^\n"},
        {"function f(x)\n"
         " x*time\n"
         "end",
         "m.ant:2:4: error: 'time' is not a parameter of the function 'f'; a "
         "function uses its parameters only\n"
         "   x*time\n"
         "     ^~~~\n"},
        {"X' = pow(2)",
         "m.ant:1:6: error: the function 'pow' takes 2 arguments, found 1\n"
         "  X' = pow(2)\n"
         "       ^~~\n"},
        {"model m(x)\n"
         " x' = 1\n"
         "end\n"
         "A: m(y, z)",
         "m.ant:4:4: error: the model 'm' takes 1 name, found 2\n"
         "  A: m(y, z)\n"
         "     ^\n"},
        {"A: m(y)",
         "m.ant:1:4: error: unknown model 'm'; a model is defined before it is used\n"
         "  A: m(y)\n"
         "     ^\n"},
        {"model m()\n"
         " X' = 1\n"
         "end\n"
         "model m()\n"
         " X' = 1\n"
         "end",
         "m.ant:4:7: error: this model has a second definition\n"
         "  model m()\n"
         "        ^\n"},
        {"model m(x)\n"
         " x' = q; q = 1\n"
         "end\n"
         "A: m(y); A_q = 3",
         "m.ant:4:10: error: 'A_q' is the name of another symbol, in a submodel, "
         "already\n"
         "  A: m(y); A_q = 3\n"
         "           ^~~\n"},
        {"model m(x)\n"
         " x' = 1\n"
         "end\n"
         "A: m(y); A: m(z)",
         "m.ant:4:10: error: a second submodel 'A'\n"
         "  A: m(y); A: m(z)\n"
         "           ^\n"},
        {"model m()\n"
         " function f(x)\n"
         " x\n"
         " end\n"
         " X' = 1\n"
         "end",
         "m.ant:2:2: error: 'function' stands outside of models\n"
         "   function f(x)\n"
         "   ^~~~~~~~\n"},
    };
    EXPECT_ALL(*state, cases);
}

/* Every statement of a text is looked at. */
static void test_all_are_reported(void **state)
{
    static const struct refusal cases[] = {
        {"X' = 1 +\n"
         "Y' = * 3; Z' = (2\n"
         "V := 3 3\n",
         "m.ant:1:9: error: expected a number, a name or '(', found the end of the "
         "line\n"
         "  X' = 1 +\n"
         "          ^\n"
         "m.ant:2:6: error: expected a number, a name or '(', found '*'\n"
         "  Y' = * 3; Z' = (2\n"
         "       ^\n"
         "m.ant:2:18: error: expected an operator or ')', found the end of the line\n"
         "  Y' = * 3; Z' = (2\n"
         "                   ^\n"
         "m.ant:3:8: error: expected an operator or the end of the statement, found "
         "the number 3\n"
         "  V := 3 3\n"
         "         ^\n"},
        {"X' = a + b\n"
         "Y' = c; k = 1; k = 2\n"
         "Z := Z",
         "m.ant:2:16: error: a second value for 'k' (the first is in m.ant:2)\n"
         "  Y' = c; k = 1; k = 2\n"
         "                 ^\n"
         "m.ant:1:6: error: unknown symbol 'a'\n"
         "  X' = a + b\n"
         "       ^\n"
         "m.ant:1:10: error: unknown symbol 'b'\n"
         "  X' = a + b\n"
         "           ^\n"
         "m.ant:2:6: error: unknown symbol 'c'\n"
         "  Y' = c; k = 1; k = 2\n"
         "       ^\n"
         "m.ant:3:1: error: rules depend on one another in a circle: Z -> Z\n"
         "  Z := Z\n"
         "  ^\n"},
    };
    EXPECT_ALL(*state, cases);
}

/* Deep, long and explosive texts: one message, no stack overflow, soon done. */
static char *repeated(const char *head, const char *part, int n, const char *tail)
{
    size_t len = strlen(part), room = strlen(head) + (size_t)n * len + strlen(tail) + 1;
    char *text = malloc(room);
    assert_non_null(text);
    char *end = stpcpy(text, head);
    for (int i = 0; i < n; i++)
        end = stpcpy(end, part);
    strcpy(end, tail);
    return text;
}

static void expect_limit(struct fixture *f, char *text, const char *message)
{
    assert_int_equal(parse(f, text, false), OSW_ERR_INPUT);
    assert_string_equal(osw_diag_text(f->diag, 0), message);
    free(text);
}

static void test_limits(void **state)
{
    struct fixture *f = *state;
    const char *nested = "nested more than 200 deep: name parts of this with ':='";
    const char *deep = "more than 2000 operations inside one another (functions put in): "
                       "name parts of this with ':='";
    expect_limit(f, repeated("X' = ", "(", 100000, "1"), nested);
    expect_limit(f, repeated("X' = ", "- ", 100000, "1"), nested);
    expect_limit(f, repeated("X' = ", "2^", 100000, "1"), nested);
    expect_limit(f, repeated("X' = ", "exp(", 100000, "1"), nested);
    expect_limit(f, repeated("X' = ", "1+", 100000, "1"), deep);
    expect_limit(f, repeated("X' = 1\nX has ", "(", 100000, "1"),
                 "nested more than 200 deep");
    expect_limit(f, repeated("k = 1\n", "A -> B; k*A\n", 1001, ""),
                 "more than 1000 reactions change 'A'");
    char text[4000] = "function f0(x)\n x*x\nend\n";
    for (int i = 1; i < 40; i++)
        sprintf(text + strlen(text), "function f%d(x)\n f%d(x)*f%d(x)\nend\n", i, i - 1,
                i - 1);
    assert_int_equal(parse(f, text, false), OSW_ERR_INPUT);
    assert_string_equal(osw_diag_text(f->diag, 0),
                        "more than 1000000 operations once functions are put in");
    strcpy(text, "model m0(x)\n x' = 1\nend\nmodel m1()\n A: m0(X)\nend\n");
    for (int i = 2; i < 40; i++)
        sprintf(text + strlen(text), "model m%d()\n A: m%d(); B: m%d()\nend\n", i, i - 1,
                i - 1);
    assert_int_equal(parse(f, text, false), OSW_ERR_INPUT);
    assert_string_equal(osw_diag_text(f->diag, 0),
                        "more than 200000 statements in a model");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_syntax, setup, teardown),
        cmocka_unit_test_setup_teardown(test_outside_the_subset, setup, teardown),
        cmocka_unit_test_setup_teardown(test_names, setup, teardown),
        cmocka_unit_test_setup_teardown(test_contradictions, setup, teardown),
        cmocka_unit_test_setup_teardown(test_functions_and_models, setup, teardown),
        cmocka_unit_test_setup_teardown(test_all_are_reported, setup, teardown),
        cmocka_unit_test_setup_teardown(test_limits, setup, teardown),
    };
    return cmocka_run_group_tests_name("errors", tests, NULL, NULL);
}
