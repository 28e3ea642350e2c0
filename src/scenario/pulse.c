/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Rates are sampled over time with all states standing still. In a window, what departs
 * from the straight line between its ends is a pulse when it is above half its height for
 * less than an eighth of the window: windows are the whole span, and overlapping
 * sixteenths of it. A lasting step is none, for its effect cannot be passed over. */
#include "scenario/pulse.h"
#include "base/memory.h"

#include <math.h>
#include <string.h>

enum { MOST_SAMPLES = 20000, MOST_VALUES = 4000000, WINDOWS = 16, NARROW = 8 };
static const double negligible = 1e-6; /* of the largest size of the rate */

struct scan {
    const struct osw_kernel *kernel;
    int n; /* samples */
    double *y, *p, *c, *f;
    double *rates;     /* [dfdt_nnz][n] */
    double from, step; /* of the samples, day */
    double width;      /* of the shortest pulse so far; INFINITY: none */
    double at;         /* its time, … */
    int state;         /* … and state */
};

static enum osw_status scan_init(struct scan *s, const struct osw_model *model,
                                 struct osw_arena *arena)
{
    const struct osw_kernel *k = model->kernel;
    *s = (struct scan){.kernel = k, .width = INFINITY, .n = MOST_VALUES / k->dfdt_nnz};
    if (s->n > MOST_SAMPLES)
        s->n = MOST_SAMPLES;
    s->y = osw_arena_alloc(arena, (size_t)k->n_states, sizeof(double));
    s->f = osw_arena_alloc(arena, (size_t)k->n_states, sizeof(double));
    s->p = osw_arena_alloc(arena, (size_t)k->n_params, sizeof(double));
    s->c = osw_arena_alloc(arena, (size_t)k->n_constants, sizeof(double));
    s->rates = osw_arena_alloc(arena, (size_t)k->dfdt_nnz * (size_t)s->n, sizeof(double));
    return s->y && s->f && s->p && s->c && s->rates ? OSW_OK : OSW_ERR_MEMORY;
}

/* Start values; 1 for what is 0, lest a rate that it multiplies is not seen. */
static void stand(struct scan *s, const struct osw_model *model, const double *p)
{
    memcpy(s->p, p, (size_t)s->kernel->n_params * sizeof *p);
    s->kernel->init(s->p, s->y);
    for (int i = 0; i < s->kernel->n_states; i++) {
        if (model->states[i].has_start)
            s->y[i] = model->states[i].start;
        if (s->y[i] == 0)
            s->y[i] = 1;
    }
}

static void prepare(struct scan *s)
{
    s->kernel->prepare(s->p, s->c);
    s->kernel->segment(s->p, s->c);
}

/* From `from` to `to`; with the switches of an arm, or NULL. */
static void sample(struct scan *s, double from, double to, const struct osw_arm *arm)
{
    const struct osw_kernel *k = s->kernel;
    int event = 0;
    s->from = from;
    s->step = (to - from) / (s->n - 1);
    prepare(s);
    for (int j = 0; j < s->n; j++) {
        const double t = from + j * s->step;
        bool switched = false;
        for (; arm && event < arm->n_events && arm->events[event].t <= t; event++)
            if (arm->events[event].kind == OSW_EVENT_SET_PARAM) {
                s->p[arm->events[event].index] = arm->events[event].value;
                switched = true;
            }
        if (switched)
            prepare(s);
        k->rhs(t, s->y, s->p, s->c, s->f);
        for (int e = 0; e < k->dfdt_nnz; e++) {
            const double f = s->f[k->dfdt_state[e]];
            s->rates[(size_t)e * (size_t)s->n + (size_t)j] = isfinite(f) ? f : 0;
        }
    }
}

static double departure(const double *f, int last, int j)
{
    return fabs(f[j] - (f[0] + (f[last] - f[0]) * j / last));
}

/* In the window of `last` + 1 samples from `first`; what is below `least` is no pulse. */
static void look(struct scan *s, int e, int first, int last, double least)
{
    const double *f = s->rates + (size_t)e * (size_t)s->n + first;
    int top = 0, low, high;
    double most = 0;
    for (int j = 0; j <= last; j++)
        if (departure(f, last, j) > most) {
            most = departure(f, last, j);
            top = j;
        }
    if (most <= least)
        return;
    for (low = top; low > 0 && departure(f, last, low - 1) > 0.5 * most;)
        low--;
    for (high = top; high < last && departure(f, last, high + 1) > 0.5 * most;)
        high++;
    const double width = (high - low + 1) * s->step;
    if ((high - low + 1) * NARROW < last && width < s->width) {
        s->width = width;
        s->at = s->from + (first + top) * s->step;
        s->state = s->kernel->dfdt_state[e];
    }
}

static void find(struct scan *s)
{
    const int window = s->n / WINDOWS;
    for (int e = 0; e < s->kernel->dfdt_nnz; e++) {
        double size = 0;
        for (int j = 0; j < s->n; j++)
            size = fmax(size, fabs(s->rates[(size_t)e * (size_t)s->n + (size_t)j]));
        look(s, e, 0, s->n - 1, negligible * size);
        for (int first = 0; first + window < s->n; first += window / 2)
            look(s, e, first, window, negligible * size);
    }
}

enum osw_status osw_plan_pulses(struct osw_plan *plan, struct osw_diag *diag)
{
    const struct osw_model *model = plan->model;
    struct scan s;
    if (!model->code || !model->kernel->dfdt_nnz)
        return OSW_OK;
    struct osw_arena *arena = osw_arena_create();
    enum osw_status status = arena ? scan_init(&s, model, arena) : OSW_ERR_MEMORY;
    for (int l = 0; l < plan->n_lives && !status; l++) {
        if (!(plan->lives[l].t_start < 0))
            continue;
        stand(&s, model, plan->lives[l].params);
        sample(&s, plan->lives[l].t_start, 0, NULL);
        find(&s);
    }
    for (int a = 0; a < plan->n_arms && plan->duration > 0 && !status; a++) {
        stand(&s, model, plan->lives[plan->arms[a].life].params);
        sample(&s, 0, plan->duration, &plan->arms[a]);
        find(&s);
    }
    if (!status && isfinite(s.width)) {
        plan->longest_step = 0.5 * s.width;
        osw_diag_add(diag, OSW_NOTE, (struct osw_loc){0},
                     "the rate of %s depends on time, with a pulse of %.2g days about "
                     "day %.6g: steps are kept below %.2g days (--max-step sets another "
                     "bound)",
                     model->states[s.state].id, s.width, s.at, plan->longest_step);
    }
    osw_arena_destroy(arena);
    return status;
}
