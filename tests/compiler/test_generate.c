/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The generator as a function of text: same input, same bytes; what it refuses; memory
 * that runs out anywhere. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/memory.h"
#include "compiler/generate.h"

#include <stdlib.h>
#include <string.h>

struct fixture {
    struct osw_units *units;
    struct osw_diag *diag;
    struct osw_source *source;
    char *text;
};

static int setup(void **state)
{
    static struct fixture f;
    f = (struct fixture){.units = osw_units_create(), .diag = osw_diag_create()};
    *state = &f;
    return !f.units || !f.diag;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    osw_source_destroy(f->source);
    osw_units_destroy(f->units);
    osw_diag_destroy(f->diag);
    free(f->text);
    return 0;
}

static void parse(struct fixture *f, const char *text)
{
    assert_int_equal(osw_source_parse("toy", text, strlen(text), f->units, NULL, 0, false,
                                      f->diag, &f->source),
                     OSW_OK);
}

static enum osw_status generate(struct fixture *f,
                                const struct osw_generate_options *options)
{
    size_t len;
    free(f->text);
    FILE *out = open_memstream(&f->text, &len);
    assert_non_null(out);
    enum osw_status status = osw_generate_c(f->source, options, out, f->diag);
    fclose(out);
    return status;
}

static void assert_has(const struct fixture *f, const char *part)
{
    if (!strstr(f->text, part))
        fail_msg("no '%s' in:\n%s", part, f->text);
}

#define TOY                                                                              \
    "k = 2; s = 1; X = k; r := k*s; X' = -r*X + hidden; hidden := ln(1 + exp(X/s)); "    \
    "Y' = 1;\n"

static void defaults(void **state)
{
    struct fixture *f = *state;
    parse(f, TOY);
    assert_int_equal(generate(f, NULL), OSW_OK);
    assert_has(f, "const struct osw_kernel *OSW_KERNEL_NAME(osw_kernel_toy)(void)");
    assert_has(f, ".n_outputs = 4,");
    assert_has(f, "osw_lane_softplus_all(");
    assert_has(f, "param_switchable[] = {\n    1, 1,");
    assert_has(f, "y[y_X] = p[p_k];");
    assert_has(f, "c[c_r] = p[p_k]*p[p_s];");
}

static void same_bytes(void **state)
{
    struct fixture *f = *state;
    parse(f, TOY);
    assert_int_equal(generate(f, NULL), OSW_OK);
    char *first = strdup(f->text);
    assert_non_null(first);
    osw_source_destroy(f->source);
    f->source = NULL;
    parse(f, TOY);
    assert_int_equal(generate(f, NULL), OSW_OK);
    assert_string_equal(f->text, first);
    free(first);
}

static void options(void **state)
{
    struct fixture *f = *state;
    parse(f, TOY);
    unsigned char *switchable = calloc((size_t)f->source->n_symbols, 1);
    switchable[osw_source_find(f->source, "s")] = 1;
    const char *const outputs[] = {"hidden", "k"};
    struct osw_generate_options chosen = {.entry = "my_entry",
                                          .switchable = switchable,
                                          .outputs = outputs,
                                          .n_outputs = 2};
    assert_int_equal(generate(f, &chosen), OSW_OK);
    assert_has(f, "const struct osw_kernel *OSW_KERNEL_NAME(my_entry)(void)");
    assert_has(f, ".n_outputs = 2,");
    assert_has(f, "param_switchable[] = {\n    0, 1,");
    assert_has(f, "out[1] = p[p_k]; /* k */");
    free(switchable);
}

static void unknown_output(void **state)
{
    struct fixture *f = *state;
    parse(f, TOY);
    const char *const outputs[] = {"hiden"};
    struct osw_generate_options chosen = {.outputs = outputs, .n_outputs = 1};
    assert_int_equal(generate(f, &chosen), OSW_ERR_INPUT);
    assert_int_equal(osw_diag_count(f->diag, OSW_ERROR), 1);
}

/* Names of the text that mean something in C. */
static void names_of_c(void **state)
{
    struct fixture *f = *state;
    parse(
        f,
        "t = 1; c = 2; y = 3; int = 4; p := t*c; double' = p*y*int; x is \"is it \?\?/\";"
        "x' = double;\n");
    assert_int_equal(generate(f, NULL), OSW_OK);
    assert_has(f, "f[y_double] = ");
    assert_has(f, "\"is it \\?\\?/\"");
}

/* Rules that use one another twice each: without sharing 2^60 operations. */
static void sharing(void **state)
{
    struct fixture *f = *state;
    char text[8192];
    int n = snprintf(text, sizeof text, "k = 1; r0 := X*k; X' = -r60;\n");
    for (int i = 1; i <= 60; i++)
        n += snprintf(text + n, sizeof text - (size_t)n, "r%d := r%d*r%d + k;\n", i,
                      i - 1, i - 1);
    parse(f, text);
    assert_int_equal(generate(f, NULL), OSW_OK);
    assert_true(strlen(f->text) < 60000);
}

/* All states in all rates: the factors are dense, which is refused when it is too much.
 */
static void dense(void **state)
{
    struct fixture *f = *state;
    enum { STATES = 250 };
    char *text = malloc(STATES * 64);
    int n = sprintf(text, "s := x0");
    for (int i = 1; i < STATES; i++)
        n += sprintf(text + n, " + x%d", i);
    n += sprintf(text + n, ";\n");
    for (int i = 0; i < STATES; i++)
        n += sprintf(text + n, "x%d' = -s*x%d;\n", i, i);
    parse(f, text);
    free(text);
    assert_int_equal(generate(f, NULL), OSW_ERR_INPUT);
    assert_int_equal(osw_diag_count(f->diag, OSW_ERROR), 1);
}

/* Many rules that each depend on many states: refused by size, not by running on. */
static void wide_rules(void **state)
{
    struct fixture *f = *state;
    enum { STATES = 2000, RULES = 12000 };
    char *text = malloc((STATES + RULES) * 48);
    int n = 0;
    for (int i = 0; i < STATES; i++)
        n += sprintf(text + n, "x%d' = %s;\n", i, i ? "0" : "-r11999");
    n += sprintf(text + n, "r0 := x0;\n");
    for (int i = 1; i < RULES; i++)
        n += sprintf(text + n, "r%d := r%d + x%d;\n", i, i - 1, i % STATES);
    parse(f, text);
    free(text);
    assert_int_equal(generate(f, NULL), OSW_ERR_INPUT);
    assert_int_equal(osw_diag_count(f->diag, OSW_ERROR), 1);
}

static void out_of_memory(void **state)
{
    struct fixture *f = *state;
    parse(f, TOY);
    enum osw_status status = OSW_ERR_MEMORY;
    long n = 0;
    FILE *out = fopen("/dev/null", "w");
    assert_non_null(out);
    for (; status && n < 10000; n++) {
        osw_memory_fail_after(n);
        status = osw_generate_c(f->source, NULL, out, f->diag);
        osw_memory_fail_after(-1);
        assert_true(status == OSW_OK || status == OSW_ERR_MEMORY);
    }
    fclose(out);
    assert_int_equal(status, OSW_OK);
    assert_true(n > 20);
}

static void full_disk(void **state)
{
    struct fixture *f = *state;
    parse(f, TOY);
    FILE *out = fopen("/dev/full", "w");
    if (!out)
        skip();
    assert_int_equal(osw_generate_c(f->source, NULL, out, f->diag), OSW_ERR_IO);
    fclose(out);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(defaults),      TEST(same_bytes), TEST(options), TEST(unknown_output),
        TEST(names_of_c),    TEST(sharing),    TEST(dense),   TEST(wide_rules),
        TEST(out_of_memory), TEST(full_disk),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
