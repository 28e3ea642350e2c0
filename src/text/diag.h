/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Diagnostics: what is wrong with the user's input, where, and what was expected.
 * Library code records them here and returns a status; only the CLI prints.
 * Rendered as   file:line:col: error: text   followed by the source line and a caret. */
#ifndef OSW_TEXT_DIAG_H
#define OSW_TEXT_DIAG_H

#include "base/status.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* A place in a text. line and col count from 1; 0 means unknown (then not printed).
 * file is borrowed and must outlive the diagnostics (osw_diag_file keeps a copy). */
struct osw_loc {
    const char *file;
    int line, col, len;
};

enum osw_severity { OSW_NOTE, OSW_WARNING, OSW_ERROR };

/* A diagnostic may be NULL where nobody listens: recording then does nothing, a count is
 * 0, and a file name stays the caller's. */
struct osw_diag;
struct osw_diag *osw_diag_create(void) OSW_MUST_CHECK;
void osw_diag_destroy(struct osw_diag *diag);

/* Keep a copy of a file name for use in struct osw_loc; NULL when out of memory. */
const char *osw_diag_file(struct osw_diag *diag, const char *path);

/* Keep a copy of a file's text so that messages can show the line. file is a pointer
 * from osw_diag_file. Failure only costs the caret, so there is no status. */
void osw_diag_source(struct osw_diag *diag, const char *file, const char *text,
                     size_t len);

/* This command reads the file, or what is in the folder: nothing is to be written there.
 * osw_file_read says so of its own accord. */
void osw_diag_input(struct osw_diag *diag, const char *path);

/* Is this path, under whatever name, one that is read, or below a folder that is? */
enum osw_reads { OSW_READS_NOT, OSW_READS_FILE, OSW_READS_FOLDER };
enum osw_reads osw_diag_reads(const struct osw_diag *diag, const char *path);

/* Record a message. osw_diag_fail also returns `status`, so that a caller can write
 * return osw_diag_fail(diag, OSW_ERR_INPUT, at, "…"); an at of {0} prints no place. */
enum osw_status osw_diag_fail(struct osw_diag *diag, enum osw_status status,
                              struct osw_loc at, const char *format, ...)
    OSW_PRINTF(4, 5);
void osw_diag_add(struct osw_diag *diag, enum osw_severity severity, struct osw_loc at,
                  const char *format, ...) OSW_PRINTF(4, 5);

/* Long work says how far it is, and asks whether to stop. `watch` (NULL: nobody) is
 * called from the thread that works; it returns true to stop. */
typedef bool osw_diag_watcher(void *context, double fraction, const char *what);
void osw_diag_watch(struct osw_diag *diag, osw_diag_watcher *watch, void *context);
/* fraction in 0..1; below 0: not known; 1: done. `what` ends with a
 * name, such as "compiling ./mine.ant". True: stop with OSW_INTERRUPTED. */
bool osw_diag_progress(const struct osw_diag *diag, double fraction, const char *what);

size_t osw_diag_count(const struct osw_diag *diag, enum osw_severity severity);

/* Message i (0-based, in order of recording): its text, without place; NULL past the end.
 */
const char *osw_diag_text(const struct osw_diag *diag, size_t i);

/* Write all messages; color uses ANSI sequences. After 20 errors the rest is counted. */
void osw_diag_render(const struct osw_diag *diag, FILE *out, bool color);

/* The candidate closest to `name` (Damerau-Levenshtein, at most a third of its length
 * away, case ignored first), or NULL: for "did you mean". */
const char *osw_diag_closest(const char *name, const char *const *candidates, size_t n);

#endif
