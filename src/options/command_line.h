/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Command lines as one text, quoted so that a shell (or split) gives the words back: for
 * provenance and --replay. */
#ifndef OSW_OPTIONS_COMMAND_LINE_H
#define OSW_OPTIONS_COMMAND_LINE_H

#include "base/memory.h"

/* line + " " + word, quoted when it must be; "" begins a line. NULL: out of memory. */
const char *osw_command_line_add(struct osw_arena *arena, const char *line,
                                 const char *word) OSW_MUST_CHECK;

/* The words of a line made by osw_command_line_add. OSW_ERR_INPUT: an open quote. */
enum osw_status osw_command_line_split(struct osw_arena *arena, const char *line,
                                       char ***words, int *n) OSW_MUST_CHECK;

#endif
