/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Text for figures: names come from files and may hold anything. */
#ifndef OSW_PLOT_LABEL_H
#define OSW_PLOT_LABEL_H

#include "base/memory.h"

#include <stdio.h>

/* n bytes of UTF-8 as a gnuplot string expression in which nothing is substituted;
 * control characters and broken UTF-8 become '?'. To be used with `noenhanced`. */
void osw_label_quote(FILE *script, const char *text, size_t n);

/* Where the first line of text ends (bytes) when at most `width` characters fit: at the
 * last space, or after width characters of a word that is longer. *next is where the next
 * line begins. */
size_t osw_label_break(const char *text, int width, const char **next);

/* A unit as readers expect it: "ug/mg" is "µg/mg", "1" is "dimensionless", "1e-3" is
 * "×10⁻³"; others as they are. exponent: the power of ten taken out of the numbers, so
 * that "ug/mg" and -6 are "10⁻⁶ µg/mg". NULL when memory is out. */
const char *osw_label_unit(struct osw_arena *arena, const char *unit, int exponent);

#endif
