/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a lane could not run, by the reference solver. */
#ifndef OSW_SIMULATE_FALLBACK_H
#define OSW_SIMULATE_FALLBACK_H

#include "simulate/slots.h"

/* Run the slot's life again from its start, then its arm `arm`, or (-1) all its arms, and
 * tell `done`. reason, t: why and when it left its lane. The lane is free for it. */
void osw_fallback_run(struct osw_members *members, struct osw_lane_work *lane,
                      struct osw_life_slot *slot, int arm, const char *reason, double t);

#endif
