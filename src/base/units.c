/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The fence around UDUNITS-2, which parses the texts. Each parsed unit is reduced once to
 * a factor and exponents of base units; arithmetic and comparison work on those. Affine
 * units (degrees Celsius) are refused: nothing here needs them and products of them mean
 * nothing. Values of units after the SI brochure (2019) and NIST SP 811 (mmHg). */
#include "base/units.h"
#include "base/memory.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <udunits2.h>

struct osw_unit {
    struct osw_units *system;
    double factor;
    int exponent[OSW_N_BASE_UNITS];
    const struct osw_unit *next; /* all units of the system, for reuse */
};

struct parsed { /* cache of texts */
    struct parsed *next;
    const char *text;
    const struct osw_unit *unit;
};

struct osw_units {
    ut_system *ut;
    struct osw_arena *arena;
    struct osw_unit *units;
    struct parsed *parsed;
};

static const struct {
    const char *symbol, *name;
} base_units[OSW_N_BASE_UNITS] = {
    {"kg", "kilogram"}, {"m", "meter"},  {"s", "second"},   {"mol", "mole"},
    {"A", "ampere"},    {"K", "kelvin"}, {"cd", "candela"},
};

static const struct {
    const char *symbol, *name;
    double value;
} prefixes[] = {
    {"P", "peta", 1e15},  {"T", "tera", 1e12},  {"G", "giga", 1e9},
    {"M", "mega", 1e6},   {"k", "kilo", 1e3},   {"h", "hecto", 1e2},
    {"da", "deca", 1e1},  {"d", "deci", 1e-1},  {"c", "centi", 1e-2},
    {"m", "milli", 1e-3}, {"u", "micro", 1e-6}, {"\xc2\xb5", NULL, 1e-6},
    {"n", "nano", 1e-9},  {"p", "pico", 1e-12}, {"f", "femto", 1e-15},
};

/* In order: a definition may use the names above it. */
static const struct {
    const char *names; /* space-separated */
    const char *definition;
} derived_units[] = {
    {"g gram", "1e-3 kg"},
    {"mcg", "1e-9 kg"},
    {"minute min", "60 s"},
    {"hour h hr", "3600 s"},
    {"day d", "86400 s"},
    {"week weeks", "7 day"},
    {"year yr y", "365.25 day"},
    {"month months", "30.4375 day"},
    {"liter litre L l", "1e-3 m3"},
    {"newton N", "kg.m.s-2"},
    {"pascal Pa", "N.m-2"},
    {"joule J", "N.m"},
    {"watt W", "J.s-1"},
    {"hertz Hz", "s-1"},
    {"dalton Da", "1.66053906660e-27 kg"},
    {"mmHg millimeter_Hg", "133.322387415 Pa"},
    {"bar", "1e5 Pa"},
    {"dyn dyne", "1e-5 N"},
    {"molar M", "mol.L-1"},
    {"katal kat", "mol.s-1"},
    {"percent %", "0.01"},
    {"radian rad", "1"},
    {"Agatston AU", "1"},
    {"IU", "1"},
    {"RU", "1"},
    {"count", "1"},
};

/* UDUNITS folds the case of names but not of symbols: what is short is a symbol. */
static bool map_name(ut_unit *unit, const char *name)
{
    return (strlen(name) <= 4 ? ut_map_symbol_to_unit(name, UT_UTF8, unit)
                              : ut_map_name_to_unit(name, UT_UTF8, unit)) == UT_SUCCESS;
}

static bool map_names(ut_unit *unit, const char *names)
{
    char buf[64];
    snprintf(buf, sizeof buf, "%s", names);
    for (char *save = NULL, *n = strtok_r(buf, " ", &save); n;
         n = strtok_r(NULL, " ", &save))
        if (!map_name(unit, n))
            return false;
    /* Plurals of the names a person writes ("3 years", "2 days"). */
    const char *first_end = strchr(names, ' ');
    size_t len = first_end ? (size_t)(first_end - names) : strlen(names);
    if (len > 3 && names[len - 1] != 's') {
        snprintf(buf, sizeof buf, "%.*ss", (int)len, names);
        return strcmp(buf, "weeks") == 0 || strcmp(buf, "months") == 0 ||
               map_name(unit, buf);
    }
    return true;
}

static bool define_units(ut_system *ut)
{
    for (size_t i = 0; i < sizeof prefixes / sizeof prefixes[0]; i++) {
        if (ut_add_symbol_prefix(ut, prefixes[i].symbol, prefixes[i].value) != UT_SUCCESS)
            return false;
        if (prefixes[i].name &&
            ut_add_name_prefix(ut, prefixes[i].name, prefixes[i].value) != UT_SUCCESS)
            return false;
    }
    for (int i = 0; i < OSW_N_BASE_UNITS; i++) {
        ut_unit *u = ut_new_base_unit(ut);
        bool ok =
            u && map_name(u, base_units[i].name) &&
            ut_map_symbol_to_unit(base_units[i].symbol, UT_ASCII, u) == UT_SUCCESS &&
            ut_map_unit_to_symbol(u, base_units[i].symbol, UT_ASCII) == UT_SUCCESS;
        ut_free(u);
        if (!ok)
            return false;
    }
    for (size_t i = 0; i < sizeof derived_units / sizeof derived_units[0]; i++) {
        ut_unit *u = ut_parse(ut, derived_units[i].definition, UT_UTF8);
        bool ok = u && map_names(u, derived_units[i].names);
        ut_free(u);
        if (!ok)
            return false;
    }
    return true;
}

struct osw_units *osw_units_create(void)
{
    ut_set_error_message_handler(ut_ignore);
    struct osw_units *system = osw_alloc(1, sizeof *system);
    if (!system)
        return NULL;
    system->arena = osw_arena_create();
    system->ut = ut_new_system();
    if (system->arena && system->ut && define_units(system->ut))
        return system;
    osw_units_destroy(system);
    return NULL;
}

void osw_units_destroy(struct osw_units *system)
{
    if (!system)
        return;
    if (system->ut)
        ut_free_system(system->ut);
    osw_arena_destroy(system->arena);
    osw_free(system);
}

static const struct osw_unit *intern(struct osw_units *system, double factor,
                                     const int exponent[OSW_N_BASE_UNITS])
{
    for (const struct osw_unit *u = system->units; u; u = u->next)
        if (u->factor == factor && !memcmp(u->exponent, exponent, sizeof u->exponent))
            return u;
    struct osw_unit *u = osw_arena_alloc(system->arena, 1, sizeof *u);
    if (!u)
        return NULL;
    u->system = system;
    u->factor = factor;
    memcpy(u->exponent, exponent, sizeof u->exponent);
    u->next = system->units;
    system->units = u;
    return u;
}

/* UDUNITS hands a unit's structure to a visitor; units here are factor times product of
 * base units. Symbols of base units are known, so they name the exponent. */
struct decomposition {
    double factor;
    int exponent[OSW_N_BASE_UNITS];
};

static int base_index(const ut_unit *unit)
{
    const char *symbol = ut_get_symbol(unit, UT_ASCII);
    for (int i = 0; symbol && i < OSW_N_BASE_UNITS; i++)
        if (!strcmp(symbol, base_units[i].symbol))
            return i;
    return -1;
}

static ut_status visit_basic(const ut_unit *unit, void *context)
{
    struct decomposition *d = context;
    int i = base_index(unit);
    if (i >= 0)
        d->exponent[i] += 1;
    return i >= 0 ? UT_SUCCESS : UT_BAD_ARG;
}

static ut_status visit_product(const ut_unit *unit, int n, const ut_unit *const *basic,
                               const int *powers, void *context)
{
    (void)unit;
    struct decomposition *d = context;
    for (int k = 0; k < n; k++) {
        int i = base_index(basic[k]);
        if (i < 0)
            return UT_BAD_ARG;
        d->exponent[i] += powers[k];
    }
    return UT_SUCCESS;
}

static const ut_visitor visitor;

static ut_status visit_galilean(const ut_unit *unit, double scale, const ut_unit *under,
                                double offset, void *context)
{
    (void)unit;
    struct decomposition *d = context;
    if (offset != 0)
        return UT_BAD_ARG;
    d->factor *= scale;
    return ut_accept_visitor(under, &visitor, context);
}

static ut_status visit_refused_timestamp(const ut_unit *unit, const ut_unit *under,
                                         double origin, void *context)
{
    (void)unit, (void)under, (void)origin, (void)context;
    return UT_BAD_ARG;
}

static ut_status visit_refused_log(const ut_unit *unit, double base,
                                   const ut_unit *reference, void *context)
{
    (void)unit, (void)base, (void)reference, (void)context;
    return UT_BAD_ARG;
}

static const ut_visitor visitor = {visit_basic, visit_product, visit_galilean,
                                   visit_refused_timestamp, visit_refused_log};

/* The Greek letter U+03BC, which keyboards give, as the micro sign U+00B5. */
static char *with_micro_sign(struct osw_units *system, const char *text)
{
    char *copy = osw_arena_string(system->arena, text);
    for (char *p = copy; p && (p = strstr(p, "\xce\xbc")); p += 2)
        memcpy(p, "\xc2\xb5", 2);
    return copy;
}

const struct osw_unit *osw_units_parse(struct osw_units *system, const char *text)
{
    for (const struct parsed *p = system->parsed; p; p = p->next)
        if (!strcmp(p->text, text))
            return p->unit;
    const struct osw_unit *unit = NULL;
    char *plain = with_micro_sign(system, text);
    ut_unit *u = plain ? ut_parse(system->ut, plain, UT_UTF8) : NULL;
    struct decomposition d = {.factor = 1};
    if (u && ut_accept_visitor(u, &visitor, &d) == UT_SUCCESS && isfinite(d.factor) &&
        d.factor > 0)
        unit = intern(system, d.factor, d.exponent);
    ut_free(u);
    struct parsed *p = osw_arena_alloc(system->arena, 1, sizeof *p);
    const char *copy = p ? osw_arena_string(system->arena, text) : NULL;
    if (!copy)
        return NULL;
    *p = (struct parsed){system->parsed, copy, unit};
    system->parsed = p;
    return unit;
}

const struct osw_unit *osw_units_one(struct osw_units *system)
{
    const int none[OSW_N_BASE_UNITS] = {0};
    return intern(system, 1.0, none);
}

const struct osw_unit *osw_unit_multiply(const struct osw_unit *a,
                                         const struct osw_unit *b)
{
    int e[OSW_N_BASE_UNITS];
    for (int i = 0; i < OSW_N_BASE_UNITS; i++)
        e[i] = a->exponent[i] + b->exponent[i];
    return intern(a->system, a->factor * b->factor, e);
}

const struct osw_unit *osw_unit_divide(const struct osw_unit *a, const struct osw_unit *b)
{
    int e[OSW_N_BASE_UNITS];
    for (int i = 0; i < OSW_N_BASE_UNITS; i++)
        e[i] = a->exponent[i] - b->exponent[i];
    return intern(a->system, a->factor / b->factor, e);
}

const struct osw_unit *osw_unit_power(const struct osw_unit *a, int power)
{
    int e[OSW_N_BASE_UNITS];
    for (int i = 0; i < OSW_N_BASE_UNITS; i++)
        e[i] = a->exponent[i] * power;
    return intern(a->system, pow(a->factor, power), e);
}

const struct osw_unit *osw_unit_root(const struct osw_unit *a, int root)
{
    int e[OSW_N_BASE_UNITS];
    for (int i = 0; i < OSW_N_BASE_UNITS; i++) {
        if (a->exponent[i] % root)
            return NULL;
        e[i] = a->exponent[i] / root;
    }
    return intern(a->system, pow(a->factor, 1.0 / root), e);
}

const struct osw_unit *osw_unit_scale(double factor, const struct osw_unit *a)
{
    return intern(a->system, factor * a->factor, a->exponent);
}

bool osw_unit_convertible(const struct osw_unit *a, const struct osw_unit *b)
{
    return !memcmp(a->exponent, b->exponent, sizeof a->exponent);
}

bool osw_unit_equal(const struct osw_unit *a, const struct osw_unit *b)
{
    return osw_unit_convertible(a, b) && fabs(a->factor / b->factor - 1) < 1e-12;
}

bool osw_unit_is_one(const struct osw_unit *a)
{
    const int none[OSW_N_BASE_UNITS] = {0};
    return !memcmp(a->exponent, none, sizeof none) && fabs(a->factor - 1) < 1e-12;
}

double osw_unit_convert(double value, const struct osw_unit *from,
                        const struct osw_unit *to)
{
    return from->factor == to->factor ? value : value * (from->factor / to->factor);
}

void osw_unit_si(const struct osw_unit *a, double *factor, int exponent[OSW_N_BASE_UNITS])
{
    *factor = a->factor;
    memcpy(exponent, a->exponent, sizeof a->exponent);
}

const char *osw_unit_format(const struct osw_unit *a, char *buf, size_t size)
{
    size_t used = 0;
    char number[32];
    buf[0] = '\0';
    if (fabs(a->factor - 1) >= 1e-12) {
        snprintf(number, sizeof number, "%.6g", a->factor);
        if (fabs(strtod(number, NULL) / a->factor - 1) >= 1e-12)
            snprintf(number, sizeof number, "%.17g", a->factor);
        used = (size_t)snprintf(buf, size, "%s", number);
    }
    for (int i = 0; i < OSW_N_BASE_UNITS && used < size; i++) {
        if (!a->exponent[i])
            continue;
        const char *gap = used ? " " : "";
        int n = a->exponent[i] == 1
                    ? snprintf(buf + used, size - used, "%s%s", gap, base_units[i].symbol)
                    : snprintf(buf + used, size - used, "%s%s%d", gap,
                               base_units[i].symbol, a->exponent[i]);
        used += (size_t)n;
    }
    if (!used)
        snprintf(buf, size, "1");
    return buf;
}
