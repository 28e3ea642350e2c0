/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Commands: what each takes, from which the parser, --help, man pages and completion are
 * made. Every struct of options begins with struct osw_common_options. */
#ifndef OSW_OPTIONS_COMMAND_H
#define OSW_OPTIONS_COMMAND_H

#include "options/option.h"

enum osw_progress_mode {
    OSW_PROGRESS_AUTO,
    OSW_PROGRESS_BAR,
    OSW_PROGRESS_LINES,
    OSW_PROGRESS_NONE
};
enum osw_color_mode { OSW_COLOR_AUTO, OSW_COLOR_ALWAYS, OSW_COLOR_NEVER };

struct osw_common_options {
    struct osw_words operands;
    uint64_t given; /* bit i: the command's own option i was on the command line */
    bool help, quiet, verbose;
    int color, progress, log_format; /* modes above; log_format 0 text, 1 json */
};
enum { OSW_MOST_OPTIONS = 64 }; /* of one command */

struct osw_session;

struct osw_command {
    const char *name, *operands, *summary;
    const char
        *details;    /* paragraphs between empty lines; indented lines stay; or NULL */
    int least, most; /* operands; most -1: any number */
    const struct osw_option *options;
    size_t n_options;
    size_t size; /* of the struct of options */
    enum osw_status (*run)(struct osw_session *session, const void *options);
};

/* Options that every command has. */
extern const struct osw_option osw_command_common[];
extern const size_t osw_command_n_common;

/* Option i of the command's own, then the common ones; NULL past the end. */
const struct osw_option *osw_command_option(const struct osw_command *command, size_t i);

/* Read argv [argc] (after the command's name) into `options` (command->size zeroed
 * bytes). OSW_ERR_USAGE with a diagnostic. */
enum osw_status osw_command_parse(const struct osw_command *command, int argc,
                                  char *const *argv, struct osw_arena *arena,
                                  struct osw_diag *diag, void *options) OSW_MUST_CHECK;

#endif
