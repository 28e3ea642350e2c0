/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Lines of options, by their roles: an option is stored, repeated and refused because its
 * row says that it is science, and for no other reason. */
#include "options/science.h"
#include "options/command_line.h"

#include <string.h>

static const char *add_option(const struct osw_option *o, const void *options,
                              const char *line, struct osw_arena *arena)
{
    const char *value, *word;
    if (o->type == OSW_OPTION_FLAG) {
        word = osw_arena_format(arena, "--%s", o->name);
        return word ? osw_command_line_add(arena, line, word) : NULL;
    }
    for (size_t i = 0; line && (value = osw_option_text(o, options, i, arena)); i++) {
        word = osw_arena_format(arena, "--%s=%s", o->name, value);
        line = word ? osw_command_line_add(arena, line, word) : NULL;
    }
    return line;
}

const char *osw_science_line(const struct osw_command *command, const void *options,
                             struct osw_arena *arena)
{
    const struct osw_common_options *common = options;
    const char *line = osw_arena_format(arena, "osteoswitch %s", command->name);
    for (size_t i = 0; i < common->operands.n && line; i++)
        line = osw_command_line_add(arena, line, common->operands.items[i]);
    for (size_t i = 0; i < command->n_options && line; i++) {
        const struct osw_option *o = &command->options[i];
        if (o->role == OSW_ROLE_SCIENCE && !osw_option_is_default(o, options))
            line = add_option(o, options, line, arena);
    }
    return line;
}

static bool is_among(const char *name, const char *const *names)
{
    while (*names && strcmp(*names, name) != 0)
        names++;
    return *names;
}

const char *osw_science_add(const struct osw_command *command, const void *options,
                            const char *line, const char *const *except,
                            struct osw_arena *arena)
{
    for (size_t i = 0; i < command->n_options && line; i++) {
        const struct osw_option *o = &command->options[i];
        if (!osw_option_is_default(o, options) && !is_among(o->name, except))
            line = add_option(o, options, line, arena);
    }
    return line;
}

enum osw_status osw_science_take(const struct osw_command *command, const char *line,
                                 struct osw_arena *arena, struct osw_diag *diag,
                                 void *options)
{
    char **words;
    int n = 0;
    struct osw_common_options *now = options;
    struct osw_common_options *then = osw_arena_alloc(arena, 1, command->size);
    enum osw_status status =
        then ? osw_command_line_split(arena, line, &words, &n) : OSW_ERR_MEMORY;
    if (!status && (n < 3 || strcmp(words[1], command->name) != 0))
        status = OSW_ERR_INPUT;
    if (!status)
        status = osw_command_parse(command, n - 2, words + 2, arena, diag, then);
    if (status)
        return status == OSW_ERR_USAGE ? OSW_ERR_INPUT : status;
    now->operands = then->operands;
    for (size_t i = 0; i < command->n_options; i++)
        if (command->options[i].role == OSW_ROLE_SCIENCE)
            osw_option_copy(&command->options[i], now, then);
    return OSW_OK;
}

bool osw_science_given(const struct osw_command *command, const void *options)
{
    const struct osw_common_options *common = options;
    for (size_t i = 0; i < command->n_options; i++)
        if (command->options[i].role == OSW_ROLE_SCIENCE && (common->given >> i & 1))
            return true;
    return false;
}

const char *osw_science_names(const struct osw_command *command, struct osw_arena *arena)
{
    const char *text = "", *last = NULL;
    for (size_t i = 0; i < command->n_options && text; i++) {
        if (command->options[i].role != OSW_ROLE_SCIENCE)
            continue;
        if (last)
            text = osw_arena_format(arena, "%s%s--%s", text, *text ? ", " : "", last);
        last = command->options[i].name;
    }
    return text && last
               ? osw_arena_format(arena, "%s%s--%s", text, *text ? " and " : "", last)
               : text;
}
