/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * osteoswitch man, osteoswitch completion: what the tables of options say, for man and
 * for shells. */
#include "cli/build.h"
#include "cli/command.h"
#include "options/help.h"

#include <string.h>

struct options {
    struct osw_common_options common;
};

static enum osw_status unknown(struct osw_session *session, const char *what,
                               const char *name, const char *const *names, size_t n)
{
    const char *closest = osw_diag_closest(name, names, n);
    return osw_diag_fail(
        session->diag, OSW_ERR_USAGE, (struct osw_loc){0}, "no %s '%s'%s%s%s", what, name,
        closest ? " (did you mean '" : "", closest ? closest : "", closest ? "'?)" : "");
}

static enum osw_status man(struct osw_session *session, const void *options)
{
    const struct osw_words *words = &((const struct options *)options)->common.operands;
    const char *names[OSW_MOST_OPTIONS];
    size_t n = 0;
    if (!words->n) {
        osw_man_program(osw_commands, OSW_VERSION, stdout);
        return OSW_OK;
    }
    for (; osw_commands[n] && n < OSW_MOST_OPTIONS; n++) {
        names[n] = osw_commands[n]->name;
        if (!strcmp(names[n], words->items[0])) {
            osw_man_command(osw_commands[n], OSW_VERSION, stdout);
            return OSW_OK;
        }
    }
    return unknown(session, "command", words->items[0], names, n);
}

static enum osw_status completion(struct osw_session *session, const void *options)
{
    const struct osw_words *words = &((const struct options *)options)->common.operands;
    int shell = 0;
    for (; osw_completion_shells[shell]; shell++)
        if (!strcmp(osw_completion_shells[shell], words->items[0])) {
            osw_completion_write(osw_commands, shell, stdout);
            return OSW_OK;
        }
    return unknown(session, "completion for the shell", words->items[0],
                   osw_completion_shells, (size_t)shell);
}

const struct osw_command osw_command_man = {
    .name = "man",
    .operands = "[COMMAND]",
    .summary = "Print the man page of a command",
    .details = "  osteoswitch man run | man -l -",
    .least = 0,
    .most = 1,
    .size = sizeof(struct options),
    .run = man,
};

const struct osw_command osw_command_completion = {
    .name = "completion",
    .operands = "bash|zsh|fish",
    .summary = "Print a script that completes commands and options in a shell",
    .details =
        "  source <(osteoswitch completion bash)\n"
        "  osteoswitch completion zsh > ~/.zfunc/_osteoswitch\n"
        "  osteoswitch completion fish > ~/.config/fish/completions/osteoswitch.fish",
    .least = 1,
    .most = 1,
    .size = sizeof(struct options),
    .run = completion,
};
