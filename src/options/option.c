/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The value of a row: from text into its field and back. Numbers are read and written so
 * that the text says the same number; a choice is the place of its word, and -1 when the
 * default is a word of its own ("any", "auto") that no table holds. */
#include "options/option.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const struct osw_loc nowhere;

static void *field_of(const struct osw_option *o, void *options)
{
    return (char *)options + o->offset;
}

static const void *value_of(const struct osw_option *o, const void *options)
{
    return (const char *)options + o->offset;
}

const char *osw_option_word(const struct osw_option *o, int i, size_t *n)
{
    const char *word = o->choices;
    if (o->word) {
        word = o->word(i);
        *n = word ? strlen(word) : 0;
        return word;
    }
    for (; word && i > 0; i--) {
        const char *bar = strchr(word, '|');
        word = bar ? bar + 1 : NULL;
    }
    *n = word ? strcspn(word, "|") : 0;
    return word;
}

const char *osw_option_words(const struct osw_option *o, struct osw_arena *arena)
{
    size_t n;
    const char *text = "", *word;
    for (int i = 0; text && (word = osw_option_word(o, i, &n)); i++)
        if (n)
            text =
                osw_arena_format(arena, "%s%s%.*s", text, *text ? "|" : "", (int)n, word);
    return text;
}

/* The place of a word; -2: there is none. */
static int place_of(const struct osw_option *o, const char *text)
{
    size_t n;
    const char *word;
    for (int i = 0; (word = osw_option_word(o, i, &n)); i++)
        if (n && n == strlen(text) && !memcmp(word, text, n))
            return i;
    return o->initial && !strcmp(text, o->initial) ? -1 : -2;
}

/* Member i of a registry; NULL below 0. */
static const void *member_at(const struct osw_option *o, int i)
{
    const void *member = NULL;
    if (i >= 0)
        memcpy(&member, (const char *)o->registry + (size_t)i * sizeof member,
               sizeof member);
    return member;
}

/* The place of the member that the field points to; -1: none. */
static int member_place(const struct osw_option *o, const void *value)
{
    size_t n;
    const void *member;
    memcpy(&member, value, sizeof member);
    for (int i = 0; member && osw_option_word(o, i, &n); i++)
        if (member_at(o, i) == member)
            return i;
    return -1;
}

static enum osw_status no_word(const struct osw_option *o, const char *text,
                               struct osw_arena *arena, struct osw_diag *diag)
{
    size_t n;
    const char *words = osw_option_words(o, arena), *names[64], *closest;
    int n_names = 0;
    for (int i = 0; n_names < 64 && osw_option_word(o, i, &n); i++)
        if (n)
            names[n_names++] = osw_arena_copy(arena, osw_option_word(o, i, &n), n);
    bool own = o->initial && o->type != OSW_OPTION_LIST && place_of(o, o->initial) == -1;
    for (int i = 0; i < n_names; i++)
        if (!names[i])
            return OSW_ERR_MEMORY;
    closest = osw_diag_closest(text, names, (size_t)n_names);
    return osw_diag_fail(
        diag, OSW_ERR_USAGE, nowhere, "--%s: expected one of %s%s%s, found '%s'%s%s%s",
        o->name, own ? o->initial : "", own ? "|" : "", words ? words : "", text,
        closest ? " (did you mean '" : "", closest ? closest : "", closest ? "'?)" : "");
}

static enum osw_status store_number(const struct osw_option *o, const char *text,
                                    void *field, struct osw_diag *diag)
{
    char *end;
    double x = strtod(text, &end);
    const bool whole = o->type != OSW_OPTION_REAL;
    const bool good = *text && !*end && isfinite(x) && x >= o->lower && x <= o->upper;
    if (!good || (whole && x != floor(x)))
        return osw_diag_fail(diag, OSW_ERR_USAGE, nowhere,
                             "--%s: expected %s from %g to %g%s%s, found '%s'", o->name,
                             whole ? "a whole number" : "a number", o->lower, o->upper,
                             o->unit ? " " : "", o->unit ? o->unit : "", text);
    if (o->type == OSW_OPTION_REAL)
        *(double *)field = x;
    else if (o->type == OSW_OPTION_COUNT)
        *(int64_t *)field = (int64_t)x;
    else
        *(int *)field = (int)x;
    return OSW_OK;
}

static enum osw_status append(struct osw_words *words, const char *item,
                              struct osw_arena *arena)
{
    const char **grown = osw_arena_alloc(arena, words->n + 1, sizeof *grown);
    if (!grown)
        return OSW_ERR_MEMORY;
    if (words->n)
        memcpy(grown, words->items, words->n * sizeof *grown);
    grown[words->n++] = item;
    words->items = grown;
    return OSW_OK;
}

enum osw_status osw_option_store(const struct osw_option *o, const char *text,
                                 void *options, struct osw_arena *arena,
                                 struct osw_diag *diag)
{
    void *field = field_of(o, options);
    const bool worded = o->choices || o->word;
    switch (o->type) {
    case OSW_OPTION_FLAG:
        *(bool *)field = true;
        return OSW_OK;
    case OSW_OPTION_TEXT:
        *(const char **)field = text;
        return OSW_OK;
    case OSW_OPTION_LIST:
        if (worded && place_of(o, text) < 0)
            return no_word(o, text, arena, diag);
        return append(field, text, arena);
    case OSW_OPTION_CHOICE:
        if (place_of(o, text) == -2)
            return no_word(o, text, arena, diag);
        *(int *)field = place_of(o, text);
        return OSW_OK;
    case OSW_OPTION_MEMBER:
        if (place_of(o, text) == -2)
            return no_word(o, text, arena, diag);
        memcpy(field, &(const void *){member_at(o, place_of(o, text))}, sizeof(void *));
        return OSW_OK;
    case OSW_OPTION_REAL:
    case OSW_OPTION_INTEGER:
    case OSW_OPTION_COUNT:
        break;
    }
    return store_number(o, text, field, diag);
}

enum osw_status osw_option_defaults(const struct osw_option *rows, size_t n,
                                    void *options)
{
    enum osw_status status = OSW_OK;
    for (size_t i = 0; i < n && !status; i++) {
        const struct osw_option *o = &rows[i];
        if (o->initial)
            status = osw_option_store(o, o->initial, options, NULL, NULL);
        assert(!status);
    }
    return status;
}

/* The shortest text that reads back as x. */
static const char *number_text(double x, struct osw_arena *arena)
{
    char text[32];
    for (int digits = 1; digits <= 17; digits++) {
        snprintf(text, sizeof text, "%.*g", digits, x);
        if (strtod(text, NULL) == x)
            break;
    }
    return osw_arena_string(arena, text);
}

static const char *choice_text(const struct osw_option *o, int place,
                               struct osw_arena *arena)
{
    size_t n;
    const char *word = place < 0 ? NULL : osw_option_word(o, place, &n);
    return word ? osw_arena_copy(arena, word, n) : o->initial;
}

const char *osw_option_text(const struct osw_option *o, const void *options, size_t i,
                            struct osw_arena *arena)
{
    const void *value = value_of(o, options);
    if (o->type == OSW_OPTION_LIST) {
        const struct osw_words *words = value;
        return i < words->n ? words->items[i] : NULL;
    }
    if (i > 0)
        return NULL;
    switch (o->type) {
    case OSW_OPTION_TEXT:
        return *(const char *const *)value;
    case OSW_OPTION_REAL:
        return number_text(*(const double *)value, arena);
    case OSW_OPTION_INTEGER:
        return osw_arena_format(arena, "%d", *(const int *)value);
    case OSW_OPTION_COUNT:
        return osw_arena_format(arena, "%lld", (long long)*(const int64_t *)value);
    case OSW_OPTION_CHOICE:
        return choice_text(o, *(const int *)value, arena);
    case OSW_OPTION_MEMBER:
        return choice_text(o, member_place(o, value), arena);
    case OSW_OPTION_FLAG:
    case OSW_OPTION_LIST:
        break;
    }
    return NULL;
}

bool osw_option_is_default(const struct osw_option *o, const void *options)
{
    const void *value = value_of(o, options);
    switch (o->type) {
    case OSW_OPTION_FLAG:
        return !*(const bool *)value;
    case OSW_OPTION_LIST:
        return !((const struct osw_words *)value)->n;
    case OSW_OPTION_TEXT: {
        const char *text = *(const char *const *)value;
        return text == o->initial || (text && o->initial && !strcmp(text, o->initial));
    }
    case OSW_OPTION_REAL:
        return *(const double *)value == strtod(o->initial ? o->initial : "0", NULL);
    case OSW_OPTION_INTEGER:
        return *(const int *)value == strtod(o->initial ? o->initial : "0", NULL);
    case OSW_OPTION_COUNT:
        return (double)*(const int64_t *)value ==
               strtod(o->initial ? o->initial : "0", NULL);
    case OSW_OPTION_MEMBER: {
        const int place = member_place(o, value);
        return place < 0 || place == place_of(o, o->initial);
    }
    case OSW_OPTION_CHOICE:
        break;
    }
    return *(const int *)value == (o->initial ? place_of(o, o->initial) : 0);
}

void osw_option_copy(const struct osw_option *o, void *to, const void *from)
{
    static const size_t sizes[] = {
        [OSW_OPTION_FLAG] = sizeof(bool),
        [OSW_OPTION_TEXT] = sizeof(const char *),
        [OSW_OPTION_LIST] = sizeof(struct osw_words),
        [OSW_OPTION_REAL] = sizeof(double),
        [OSW_OPTION_INTEGER] = sizeof(int),
        [OSW_OPTION_COUNT] = sizeof(int64_t),
        [OSW_OPTION_CHOICE] = sizeof(int),
        [OSW_OPTION_MEMBER] = sizeof(void *),
    };
    memcpy(field_of(o, to), value_of(o, from), sizes[o->type]);
}
