/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Commands and their options. One table per command says everything about its options
 * (name, argument, default, range, help): the parser, --help and the checks all
 * read it. Only this layer prints, reads argv or decides on an exit code. */
#ifndef OSW_CLI_COMMAND_H
#define OSW_CLI_COMMAND_H

#include "base/memory.h"
#include "text/diag.h"

enum osw_option_type {
    OSW_OPTION_FLAG,    /* bool */
    OSW_OPTION_TEXT,    /* const char *, NULL when not given */
    OSW_OPTION_LIST,    /* struct osw_words: may be given several times */
    OSW_OPTION_REAL,    /* double */
    OSW_OPTION_INTEGER, /* int */
    OSW_OPTION_CHOICE   /* int: place of the word in `choices` */
};

struct osw_words {
    const char **items;
    size_t n;
};

struct osw_option {
    const char *name; /* long, without dashes */
    char letter;      /* short, or 0 */
    enum osw_option_type type;
    size_t offset;        /* of its field in the command's options */
    const char *argument; /* FILE, X, …; NULL for a flag */
    const char *initial;  /* default as text, NULL: none */
    double lower, upper;  /* of REAL and INTEGER */
    const char *choices;  /* of CHOICE: "auto|bar|lines|none" */
    const char *help;
};

enum osw_progress_mode {
    OSW_PROGRESS_AUTO,
    OSW_PROGRESS_BAR,
    OSW_PROGRESS_LINES,
    OSW_PROGRESS_NONE
};
enum osw_color_mode { OSW_COLOR_AUTO, OSW_COLOR_ALWAYS, OSW_COLOR_NEVER };

/* Begins every command's options. */
struct osw_common_options {
    struct osw_words operands;
    bool help, quiet, verbose;
    int color, progress, log_format; /* modes above; log_format 0 text, 1 json */
};

struct osw_team;

struct osw_session {
    struct osw_arena *arena; /* lives as long as the command */
    struct osw_diag *diag;
    const struct osw_common_options *common;
    const struct osw_team *team; /* that this process is one of, or NULL */
    bool color;                  /* on stderr */
    bool terminal;               /* stderr is one */
};

struct osw_command {
    const char *name, *operands, *summary, *details;
    int least, most; /* operands; most -1: any number */
    const struct osw_option *options;
    size_t n_options;
    size_t size; /* of the options struct, which begins with struct osw_common_options */
    enum osw_status (*run)(struct osw_session *session, const void *options);
};

extern const struct osw_command osw_command_run, osw_command_list, osw_command_check,
    osw_command_plot, osw_command_steady, osw_command_evidence, osw_command_bench,
    osw_command_export, osw_command_fit, osw_command_sweep, osw_command_sensitivity,
    osw_command_version;

/* All commands, NULL-terminated. */
extern const struct osw_command *const osw_commands[];

/* Options that every command has. */
extern const struct osw_option osw_common_option_table[];
extern const size_t osw_n_common_options;

/* Read argv [argc] (after the command's name) into `options` (command->size zeroed
 * bytes). OSW_ERR_USAGE with a diagnostic. */
enum osw_status osw_options_parse(const struct osw_command *command, int argc,
                                  char *const *argv, struct osw_arena *arena,
                                  struct osw_diag *diag, void *options) OSW_MUST_CHECK;

void osw_help_program(FILE *out);
void osw_help_command(const struct osw_command *command, FILE *out);

/* The whole program: returns its exit code. team: NULL but for osteoswitch-mpi, whose
 * only command is `sweep`. */
int osw_main(int argc, char **argv, const struct osw_team *team);

#endif
