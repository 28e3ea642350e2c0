/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Subjects known by an output ("coronary calcium 150 at 62 years"): the parameter that
 * makes them so. */
#ifndef OSW_SIMULATE_MATCH_H
#define OSW_SIMULATE_MATCH_H

#include "simulate/life.h"

/* Set runner->p for the life: its parameters, and the matched one found by root search
 * over whole lives (*matched, NAN when the life matches nothing). OSW_ERR_INPUT when the
 * output cannot be reached; OSW_ERR_INTEGRATION, runner->failure, when lives fail. Both
 * are said in diag. */
enum osw_status osw_match_life(struct osw_life_runner *runner,
                               const struct osw_life *life, struct osw_diag *diag,
                               double *matched) OSW_MUST_CHECK;

#endif
