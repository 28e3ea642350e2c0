/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Which symbol is which entry of y and p: states and parameters in the order of
 * osw_source.symbols. Also the one definition of which exponents are literal. */
#ifndef OSW_COMPILER_LAYOUT_H
#define OSW_COMPILER_LAYOUT_H

#include "compiler/model.h"

struct osw_layout {
    int n_states, n_params;
    int *states, *params; /* symbol of entry i */
    int *entry;           /* [n_symbols]: of a state or parameter; -1 for rules */
};

enum osw_status osw_layout_init(struct osw_layout *layout,
                                const struct osw_source *source) OSW_MUST_CHECK;
void osw_layout_fini(struct osw_layout *layout);

/* An expression of numbers alone whose value is a whole number of at most 16 in size:
 * x^n is then a product. Any other exponent makes x^n = exp(n ln(max(x, DBL_MIN))). */
bool osw_expr_small_integer(const struct osw_expr *expr, int *n);

#endif
