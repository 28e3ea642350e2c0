/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Output files, the one way that results are written: a file is there whole or not at
 * all (temporary file beside it, fsync, then a link or a rename).
 *
 * What a name may stand for:
 *   nothing yet                 made; whoever comes second gets OSW_ERR_CANTCREAT
 *   a regular file              replaced with `force`; mode and owner stay
 *   a FIFO or character device  written into with `force`, whole, at commit
 *   a link to one of these, or to standard output (/dev/stdout)     likewise
 *   any other link              refused: the file behind it is not the one named
 *   a folder, block device, socket, or what this command reads      refused */
#ifndef OSW_TEXT_OUTFILE_H
#define OSW_TEXT_OUTFILE_H

#include "text/diag.h"

/* Puts the contents. The diagnostic of a failure is the writer's own business; that of a
 * full disk is not: the stream's error is looked at afterwards. */
typedef enum osw_status osw_outfile_writer(void *context, FILE *out);

/* Write a file by `write`. "-" is standard output. OSW_ERR_CANTCREAT: see above, or the
 * folder cannot be written; OSW_ERR_IO: a write, fsync or rename failed. Nothing is left
 * under the name, or what was there before, unless OSW_OK comes back. */
enum osw_status osw_outfile_write(const char *path, bool force, osw_outfile_writer *write,
                                  void *context, struct osw_diag *diag) OSW_MUST_CHECK;

/* Replace a regular file that this command has read: what `--update` asks for. */
enum osw_status osw_outfile_update(const char *path, osw_outfile_writer *write,
                                   void *context, struct osw_diag *diag) OSW_MUST_CHECK;

/* Say before the work that osw_outfile_write would refuse; changes nothing. */
enum osw_status osw_outfile_check(const char *path, bool force,
                                  struct osw_diag *diag) OSW_MUST_CHECK;

/* The same in steps, for what writes several files or needs a name: */
struct osw_outfile;
enum osw_status osw_outfile_create(const char *path, bool force, struct osw_diag *diag,
                                   struct osw_outfile **out) OSW_MUST_CHECK;
FILE *osw_outfile_stream(struct osw_outfile *out);
/* The temporary file, for a library that opens by name; NULL for a FIFO or a device. */
const char *osw_outfile_temporary(const struct osw_outfile *out);
/* Both end it. abort(NULL) is fine. OSW_INTERRUPTED: a signal came while a FIFO had no
 * reader. */
enum osw_status osw_outfile_commit(struct osw_outfile *out,
                                   struct osw_diag *diag) OSW_MUST_CHECK;
void osw_outfile_abort(struct osw_outfile *out);

#endif
