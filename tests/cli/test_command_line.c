/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Command lines as text and back; the option tables of all commands are sound. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "cli/command.h"
#include "cli/command_line.h"

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

/* Every default parses, names and letters are unique, what needs an argument names it. */
static void tables_are_sound(void **state)
{
    (void)state;
    for (size_t c = 0; osw_commands[c]; c++) {
        const struct osw_command *command = osw_commands[c];
        struct osw_arena *arena = osw_arena_create();
        struct osw_diag *diag = osw_diag_create();
        void *options = calloc(1, command->size);
        char *help[] = {(char[]){"--help"}};
        assert_true(command->size >= sizeof(struct osw_common_options));
        assert_int_equal(osw_options_parse(command, 1, help, arena, diag, options),
                         OSW_OK);
        assert_true(((struct osw_common_options *)options)->help);
        for (size_t i = 0; i < command->n_options; i++) {
            const struct osw_option *o = &command->options[i];
            assert_true((o->type == OSW_OPTION_FLAG) == !o->argument);
            assert_true(o->offset >= sizeof(struct osw_common_options));
            assert_true(o->offset < command->size);
            assert_true((o->type == OSW_OPTION_CHOICE) == (o->choices != NULL));
            assert_true(o->help && *o->help && o->help[strlen(o->help) - 1] != '.');
            for (size_t k = 0; k < i; k++) {
                assert_string_not_equal(o->name, command->options[k].name);
                assert_true(!o->letter || o->letter != command->options[k].letter);
            }
            for (size_t k = 0; k < osw_n_common_options; k++) {
                assert_string_not_equal(o->name, osw_common_option_table[k].name);
                assert_true(!o->letter || o->letter != osw_common_option_table[k].letter);
            }
        }
        free(options);
        osw_diag_destroy(diag);
        osw_arena_destroy(arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(round_trip),
        cmocka_unit_test(open_quote),
        cmocka_unit_test(tables_are_sound),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
