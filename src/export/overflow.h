/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Where a formula, taken at its word, overflows though its value is finite: our compiler
 * sees to it (compiler/simplify.c), another program does not. */
#ifndef OSW_EXPORT_OVERFLOW_H
#define OSW_EXPORT_OVERFLOW_H

#include "compiler/model.h"

/* The u of ln(1 + exp(u)), or NULL. */
const struct osw_expr *osw_overflow_softplus(const struct osw_expr *e);

/* rest*e/(d + e), e a power or an exponential: a Hill or logistic function. */
enum { OSW_OVERFLOW_FACTORS = 8 };
struct osw_saturation {
    const struct osw_expr *e, *d;
    const struct osw_expr *rest[OSW_OVERFLOW_FACTORS]; /* factors beside e above */
    int n_rest;
};
bool osw_overflow_saturation(const struct osw_expr *quotient, struct osw_saturation *s);

#endif
