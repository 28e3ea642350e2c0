/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Mathematics as readers expect it, in TeX's language (which Markdown readers take too):
 * fractions, powers, subscripts, roots; a user's functions by name as in the text. What
 * is short enough stays in one piece, what is not may break between terms and factors. */
#ifndef OSW_EXPORT_FORMULA_H
#define OSW_EXPORT_FORMULA_H

#include "compiler/model.h"

#include <stdio.h>

/* Write errors stay in the stream (ferror). */

/* k_gut → k_{\mathrm{gut}}, kap_S → \kappa …: names of Greek letters become letters. */
void osw_formula_name(const char *name, FILE *out);
/* 1.5e-05 → 1.5\times 10^{-5}, to ten digits. */
void osw_formula_number(double number, FILE *out);
/* mmol/L → \mathrm{mmol}\,\mathrm{L}^{-1}, 1 → 1, "" → nothing. A unit in a form that is
 * not a product of powers stands as it is. */
void osw_formula_unit(const char *unit, FILE *out);
/* definition: the function whose parameters are symbols -2, -3, …; NULL elsewhere.
 * breaks: mark where a line may end. */
void osw_formula_expression(const struct osw_source *source,
                            const struct osw_definition *definition,
                            const struct osw_expr *expr, bool breaks, FILE *out);
/* Its name and parameters: \operatorname{hill}(x, K, n). */
void osw_formula_head(const struct osw_definition *definition, FILE *out);

#endif
