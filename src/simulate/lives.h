/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Members' lives up to the point where a lane can run them, and what they leave. */
#ifndef OSW_SIMULATE_LIVES_H
#define OSW_SIMULATE_LIVES_H

#include "simulate/slots.h"

/* Slots that are free take the next lives, each in its steady start. `lane` is free, for
 * what has to be run by the reference solver. */
void osw_lives_fill(struct osw_members *members, struct osw_lane_work *lane);

/* The life of the slot has been run to time 0: its arms may follow. */
void osw_lives_done(struct osw_members *members, struct osw_lane_work *lane,
                    struct osw_life_slot *slot);

/* The life has failed where it was run by the driver: another way for those in lanes. */
void osw_lives_failed(struct osw_members *members, struct osw_lane_work *lane,
                      struct osw_life_slot *slot,
                      const struct osw_solver_failure *failure);

#endif
