/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The tables of options of all commands: every row is sound, and every option that
 * decides on values stands in the stored command line, is repeated from there, and is
 * part of what results and sweeps store. A row that is forgotten somewhere fails here. */
#include "cli/command.h"
#include "options/science.h"
#include "solve/solver_options.h"
#include "sweep/settings.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct bench {
    struct osw_arena *arena;
    struct osw_diag *diag;
};

static int set_up(void **state)
{
    static struct bench b;
    b = (struct bench){osw_arena_create(), osw_diag_create()};
    *state = &b;
    return !b.arena || !b.diag;
}

static int tear_down(void **state)
{
    struct bench *b = *state;
    osw_diag_destroy(b->diag);
    osw_arena_destroy(b->arena);
    return 0;
}

static void *parsed(struct bench *b, const struct osw_command *command, int n,
                    char **words)
{
    void *options = osw_arena_alloc(b->arena, 1, command->size);
    enum osw_status status =
        osw_command_parse(command, n, words, b->arena, b->diag, options);
    if (status)
        osw_diag_render(b->diag, stderr, false);
    assert_int_equal(status, OSW_OK);
    return options;
}

static void row_is_sound(const struct osw_command *command, const struct osw_option *o)
{
    const bool words = o->choices || o->word;
    const bool number = o->type == OSW_OPTION_REAL || o->type == OSW_OPTION_INTEGER ||
                        o->type == OSW_OPTION_COUNT;
    if (o->role == OSW_ROLE_NONE)
        fail_msg("%s --%s has no role", command->name, o->name);
    assert_true((o->type == OSW_OPTION_FLAG) == !o->argument);
    assert_true(o->offset >= sizeof(struct osw_common_options));
    assert_true(o->offset < command->size);
    assert_true((o->type != OSW_OPTION_CHOICE && o->type != OSW_OPTION_MEMBER) || words);
    assert_true((o->type == OSW_OPTION_MEMBER) == (o->registry != NULL));
    assert_true(!o->choices || !o->word);
    assert_true(!number || (o->initial && o->lower < o->upper));
    assert_true(o->help && *o->help && o->help[strlen(o->help) - 1] != '.');
}

/* Every default parses, names and letters are unique, what needs an argument names it. */
static void rows_are_sound(void **state)
{
    for (size_t c = 0; osw_commands[c]; c++) {
        const struct osw_command *command = osw_commands[c];
        const struct osw_common_options *options =
            parsed(*state, command, 1, (char *[]){(char[]){"--help"}});
        assert_true(command->size >= sizeof(struct osw_common_options));
        assert_true(options->help);
        const struct osw_option *o, *other;
        for (size_t i = 0; (o = osw_command_option(command, i)); i++) {
            if (i < command->n_options)
                row_is_sound(command, o);
            for (size_t k = 0; k < i && (other = osw_command_option(command, k)); k++) {
                assert_string_not_equal(o->name, other->name);
                assert_true(!o->letter || o->letter != other->letter);
            }
        }
    }
}

/* A value that is not the default, as text. */
static const char *another_value(struct bench *b, const struct osw_option *o)
{
    size_t n;
    const char *word;
    for (int i = 0; (word = osw_option_word(o, i, &n)); i++)
        if (n && (!o->initial || strlen(o->initial) != n || memcmp(o->initial, word, n)))
            return osw_arena_copy(b->arena, word, n);
    if (o->type == OSW_OPTION_TEXT || o->type == OSW_OPTION_LIST)
        return "a b='c'";
    for (int i = 1; i < 1024; i++) {
        const double x = o->type == OSW_OPTION_REAL
                             ? o->lower + (o->upper - o->lower) * i / 1024
                             : o->lower + i;
        void *copy = osw_arena_alloc(b->arena, 1, 8192);
        const char *text = osw_arena_format(b->arena, "%.17g", x);
        assert_true(o->offset < 8192);
        assert_int_equal(osw_option_store(o, text, copy, b->arena, b->diag), OSW_OK);
        if (!osw_option_is_default(o, copy))
            return text;
    }
    return NULL;
}

/* As many operands as the command needs, one where it may have some. */
static int operands(struct bench *b, const struct osw_command *command, char **words)
{
    int n = 0;
    while (n < command->least || n < (command->most != 0))
        words[n++] = osw_arena_string(b->arena, "operand");
    return n;
}

/* The words of a command line with the option, and with what it needs. */
static int line_with(struct bench *b, const struct osw_command *command,
                     const struct osw_option *o, char **words)
{
    int n = operands(b, command, words);
    const char *value = another_value(b, o);
    words[n++] = o->type == OSW_OPTION_FLAG
                     ? osw_arena_format(b->arena, "--%s", o->name)
                     : osw_arena_format(b->arena, "--%s=%s", o->name, value);
    for (size_t i = 0; o->needs && i < command->n_options; i++) {
        const struct osw_option *needed = &command->options[i];
        const size_t len = strcspn(o->needs, "=");
        if (strlen(needed->name) != len || memcmp(needed->name, o->needs, len) != 0)
            continue;
        words[n++] = o->needs[len] || needed->type == OSW_OPTION_FLAG
                         ? osw_arena_format(b->arena, "--%s", o->needs)
                         : osw_arena_format(b->arena, "--%s=%s", needed->name,
                                            another_value(b, needed));
    }
    return n;
}

static void science_is_kept(struct bench *b, const struct osw_command *command,
                            const struct osw_option *o)
{
    char *words[8];
    const int n = line_with(b, command, o, words);
    void *options = parsed(b, command, n, words);
    void *again = parsed(b, command, operands(b, command, words), words);
    const char *line = osw_science_line(command, options, b->arena);
    const char *name = osw_arena_format(b->arena, "--%s", o->name);
    if (!strstr(line, name))
        fail_msg("%s: '%s' lacks %s", command->name, line, name);
    if (!strstr(osw_science_names(command, b->arena), name))
        fail_msg("%s: %s is not named", command->name, name);
    assert_true(osw_science_given(command, options));
    assert_false(osw_science_given(command, again));
    assert_int_equal(osw_science_take(command, line, b->arena, b->diag, again), OSW_OK);
    assert_false(osw_option_is_default(o, again));
    assert_string_equal(osw_science_line(command, again, b->arena), line);
}

static void science_is_repeated(void **state)
{
    int n = 0;
    for (size_t c = 0; osw_commands[c]; c++)
        for (size_t i = 0; i < osw_commands[c]->n_options; i++) {
            const struct osw_option *o = &osw_commands[c]->options[i];
            if (o->role != OSW_ROLE_SCIENCE)
                continue;
            science_is_kept(*state, osw_commands[c], o);
            n++;
        }
    assert_true(n > 40);
}

/* Files and talk never change the line. */
static void the_rest_is_not(void **state)
{
    struct bench *b = *state;
    const struct osw_command *command = &osw_command_run;
    char *words[8];
    for (size_t i = 0; i < command->n_options; i++) {
        const struct osw_option *o = &command->options[i];
        if (o->role == OSW_ROLE_SCIENCE)
            continue;
        const int n = line_with(b, command, o, words);
        void *options = parsed(b, command, n, words);
        assert_string_equal(osw_science_line(command, options, b->arena),
                            "osteoswitch run operand");
        assert_false(osw_science_given(command, options));
    }
}

static const struct osw_option *row_named(const struct osw_option *rows, size_t n,
                                          const char *name)
{
    for (size_t i = 0; i < n; i++)
        if (!strcmp(rows[i].name, name))
            return &rows[i];
    return NULL;
}

/* What decides on an integration can be asked for wherever one is asked for, is stored
 * with results, and what decides on a sweep's members is part of its identity. */
static void solver_options_are_everywhere(void **state)
{
    (void)state;
    static const struct osw_command *const all[] = {
        &osw_command_run, &osw_command_evidence, &osw_command_sensitivity};
    for (size_t i = 0; i < osw_solver_options_n_rows; i++) {
        const struct osw_option *o = &osw_solver_options_rows[i];
        assert_int_equal(o->role, OSW_ROLE_SCIENCE);
        assert_non_null(o->attribute);
        for (size_t c = 0; c < sizeof all / sizeof *all; c++)
            if (!row_named(all[c]->options, all[c]->n_options, o->name))
                fail_msg("%s has no --%s", all[c]->name, o->name);
    }
    for (size_t i = 0; i < osw_command_sweep.n_options; i++) {
        const struct osw_option *o = &osw_command_sweep.options[i];
        const bool in_identity =
            row_named(osw_settings_rows, OSW_SWEEP_N_SETTINGS, o->name) != NULL;
        if (in_identity != (o->role == OSW_ROLE_SCIENCE))
            fail_msg("sweep --%s: science and identity differ", o->name);
    }
}

/* An option that belongs to another is refused without it. */
static void needs_are_checked(void **state)
{
    struct bench *b = *state;
    int n_checked = 0;
    for (size_t c = 0; osw_commands[c]; c++)
        for (size_t i = 0; i < osw_commands[c]->n_options; i++) {
            const struct osw_command *command = osw_commands[c];
            const struct osw_option *o = &command->options[i];
            char *words[8];
            if (!o->needs || !strcmp(o->needs, "solver=cvode"))
                continue;
            line_with(b, command, o, words);
            const int n = operands(b, command, words) + 1;
            void *options = osw_arena_alloc(b->arena, 1, command->size);
            assert_int_equal(
                osw_command_parse(command, n, words, b->arena, b->diag, options),
                OSW_ERR_USAGE);
            n_checked++;
        }
    assert_true(n_checked >= 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(rows_are_sound, set_up, tear_down),
        cmocka_unit_test_setup_teardown(science_is_repeated, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_rest_is_not, set_up, tear_down),
        cmocka_unit_test_setup_teardown(solver_options_are_everywhere, set_up, tear_down),
        cmocka_unit_test_setup_teardown(needs_are_checked, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
