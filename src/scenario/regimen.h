/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * An arm in the making, and what adds to it: an intervention given by a schedule, and the
 * rows of a dosing table. */
#ifndef OSW_SCENARIO_REGIMEN_H
#define OSW_SCENARIO_REGIMEN_H

#include "scenario/merge.h"
#include "scenario/schedule.h"
#include "scenario/subject.h"

struct osw_arm_builder {
    struct osw_reader *r;
    const char *path; /* of the scenario file */
    const struct osw_subject *subject;
    struct osw_happenings h;
    const char **interventions; /* names, each once */
    size_t n_interventions, interventions_room;
    double first_on, last_on; /* day; NAN while nothing was active */
    bool weighs;
};

struct osw_regimen {
    const struct osw_intervention *v;
    struct osw_dose dose;
    struct osw_schedule schedule;
    const double *at; /* single doses at these times instead of the schedule; or NULL */
    size_t n_at;
    bool infusion; /* states cannot take it */
    struct osw_loc loc;
};

/* Doses to states, effects on parameters. OSW_ERR_INPUT when a target cannot take it. */
enum osw_status osw_regimen_add(struct osw_arm_builder *b,
                                const struct osw_regimen *regimen) OSW_MUST_CHECK;

/* A dosing table as an entry of an arm: {table: FILE, time: UNIT, cmt: NAME}. */
enum osw_status osw_regimen_table(struct osw_arm_builder *b,
                                  const struct osw_yaml *entry) OSW_MUST_CHECK;

/* OSW_ERR_INPUT when the subject's match finds parameter j, which therefore must stay. */
enum osw_status osw_regimen_spare_match(struct osw_arm_builder *b, int j,
                                        struct osw_loc at,
                                        const char *name) OSW_MUST_CHECK;

/* Something is active in [from, until), for reports. */
void osw_regimen_active(struct osw_arm_builder *b, double from, double until);

/* One dose to a state, or a level held by a parameter (`add`) in [from, until). */
enum osw_status osw_regimen_dose(struct osw_arm_builder *b, int state, double t,
                                 double value, double by_weight) OSW_MUST_CHECK;
enum osw_status osw_regimen_hold(struct osw_arm_builder *b, struct osw_effect effect,
                                 const struct osw_schedule *schedule) OSW_MUST_CHECK;

#endif
