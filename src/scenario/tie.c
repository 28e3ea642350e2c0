/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Parameters that follow others: an onset stated as a duration before the age moves with
 * the age. A tie is the input's formula (params/inputs.tsv) with the value given; it is
 * linear in the parameters. */
#include "scenario/plan.h"

double osw_tie_value(const struct osw_tie *tie, const double *p)
{
    double value = 0;
    for (int i = 0; i < tie->target->n_terms; i++) {
        const struct osw_input_term *term = &tie->target->terms[i];
        value += term->factor * (term->param < 0 ? tie->value : p[term->param]);
    }
    return value;
}

double osw_tie_given(const struct osw_tie *tie, const double *p)
{
    double rest = p[tie->param], factor = 0;
    for (int i = 0; i < tie->target->n_terms; i++) {
        const struct osw_input_term *term = &tie->target->terms[i];
        if (term->param < 0)
            factor += term->factor;
        else
            rest -= term->factor * p[term->param];
    }
    return rest / factor;
}

void osw_life_follow(const struct osw_life *life, double *p)
{
    for (int i = 0; i < life->n_ties; i++) {
        const struct osw_tie *tie = &life->ties[i];
        if (p[tie->param] == life->params[tie->param])
            p[tie->param] = osw_tie_value(tie, p);
    }
}
