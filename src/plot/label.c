/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "plot/label.h"
#include "text/utf8.h"

#include <stdbool.h>
#include <string.h>

/* A quote becomes "\047" between pieces in single quotes: what gnuplot makes of a doubled
 * one depends on where it stands, and one in double quotes turns its macros (@name) on.
 */
void osw_label_quote(FILE *script, const char *text, size_t n)
{
    putc('\'', script);
    for (size_t i = 0, len; i < n; i += len ? len : 1) {
        len = osw_utf8_printable(text + i, n - i);
        if (len == 0 || (len == 1 && (unsigned char)text[i] < ' '))
            putc('?', script);
        else if (text[i] == '\'')
            fputs("'.\"\\047\".'", script);
        else
            fwrite(text + i, 1, len, script);
    }
    putc('\'', script);
}

size_t osw_label_break(const char *text, int width, const char **next)
{
    const char *space = NULL, *p = text;
    for (int n = 0; *p; p++) {
        if (((unsigned char)*p & 0xc0) == 0x80)
            continue;
        if (n++ == width)
            break;
        if (*p == ' ')
            space = p;
    }
    const char *end = !*p || *p == ' ' || !space ? p : space;
    *next = end + strspn(end, " ");
    return (size_t)(end - text);
}

/* "ug/mg" → "µg/mg" */
static const char *with_micro(struct osw_arena *arena, const char *unit)
{
    char *text = osw_arena_alloc(arena, 2 * strlen(unit) + 1, 1), *q = text;
    for (const char *p = unit; *p && text; p++) {
        bool starts = p == unit || strchr("/.*( ", p[-1]);
        bool micro = *p == 'u' && starts && p[1] && strchr("gmMLls", p[1]);
        if (micro)
            q = stpcpy(q, "\u00b5");
        else
            *q++ = *p;
    }
    return text;
}

/* -6 → "10⁻⁶" */
static const char *power_of_ten(struct osw_arena *arena, int exponent)
{
    static const char *const digits[] = {"\u2070", "\u00b9", "\u00b2", "\u00b3",
                                         "\u2074", "\u2075", "\u2076", "\u2077",
                                         "\u2078", "\u2079"};
    char plain[16], text[64] = "10", *q = text + 2;
    snprintf(plain, sizeof plain, "%d", exponent);
    for (const char *p = plain; *p; p++)
        q = stpcpy(q, *p == '-' ? "\u207b" : digits[*p - '0']);
    return osw_arena_string(arena, text);
}

const char *osw_label_unit(struct osw_arena *arena, const char *unit, int exponent)
{
    bool one = !*unit || !strcmp(unit, "1"), thousandth = !strcmp(unit, "1e-3");
    exponent -= thousandth ? 3 : 0;
    const char *power = exponent ? power_of_ten(arena, exponent) : "";
    const char *rest = one || thousandth ? "" : with_micro(arena, unit);
    if (!power || !rest)
        return NULL;
    if (!*power)
        return *rest ? rest : "dimensionless";
    return *rest ? osw_arena_format(arena, "%s %s", power, rest)
                 : osw_arena_format(arena, "\u00d7%s", power);
}
