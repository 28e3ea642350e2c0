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
    double *declared;    /* [n_states]: scales as the model's tables state them, or 0 */
    double *scale;       /* [n_states]: those in force at y (solve/tolerance.h) */
    unsigned char *held; /* [n_states] */
};

/* In the session's arena. `set`: NAME=VALUE, NAME an input, a parameter or a state. */
enum osw_status osw_point_init(struct osw_session *session, const struct osw_model *model,
                               const struct osw_words *set,
                               struct osw_point *point) OSW_MUST_CHECK;

/* A start for a search of steady states: number 0 is the point itself; 1 and 2 put all
 * free states thirty times higher and lower, 0 counting as the scale; others move each
 * by up to three decades. y [n_states]. */
void osw_point_scatter(const struct osw_model *model, const struct osw_point *point,
                       int start, double *y);

/* Is y one of these [n][n_states], to within 1e-5 of scales? */
bool osw_point_among(const struct osw_model *model, const struct osw_point *point,
                     const double *known, int n, const double *y);

/* NAME=VALUE words cut in two; in the session's arena. */
enum osw_status osw_point_settings(struct osw_session *session,
                                   const struct osw_words *set,
                                   struct osw_setting **settings) OSW_MUST_CHECK;

#endif
