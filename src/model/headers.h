/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Texts of the headers that generated code includes (made at build time by embed.c); ends
 * with a row of NULLs. */
#ifndef OSW_MODEL_HEADERS_H
#define OSW_MODEL_HEADERS_H

struct osw_header {
    const char *name, *text; /* "model/kernel.h" */
};
extern const struct osw_header osw_headers[];

#endif
