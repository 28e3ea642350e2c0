/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Diagnostics, tables, YAML and files: what is accepted, what is refused and how it says
 * so. */
#include "text/json.h"
#include "text/tsv.h"
#include "text/utf8.h"
#include "text/yaml.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
#include <signal.h>
#include <cmocka.h>

struct fixture {
    struct osw_arena *arena;
    struct osw_diag *diag;
};

static int setup(void **state)
{
    static struct fixture f;
    f = (struct fixture){osw_arena_create(), osw_diag_create()};
    *state = &f;
    return !f.arena || !f.diag;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    osw_arena_destroy(f->arena);
    osw_diag_destroy(f->diag);
    return 0;
}

static void expect_render(struct fixture *f, const char *expected)
{
    char *text = NULL;
    size_t len = 0;
    FILE *out = open_memstream(&text, &len);
    osw_diag_render(f->diag, out, false);
    fclose(out);
    assert_string_equal(text, expected);
    free(text);
}

static void test_caret(void **state)
{
    struct fixture *f = *state;
    const char *file = osw_diag_file(f->diag, "x.ant");
    const char *text = "a = 1\nb = \xc3\xa9 + RUNX\r\n";
    osw_diag_source(f->diag, file, text, strlen(text));
    const char *const names[] = {"BMP2", "RUNX2", "runx"};
    const char *closest = osw_diag_closest("RUNX", names, 3);
    assert_string_equal(closest, "runx");
    closest = osw_diag_closest("RUNX", names, 2);
    osw_diag_fail(f->diag, OSW_ERR_INPUT, (struct osw_loc){file, 2, 10, 4},
                  "unknown symbol 'RUNX' (did you mean '%s'?)", closest);
    expect_render(f, "x.ant:2:10: error: unknown symbol 'RUNX' (did you mean 'RUNX2'?)\n"
                     "  b = \xc3\xa9 + RUNX\n"
                     "          ^~~~\n");
    assert_null(osw_diag_closest("zebra", names, 3));
}

static enum osw_status parse_tsv(struct fixture *f, const char *text,
                                 struct osw_table *table)
{
    return osw_tsv_parse("t.tsv", text, strlen(text), f->arena, f->diag, table);
}

static void test_tsv(void **state)
{
    struct fixture *f = *state;
    struct osw_table t;
    assert_int_equal(parse_tsv(f, "# c\nid\tvalue\r\n\n a \t 2.5 \nb\t\n", &t), OSW_OK);
    assert_int_equal(t.n_rows, 2);
    assert_string_equal(osw_tsv_cell(&t, 0, 0)->text, "a");
    assert_string_equal(osw_tsv_cell(&t, 1, 1)->text, "");
    assert_int_equal(osw_tsv_cell(&t, 0, 1)->at.line, 4);
    double x;
    assert_int_equal(osw_tsv_number(osw_tsv_cell(&t, 0, 1), "value", f->diag, &x),
                     OSW_OK);
    assert_true(x == 2.5);
    assert_int_equal(osw_tsv_column(&t, "nope"), -1);
}

static void test_tsv_refuses(void **state)
{
    struct fixture *f = *state;
    struct osw_table t;
    static const struct {
        const char *text, *message;
    } bad[] = {
        {"", "empty table: expected a header line of column names"},
        {"a\ta\n", "column 'a' appears twice"},
        {"a\t\n", "column 2 has no name"},
        {"a\tb\n1\n",
         "1 cells where the header has 2 columns (cells are separated by tabs)"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_int_equal(parse_tsv(f, bad[i].text, &t), OSW_ERR_INPUT);
        assert_string_equal(osw_diag_text(f->diag, i), bad[i].message);
    }
    double x;
    const char *const not_numbers[] = {"", "1e", "nan", "inf", "0x10", "1 2", "1e999"};
    for (size_t i = 0; i < sizeof not_numbers / sizeof *not_numbers; i++) {
        struct osw_cell cell = {not_numbers[i], {0}};
        assert_int_equal(osw_tsv_number(&cell, "v", f->diag, &x), OSW_ERR_INPUT);
    }
}

static enum osw_status parse_yaml(struct fixture *f, const char *text,
                                  const struct osw_yaml **root)
{
    return osw_yaml_parse("s.yaml", text, strlen(text), f->arena, f->diag, root);
}

static void test_yaml(void **state)
{
    struct fixture *f = *state;
    const struct osw_yaml *root;
    assert_int_equal(
        parse_yaml(f, "title: x\narms:\n  a: []\n  b: [m, {n: {dose: 1 g}}]\n", &root),
        OSW_OK);
    assert_int_equal(root->kind, OSW_YAML_MAPPING);
    const struct osw_yaml *arms = osw_yaml_find(root, "arms");
    assert_int_equal(arms->n, 2);
    const struct osw_yaml *b = osw_yaml_find(arms, "b");
    assert_int_equal(b->kind, OSW_YAML_SEQUENCE);
    assert_string_equal(b->first->text, "m");
    const struct osw_yaml *dose = osw_yaml_find(b->first->next->first, "dose");
    assert_string_equal(dose->text, "1 g");
    assert_int_equal(dose->key_at.line, 4);
    assert_int_equal(dose->key_at.col, 15);
    const char *const known[] = {"title", "arm"};
    assert_int_equal(osw_yaml_keys(root, known, 2, f->diag), OSW_ERR_INPUT);
    assert_string_equal(osw_diag_text(f->diag, 0),
                        "unknown key 'arms' (did you mean 'arm'?)");
}

/* Keys that come again are found among many, and only in their own mapping. */
static void test_yaml_many_keys(void **state)
{
    enum { MANY = 100000 };
    struct fixture *f = *state;
    const struct osw_yaml *root;
    char *text;
    size_t len;
    FILE *s = open_memstream(&text, &len);
    for (int i = 0; i < MANY; i++)
        fprintf(s, "k%d: {k1: 1, k2: 2}\n", i);
    fclose(s);
    assert_int_equal(parse_yaml(f, text, &root), OSW_OK);
    assert_int_equal(root->n, MANY);
    char *twice = osw_arena_format(f->arena, "%sk777: 1\n", text);
    assert_int_equal(parse_yaml(f, twice, &root), OSW_ERR_INPUT);
    assert_string_equal(osw_diag_text(f->diag, 0),
                        "key 'k777' appears twice (first at line 778)");
    free(text);
}

static void test_yaml_refuses(void **state)
{
    struct fixture *f = *state;
    const struct osw_yaml *root;
    char deep[201];
    memset(deep, '[', 200);
    deep[200] = '\0';
    const char *const bad[] = {"",      "a: 1\na: 2\n",   "a: &x 1\nb: *x\n",
                               "a: [1", "--- 1\n--- 2\n", "{[1]: 2}",
                               deep,    "a: \"\\0\"\n",   "\tx: 1\n"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        if (parse_yaml(f, bad[i], &root) != OSW_ERR_INPUT)
            fail_msg("accepted: %s", bad[i]);
        assert_int_equal(osw_diag_count(f->diag, OSW_ERROR), i + 1);
    }
}

static void test_files(void **state)
{
    struct fixture *f = *state;
    char folder[] = "/tmp/osw-test-XXXXXX";
    assert_non_null(mkdtemp(folder));
    const char *path = osw_arena_format(f->arena, "%s/out.txt", folder);
    FILE *out = fopen(path, "w");
    assert_non_null(out);
    fputs("whole\n", out);
    fclose(out);

    const char *file, *text;
    size_t len;
    assert_int_equal(osw_file_read(path, f->arena, f->diag, &file, &text, &len), OSW_OK);
    assert_string_equal(text, "whole\n");

    assert_int_equal(osw_file_read(folder, f->arena, f->diag, &file, &text, &len),
                     OSW_ERR_INPUT);
    assert_int_equal(osw_file_read("/nowhere/x", f->arena, f->diag, &file, &text, &len),
                     OSW_ERR_NOINPUT);

    unlink(path);
    assert_int_equal(rmdir(folder), 0);
}

static enum osw_status read_bytes(struct fixture *f, const char *bytes, size_t n,
                                  const char **text)
{
    char path[] = "/tmp/osw-text-XXXXXX";
    const char *file;
    size_t len;
    int fd = mkstemp(path);
    assert_int_equal(write(fd, bytes, n), n);
    close(fd);
    enum osw_status status = osw_file_read(path, f->arena, f->diag, &file, text, &len);
    if (!status)
        assert_int_equal(len, strlen(*text));
    unlink(path);
    return status;
}

/* UTF-8 with or without a byte order mark; else the place of what is none. */
static void test_encoding(void **state)
{
    struct fixture *f = *state;
    const char *text;
    assert_int_equal(read_bytes(f,
                                "\xef\xbb\xbf"
                                "a\u00e9\n",
                                7, &text),
                     OSW_OK);
    assert_string_equal(text, "a\u00e9\n");
    assert_int_equal(read_bytes(f, "\xef\xbb\xbf", 3, &text), OSW_OK);
    assert_string_equal(text, "");
    assert_int_equal(read_bytes(f, "ab\ncaf\xe9\n", 8, &text), OSW_ERR_INPUT);
    assert_non_null(strstr(osw_diag_text(f->diag, 0), "0xe9 is not UTF-8"));
    assert_int_equal(read_bytes(f,
                                "\xff\xfe"
                                "a\0",
                                4, &text),
                     OSW_ERR_INPUT);
    assert_non_null(strstr(osw_diag_text(f->diag, 1), "UTF-16"));
    assert_int_equal(read_bytes(f, "a\xed\xa0\x80", 4, &text), OSW_ERR_INPUT);
    assert_int_equal(read_bytes(f, " \n<?xml version", 15, &text), OSW_ERR_INPUT);
    assert_non_null(strstr(osw_diag_text(f->diag, 3), "models are Antimony text"));
    assert_int_equal(read_bytes(f, "<sbml>", 6, &text), OSW_ERR_INPUT);
    assert_int_equal(read_bytes(f, "< 3\n", 4, &text), OSW_OK);
}

struct watched {
    int n;
    double last;
};

static bool watch(void *context, double fraction, const char *what)
{
    struct watched *w = context;
    assert_string_equal(what, "work");
    w->last = fraction;
    return ++w->n == 2;
}

/* Long work is told to who watches, who may stop it. */
static void test_progress(void **state)
{
    struct fixture *f = *state;
    struct watched w = {0};
    assert_false(osw_diag_progress(NULL, 0.5, "work"));
    assert_false(osw_diag_progress(f->diag, 0.5, "work"));
    osw_diag_watch(f->diag, watch, &w);
    assert_false(osw_diag_progress(f->diag, -1, "work"));
    assert_true(osw_diag_progress(f->diag, 0.25, "work"));
    assert_true(w.n == 2 && w.last == 0.25);
    osw_diag_watch(f->diag, NULL, NULL);
    assert_false(osw_diag_progress(f->diag, 1, "work"));
}

static void test_utf8(void **state)
{
    static const struct {
        const char *bytes;
        size_t length, printable;
    } cases[] = {
        {"a", 1, 1},
        {"\t", 1, 1},
        {"\x01", 1, 0},
        {"\x7f", 1, 0},
        {"\u00b5", 2, 2},
        {"\u2019", 3, 3},
        {"\U0001f9b4", 4, 4},
        {"\xc0\x80", 0, 0},
        {"\xc1\xbf", 0, 0},
        {"\xe0\x9f\xbf", 0, 0},
        {"\xed\xa0\x80", 0, 0},
        {"\xef\xbf\xbe", 3, 0},
        {"\xf0\x8f\xbf\xbf", 0, 0},
        {"\xf4\x90\x80\x80", 0, 0},
        {"\x80", 0, 0},
        {"\xe2\x80", 0, 0},
    };
    char clean[16];
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        size_t n = strlen(cases[i].bytes);
        assert_int_equal(osw_utf8_length(cases[i].bytes, n), cases[i].length);
        assert_int_equal(osw_utf8_printable(cases[i].bytes, n), cases[i].printable);
        assert_int_equal(osw_utf8_valid(cases[i].bytes, n), cases[i].length ? n : 0);
    }
    assert_string_equal(osw_utf8_clean(clean, "a\x01\xe9\u00e9"), "a??\u00e9");
}

/* JSON is UTF-8 whatever a file's name holds. */
static void test_json(void **state)
{
    char *text = NULL;
    size_t n;
    FILE *out = open_memstream(&text, &n);
    (void)state;
    osw_json_string(out, "a\"\\\n\x01\xe9\u00e9");
    fclose(out);
    assert_string_equal(text, "\"a\\\"\\\\\\n\\u0001\\ufffd\u00e9\"");
    free(text);
}

static void test_find(void **state)
{
    struct fixture *f = *state;
    char folder[] = "/tmp/osw-test-XXXXXX";
    assert_non_null(mkdtemp(folder));
    const char *sub = osw_arena_format(f->arena, "%s/subjects", folder);
    const char *own = osw_arena_format(f->arena, "%s/somebody.yaml", sub);
    mkdir(sub, 0700);
    FILE *s = fopen(own, "w");
    fclose(s);
    const char *beside = osw_arena_format(f->arena, "%s/scenario.yaml", folder);
    const char *path;
    struct osw_loc at = {0};
    assert_int_equal(osw_file_find("subjects", "somebody", ".yaml", beside, at, f->arena,
                                   f->diag, &path),
                     OSW_OK);
    assert_string_equal(path, own);
    setenv("OSTEOSWITCH_PATH", folder, 1);
    assert_int_equal(osw_file_find("subjects", "somebodi", ".yaml", NULL, at, f->arena,
                                   f->diag, &path),
                     OSW_ERR_NOINPUT);
    assert_string_equal(osw_diag_text(f->diag, 0),
                        "no subject 'somebodi' (did you mean 'somebody'?)");
    unsetenv("OSTEOSWITCH_PATH");
    char before[4096]; /* a file here is found by path only, and offered */
    assert_non_null(getcwd(before, sizeof before));
    assert_int_equal(chdir(sub), 0);
    assert_int_equal(osw_file_find("subjects", "somebody", ".yaml", NULL, at, f->arena,
                                   f->diag, &path),
                     OSW_ERR_NOINPUT);
    assert_string_equal(osw_diag_text(f->diag, 1),
                        "no subject 'somebody' (did you mean './somebody.yaml'?)");
    assert_int_equal(chdir(before), 0);
    unlink(own);
    rmdir(sub);
    rmdir(folder);
}

int main(void)
{
#define TEST(t) cmocka_unit_test_setup_teardown(t, setup, teardown)
    const struct CMUnitTest tests[] = {
        TEST(test_caret),          TEST(test_tsv),          TEST(test_tsv_refuses),
        TEST(test_yaml),           TEST(test_yaml_refuses), TEST(test_files),
        TEST(test_yaml_many_keys), TEST(test_encoding),     TEST(test_progress),
        TEST(test_utf8),           TEST(test_json),         TEST(test_find)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
