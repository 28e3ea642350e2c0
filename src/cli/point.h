/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A point to look at a model from: parameters and states as its tables state them, with
 * --set applied. For the commands that run no scenario. */
#ifndef OSW_CLI_POINT_H
#define OSW_CLI_POINT_H

#include "cli/command.h"
#include "model/model.h"

struct osw_point {
    double *params;      /* [n_params] */
    double *y;           /* [n_states] */
    double *scale;       /* [n_states] */
    unsigned char *held; /* [n_states] */
};

/* In the session's arena. `set`: NAME=VALUE, NAME a parameter, an input or a state. */
enum osw_status osw_point_init(struct osw_session *session, const struct osw_model *model,
                               const struct osw_words *set,
                               struct osw_point *point) OSW_MUST_CHECK;

/* "12 mmol/L" in `unit` (no unit: already in it). OSW_ERR_USAGE names what was found. */
enum osw_status osw_point_quantity(struct osw_session *session,
                                   const struct osw_model *model, const char *text,
                                   const struct osw_unit *unit, const char *unit_text,
                                   double *value) OSW_MUST_CHECK;

/* "no parameter, input or state 'x' in model m (did you mean …)": OSW_ERR_NOINPUT. */
enum osw_status osw_point_unknown(struct osw_session *session,
                                  const struct osw_model *model, const char *name);

#endif
