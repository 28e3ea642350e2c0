/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Many periods in one step. Where a system is driven periodically and has found into the
 * rhythm, its state at the beginning of period n is a smooth function Y(n), the envelope
 * (Petzold, Jay & Yen 1997, Acta Numerica 6:437): dY/dn = g, in which g follows from what
 * a single period changes. It is integrated by ROS34PW2 (solve/rosw.h) with error
 * control; its matrix comes from the mean of J over a period, so that the kernel's own
 * sparse LU solves the systems.
 *
 * The caller runs the periods: after period n it tells where that led (_ran) and asks for
 * a step (_try); the step asks for some periods more, at places and from states of its
 * own (_take). Then it is accepted, or the caller goes on with period n + 1. */
#ifndef OSW_SOLVE_ENVELOPE_H
#define OSW_SOLVE_ENVELOPE_H

#include "base/status.h"

#include <stdbool.h>

struct osw_kernel;
struct osw_envelope;

/* kernel of one lane; rtol as osw_batch_options: that of the periods. Steps are held to a
 * tenth of it and of their absolute tolerances, for what they get wrong stays and grows
 * over years. */
enum osw_status osw_envelope_create(const struct osw_kernel *kernel, double rtol,
                                    struct osw_envelope **envelope) OSW_MUST_CHECK;
void osw_envelope_destroy(struct osw_envelope *envelope);

/* Nothing is known: a new member, or a new rhythm. */
void osw_envelope_begin(struct osw_envelope *envelope);

/* Sums over the period that is to be run, each cleared by _begin and _ran: of J dt
 * [jac_nnz] and of df/dt dt [dfdt_nnz], for osw_batch_segment.sum_jac and sum_slope. */
double *osw_envelope_jacobian(struct osw_envelope *envelope);
double *osw_envelope_slope(struct osw_envelope *envelope);

/* Period n, of `length` in the model's time, led from y to y_end [n_states]; the absolute
 * tolerance of state i was tolerance[i * stride]. All are copied. */
void osw_envelope_ran(struct osw_envelope *envelope, int n, double length,
                      const double *y, const double *y_end, const double *tolerance,
                      int stride);

/* Begin a step that leads at most to period `last`. False: run period n + 1, too, for the
 * envelope is not smooth enough, or the way too short. */
bool osw_envelope_try(struct osw_envelope *envelope, int last);

enum osw_envelope_answer {
    OSW_ENVELOPE_PERIOD,  /* run the next one that it asks for */
    OSW_ENVELOPE_STEPPED, /* done */
    OSW_ENVELOPE_LEFT,    /* no step from n: go on with period n + 1 */
};
/* Where the period begins that the step asks for, in periods, perhaps between two of
 * them, and from which state [n_states]; after the step: where it led. */
double osw_envelope_place(const struct osw_envelope *envelope);
const double *osw_envelope_state(const struct osw_envelope *envelope);
/* That period led to y_end; NULL: it could not be run. */
enum osw_envelope_answer osw_envelope_take(struct osw_envelope *envelope,
                                           const double *y_end);

/* The state y at the beginning of period n within the last step, once the period from
 * where it led was run, too. */
void osw_envelope_between(const struct osw_envelope *envelope, int n, double *y);

#endif
