/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Sensitivities carried through lives and arms: how states and outputs move with some
 * parameters, each in units of its value (a relative change), or of its range where that
 * is 0. Settling moves by implicit differentiation, initial values by their text; who is
 * older began earlier, and onsets follow (osw_life.ties); a switch cuts a parameter off
 * from its own value, an intervention hands on its share (osw_arm.gains), doses by body
 * weight grow with it (osw_arm.by_weight); a matched parameter is an implicit function of
 * the others. */
#ifndef OSW_SIMULATE_SENSITIVITIES_H
#define OSW_SIMULATE_SENSITIVITIES_H

#include "scenario/plan.h"
#include "solve/sensitivity.h"

struct osw_sensitivities {
    const struct osw_model *model;
    int n, total;      /* sensitivities asked for; and one of a matched parameter */
    const int *params; /* [n] */
    int matched;       /* parameter of the life that runs, or -1 */
    bool own_only;     /* lives that are given a value of their own do not move */
    double *S;         /* [total][n_states] where the solver is */
    struct osw_direction *directions; /* [total] */
    double *S_zero;                   /* when the life is over … */
    struct osw_direction *at_zero;    /* … and the directions then */
    struct osw_direction *settling;   /* [total] at the age where the life begins */
    double *unit;                     /* [n] the parameter moves by theta times this */
    double weight;                    /* of the life that runs; NAN: unknown */
    double *slopes;                   /* [n_outputs of the model][total] */
    double *by_state, *by_param, *by_init;
    double *f, *constants; /* rates where a life begins */
    int refused; /* event that would have to move more than OSW_DIRECTION_TERMS parameters
                  * at once, or -1 */
};

enum osw_status osw_sensitivities_init(struct osw_sensitivities *sensitivities,
                                       const struct osw_model *model, const int *params,
                                       int n, bool own_only) OSW_MUST_CHECK;
void osw_sensitivities_fini(struct osw_sensitivities *sensitivities);

/* A life begins with parameters p (the matched one included): directions, and S of the
 * values that the life starts from. */
void osw_sensitivities_begin(struct osw_sensitivities *sensitivities,
                             const struct osw_life *life, const double *p);

/* The life starts from y, settled where it settles: who is older has started earlier. */
void osw_sensitivities_started(struct osw_sensitivities *sensitivities,
                               const struct osw_life *life, const double *y,
                               const double *p);

/* The life is over: what is matched ties its parameter to the others. At time 0 with the
 * state y. OSW_ERR_INTEGRATION when the matched output does not answer. */
enum osw_status osw_sensitivities_match(struct osw_sensitivities *sensitivities,
                                        const struct osw_life *life, const double *y,
                                        const double *p) OSW_MUST_CHECK;

/* An arm begins: back to the end of the life. */
void osw_sensitivities_restore(struct osw_sensitivities *sensitivities);

/* Event i of an arm happens; `refused` when it cannot be followed. */
void osw_sensitivities_event(struct osw_sensitivities *sensitivities,
                             const struct osw_arm *arm, int i);

/* Parameter k moves by theta times unit[k]. dout/dtheta of all outputs to slopes
 * [n_outputs][total]; S [total][n_states]. */
void osw_sensitivities_observe(struct osw_sensitivities *sensitivities, double t,
                               const double *y, const double *p, const double *S);

#endif
