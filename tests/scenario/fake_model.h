/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A model made by hand: tables only, no equations. This file also defines osw_model_open
 * and its kin, so that tests of scenarios need no model layer ("human", "dish"). */
#ifndef OSW_TEST_FAKE_MODEL_H
#define OSW_TEST_FAKE_MODEL_H

#include "model/model.h"

enum {
    P_INTAKE,
    P_BLOCKED,
    P_DRIP,
    P_AGE0,
    P_WEIGHT,
    P_PLAQUE,
    P_MALE,
    P_TC,
    P_TC_USE,
    P_GFR,
    P_ONSET,
    P_WIDTH,
    N_PARAMS
};
enum { S_GUT, S_PLASMA, S_CELLS, N_STATES };
enum { O_AGE, O_CAC, O_PI, N_OUTPUTS };

/* "dish" has neither age0 nor weight: its parameters end at P_DRIP. */
struct osw_model *osw_fake_model(bool dish);

#endif
