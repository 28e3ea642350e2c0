/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Writing JSON. */
#ifndef OSW_TEXT_JSON_H
#define OSW_TEXT_JSON_H

#include <stdio.h>

/* A string as a JSON literal, quotes included; what is not UTF-8 becomes U+FFFD. */
void osw_json_string(FILE *out, const char *text);

#endif
