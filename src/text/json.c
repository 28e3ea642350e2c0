/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "text/json.h"
#include "text/utf8.h"

#include <string.h>

void osw_json_string(FILE *out, const char *text)
{
    fputc('"', out);
    for (size_t n = strlen(text), i = 0, len; i < n; i += len ? len : 1) {
        unsigned char c = (unsigned char)text[i];
        len = osw_utf8_length(text + i, n - i);
        if (c == '"' || c == '\\')
            fprintf(out, "\\%c", c);
        else if (c == '\n')
            fputs("\\n", out);
        else if (c < 32)
            fprintf(out, "\\u%04x", c);
        else if (!len)
            fputs("\\ufffd", out);
        else
            fwrite(text + i, 1, len, out);
    }
    fputc('"', out);
}
