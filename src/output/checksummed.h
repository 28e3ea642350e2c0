/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * HDF5 files with a checksum inside: made in memory and written whole; read whole and
 * checked before HDF5 sees a byte, because HDF5 1.10 crashes on damaged files. The writer
 * puts the attribute `checksum` (osw_checksummed_mark) into what it makes. */
#ifndef OSW_OUTPUT_CHECKSUMMED_H
#define OSW_OUTPUT_CHECKSUMMED_H

#include "output/h5.h"
#include "text/file.h"

/* The attribute that the checksum will stand in. */
void osw_checksummed_mark(struct osw_h5 *h5, int64_t object);

/* Fill in the checksum of what h5 holds and write it to path, whole or not at all; also
 * reports what went wrong while it was made. */
enum osw_status osw_checksummed_write(struct osw_h5 *h5, const char *path, bool force,
                                      struct osw_diag *diag) OSW_MUST_CHECK;

/* Open for reading; `what` names what was expected ("result of osteoswitch run").
 * OSW_ERR_NOINPUT: no such file; OSW_ERR_INPUT: not ours, or changed since. */
enum osw_status osw_checksummed_open(const char *path, const char *what,
                                     struct osw_diag *diag, int64_t *file) OSW_MUST_CHECK;

void osw_checksummed_close(int64_t file);

#endif
