/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenario/quantity.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { LONGEST_UNIT = 64, LONGEST_NUMBER = 64 };

static const char *skip_blanks(const char *p)
{
    while (*p == ' ' || *p == '\t')
        p++;
    return p;
}

static const char *skip_digits(const char *p)
{
    while (isdigit((unsigned char)*p))
        p++;
    return p;
}

const char *osw_quantity_number(const char *text, double *value)
{
    const char *p = text;
    if (*p == '+' || *p == '-')
        p++;
    const char *digits = p;
    p = skip_digits(p);
    size_t n_digits = (size_t)(p - digits);
    if (*p == '.') {
        const char *fraction = p + 1;
        p = skip_digits(fraction);
        n_digits += (size_t)(p - fraction);
    }
    if (!n_digits)
        return NULL;
    if (*p == 'e' || *p == 'E') {
        const char *exponent = p + 1;
        if (*exponent == '+' || *exponent == '-')
            exponent++;
        if (isdigit((unsigned char)*exponent))
            p = skip_digits(exponent);
    }
    char copy[LONGEST_NUMBER + 1];
    size_t len = (size_t)(p - text);
    if (len > LONGEST_NUMBER)
        return NULL;
    memcpy(copy, text, len);
    copy[len] = '\0';
    *value = strtod(copy, NULL);
    return p;
}

static enum osw_status unknown_unit(struct osw_reader *r, const char *text,
                                    struct osw_loc at, const char *what)
{
    static const char *const usual[] = {
        "day",    "days",   "week",   "weeks", "month", "months", "year",     "years",
        "hour",   "h",      "minute", "min",   "ug",    "mg",     "g",        "kg",
        "mL",     "L",      "dL",     "mmol",  "umol",  "nmol",   "pmol",     "mol",
        "mmol/L", "umol/L", "nmol/L", "mg/dL", "mg/kg", "mL/min", "Agatston", "mmHg",
        "mmol/d", "ug/d",   "mg/d",   "pg/mL", "ng/mL", "IU",     "percent",  "1/d"};
    if (*text == ',' && isdigit((unsigned char)text[1]))
        return osw_diag_fail(r->diag, OSW_ERR_INPUT, at,
                             "%s: a decimal comma: write a point, as in 0.5", what);
    const char *closest = osw_diag_closest(text, usual, sizeof usual / sizeof usual[0]);
    return osw_diag_fail(r->diag, OSW_ERR_INPUT, at, "%s: unknown unit '%.64s'%s%s%s",
                         what, text, closest ? " (did you mean '" : "",
                         closest ? closest : "", closest ? "'?)" : "");
}

enum osw_status osw_quantity_unit(struct osw_reader *r, const char *text,
                                  struct osw_loc at, const char *what,
                                  const struct osw_unit **unit)
{
    *unit = strlen(text) > LONGEST_UNIT ? NULL : osw_units_parse(r->model->units, text);
    return *unit ? OSW_OK : unknown_unit(r, text, at, what);
}

/* Cut "/kg" out of a dose's unit text: "mg/kg/d" leaves "mg/d". */
static bool cut_weight(char *unit)
{
    for (char *p = unit; (p = strstr(p, "/kg")); p += 3) {
        if (isalnum((unsigned char)p[3]) || p[3] == '^' || p == unit)
            continue;
        memmove(p, p + 3, strlen(p + 3) + 1);
        return true;
    }
    return false;
}

static bool is_not_finite(const char *text)
{
    if (*text == '+' || *text == '-' || *text == '.')
        text++;
    return !strncasecmp(text, "nan", 3) || !strncasecmp(text, "inf", 3);
}

enum osw_status osw_quantity_parse(struct osw_reader *r, const char *text,
                                   struct osw_loc at, const char *what, bool dose,
                                   struct osw_quantity *q)
{
    const char *start = skip_blanks(text);
    const char *p = osw_quantity_number(start, &q->value);
    if (!p && !is_not_finite(start))
        return osw_diag_fail(r->diag, OSW_ERR_INPUT, at,
                             "%s: expected a number with a unit, found '%.80s'", what,
                             text);
    if (!p || !isfinite(q->value))
        return osw_diag_fail(r->diag, OSW_ERR_INPUT, at,
                             "%s: '%.80s' is not a finite number", what, text);
    p = skip_blanks(p);
    char *unit =
        osw_arena_format(r->arena, "%s%.*s", *p == '/' ? "1" : "", 2 * LONGEST_UNIT, p);
    if (!unit)
        return OSW_ERR_MEMORY;
    for (size_t n = strlen(unit); n && (unit[n - 1] == ' ' || unit[n - 1] == '\t'); n--)
        unit[n - 1] = '\0';
    q->per_weight = dose && cut_weight(unit);
    q->unit_text = unit;
    q->unit = r->one;
    if (!*unit)
        return OSW_OK;
    /* "2 mg" parses as a unit of size two; after a number it is a slip of the pen. */
    bool number = isdigit((unsigned char)*unit) && strncmp(unit, "1/", 2) &&
                  strncmp(unit, "1 /", 3) && strcmp(unit, "1");
    return number ? unknown_unit(r, unit, at, what)
                  : osw_quantity_unit(r, unit, at, what, &q->unit);
}

enum osw_status osw_quantity_convert(struct osw_reader *r, const struct osw_quantity *q,
                                     const char *text, struct osw_loc at,
                                     const char *what, const struct osw_unit *unit,
                                     const char *unit_text, double *value)
{
    if (!unit)
        unit = r->one;
    if (!*q->unit_text && !osw_unit_is_one(unit))
        return osw_diag_fail(r->diag, OSW_ERR_INPUT, at,
                             "%s: '%.80s' has no unit: expected one such as '%s'", what,
                             text, unit_text);
    if (!osw_unit_convertible(q->unit, unit))
        return osw_diag_fail(r->diag, OSW_ERR_INPUT, at,
                             "%s: '%.80s' is in '%s', which cannot be converted to '%s'",
                             what, text, q->unit_text,
                             unit_text && *unit_text ? unit_text : "1");
    double converted = osw_unit_convert(q->value, q->unit, unit);
    if (!isfinite(converted))
        return osw_diag_fail(r->diag, OSW_ERR_INPUT, at,
                             "%s: '%.80s' is not a finite number", what, text);
    *value = converted;
    return OSW_OK;
}

enum osw_status osw_quantity_in(struct osw_reader *r, const char *text, struct osw_loc at,
                                const char *what, const struct osw_unit *unit,
                                const char *unit_text, double *value)
{
    struct osw_quantity q;
    enum osw_status status = osw_quantity_parse(r, text, at, what, false, &q);
    if (status)
        return status;
    return osw_quantity_convert(r, &q, text, at, what, unit, unit_text, value);
}

enum osw_status osw_quantity_time(struct osw_reader *r, const struct osw_yaml *node,
                                  const char *what, double *days)
{
    enum osw_status status = osw_reader_scalar(r, node, what);
    if (status)
        return status;
    return osw_quantity_in(r, node->text, node->at, what, r->day, "day", days);
}
