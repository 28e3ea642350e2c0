/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The step to either side follows the curvature at the optimum (without the parameter's
 * own prior), is doubled where the sum hardly rises, and each search begins where its
 * neighbour ended. */
#include "fit/profile.h"

#include <math.h>
#include <string.h>

const double osw_fit_profile_rise = 3.84;
static const double tolerance = 1e-2;  /* of the sum: its rise is asked to 0.04 */
static const double first_step = 0.75; /* standard deviations */
static const double hardly = 0.4;      /* rise of one step */
static const double least_steps = 4;   /* from the optimum to a bound */

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

static enum osw_status walk(struct side *s, double *x)
{
    const struct osw_fit_parameter *q = &s->fit->problem->params[s->param];
    double end = log(s->direction > 0 ? q->upper : q->lower), last = 0;
    double step = step_of(s->fit, s->param);
    memcpy(x, s->fit->x, (size_t)s->fit->problem->n_params * sizeof *x);
    while (s->n < OSW_FIT_PROFILE_SIDE && last - s->least < osw_fit_profile_rise &&
           s->direction * (end - x[s->param]) > 1e-9) {
        struct osw_fit_search search;
        double next = x[s->param] + s->direction * step;
        x[s->param] = s->direction * (end - next) > 0 ? next : end;
        enum osw_status status = osw_fit_search(s->o, x, s->param, tolerance, &search);
        if (status)
            return status;
        bool failed = search.end == OSW_FIT_FAILED && !isfinite(search.sum);
        double rise = failed ? NAN : search.sum - s->base;
        s->x[s->n] = x[s->param];
        s->rise[s->n++] = rise;
        if (failed)
            break;
        step *= fabs(rise - last) < hardly ? 2 : 1;
        last = rise;
        s->least = fmin(s->least, rise);
    }
    return OSW_OK;
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
    double *x = osw_alloc((size_t)fit->problem->n_params, sizeof *x);
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
