/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Many periods in one step. Where a system is driven periodically and has settled into
 * the rhythm, its state at the beginning of period n is a smooth function Y(n), the
 * envelope (Petzold, Jay & Yen 1997, Acta Numerica 6:437): dY/dn = g, in which g follows
 * from what a single period changes, P(Y) - Y. It is integrated by ROS34PW2
 * (solve/rosw.h) with error control; its matrix comes from the mean of J over a period,
 * so that the kernel's own sparse LU solves the systems.
 *
 * The caller runs the periods: after period n it tells where the period led (_ran) and
 * asks for a step (_try); the step asks for three periods more, at states and
 * (fractional) places of its own (_take), then it is accepted, or the caller goes on with
 * period n + 1. */
#ifndef OSW_SOLVE_ENVELOPE_H
#define OSW_SOLVE_ENVELOPE_H

#include "base/status.h"

#include <stdbool.h>
#include <stdint.h>

struct osw_kernel;
struct osw_envelope;

struct osw_envelope_stats {
    int64_t steps, rejected, skipped; /* skipped: periods that steps spared */
};

/* kernel of one lane; scale [n_states] > 0 is copied. rtol, atol as osw_batch_options: of
 * a step. */
enum osw_status osw_envelope_create(const struct osw_kernel *kernel, const double *scale,
                                    double rtol, double atol,
                                    struct osw_envelope **envelope) OSW_MUST_CHECK;
void osw_envelope_destroy(struct osw_envelope *envelope);

/* Nothing is known: a new member, or a new rhythm. */
void osw_envelope_begin(struct osw_envelope *envelope);

/* Sums over the period that is to be run, each cleared by _begin and _ran: of J dt
 * [jac_nnz] and of df/dt dt [dfdt_nnz], for osw_batch_segment.mean. */
double *osw_envelope_jacobian(struct osw_envelope *envelope);
double *osw_envelope_slope(struct osw_envelope *envelope);

/* Period n, of `length` in the model's time, led from y to y_end [n_states] (copied). */
void osw_envelope_ran(struct osw_envelope *envelope, double n, double length,
                      const double *y, const double *y_end);

/* Begin a step of at most `room` periods from n. False: run the next period, too, for the
 * envelope is not smooth enough, or room is too small. */
bool osw_envelope_try(struct osw_envelope *envelope, double room);

enum osw_envelope_answer {
    OSW_ENVELOPE_PERIOD,  /* run the next one that it asks for */
    OSW_ENVELOPE_STEPPED, /* the state is that at n + periods */
    OSW_ENVELOPE_LEFT,    /* no step from n: go on with period n + 1 */
};
/* What the step asks for: where, and from which state [n_states]. After it was accepted:
 * where it led. */
double osw_envelope_place(const struct osw_envelope *envelope);
const double *osw_envelope_state(const struct osw_envelope *envelope);
/* That period led to y_end; NULL: it could not be run. */
enum osw_envelope_answer osw_envelope_take(struct osw_envelope *envelope,
                                           const double *y_end);

/* The state y at the beginning of period n, within the last accepted step, once the
 * period from its end was run, too. */
void osw_envelope_between(const struct osw_envelope *envelope, double n, double *y);

/* Since create. */
const struct osw_envelope_stats *osw_envelope_stats(const struct osw_envelope *envelope);

#endif
