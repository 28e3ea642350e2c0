/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * UTF-8: what is a character of text. All text that the program reads is UTF-8; names of
 * files may be any bytes. */
#ifndef OSW_TEXT_UTF8_H
#define OSW_TEXT_UTF8_H

#include <stddef.h>

/* The length (1 to 4) of the character that begins at p, of which n bytes are there; 0
 * when these bytes are none: broken, overlong, a surrogate, above U+10FFFF. */
size_t osw_utf8_length(const char *p, size_t n);

/* As above, and 0 for characters that text does not hold: controls other than tab and the
 * line's ends, U+FFFE, U+FFFF. These are the characters of XML 1.0. */
size_t osw_utf8_printable(const char *p, size_t n);

/* Where text[n] stops being UTF-8, or n. */
size_t osw_utf8_valid(const char *text, size_t n);

/* Copy text to `to` (strlen(text) + 1 bytes), with a '?' for every byte that belongs to
 * no printable character. Returns `to`. */
char *osw_utf8_clean(char *to, const char *text);

#endif
