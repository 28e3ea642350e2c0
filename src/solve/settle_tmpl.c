/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Steady states of many members in lanes, built as rosenbrock_tmpl.c: the
 * pseudo-transient continuation of steady.c (Kelley & Keyes 1998, SIAM J. Numer. Anal.
 * 35:508), same step lengths and same acceptance, so that a member comes to the same
 * state; the systems by the kernel's straight-line LU. */
#include "solve/rosenbrock_step.h"

#include <math.h>

#ifdef OSW_LANE_ISA
#define LOOP OSW_KERNEL_NAME(osw_settle_loop)
#else
#define LOOP osw_settle_loop_scalar
#endif

static const double goal = 1e-13,
                    enough = 1e-9; /* of a state's scale, per unit of time */
enum { most_steps = 200, most_stalled = 40, few_stalled = 4 };

struct one {
    struct osw_batch_search *search; /* NULL: none */
    double r, best, shift;           /* residual; shift is 1 / step */
    int steps, stalled;
    bool fresh;
};

/* The largest |f| in units of scale; NaN where any is. */
static osw_lane residual(const struct osw_batch *b, const osw_lane *f)
{
    osw_lane worst = osw_lane_of(0), poison = worst;
    for (int i = 0; i < b->kernel->n_states; i++) {
        const osw_lane r = osw_lane_abs(f[i]) * (1.0 / OSW_ROWS(b->scale)[i]);
        worst = osw_lane_max(worst, r);
        poison = osw_lane_fma(r, osw_lane_of(0), poison);
    }
    return worst + poison;
}

/* Steps of length `h` from y to y_new, and the residual there to `error`. A quantity that
 * cannot be negative comes at most nine tenths closer to zero. */
static void attempt(const struct osw_batch *b)
{
    const struct osw_kernel *k = b->kernel;
    const osw_lane h = *OSW_ROWS(b->h), *f = OSW_ROWS(b->f), *y = OSW_ROWS(b->y);
    osw_lane *step = OSW_ROWS(b->u[0]), *y_new = OSW_ROWS(b->y_new);
    k->lu_factor(OSW_ROWS(b->jac), h, OSW_ROWS(b->lu));
    for (int i = 0; i < k->n_states; i++)
        step[i] = h * f[i];
    k->lu_solve(OSW_ROWS(b->lu), step);
    for (int i = 0; i < k->n_states; i++) {
        const osw_lane to = y[i] + step[i];
        y_new[i] = osw_lane_select((y[i] >= 0) & (to < 0), 0.1 * y[i], to);
    }
    osw_step_rates(b, *OSW_ROWS(b->t), b->y_new);
    *OSW_ROWS(b->error) = residual(b, OSW_ROWS(b->f));
}

static void load(struct osw_batch *b, int l, struct one *o,
                 struct osw_batch_search *search)
{
    const int n = b->n_lanes;
    *o = (struct one){.search = search, .shift = 1e-2, .fresh = true};
    for (int i = 0; i < b->kernel->n_states; i++)
        b->y[i * n + l] = search->y[i];
    for (int j = 0; j < b->kernel->n_params; j++)
        b->p[j * n + l] = search->p[j];
    osw_tolerance_begin(b->policy, b->y + l, n, b->largest + l, b->tolerance + l);
    for (int i = 0; i < b->kernel->n_states; i++)
        b->scale[i * n + l] = osw_tolerance_scale(b->policy, i, b->tolerance[i * n + l]);
    b->t[l] = search->t;
    b->keep[l] = 0;
}

/* Lanes that are done give what they found and take what is left. */
static bool exchange(struct osw_batch *b, struct one *lanes,
                     struct osw_batch_search **next, struct osw_batch_search *end)
{
    const struct osw_kernel *k = b->kernel;
    bool loaded = false, busy = false;
    for (int l = 0; l < b->n_lanes; l++) {
        struct one *o = &lanes[l];
        bool more =
            o->search &&
            (o->fresh || (o->r > goal && o->steps < most_steps &&
                          o->stalled < (o->r > enough ? most_stalled : few_stalled) &&
                          o->shift <= 1e6));
        if (o->search && !more) {
            o->search->found = o->r <= enough;
            for (int i = 0; i < k->n_states; i++)
                o->search->y[i] = b->y[i * b->n_lanes + l];
            o->search = NULL;
        }
        while (*next < end && (*next)->found)
            ++*next;
        if (!o->search && *next < end) {
            load(b, l, o, (*next)++);
            loaded = true;
        }
        busy = busy || o->search;
    }
    if (loaded) {
        k->prepare(OSW_ROWS(b->p), OSW_ROWS(b->c));
        k->segment(OSW_ROWS(b->p), OSW_ROWS(b->c));
    }
    return busy;
}

static void judge(struct osw_batch *b, int l, struct one *o)
{
    double next = b->error[l], before = o->r;
    bool taken = next < 2 * o->r || next < goal;
    b->accept[l] = o->search && taken;
    if (!o->search)
        return;
    if (taken)
        o->r = next;
    if (taken && o->r < before)
        o->shift *= fmax(0.05, 0.5 * o->r / before);
    else
        o->shift = fmax(10 * o->shift, 1e-12);
    o->stalled = o->r < 0.9 * o->best ? 0 : o->stalled + 1;
    o->best = fmin(o->best, o->r);
    o->steps++;
}

void LOOP(struct osw_batch *b, struct osw_batch_search *searches, int n)
{
    struct one lanes[OSW_BATCH_MOST_LANES] = {0};
    struct osw_batch_search *next = searches;
    if (n <= 0)
        return;
    b->holds = true;
    b->freezes = false;
    for (int l = 0; l < b->n_lanes; l++) { /* harmless numbers where nothing is to do */
        load(b, l, &lanes[l], searches);
        lanes[l].search = NULL;
    }
    while (exchange(b, lanes, &next, searches + n)) {
        osw_step_linearize(b);
        *OSW_ROWS(b->error) = residual(b, OSW_ROWS(b->f));
        for (int l = 0; l < b->n_lanes; l++) {
            struct one *o = &lanes[l];
            if (o->search && o->fresh)
                o->r = o->best = b->error[l];
            o->fresh = false;
            b->h[l] = o->search ? 1 / o->shift : 0;
        }
        attempt(b);
        for (int l = 0; l < b->n_lanes; l++)
            judge(b, l, &lanes[l]);
        osw_step_accept(b);
        b->stats.searches++;
    }
}
