/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The step to either side follows the curvature at the optimum (without the parameter's
 * own prior), grows where the sum hardly rises, is halved where the models fail, and each
 * search begins where its neighbour ended. What the last step passed over is searched for
 * the limit itself (the square root of the rise is nearly linear), so that the limits do
 * not depend on the step. */
#include "fit/profile.h"

#include <math.h>
#include <string.h>

const double osw_fit_profile_rise = 3.84;
static const double tolerance = 1e-2;  /* of the sum: its rise is asked to 0.04 */
static const double first_step = 0.75; /* standard deviations */
static const double hardly = 0.4;      /* rise of one step */
static const double least_steps = 4;   /* from the optimum to a bound */
static const double most_growth = 10;  /* of a step */
static const double near = 0.1;        /* of the limit's rise */
enum { REFINEMENTS = 4, RETREATS = 6 };

struct profiling {
    const struct osw_fit *fit;
    const int *params;
    struct osw_fit_profile *profiles;
};

struct side {
    struct osw_fit_objective *o;
    const struct osw_fit *fit;
    int param, direction, n;
    double base;  /* the sum at the optimum, without the parameter's own prior */
    double least; /* rise above it met so far: 0 or less */
    double x[OSW_FIT_PROFILE_SIDE], rise[OSW_FIT_PROFILE_SIDE];
};

static double step_of(const struct osw_fit *fit, int param)
{
    const struct osw_fit_parameter *q = &fit->problem->params[param];
    double precision = 1 / (fit->sd[param] * fit->sd[param]);
    double widest = log(q->upper / q->lower) / least_steps;
    if (isfinite(q->prior_sd))
        precision -= 1 / (q->prior_sd * q->prior_sd);
    return precision > 0 ? fmin(first_step / sqrt(precision), widest) : widest;
}

/* The rise with the parameter held at `at`; NAN: the models fail there. x goes from the
 * neighbour's point to this one's. */
static enum osw_status measure(struct side *s, double *x, double at, double *rise)
{
    struct osw_fit_search search;
    x[s->param] = at;
    enum osw_status status = osw_fit_search(s->o, x, s->param, tolerance, &search);
    bool failed = search.end == OSW_FIT_FAILED && !isfinite(search.sum);
    *rise = status || failed ? NAN : search.sum - s->base;
    return status;
}

/* A point on this side; `before` others that lie farther out. */
static void note(struct side *s, double x, double rise, int before)
{
    int at = s->n++ - before;
    for (int i = s->n - 1; i > at; i--) {
        s->x[i] = s->x[i - 1];
        s->rise[i] = s->rise[i - 1];
    }
    s->x[at] = x;
    s->rise[at] = rise;
    s->least = fmin(s->least, rise);
}

/* By how much a step grows that rose by so much. */
static double growth(double rise)
{
    return rise >= hardly ? 1
                          : fmin(fmax(sqrt(hardly / fmax(rise, 1e-9)), 2), most_growth);
}

/* From the last two points, inside and outside of the limit, to points near it. */
static enum osw_status refine(struct side *s, double *x)
{
    enum osw_status status = OSW_OK;
    for (int k = 0; k < REFINEMENTS && !status; k++) {
        int out = s->n - 1;
        while (out > 0 && s->rise[out - 1] - s->least >= osw_fit_profile_rise)
            out--;
        double a = out ? s->x[out - 1] : s->fit->x[s->param], b = s->x[out];
        double low = sqrt(fmax((out ? s->rise[out - 1] : 0) - s->least, 0));
        double high = sqrt(s->rise[out] - s->least), level = sqrt(osw_fit_profile_rise);
        double part = (level - low) / (high - low), rise;
        if (high * high - osw_fit_profile_rise < near || part > 0.99 || part < 0.01)
            return OSW_OK;
        status = measure(s, x, a + part * (b - a), &rise);
        if (status || isnan(rise))
            return status;
        note(s, a + part * (b - a), rise, s->n - out);
        if (fabs(rise - s->least - osw_fit_profile_rise) < near)
            return OSW_OK;
    }
    return status;
}

static enum osw_status walk(struct side *s, double *x)
{
    const size_t n = (size_t)s->fit->problem->n_params;
    const struct osw_fit_parameter *q = &s->fit->problem->params[s->param];
    const double end = log(s->direction > 0 ? q->upper : q->lower);
    double step = step_of(s->fit, s->param), at = s->fit->x[s->param], last = 0;
    double *good = x + n; /* the last point that did not fail */
    memcpy(good, s->fit->x, n * sizeof *x);
    for (int failures = 0; s->n < OSW_FIT_PROFILE_SIDE - REFINEMENTS &&
                           last - s->least < osw_fit_profile_rise &&
                           s->direction * (end - at) > 1e-9;) {
        double next = at + s->direction * step, rise;
        next = s->direction * (end - next) > 0 ? next : end;
        memcpy(x, good, n * sizeof *x);
        enum osw_status status = measure(s, x, next, &rise);
        if (status)
            return status;
        if (isnan(rise) && failures++ < RETREATS) {
            step = fabs(next - at) / 2;
            continue;
        }
        note(s, next, rise, 0);
        if (isnan(rise))
            return OSW_OK;
        memcpy(good, x, n * sizeof *x);
        step *= growth(rise - last);
        at = next;
        last = rise;
    }
    return last - s->least >= osw_fit_profile_rise ? refine(s, x) : OSW_OK;
}

/* Where the rise meets 3.84 on the way from the least point, linear in its square root;
 * infinite when it does not. */
static double crossing(const struct osw_fit_profile *p, int least, int direction)
{
    double level = sqrt(osw_fit_profile_rise);
    for (int i = least + direction; i >= 0 && i < p->n; i += direction) {
        double root = sqrt(p->rise[i - direction]), next = sqrt(p->rise[i]);
        if (next >= level)
            return p->x[i - direction] +
                   (p->x[i] - p->x[i - direction]) * (level - root) / (next - root);
    }
    return direction * INFINITY;
}

static void add(struct osw_fit_profile *p, double x, double rise)
{
    p->x[p->n] = x;
    p->rise[p->n++] = rise;
}

/* Both sides in one row, above the least point: without the own prior it may lie beside
 * the fitted value. */
static void join(struct osw_fit_profile *p, const struct side *sides, double x)
{
    int least = 0;
    for (int i = sides[0].n - 1; i >= 0; i--)
        add(p, sides[0].x[i], sides[0].rise[i]);
    add(p, x, 0);
    for (int i = 0; i < sides[1].n; i++)
        add(p, sides[1].x[i], sides[1].rise[i]);
    for (int i = 1; i < p->n; i++)
        if (isnan(p->rise[least]) || p->rise[i] < p->rise[least])
            least = i;
    double bottom = p->rise[least];
    for (int i = 0; i < p->n; i++)
        p->rise[i] -= bottom;
    p->lower = crossing(p, least, -1);
    p->upper = crossing(p, least, 1);
}

static enum osw_status do_profile(const struct osw_fit_task *task)
{
    const struct profiling *all = task->context;
    const struct osw_fit *fit = all->fit;
    const int param = all->params[task->number];
    double own = fit->r[fit->problem->n_data + param], least = 0;
    struct side sides[2];
    double *x = osw_alloc(2 * (size_t)fit->problem->n_params, sizeof *x);
    enum osw_status status = x ? OSW_OK : OSW_ERR_MEMORY;
    task->objective->without_prior = param;
    for (int i = 0; i < 2 && !status; i++) {
        sides[i] = (struct side){.o = task->objective,
                                 .fit = fit,
                                 .param = param,
                                 .direction = i ? 1 : -1,
                                 .base = fit->sum - own * own,
                                 .least = least};
        status = walk(&sides[i], x);
        least = sides[i].least;
    }
    task->objective->without_prior = -1;
    osw_free(x);
    if (status)
        return status;
    all->profiles[task->number] = (struct osw_fit_profile){.param = param};
    join(&all->profiles[task->number], sides, fit->x[param]);
    return OSW_OK;
}

enum osw_status osw_fit_profiles(const struct osw_fit *fit, const int *params, int n,
                                 const struct osw_fit_threads *threads,
                                 struct osw_fit_profile *profiles)
{
    struct profiling all = {fit, params, profiles};
    return n ? osw_fit_parallel(fit->problem, n, threads, "profile", do_profile, &all)
             : OSW_OK;
}
