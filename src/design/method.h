/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Methods of designs: one file each (method_NAME.c) and one word in OSW_METHODS. What a
 * design file may say, how many rows there are, where their points lie and what
 * identifies them comes from this table. */
#ifndef OSW_DESIGN_METHOD_H
#define OSW_DESIGN_METHOD_H

#include "base/memory.h"

#include <stdbool.h>
#include <stdint.h>

#define OSW_METHODS(X) X(montecarlo) X(lhs) X(sobol) X(grid) X(morris) X(saltelli)

struct osw_design;

struct osw_design_method {
    const char *name, *summary;
    /* Keys of a design file that not every method looks at, NULL-terminated. */
    const char *const *keys;
    bool power_of_two; /* samples: 2^k of them */
    bool by_levels;    /* as many members as the factors' levels make; no samples */
    bool whole;        /* points depend on how many there are: it cannot grow */
    bool open_ends; /* 0 and 1 are points: of an unbounded distribution 0.5 and 99.5 % */
    int nets;       /* coordinates of a Sobol' net for each factor */
    /* Rows that belong together; NULL: one. */
    int (*rows)(const struct osw_design *design);
    /* Row `row` of sample `sample` on the unit cube, u [n_factors]. */
    void (*point)(const struct osw_design *design, int64_t sample, int row, double *u);
    /* What of the design decides on its points, beyond seed and factors, as text; NULL:
     * nothing. The text is NULL when memory is out. */
    const char *(*identity)(const struct osw_design *design, struct osw_arena *arena);
};

#define OSW_METHOD_DECLARE(name) extern const struct osw_design_method osw_method_##name;
OSW_METHODS(OSW_METHOD_DECLARE)
#undef OSW_METHOD_DECLARE

extern const struct osw_design_method *const osw_methods[]; /* the last is NULL */

/* Names of the table; NULL past the end. */
const char *osw_method_word(int i);
bool osw_method_has_key(const struct osw_design_method *method, const char *key);

/* Streams of random numbers: factors use 0 … n - 1 of each purpose. */
enum osw_method_purpose {
    OSW_PURPOSE_VALUE,
    OSW_PURPOSE_STRATUM,
    OSW_PURPOSE_BASE,
    OSW_PURPOSE_ORDER
};
uint64_t osw_method_stream(enum osw_method_purpose purpose, int64_t j);
/* In [0, 1): of factor j of member i. */
double osw_method_uniform(const struct osw_design *design, int j, int64_t i);

#endif
