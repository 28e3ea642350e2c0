/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Dose expressions of intervention files: products and quotients of quantities and of the
 * names dose, weight and every, with units throughout: "dose * 1.541 nmol/ug". A quantity
 * binds tighter than an operator: a / 2 mg/L is a / (2 mg/L). */
#ifndef OSW_SCENARIO_EXPRESSION_H
#define OSW_SCENARIO_EXPRESSION_H

#include "scenario/quantity.h"

enum osw_term { OSW_TERM_DOSE, OSW_TERM_WEIGHT, OSW_TERM_EVERY, OSW_N_TERMS };

struct osw_terms { /* what the names stand for; unit NULL: not given here */
    double value[OSW_N_TERMS];
    const struct osw_unit *unit[OSW_N_TERMS];
};

/* Value in `unit` (NULL: dimensionless). used[] tells which names occur (may be NULL).
 * A name without a value, a unit that does not fit, a syntax error: OSW_ERR_INPUT. */
enum osw_status osw_expression_eval(struct osw_reader *r, const char *text,
                                    struct osw_loc at, const char *what,
                                    const struct osw_terms *terms,
                                    const struct osw_unit *unit, const char *unit_text,
                                    bool used[OSW_N_TERMS], double *value) OSW_MUST_CHECK;

#endif
