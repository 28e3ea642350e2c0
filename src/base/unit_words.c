/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A unit that arithmetic made, in the words of the clinic: the first of
 *     NUMERATOR, NUMERATOR/DENOMINATOR, NUMERATOR/DENOMINATOR/DENOMINATOR
 * of the tables below that equals it. The order decides between equals (mg/L, not g/m3).
 */
#include "base/units.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const char *const numerators[] = {
    "1",   "mmol", "umol", "nmol", "pmol", "mol", "mg", "ug",  "ng",
    "pg",  "g",    "kg",   "mL",   "uL",   "L",   "d",  "h",   "min",
    "s",   "week", "year", "mm",   "um",   "cm",  "m",  "mm2", "m2",
    "mm3", "m3",   "kPa",  "Pa",   "mmHg", "kJ",  "J",  "N",   "percent"};
static const char *const denominators[] = {
    "1",   "L",  "d",   "kg", "mL", "dL", "h", "min", "s",    "mg",  "g",
    "mm2", "m2", "mm3", "m3", "um", "mm", "m", "mol", "mmol", "year"};
enum {
    N_NUMERATORS = sizeof numerators / sizeof *numerators,
    N_DENOMINATORS = sizeof denominators / sizeof *denominators
};

struct size {
    double factor;
    int exponent[OSW_N_BASE_UNITS];
};

static bool sizes(struct osw_units *system, const char *const *names, int n,
                  struct size *size)
{
    for (int i = 0; i < n; i++) {
        const struct osw_unit *unit = osw_units_parse(system, names[i]);
        if (!unit)
            return false;
        osw_unit_si(unit, &size[i].factor, size[i].exponent);
    }
    return true;
}

static bool is_quotient(const struct size *whole, const struct size *top,
                        const struct size *below, const struct size *further)
{
    for (int i = 0; i < OSW_N_BASE_UNITS; i++)
        if (top->exponent[i] - below->exponent[i] - further->exponent[i] !=
            whole->exponent[i])
            return false;
    double factor = top->factor / below->factor / further->factor;
    return fabs(factor / whole->factor - 1) < 1e-12;
}

static const char *put(char *buf, size_t size, int top, int below, int further)
{
    const char *first = below ? denominators[below] : NULL;
    const char *second = further ? denominators[further] : NULL;
    snprintf(buf, size, "%s%s%s%s%s", numerators[top], first ? "/" : "",
             first ? first : "", second ? "/" : "", second ? second : "");
    return buf;
}

const char *osw_unit_words(struct osw_units *system, const struct osw_unit *unit,
                           char *buf, size_t size)
{
    struct size whole, top[N_NUMERATORS], below[N_DENOMINATORS];
    osw_unit_si(unit, &whole.factor, whole.exponent);
    if (!sizes(system, numerators, N_NUMERATORS, top) ||
        !sizes(system, denominators, N_DENOMINATORS, below))
        return osw_unit_format(unit, buf, size);
    for (int k = 0; k < N_DENOMINATORS; k++)
        for (int i = 0; i < N_DENOMINATORS; i++)
            for (int j = 0; j < N_NUMERATORS; j++)
                if ((k ? 0 < i && i <= k : true) &&
                    is_quotient(&whole, &top[j], &below[i], &below[k]))
                    return put(buf, size, j, i, k);
    return osw_unit_format(unit, buf, size);
}
