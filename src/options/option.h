/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Options as rows of a table. A row says everything about an option: its name, type,
 * default, range, unit, help and role, and the field that holds its value. Parsing,
 * --help, man pages, completion, the stored command line and its repetition, attributes
 * of results and the identity of sweeps are made from the rows; an option is added by a
 * row and by what uses its field. */
#ifndef OSW_OPTIONS_OPTION_H
#define OSW_OPTIONS_OPTION_H

#include "base/memory.h"
#include "text/diag.h"

#include <stdint.h>

enum osw_option_type {
    OSW_OPTION_FLAG,    /* bool */
    OSW_OPTION_TEXT,    /* const char *, NULL when not given */
    OSW_OPTION_LIST,    /* struct osw_words: may be given several times */
    OSW_OPTION_REAL,    /* double */
    OSW_OPTION_INTEGER, /* int */
    OSW_OPTION_COUNT,   /* int64_t */
    OSW_OPTION_CHOICE,  /* int: place of the word; -1: a default that is no word */
    OSW_OPTION_MEMBER   /* pointer to a member of a registry; NULL: a default that is none
                         */
};

enum osw_option_role {
    OSW_ROLE_NONE,    /* a row that nobody has thought about: a test refuses it */
    OSW_ROLE_SCIENCE, /* decides on the values: part of provenance and identity */
    OSW_ROLE_FILES,   /* what is read and written, and how it is shown there */
    OSW_ROLE_TALK     /* what is said on the way, and how the work is divided */
};

struct osw_words {
    const char **items;
    size_t n;
};

struct osw_option {
    const char *name; /* long, without dashes */
    char letter;      /* short, or 0 */
    enum osw_option_type type;
    enum osw_option_role role;
    size_t offset;        /* of its field in the struct that the table is of */
    const char *argument; /* FILE, X, …; NULL for a flag */
    const char *initial;  /* default as text, NULL: none */
    double lower, upper;  /* of REAL, INTEGER, COUNT */
    const char *unit;     /* of the value, or NULL */
    const char *choices;  /* of CHOICE and LIST: "auto|bar|lines|none" */
    /* In place of choices: word i of a table; "" one that is not offered, NULL the end.
     */
    const char *(*word)(int i);
    const char *(*about)(int i); /* of what `word` names: its own help; or NULL */
    const void *registry;  /* of MEMBER: pointers to its members, in the order of word */
    const char *needs;     /* "local", "solver=cvode": has a meaning only with that */
    const char *attribute; /* its name in stored results, or NULL */
    const char *help;      /* no dot at the end */
};

/* Rows of struct S; a field of another type does not compile. What a row has beyond these
 * stands after its help: .needs = "local". */
#define OSW_OFFSET(S, field, T)                                                          \
    (offsetof(S, field) + 0 * sizeof(char[_Generic(((S *)0)->field, T : 1, default       \
                                                   : -1)]))
#define OSW_ROW(name_, type_, role_, ...)                                                \
    .name = name_, .type = OSW_OPTION_##type_, .role = OSW_ROLE_##role_,                 \
    .help = __VA_ARGS__
#define OSW_NUMBER(name, type, argument_, initial_, low, high, role, ...)                \
    .argument = argument_, .initial = initial_, .lower = low, .upper = high,             \
    OSW_ROW(name, type, role, __VA_ARGS__)
#define OSW_FLAG(S, field, name, role, ...)                                              \
    {                                                                                    \
        .offset = OSW_OFFSET(S, field, bool), OSW_ROW(name, FLAG, role, __VA_ARGS__)     \
    }
#define OSW_TEXT(S, field, name, argument_, role, ...)                                   \
    {                                                                                    \
        .offset = OSW_OFFSET(S, field, const char *), .argument = argument_,             \
        OSW_ROW(name, TEXT, role, __VA_ARGS__)                                           \
    }
#define OSW_LIST(S, field, name, argument_, role, ...)                                   \
    {                                                                                    \
        .offset = OSW_OFFSET(S, field, struct osw_words), .argument = argument_,         \
        OSW_ROW(name, LIST, role, __VA_ARGS__)                                           \
    }
#define OSW_REAL(S, field, name, argument, initial, low, high, role, ...)                \
    {                                                                                    \
        .offset = OSW_OFFSET(S, field, double),                                          \
        OSW_NUMBER(name, REAL, argument, initial, low, high, role, __VA_ARGS__)          \
    }
#define OSW_INTEGER(S, field, name, initial, low, high, role, ...)                       \
    {                                                                                    \
        .offset = OSW_OFFSET(S, field, int),                                             \
        OSW_NUMBER(name, INTEGER, "N", initial, low, high, role, __VA_ARGS__)            \
    }
#define OSW_COUNT(S, field, name, initial, low, high, role, ...)                         \
    {                                                                                    \
        .offset = OSW_OFFSET(S, field, int64_t),                                         \
        OSW_NUMBER(name, COUNT, "N", initial, low, high, role, __VA_ARGS__)              \
    }
/* words: "a|b|c". The field is an int or an enum. */
#define OSW_CHOICE(S, field, name, argument_, initial_, words, role, ...)                \
    {                                                                                    \
        .offset = offsetof(S, field), .argument = argument_, .initial = initial_,        \
        .choices = words, OSW_ROW(name, CHOICE, role, __VA_ARGS__)                       \
    }
/* The field points to a member of `of`, an array of pointers; words: their names. */
#define OSW_MEMBER(S, field, name, argument_, initial_, of, words, role, ...)            \
    {                                                                                    \
        .offset = offsetof(S, field), .argument = argument_, .initial = initial_,        \
        .registry = of, .word = words, OSW_ROW(name, MEMBER, role, __VA_ARGS__)          \
    }
/* of: the words of a table, as osw_option.word. */
#define OSW_NAMED(S, field, name, argument_, initial_, of, role, ...)                    \
    {                                                                                    \
        .offset = offsetof(S, field), .argument = argument_, .initial = initial_,        \
        .word = of, OSW_ROW(name, CHOICE, role, __VA_ARGS__)                             \
    }

/* Put a value as text into the row's field of `options`; a list grows. OSW_ERR_USAGE with
 * a diagnostic that begins with --name. */
enum osw_status osw_option_store(const struct osw_option *option, const char *text,
                                 void *options, struct osw_arena *arena,
                                 struct osw_diag *diag) OSW_MUST_CHECK;

/* Every field at its default. */
enum osw_status osw_option_defaults(const struct osw_option *rows, size_t n,
                                    void *options) OSW_MUST_CHECK;

/* The field as text that osw_option_store reads back, to the last bit; a list's item i,
 * any other's i 0. NULL: there is none (a flag, no such item), or memory is out. */
const char *osw_option_text(const struct osw_option *option, const void *options,
                            size_t i, struct osw_arena *arena) OSW_MUST_CHECK;

bool osw_option_is_default(const struct osw_option *option, const void *options);
void osw_option_copy(const struct osw_option *option, void *to, const void *from);

/* Word i of a choice, its length in *n; NULL past the end. *n 0: one not offered. */
const char *osw_option_word(const struct osw_option *option, int i, size_t *n);
/* The words, with a bar between them; "" for a row without. NULL: memory. */
const char *osw_option_words(const struct osw_option *option,
                             struct osw_arena *arena) OSW_MUST_CHECK;

#endif
