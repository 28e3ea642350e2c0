/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What of a command line decides on the values (rows whose role is science), as one text:
 * for provenance, for repeating a run and for job scripts. */
#ifndef OSW_OPTIONS_SCIENCE_H
#define OSW_OPTIONS_SCIENCE_H

#include "options/command.h"

/* "osteoswitch run SCENARIO --rtol=1e-8": operands and every option of science that is
 * not at its default. The same work under another file name has the same line. NULL:
 * memory. */
const char *osw_science_line(const struct osw_command *command, const void *options,
                             struct osw_arena *arena) OSW_MUST_CHECK;

/* line + the options of any role that are not at their default, but those named in
 * `except` (NULL-terminated). NULL: memory. */
const char *osw_science_add(const struct osw_command *command, const void *options,
                            const char *line, const char *const *except,
                            struct osw_arena *arena) OSW_MUST_CHECK;

/* Give `options` the operands and the science of a line made by osw_science_line.
 * OSW_ERR_INPUT: the line is of another command, or cannot be read. */
enum osw_status osw_science_take(const struct osw_command *command, const char *line,
                                 struct osw_arena *arena, struct osw_diag *diag,
                                 void *options) OSW_MUST_CHECK;

/* Was an option of science on the command line? */
bool osw_science_given(const struct osw_command *command, const void *options);
/* "--arm, --set and --rtol": all of them. NULL: memory. */
const char *osw_science_names(const struct osw_command *command,
                              struct osw_arena *arena) OSW_MUST_CHECK;

#endif
