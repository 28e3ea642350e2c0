/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Reference interpreter: the model's text evaluated as it stands, in complex numbers.
 * With a step of 1e-30 i on a state or parameter, imaginary parts are derivatives to
 * machine precision (complex step: Martins, Sturdza & Alonso 2003,
 * doi:10.1145/838250.838251); the generated code is checked against it. */
#ifndef OSW_COMPILER_EVAL_H
#define OSW_COMPILER_EVAL_H

#include "compiler/layout.h"

/* Values of all symbols: value [n_symbols]; y [n_states], p [n_params] as in the layout.
 */
void osw_eval_symbols(const struct osw_source *source, const struct osw_layout *layout,
                      double t, const double _Complex *y, const double _Complex *p,
                      double _Complex *value);

/* dy/dt: f [n_states], from the values of all symbols at the same t. */
void osw_eval_rates(const struct osw_source *source, const struct osw_layout *layout,
                    double t, const double _Complex *value, double _Complex *f);

#endif
