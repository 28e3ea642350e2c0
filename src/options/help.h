/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Help texts, man pages and shell completion, all from the rows of options. `commands` is
 * NULL-terminated. */
#ifndef OSW_OPTIONS_HELP_H
#define OSW_OPTIONS_HELP_H

#include "options/command.h"

#include <stdio.h>

void osw_help_program(const struct osw_command *const *commands, FILE *out);
void osw_help_command(const struct osw_command *command, FILE *out);

/* What a row says of an option: help, then words, range, default in brackets. */
void osw_help_about(const struct osw_option *option, char *text, size_t size);

/* osteoswitch(1) of all commands, or osteoswitch-COMMAND(1), in man's own language. */
void osw_man_program(const struct osw_command *const *commands, const char *version,
                     FILE *out);
void osw_man_command(const struct osw_command *command, const char *version, FILE *out);

/* "bash", "zsh", "fish". */
extern const char *const osw_completion_shells[];
/* A script for the shell of that place: commands, their options and the words that
 * options take; files elsewhere. */
void osw_completion_write(const struct osw_command *const *commands, int shell,
                          FILE *out);

#endif
