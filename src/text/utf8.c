/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * After table 3-7 of the Unicode standard (well-formed byte sequences): the first byte
 * tells the length and the range of the second. */
#include "text/utf8.h"

#include <string.h>

size_t osw_utf8_length(const char *p, size_t n)
{
    const unsigned char *u = (const unsigned char *)p;
    size_t len = !n                           ? 0
                 : u[0] < 0x80                ? 1
                 : u[0] < 0xc2 || u[0] > 0xf4 ? 0
                 : u[0] < 0xe0                ? 2
                 : u[0] < 0xf0                ? 3
                                              : 4;
    if (len > n)
        return 0;
    for (size_t i = 1; i < len; i++)
        if ((u[i] & 0xc0) != 0x80)
            return 0;
    if (len < 3)
        return len;
    int overlong = (u[0] == 0xe0 && u[1] < 0xa0) || (u[0] == 0xf0 && u[1] < 0x90);
    int beyond = (u[0] == 0xed && u[1] > 0x9f) || (u[0] == 0xf4 && u[1] > 0x8f);
    return overlong || beyond ? 0 : len;
}

size_t osw_utf8_printable(const char *p, size_t n)
{
    size_t len = osw_utf8_length(p, n);
    unsigned char first = (unsigned char)*p;
    if (len == 1 && (first == 0x7f || (first < ' ' && !strchr("\t\n\r", first))))
        return 0;
    if (len == 1 && !first)
        return 0;
    return len == 3 && (!memcmp(p, "\xef\xbf\xbe", 3) || !memcmp(p, "\xef\xbf\xbf", 3))
               ? 0
               : len;
}

size_t osw_utf8_valid(const char *text, size_t n)
{
    size_t i = 0;
    for (size_t len; i < n && (len = osw_utf8_length(text + i, n - i)); i += len) {
    }
    return i;
}

char *osw_utf8_clean(char *to, const char *text)
{
    char *q = to;
    for (size_t n = strlen(text), i = 0, len; i < n; i += len ? len : 1) {
        len = osw_utf8_printable(text + i, n - i);
        if (len)
            q = mempcpy(q, text + i, len);
        else
            *q++ = '?';
    }
    *q = '\0';
    return to;
}
