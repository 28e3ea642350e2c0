/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The key `correlation` of a design file: the fence around GSL's linear algebra. */
#ifndef OSW_DESIGN_CORRELATION_H
#define OSW_DESIGN_CORRELATION_H

#include "design/design.h"
#include "scenario/reader.h"

/* A list of [A, B, rho], rho the correlation of the normal scores; leaves the Cholesky
 * factor of the whole matrix in the design. A matrix that is not positive definite is
 * OSW_ERR_INPUT. */
enum osw_status osw_correlation_load(struct osw_reader *r, const struct osw_yaml *node,
                                     struct osw_design *design) OSW_MUST_CHECK;

#endif
