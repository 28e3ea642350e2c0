/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Numbers as text, for people: four significant digits, no exponent where none is needed.
 */
#ifndef OSW_OUTPUT_NUMBER_H
#define OSW_OUTPUT_NUMBER_H

#include <stddef.h>

/* buf (at least 16 bytes) holds at most 10 characters; NAN is "-". Returns buf. */
const char *osw_number_format(double value, char *buf, size_t size);

/* Columns that a UTF-8 text takes on a terminal: its code points. */
int osw_number_width(const char *text);

#endif
