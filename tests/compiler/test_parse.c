/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a model text means: expressions, functions, reactions, submodels, imports, tables.
 */
#include "front_fixture.h"

#include "base/hash.h"
#include "base/memory.h"

#include <sys/stat.h>

static void test_precedence(void **state)
{
    static const struct {
        const char *expression;
        double value;
    } cases[] = {
        {"2 + 3*4", 14},
        {"10 - 4 - 3", 3},
        {"64/4/2", 8},
        {"2*3/4*2", 3},
        {"-2^2", -4},
        {"2^3^2", 512},
        {"2^-1", 0.5},
        {"-2*-3", 6},
        {"(2 + 3)*4", 20},
        {"+3 - +1", 2},
        {"a - -b", 5},
        {".5 + 1. + 1e3 + 1.e-3 + 1E+1", 1011.501},
        {"2e0*a", 6},
        {"exp(1) - exponentiale", 0},
        {"ln(8)/ln(2) + log(1)", 3},
        {"log10(1000)", 3},
        {"sqrt(16) + pow(2, 3) + sqr(3)", 21},
        {"tan(0.3) - sin(0.3)/cos(0.3)", 0},
        {"cosh(0.7)^2 - sinh(0.7)^2", 1},
        {"sinh(0.7)/cosh(0.7) - tanh(0.7)", 0},
        {"cos(pi)", -1},
        {"time", 0.5},
        {"a /* a comment; in between */ + b", 5},
        {"a + \\\n b", 5},
    };
    struct fixture *f = *state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[200];
        snprintf(text, sizeof text, "a = 3; b = 2; X' = a\ny := %s\n",
                 cases[i].expression);
        expect_ok(f, text);
        double value = value_of(f, "y");
        if (!(fabs(value - cases[i].value) < 1e-12))
            print_error("%s = %.17g\n", cases[i].expression, value);
        assert_true(fabs(value - cases[i].value) < 1e-12);
    }
}

static void test_kinds_and_labels(void **state)
{
    struct fixture *f = *state;
    expect_ok(f, "\xef\xbb\xbf// units first\r\n"
                 "unit u_c = 1e-3 mole/litre; unit u_r = 1/86400 second # per day\r\n"
                 "var X = 2*k0, Y; const k0 = 1.5, k = -1e-1;;\r\n"
                 "X' = k*X; Y := X*k\r\n"
                 "X is \"the \\\"X\\\"\"; X has u_c; k has u_r\r\n");
    const struct osw_symbol *X = symbol(f, "X"), *k = symbol(f, "k");
    assert_int_equal(X->kind, OSW_SYMBOL_STATE);
    assert_int_equal(symbol(f, "Y")->kind, OSW_SYMBOL_RULE);
    assert_int_equal(k->kind, OSW_SYMBOL_PARAMETER);
    assert_string_equal(X->label, "the \"X\"");
    assert_string_equal(symbol(f, "Y")->label, "");
    assert_string_equal(X->unit_text, "mmol/L");
    assert_true(osw_unit_equal(X->unit, osw_units_parse(f->units, "mmol/L")));
    assert_true(osw_unit_equal(k->unit, osw_units_parse(f->units, "1/d")));
    assert_int_equal(k->initial->op, OSW_OP_NUMBER);
    assert_true(k->initial->number == -0.1);
    assert_true(fabs(value_of(f, "X") + 0.3) < 1e-15);
    assert_int_equal(X->at.line, 3);
    assert_int_equal(X->at.col, 5);
    assert_string_equal(f->source->name, "m");
    assert_int_equal(osw_source_find(f->source, "x"), -1);
}

static void test_functions(void **state)
{
    struct fixture *f = *state;
    expect_ok(f, "function hill(x, K, n)\n\n  x^n/(x^n + K^n);\n\nend\n"
                 "function twice(x); 2*hill(x, 1 + x, 2)*x; end\n"
                 "function two()\n 2\nend\n"
                 "a = 3; X' = a\n"
                 "y := twice(a + two())\n");
    double h = 25.0 / (25 + 36);
    assert_true(fabs(value_of(f, "y") - 2 * h * 5) < 1e-14);
    const struct osw_expr *y = symbol(f, "y")->rule;
    assert_string_equal(y->function, "twice");
    assert_int_equal(y->at.line, 11);
    assert_int_equal(y->at.col, 6);
    assert_null(symbol(f, "X")->rate->function);
}

/* d[S]/dt of reactions, by hand. */
static void test_reactions(void **state)
{
    struct fixture *f = *state;
    expect_ok(f, "compartment V = 4; species A in V, B, $F; const species G\n"
                 "A = 8; B = 3; F = 5; G = 7; k = 2\n"
                 "R1: 2 A + F -> 3B; k*A\n"
                 "B + G => A; k*B*F\n"
                 "-> B; k\n"
                 "rate := R1/2");
    assert_true(value_of(f, "R1") == 16);
    assert_true(value_of(f, "rate") == 8);
    assert_true(value_of(f, "A") == (-2 * 16.0 + 30) / 4);
    assert_true(value_of(f, "B") == 3 * 16.0 - 30 + 2);
    assert_int_equal(symbol(f, "F")->kind, OSW_SYMBOL_PARAMETER);
    assert_int_equal(symbol(f, "G")->kind, OSW_SYMBOL_PARAMETER);
    assert_int_equal(symbol(f, "R1")->kind, OSW_SYMBOL_RULE);
}

static void test_submodels(void **state)
{
    struct fixture *f = *state;
    expect_ok(f, "function double(x)\n 2*x\nend\n"
                 "model decay(x, k)\n x' = -k*x*q; q = 3; x = 1; y := double(q)\nend\n"
                 "model *two()\n A: decay(P, kP); B: decay(Q, kP)\n"
                 " kP = 0.5; P = 10\n Q is \"second\"\nend\n"
                 "model last()\n z' = 1\nend\n");
    assert_string_equal(f->source->name, "two");
    assert_true(symbol(f, "P")->initial->number == 10); /* the outer value wins */
    assert_true(symbol(f, "Q")->initial->number == 1);
    assert_true(value_of(f, "P") == -15);
    assert_true(value_of(f, "Q") == -1.5);
    assert_true(value_of(f, "B_y") == 6);
    assert_string_equal(symbol(f, "Q")->label, "second");
    assert_int_equal(osw_source_find(f->source, "q"), -1);
    assert_int_equal(osw_source_find(f->source, "z"), -1);
    assert_int_equal(f->source->n_symbols, 7);
    expect_ok(f, "model inner(x)\n x' = k; k = 2\nend\n"
                 "model middle(x)\n I: inner(x); w := x\nend\nM: middle(X)\n");
    assert_string_equal(f->source->name, "m");
    assert_true(value_of(f, "X") == 2);
    assert_true(value_of(f, "M_I_k") == 2);
    assert_int_equal(symbol(f, "M_w")->kind, OSW_SYMBOL_RULE);
}

/* Every rule stands after those it uses. */
static void test_rule_order(void **state)
{
    struct fixture *f = *state;
    char text[4000] = "X' = r0; X = 1\nr49 := X\n";
    for (int i = 0; i < 49; i++) {
        char rule[60];
        snprintf(rule, sizeof rule, "r%d := r%d + r%d*%d\n", i, i + 1,
                 i + 1 + (48 - i) / 2, i);
        strcat(text, rule);
    }
    expect_ok(f, text);
    assert_int_equal(f->source->n_rules, 50);
    int place[64] = {0};
    for (int k = 0; k < 50; k++)
        place[f->source->rule_order[k]] = k + 1;
    for (int i = 0; i < 49; i++) {
        char one[8], other[8];
        snprintf(one, sizeof one, "r%d", i);
        snprintf(other, sizeof other, "r%d", i + 1);
        assert_true(place[osw_source_find(f->source, one)] >
                    place[osw_source_find(f->source, other)]);
    }
}

static void test_tables(void **state)
{
    struct fixture *f = *state;
    const struct osw_unit_declaration rows[] = {
        {"k", "1/d", {0}}, {"X", "mmol/L", {0}}, {"unused", "kg", {0}}, {"V", NULL, {0}}};
    const char *text = "X' = -k*X*V; V = 2; y := X";
    reset(f);
    assert_int_equal(osw_source_parse("a/b.ant", text, strlen(text), f->units, rows, 4,
                                      false, f->diag, &f->source),
                     OSW_OK);
    assert_string_equal(f->source->name, "b");
    assert_string_equal(symbol(f, "X")->unit_text, "mmol/L");
    assert_int_equal(symbol(f, "k")->kind, OSW_SYMBOL_PARAMETER);
    assert_null(symbol(f, "k")->initial);
    assert_string_equal(symbol(f, "y")->unit_text, "mmol/L");
    assert_int_equal(osw_source_find(f->source, "unused"), -1);
    assert_null(symbol(f, "V")->unit);
}

/* Files: a folder with a model in parts. */
static void write_file(const char *folder, const char *name, const char *text)
{
    char path[300];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *out = fopen(path, "w");
    assert_non_null(out);
    assert_true(fputs(text, out) >= 0);
    assert_int_equal(fclose(out), 0);
}

static enum osw_status load(struct fixture *f, const char *folder, const char *name)
{
    char path[300];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    reset(f);
    return osw_source_load(path, f->units, NULL, 0, false, f->diag, &f->source);
}

static void make_folder(char *folder, size_t size)
{
    const char *base = getenv("TMPDIR");
    snprintf(folder, size, "%s/osw-parse-XXXXXX", base ? base : "/tmp");
    assert_non_null(mkdtemp(folder));
}

static void remove_files(const char *folder, const char *const *names, size_t n)
{
    char path[300];
    for (size_t i = 0; i < n; i++) {
        snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        remove(path);
    }
    remove(folder);
}

static void test_imports(void **state)
{
    struct fixture *f = *state;
    char folder[200], hex[65];
    const char *main_text = "import \"parts/f.ant\"; import \"parts/x.ant\"\nX = 2\n";
    const char *functions = "function f(x)\n x^2\nend\n";
    const char *part = "X' = -f(X)*k; k = 3\n";
    make_folder(folder, sizeof folder);
    char parts[220];
    snprintf(parts, sizeof parts, "%s/parts", folder);
    assert_int_equal(mkdir(parts, 0700), 0);
    write_file(folder, "main.ant", main_text);
    write_file(folder, "parts/f.ant", functions);
    write_file(folder, "parts/x.ant", part);
    assert_int_equal(load(f, folder, "main.ant"), OSW_OK);
    assert_string_equal(f->source->name, "main");
    assert_int_equal(f->source->n_files, 3);
    assert_non_null(strstr(f->source->files[2], "/parts/x.ant"));
    assert_true(value_of(f, "X") == -12);
    struct osw_hash hash;
    osw_hash_init(&hash);
    osw_hash_add(&hash, main_text, strlen(main_text));
    osw_hash_add(&hash, functions, strlen(functions));
    osw_hash_add(&hash, part, strlen(part));
    osw_hash_hex(&hash, hex);
    assert_string_equal(f->source->hash, hex);
    const char *const names[] = {"main.ant", "parts/f.ant", "parts/x.ant", "parts"};
    remove_files(folder, names, 4);
}

static void expect_refused(struct fixture *f, const char *folder, const char *name,
                           enum osw_status status, const char *message)
{
    assert_int_equal(load(f, folder, name), status);
    assert_string_equal(osw_diag_text(f->diag, 0), message);
}

static void test_bad_imports(void **state)
{
    struct fixture *f = *state;
    char folder[200], message[300];
    make_folder(folder, sizeof folder);
    write_file(folder, "a.ant", "import \"b.ant\"\nX' = 1\n");
    write_file(folder, "b.ant", "import \"./a.ant\"\n");
    write_file(folder, "c.ant", "import \"d.ant\"; import \"d.ant\"\nX' = 1\n");
    write_file(folder, "d.ant", "Y' = 1\n");
    write_file(folder, "e.ant", "import \"none.ant\"\nX' = 1\n");
    expect_refused(f, folder, "a.ant", OSW_ERR_INPUT,
                   "'./a.ant' imports itself (through the files between)");
    expect_refused(f, folder, "c.ant", OSW_ERR_INPUT,
                   "'d.ant' is imported a second time");
    snprintf(message, sizeof message, "cannot import 'none.ant': no file '%s/none.ant'",
             folder);
    expect_refused(f, folder, "e.ant", OSW_ERR_INPUT, message);
    assert_int_equal(load(f, folder, "none.ant"), OSW_ERR_NOINPUT);
    assert_int_equal(load(f, folder, "."), OSW_ERR_INPUT);
    const char *const names[] = {"a.ant", "b.ant", "c.ant", "d.ant", "e.ant"};
    remove_files(folder, names, 5);
}

/* Whichever allocation fails, nothing leaks and the status says why. */
static void test_memory(void **state)
{
    struct fixture *f = *state;
    const char *text = "unit u_d = 86400 second\nfunction f(x, y)\n x*y + 1\nend\n"
                       "model m(x)\n x' = f(x, k)*tan(k); k = 2; k is \"k\"\nend\n"
                       "A: m(X); B: m(Y); species S in C; J: S -> 2 S; X*S/C\n"
                       "C = 1; r := q + unknown_; q := X; t has u_d; C has litre\n"
                       "Z' = t";
    reset(f);
    enum osw_status status;
    long n = 0;
    do {
        struct osw_units *units = osw_units_create();
        struct osw_diag *diag = osw_diag_create();
        struct osw_source *source = NULL;
        assert_true(units && diag);
        osw_memory_fail_after(n++);
        status = osw_source_parse("m.ant", text, strlen(text), units, NULL, 0, false,
                                  diag, &source);
        osw_memory_fail_after(-1);
        assert_null(source);
        assert_true(status == OSW_ERR_MEMORY || status == OSW_ERR_INPUT);
        osw_diag_destroy(diag);
        osw_units_destroy(units);
    } while (status == OSW_ERR_MEMORY);
    assert_true(n > 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_precedence, setup, teardown),
        cmocka_unit_test_setup_teardown(test_kinds_and_labels, setup, teardown),
        cmocka_unit_test_setup_teardown(test_functions, setup, teardown),
        cmocka_unit_test_setup_teardown(test_reactions, setup, teardown),
        cmocka_unit_test_setup_teardown(test_submodels, setup, teardown),
        cmocka_unit_test_setup_teardown(test_rule_order, setup, teardown),
        cmocka_unit_test_setup_teardown(test_tables, setup, teardown),
        cmocka_unit_test_setup_teardown(test_imports, setup, teardown),
        cmocka_unit_test_setup_teardown(test_bad_imports, setup, teardown),
        cmocka_unit_test_setup_teardown(test_memory, setup, teardown),
    };
    return cmocka_run_group_tests_name("parse", tests, NULL, NULL);
}
