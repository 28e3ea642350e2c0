/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What error of a state counts: the one policy of all solvers (docs/tolerances.md). A
 * state y is to be right to rtol |y| + a, where a = atol scale when a scale is declared;
 * else a follows the largest |y| since the trajectory began. Never the momentary value:
 * a state that has fallen to nothing may stay there. */
#ifndef OSW_SOLVE_TOLERANCE_H
#define OSW_SOLVE_TOLERANCE_H

#include "base/status.h"
#include <stdbool.h>

struct osw_kernel;

/* A state without a scale counts down to this part of its largest value, for atol 1. */
#define OSW_TOLERANCE_DEPTH 1e-5

/* A state that stayed below so many absolute tolerances is not known to three digits. */
#define OSW_TOLERANCE_SURE 1000

/* atol as asked for, or, where 0 was, a tenth of rtol. */
double osw_tolerance_absolute(double rtol, double atol);

struct osw_tolerance {
    double rtol, atol;
    double part;   /* a of a state without a scale: this part of its largest value */
    int n;         /* states */
    double *scale; /* [n]: declared, or 0 */
    int n_following, *following; /* the states without one */
    int n_units, *unit;          /* [n]: states of equal unit texts have equal numbers */
    double *of_unit;             /* [n_units]: work */
};

/* scale [n_states]: declared ones > 0, others 0; copied. One thread at a time. */
enum osw_status osw_tolerance_create(const struct osw_kernel *kernel, const double *scale,
                                     double rtol, double atol,
                                     struct osw_tolerance **tolerance) OSW_MUST_CHECK;
void osw_tolerance_destroy(struct osw_tolerance *tolerance);

/* What a trajectory keeps: entry i of y, largest and a is x[i * stride].
 * begin: it starts at y. resume: y was changed, as by a dose. follow: a step led to y.
 * A state at 0 that never was anything else counts as the largest known scale of its
 * unit does, or as 1, until a change at once (resume) shows how large it is. */
void osw_tolerance_begin(struct osw_tolerance *tolerance, const double *y, int stride,
                         double *largest, double *a);
void osw_tolerance_resume(struct osw_tolerance *tolerance, const double *y, int stride,
                          double *largest, double *a);
void osw_tolerance_follow(const struct osw_tolerance *tolerance, const double *y,
                          int stride, double *largest, double *a);

/* The scale in force of state i: the declared one, or the largest value it is held to. */
double osw_tolerance_scale(const struct osw_tolerance *tolerance, int i, double a);

/* Did a state without a declared scale leave 0, and stay too small to be sure of? */
bool osw_tolerance_unsure(const struct osw_tolerance *tolerance, int i, double largest,
                          double a);

/* The scales in force at y alone: declared ones, and what begin makes of the others.
 * [n_states] each; scales may be declared. */
enum osw_status osw_tolerance_scales(const struct osw_kernel *kernel,
                                     const double *declared, const double *y,
                                     double *scales) OSW_MUST_CHECK;

#endif
