/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Sensitivities carried through lives and arms: how states and outputs move with some
 * parameters, each in units of its value (a relative change), or of its range where that
 * is 0. Settling moves by implicit differentiation, initial values by their text; who is
 * older began earlier, and onsets follow (osw_life.ties); a switch cuts a parameter off
 * from its own value, an intervention hands on its share (osw_arm.gains), doses by body
 * weight grow with it (osw_arm.by_weight); a matched parameter is an implicit function of
 * the others. */
#ifndef OSW_SIMULATE_TANGENT_H
#define OSW_SIMULATE_TANGENT_H

#include "scenario/plan.h"
#include "solve/sensitivity.h"

struct osw_tangent {
    const struct osw_model *model;
    int n, total;      /* sensitivities asked for; and one of a matched parameter */
    const int *params; /* [n] */
    int matched;       /* parameter of the life at hand, or -1 */
    bool own_only;     /* lives that are given a value of their own do not move */
    struct osw_solver *solver, *frozen; /* as those of a runner */
    double *S;                          /* [total][n_states] */
    struct osw_direction *directions;   /* [total] */
    struct osw_direction *at_zero;      /* [total] when the life is over */
    struct osw_direction *settling;     /* [total] at the age where the life begins */
    double *unit;                       /* [n] the parameter moves by theta times this */
    double weight;                      /* of the life at hand; NAN: unknown */
    double *slopes;                     /* [n_outputs of the model][total] */
    double *by_state, *by_param, *by_init;
    double *f, *constants; /* rates where a life begins */
};

enum osw_status osw_tangent_init(struct osw_tangent *tangent,
                                 const struct osw_model *model, const int *params, int n,
                                 bool own_only) OSW_MUST_CHECK;
void osw_tangent_fini(struct osw_tangent *tangent);

/* A life begins with parameters p (the matched one included): directions, and S of the
 * values that the life starts from. */
void osw_tangent_begin(struct osw_tangent *tangent, const struct osw_life *life,
                       const double *p);

/* The life starts from y, settled where it settles: who is older has started earlier. */
void osw_tangent_started(struct osw_tangent *tangent, const struct osw_life *life,
                         const double *y, const double *p);

/* The life is over: what is matched ties its parameter to the others. At time 0 with the
 * state y. OSW_ERR_INTEGRATION when the matched output does not answer. */
enum osw_status osw_tangent_match(struct osw_tangent *tangent,
                                  const struct osw_life *life, const double *y,
                                  const double *p) OSW_MUST_CHECK;

/* Event i of an arm happens. The index (of params) of one that would have to move more
 * than OSW_DIRECTION_TERMS parameters, or -1. */
int osw_tangent_event(struct osw_tangent *tangent, const struct osw_arm *arm,
                      int i) OSW_MUST_CHECK;

/* Parameter k moves by theta times unit[k]. dout/dtheta of all outputs to tangent->slopes
 * [n_outputs][total]; S [total][n_states].
 */
void osw_tangent_observe(struct osw_tangent *tangent, double t, const double *y,
                         const double *p, const double *S);

#endif
