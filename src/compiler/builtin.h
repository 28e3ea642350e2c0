/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Words of the language: built-in functions and constants, keywords, and the names that
 * the reference translator (libAntimony 2.14) refuses. */
#ifndef OSW_COMPILER_BUILTIN_H
#define OSW_COMPILER_BUILTIN_H

#include <stdbool.h>

enum osw_builtin_kind {
    OSW_BUILTIN_OPERATION, /* the operation `op` of one operand */
    OSW_BUILTIN_POWER,     /* pow(x, n) */
    OSW_BUILTIN_SQUARE,    /* sqr(x) = x^2 */
    OSW_BUILTIN_TAN,       /* sin/cos */
    OSW_BUILTIN_SINH,      /* (exp(x) - exp(-x))/2 */
    OSW_BUILTIN_COSH,
};

struct osw_builtin {
    const char *name;
    enum osw_builtin_kind kind;
    int op; /* enum osw_op */
    int n_arguments;
};

const struct osw_builtin *osw_builtin_find(const char *name);

/* The built-in function closest to `name` for "did you mean", or NULL. */
const char *osw_builtin_closest(const char *name);

/* A function that the translator knows but that has no derivative everywhere, or is
 * random, delayed or logical. */
bool osw_builtin_is_absent(const char *name);

/* pi, exponentiale: true and the value. */
bool osw_builtin_constant(const char *name, double *value);

/* No symbol, function or model can have this name. */
bool osw_name_is_refused(const char *name);

/* A statement of Antimony that the subset leaves out ("event", "delete", …). */
bool osw_keyword_is_absent(const char *name);

#endif
