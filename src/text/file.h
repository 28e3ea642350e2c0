/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Files: reading one whole, and finding shipped data by name. */
#ifndef OSW_TEXT_FILE_H
#define OSW_TEXT_FILE_H

#include "base/memory.h"
#include "text/diag.h"

/* Read a whole text (at most 64 MiB of UTF-8, no NUL bytes) into the arena,
 * NUL-terminated and without the byte order mark that it may begin with, and register it
 * with diag. *file is the name to use in struct osw_loc.
 * OSW_ERR_NOINPUT: no such file; OSW_ERR_INPUT: a directory, too large, not UTF-8;
 * OSW_ERR_IO: unreadable. */
enum osw_status osw_file_read(const char *path, struct osw_arena *arena,
                              struct osw_diag *diag, const char **file, const char **text,
                              size_t *len) OSW_MUST_CHECK;

/* Find data by name: `name` itself when it is a path to an existing file (contains '/' or
 * ends in `suffix`), else dir/name+suffix below each of: ./params (or ./ for models),
 * the folder of `beside` (may be NULL), each folder of $OSTEOSWITCH_PATH, the installed
 * data. dir is "subjects", "interventions", "scenarios", "models", or "" for params
 * itself. OSW_ERR_NOINPUT with a diagnostic (places looked in, "did you mean") when
 * absent; `at` is where the name stands, {0} for the command line. */
enum osw_status osw_file_find(const char *dir, const char *name, const char *suffix,
                              const char *beside, struct osw_loc at,
                              struct osw_arena *arena, struct osw_diag *diag,
                              const char **path) OSW_MUST_CHECK;

/* All names that osw_file_find would find in dir, sorted, each once. */
enum osw_status osw_file_list(const char *dir, const char *suffix,
                              struct osw_arena *arena, const char *const **names,
                              size_t *n) OSW_MUST_CHECK;

#endif
