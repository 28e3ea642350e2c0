/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Short pulses in the explicit time dependence of a model of one's own, which long steps
 * through quiet years would pass over without an error that tells. */
#ifndef OSW_SCENARIO_PULSE_H
#define OSW_SCENARIO_PULSE_H

#include "scenario/plan.h"

/* Sets plan->longest_step from the shortest pulse or rhythm of any rate, as sampled over
 * all lives and arms with their parameters (20,000 times each, fewer for models of many
 * rates): half its width, or 0 where there is none; a note in diag names it. Shipped
 * models, whose rates change over months and years, are not looked at. */
enum osw_status osw_plan_pulses(struct osw_plan *plan,
                                struct osw_diag *diag) OSW_MUST_CHECK;

#endif
