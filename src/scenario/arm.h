/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One arm of a scenario: its entries read, resolved and merged. */
#ifndef OSW_SCENARIO_ARM_H
#define OSW_SCENARIO_ARM_H

#include "scenario/regimen.h"

/* What all arms of a scenario share. */
struct osw_arm_setting {
    const char *path;
    const struct osw_yaml *subject;        /* the scenario's, or NULL */
    const struct osw_assignment *settings; /* --set */
    const double *times;
    int n_times;
};

/* arm->life is left for the plan to fill in; subject->life is the arm's. */
enum osw_status osw_arm_load(struct osw_reader *r, const struct osw_yaml *node,
                             const struct osw_arm_setting *setting,
                             struct osw_subject *subject,
                             struct osw_arm *arm) OSW_MUST_CHECK;

#endif
