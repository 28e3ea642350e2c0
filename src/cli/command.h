/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A running command and the list of all commands. Only this layer prints, reads argv or
 * decides on an exit code. */
#ifndef OSW_CLI_COMMAND_H
#define OSW_CLI_COMMAND_H

#include "options/command.h"
#include "options/rows.h"

struct osw_team;

struct osw_session {
    struct osw_arena *arena; /* lives as long as the command */
    struct osw_diag *diag;
    const struct osw_common_options *common;
    const struct osw_team *team; /* that this process is one of, or NULL */
    bool color;                  /* on stderr */
    bool terminal;               /* stderr is one */
};

extern const struct osw_command osw_command_run, osw_command_list, osw_command_check,
    osw_command_plot, osw_command_steady, osw_command_evidence, osw_command_bench,
    osw_command_export, osw_command_fit, osw_command_sweep, osw_command_sensitivity,
    osw_command_completion, osw_command_man, osw_command_version;

/* All commands, NULL-terminated. */
extern const struct osw_command *const osw_commands[];

/* The whole program: returns its exit code. team: NULL but for osteoswitch-mpi, whose
 * only command is `sweep`. */
int osw_main(int argc, char **argv, const struct osw_team *team);

#endif
