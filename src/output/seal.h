/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A checksum inside the bytes that it covers: "sha256:" and 64 digits, in whose place
 * a blank stands while it is computed. HDF5 1.10 crashes on damaged files; with a seal,
 * damage is noticed before HDF5 sees the file. */
#ifndef OSW_OUTPUT_SEAL_H
#define OSW_OUTPUT_SEAL_H

#include <stdbool.h>
#include <stddef.h>

/* What to write where the seal shall be: no text contains it, for it has a NUL inside. */
#define OSW_SEAL_BLANK                                                                   \
    "sha256:\0"                                                                          \
    "000000000000000000000000000000000000000000000000000000000000000"
enum { OSW_SEAL_BYTES = 7 + 64 };

/* Fill in the blank; false when there is none. */
bool osw_seal_close(char *bytes, size_t n);

/* Is there a seal, and does one agree with the bytes? They are left as they were. */
enum osw_seal { OSW_SEAL_NONE, OSW_SEAL_BROKEN, OSW_SEAL_GOOD };
enum osw_seal osw_seal_check(char *bytes, size_t n);

#endif
