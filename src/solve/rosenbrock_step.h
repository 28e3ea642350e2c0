/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The arithmetic of one step of all lanes of a batch by Rodas5P, for rosenbrock_tmpl.c.
 * No branch and no number depends on more than one lane, but for whether a pass that
 * leaves other lanes as they are is made at all. */
#ifndef OSW_SOLVE_ROSENBROCK_STEP_H
#define OSW_SOLVE_ROSENBROCK_STEP_H

#include "model/kernel.h"
#include "solve/batch_work.h"

#define OSW_ROWS(x) ((osw_lane *)(x))
#define OSW_STEP_INLINE static inline __attribute__((always_inline))

/* x + sum over j < n_terms of weight[j] u[j][i]; n_terms is constant where it is called.
 */
OSW_STEP_INLINE osw_lane osw_step_sum(osw_lane x, const double *weight, int n_terms,
                                      double *const *u, int i)
{
#define OSW_STEP_TERM(j)                                                                 \
    if (n_terms > (j))                                                                   \
        x = osw_lane_fma(osw_lane_of(weight[j]), OSW_ROWS(u[j])[i], x);
    OSW_STEP_TERM(0)
    OSW_STEP_TERM(1)
    OSW_STEP_TERM(2)
    OSW_STEP_TERM(3)
    OSW_STEP_TERM(4)
    OSW_STEP_TERM(5)
    OSW_STEP_TERM(6)
    OSW_STEP_TERM(7)
#undef OSW_STEP_TERM
    return x;
}

/* Where lanes hold states: rates and their derivatives 0. */
static inline void osw_step_hold(const struct osw_batch *b, double *f)
{
    const osw_lane keep = *OSW_ROWS(b->keep);
    for (int i = 0; b->holds && i < b->kernel->n_states; i++)
        if (b->held[i])
            OSW_ROWS(f)[i] = OSW_ROWS(f)[i] * keep;
}

static inline void osw_step_rates(const struct osw_batch *b, osw_lane t, const double *y)
{
    b->kernel->rhs(t, OSW_ROWS(y), OSW_ROWS(b->p), OSW_ROWS(b->c), OSW_ROWS(b->f));
    osw_step_hold(b, b->f);
}

/* f, J and df/dt where the lanes are. */
static inline void osw_step_linearize(const struct osw_batch *b)
{
    const struct osw_kernel *k = b->kernel;
    const osw_lane t = *OSW_ROWS(b->t), keep = *OSW_ROWS(b->keep);
    k->rhs_jac(t, OSW_ROWS(b->y), OSW_ROWS(b->p), OSW_ROWS(b->c), OSW_ROWS(b->f),
               OSW_ROWS(b->jac));
    if (k->dfdt_nnz)
        k->dfdt(t, OSW_ROWS(b->y), OSW_ROWS(b->p), OSW_ROWS(b->c), OSW_ROWS(b->slope));
    osw_step_hold(b, b->f);
    for (int e = 0; b->holds && e < k->jac_nnz; e++)
        if (b->held[k->jac_row[e]])
            OSW_ROWS(b->jac)[e] = OSW_ROWS(b->jac)[e] * keep;
    for (int e = 0; b->holds && e < k->dfdt_nnz; e++)
        if (b->held[k->dfdt_state[e]])
            OSW_ROWS(b->slope)[e] = OSW_ROWS(b->slope)[e] * keep;
    for (int e = 0; b->freezes && e < k->dfdt_nnz; e++)
        OSW_ROWS(b->slope)[e] = OSW_ROWS(b->slope)[e] * *OSW_ROWS(b->pace);
}

/* U_s from the rates f of its argument and gamma sum c_sj U_j, which is in its place. */
OSW_STEP_INLINE void osw_step_solve(const struct osw_batch *b, int s)
{
    const struct osw_rodas *m = &osw_rodas5p;
    const struct osw_kernel *k = b->kernel;
    const osw_lane h = *OSW_ROWS(b->h), hg = h * m->gamma;
    const osw_lane *f = OSW_ROWS(b->f);
    osw_lane *u = OSW_ROWS(b->u[s]);
    for (int i = 0; i < k->n_states; i++)
        u[i] = s ? osw_lane_fma(hg, f[i], u[i]) : hg * f[i];
    if (m->slope[s] != 0) {
        const osw_lane weight = hg * (h * m->slope[s]);
        for (int e = 0; e < k->dfdt_nnz; e++)
            u[k->dfdt_state[e]] =
                osw_lane_fma(weight, OSW_ROWS(b->slope)[e], u[k->dfdt_state[e]]);
    }
    k->lu_solve(OSW_ROWS(b->lu), u);
}

/* Argument and rates of stage s, then U_s. Both sums over the stages before it are made
 * in one pass: their rows are more than the nearest cache holds. */
OSW_STEP_INLINE void osw_step_stage(const struct osw_batch *b, int s)
{
    const struct osw_rodas *m = &osw_rodas5p;
    const osw_lane *y = OSW_ROWS(b->y), none = osw_lane_of(0);
    osw_lane *at = OSW_ROWS(b->at), *u = OSW_ROWS(b->u[s]);
    for (int i = 0; i < b->kernel->n_states; i++) {
        at[i] = s < 6 ? osw_step_sum(y[i], m->a[s], s, b->u, i)
                      : at[i] + OSW_ROWS(b->u[s - 1])[i];
        u[i] = m->gamma * osw_step_sum(none, m->c[s], s, b->u, i);
    }
    const osw_lane ahead = *OSW_ROWS(b->h) * *OSW_ROWS(b->pace);
    osw_step_rates(b, osw_lane_fma(osw_lane_of(m->node[s]), ahead, *OSW_ROWS(b->t)),
                   b->at);
    osw_step_solve(b, s);
}

/* y_new, and the rms norm of the error estimate in units of the tolerance. */
static inline void osw_step_finish(const struct osw_batch *b)
{
    const int n = b->kernel->n_states;
    const osw_lane *y = OSW_ROWS(b->y), *at = OSW_ROWS(b->at), *e = OSW_ROWS(b->u[7]);
    osw_lane *y_new = OSW_ROWS(b->y_new), sum = osw_lane_of(0);
    for (int i = 0; i < n; i++) {
        y_new[i] = at[i] + e[i];
        const osw_lane size = osw_lane_max(osw_lane_abs(y[i]), osw_lane_abs(y_new[i]));
        const osw_lane r = e[i] / osw_lane_fma(osw_lane_of(b->options.rtol), size,
                                               OSW_ROWS(b->tolerance)[i]);
        sum = osw_lane_fma(r, r, sum);
    }
    const osw_lane norm = osw_lane_sqrt(sum * (1.0 / n));
    *OSW_ROWS(b->error) = norm;
    /* 0.87 / norm^(1/5) */
    *OSW_ROWS(b->factor) = 0.87 * osw_lane_exp(-0.2 * osw_lane_ln_positive(norm));
}

/* From t and y by h. */
static inline void osw_step_take(const struct osw_batch *b)
{
    b->kernel->lu_factor(OSW_ROWS(b->jac), *OSW_ROWS(b->h) * osw_rodas5p.gamma,
                         OSW_ROWS(b->lu));
    osw_step_solve(b, 0);
    osw_step_stage(b, 1);
    osw_step_stage(b, 2);
    osw_step_stage(b, 3);
    osw_step_stage(b, 4);
    osw_step_stage(b, 5);
    osw_step_stage(b, 6);
    osw_step_stage(b, 7);
    osw_step_finish(b);
}

/* y where the step was accepted, and the tolerances that follow it. */
static inline void osw_step_accept(const struct osw_batch *b)
{
    const osw_lane_mask accepted = *OSW_ROWS(b->accept) > 0.5;
    osw_lane *y = OSW_ROWS(b->y), *largest = OSW_ROWS(b->largest);
    osw_lane *tolerance = OSW_ROWS(b->tolerance);
    const osw_lane *y_new = OSW_ROWS(b->y_new);
    for (int i = 0; i < b->kernel->n_states; i++)
        y[i] = osw_lane_select(accepted, y_new[i], y[i]);
    for (int k = 0; k < b->policy->n_following; k++) {
        const int i = b->policy->following[k];
        largest[i] = osw_lane_select(
            accepted, osw_lane_max(largest[i], osw_lane_abs(y[i])), largest[i]);
        tolerance[i] = osw_lane_select(
            accepted, osw_lane_max(tolerance[i], b->policy->part * largest[i]),
            tolerance[i]);
    }
}

/* The polynomial of the step. */
static inline void osw_step_dense(const struct osw_batch *b)
{
    const struct osw_rodas *m = &osw_rodas5p;
    for (int i = 0; i < b->kernel->n_states; i++) {
        const osw_lane none = osw_lane_of(0);
        OSW_ROWS(b->dense[0])[i] = osw_step_sum(none, m->dense[0], 8, b->u, i);
        OSW_ROWS(b->dense[1])[i] = osw_step_sum(none, m->dense[1], 8, b->u, i);
        OSW_ROWS(b->dense[2])[i] = osw_step_sum(none, m->dense[2], 8, b->u, i);
    }
}

/* The state at `fraction` of the step, to `at`. */
static inline void osw_step_interpolate(const struct osw_batch *b)
{
    const osw_lane x = *OSW_ROWS(b->fraction), rest = 1.0 - x;
    const osw_lane *y = OSW_ROWS(b->y), *y_new = OSW_ROWS(b->y_new);
    for (int i = 0; i < b->kernel->n_states; i++) {
        osw_lane d = osw_lane_fma(x, OSW_ROWS(b->dense[2])[i], OSW_ROWS(b->dense[1])[i]);
        d = osw_lane_fma(x, d, OSW_ROWS(b->dense[0])[i]);
        d = osw_lane_fma(rest, d, y_new[i]);
        OSW_ROWS(b->at)[i] = osw_lane_fma(x, d, rest * y[i]);
    }
}

/* Weighted rms norm of x [n_states] at y. */
static inline osw_lane osw_step_norm(const struct osw_batch *b, const double *x)
{
    const int n = b->kernel->n_states;
    osw_lane sum = osw_lane_of(0);
    for (int i = 0; i < n; i++) {
        const osw_lane r = OSW_ROWS(x)[i] / osw_lane_fma(osw_lane_of(b->options.rtol),
                                                         osw_lane_abs(OSW_ROWS(b->y)[i]),
                                                         OSW_ROWS(b->tolerance)[i]);
        sum = osw_lane_fma(r, r, sum);
    }
    return osw_lane_sqrt(sum * (1.0 / n));
}

/* A step to begin with, to `factor`: with y'' = J f + df/dt, time scale T = |y'|/|y''|
 * and N = |y'|^2/|y''| the change over it in tolerances, (h/T)^6 N = 100 (a method of
 * order 5 errs by far less than (h/T)^6 N). */
static inline void osw_step_guess(const struct osw_batch *b)
{
    const struct osw_kernel *k = b->kernel;
    osw_lane *second = OSW_ROWS(b->at), *f = OSW_ROWS(b->f);
    for (int i = 0; i < k->n_states; i++)
        second[i] = osw_lane_of(0);
    for (int j = 0; j < k->n_states; j++)
        for (int e = k->jac_colptr[j]; e < k->jac_colptr[j + 1]; e++)
            second[k->jac_row[e]] =
                osw_lane_fma(OSW_ROWS(b->jac)[e], f[j], second[k->jac_row[e]]);
    for (int e = 0; e < k->dfdt_nnz; e++)
        second[k->dfdt_state[e]] = second[k->dfdt_state[e]] + OSW_ROWS(b->slope)[e];
    const osw_lane speed = osw_step_norm(b, b->f), curvature = osw_step_norm(b, b->at);
    const osw_lane n = speed * speed / curvature;
    *OSW_ROWS(b->factor) =
        speed / curvature * osw_lane_exp(osw_lane_ln_positive(100.0 / n) * (1.0 / 6));
}

#endif
