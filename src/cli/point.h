/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A point to look at a model from: parameters and states as its tables state them, with
 * --set applied. For the commands that run no scenario. */
#ifndef OSW_CLI_POINT_H
#define OSW_CLI_POINT_H

#include "cli/command.h"
#include "scenario/plan.h"

struct osw_point {
    double *params;      /* [n_params] */
    double *y;           /* [n_states] */
    double *scale;       /* [n_states] */
    unsigned char *held; /* [n_states] */
};

/* In the session's arena. `set`: NAME=VALUE, NAME an input, a parameter or a state. */
enum osw_status osw_point_init(struct osw_session *session, const struct osw_model *model,
                               const struct osw_words *set,
                               struct osw_point *point) OSW_MUST_CHECK;

/* NAME=VALUE words cut in two; in the session's arena. */
enum osw_status osw_point_settings(struct osw_session *session,
                                   const struct osw_words *set,
                                   struct osw_setting **settings) OSW_MUST_CHECK;

#endif
