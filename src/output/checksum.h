/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A checksum inside the bytes that it covers: "sha256:" and 64 digits, in whose place
 * a blank stands while it is computed. HDF5 1.10 crashes on damaged files; with one,
 * damage is noticed before HDF5 sees the file. */
#ifndef OSW_OUTPUT_CHECKSUM_H
#define OSW_OUTPUT_CHECKSUM_H

#include <stdbool.h>
#include <stddef.h>

/* What to write where it shall be: no text contains it, for it has a NUL inside. */
#define OSW_CHECKSUM_BLANK                                                               \
    "sha256:\0"                                                                          \
    "000000000000000000000000000000000000000000000000000000000000000"
enum { OSW_CHECKSUM_BYTES = 7 + 64 };

/* Fill in the blank; false when there is none. */
bool osw_checksum_fill(char *bytes, size_t n);

/* Is there one, and does one agree with the bytes? They are left as they were. */
enum osw_checksum { OSW_CHECKSUM_NONE, OSW_CHECKSUM_BROKEN, OSW_CHECKSUM_GOOD };
enum osw_checksum osw_checksum_check(char *bytes, size_t n);

#endif
