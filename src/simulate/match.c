/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * match: a subject known by an output ("coronary calcium 150 at 62 years") is made by
 * solving one parameter over whole lives: Brent's method (GSL) on the logarithm of the
 * parameter, or on the parameter itself when a bound is not positive, between the two
 * values nearest to its own that enclose the goal. */
#include "simulate/match.h"

#include <gsl/gsl_errno.h>
#include <gsl/gsl_roots.h>
#include <math.h>
#include <string.h>

struct matching {
    struct osw_life_runner *runner;
    const struct osw_life *life;
    struct osw_timeline timeline;
    bool logarithmic;
    enum osw_status status;
    double least, most; /* of the output so far */
};

struct point {
    double x, miss;
};

static double parameter(const struct matching *m, double x)
{
    return m->logarithmic ? exp(x) : x;
}

/* The matched output at time 0 of the runner's life. */
static double observe(struct matching *m)
{
    struct osw_life_runner *r = m->runner;
    const struct osw_kernel *k = r->model->kernel;
    k->prepare(r->p, r->constants);
    k->segment(r->p, r->constants);
    k->observe(0, r->y, r->p, r->constants, r->observed);
    return r->observed[m->life->match_output];
}

/* The output at time 0 less its goal; NAN and m->status when the life fails, which on the
 * way to the goal is not said. */
static double miss(double x, void *context)
{
    struct matching *m = context;
    struct osw_life_runner *r = m->runner;
    struct osw_trajectory life = {
        .timeline = &m->timeline, .t = m->life->t_start, .p = r->p, .end = r->y};
    r->p[m->life->match_param] = parameter(m, x);
    m->status = osw_life_run(r, &life, NULL);
    r->failure = life.failure;
    if (!m->status)
        m->status = life.status;
    if (m->status)
        return NAN;
    double value = observe(m);
    if (!isfinite(value)) {
        r->failure = (struct osw_solver_failure){0, -1, 0, "the output is not finite"};
        m->status = OSW_ERR_INTEGRATION;
        return NAN;
    }
    m->least = fmin(m->least, value);
    m->most = fmax(m->most, value);
    return value - m->life->match_value;
}

static enum osw_status unreachable(const struct matching *m, struct osw_diag *diag,
                                   double low, double high)
{
    const struct osw_model *model = m->runner->model;
    const struct osw_parameter *p = &model->params[m->life->match_param];
    const struct osw_output *o = &model->outputs[m->life->match_output];
    return osw_diag_fail(diag, OSW_ERR_INPUT, m->life->match_at,
                         "%s of %g %s cannot be reached: with %s from %g to %g %s "
                         "(bounds %g to %g) it is between %g and %g",
                         o->id, m->life->match_value, o->unit_text, p->id,
                         parameter(m, low), parameter(m, high), p->unit_text, p->lower,
                         p->upper, m->least, m->most);
}

/* Move one end of the tried range to x. True when the goal lies between the old end and
 * x, then left in ends; a failed life closes this side: *bound becomes the old end. */
static bool widen(struct matching *m, struct point *end, double x, double *bound,
                  struct point ends[2])
{
    struct point next = {x, miss(x, m)};
    if (m->status == OSW_ERR_INTEGRATION) {
        m->status = OSW_OK;
        *bound = end->x;
        return false;
    }
    ends[0] = *end;
    ends[1] = next;
    *end = next;
    return !m->status && ends[0].miss * next.miss <= 0;
}

/* From the parameter's own value outwards, in steps that double, until the goal is
 * enclosed: lives at far bounds may be impossible to live. */
static enum osw_status enclose(struct matching *m, struct osw_diag *diag, double start,
                               double low, double high, struct point ends[2])
{
    double step = m->logarithmic ? log(2) : (high - low) / 64;
    struct point left = {start, miss(start, m)}, right = left;
    if (m->status)
        return m->status;
    ends[0] = ends[1] = left;
    bool found = left.miss == 0;
    for (; !found && !m->status && (left.x > low || right.x < high); step *= 2) {
        if (right.x < high)
            found = widen(m, &right, fmin(right.x + step, high), &high, ends);
        if (!found && !m->status && left.x > low)
            found = widen(m, &left, fmax(left.x - step, low), &low, ends);
    }
    if (m->status)
        return m->status;
    return found ? OSW_OK : unreachable(m, diag, left.x, right.x);
}

static enum osw_status search(struct matching *m, const struct point ends[2],
                              double *root)
{
    enum { MOST_ITERATIONS = 60 };
    gsl_function f = {miss, m};
    *root = ends[0].miss == 0 ? ends[0].x : ends[1].x;
    if (ends[0].miss == 0 || ends[1].miss == 0)
        return OSW_OK;
    gsl_root_fsolver *solver = gsl_root_fsolver_alloc(gsl_root_fsolver_brent);
    if (!solver)
        return OSW_ERR_MEMORY;
    int code = gsl_root_fsolver_set(solver, &f, fmin(ends[0].x, ends[1].x),
                                    fmax(ends[0].x, ends[1].x));
    for (int i = 0; i < MOST_ITERATIONS && code == GSL_SUCCESS; i++) {
        code = gsl_root_fsolver_iterate(solver);
        if (gsl_root_test_interval(gsl_root_fsolver_x_lower(solver),
                                   gsl_root_fsolver_x_upper(solver), 1e-9,
                                   1e-9) != GSL_CONTINUE)
            break;
    }
    *root = gsl_root_fsolver_root(solver);
    gsl_root_fsolver_free(solver);
    return m->status ? m->status : code ? OSW_ERR_INTERNAL : OSW_OK;
}

static enum osw_status match(struct matching *m, struct osw_diag *diag, double *root)
{
    const struct osw_parameter *row = &m->runner->model->params[m->life->match_param];
    struct point ends[2] = {0};
    double own = m->life->params[m->life->match_param];
    double low = m->logarithmic ? log(row->lower) : row->lower;
    double high = m->logarithmic ? log(row->upper) : row->upper;
    double start = m->logarithmic ? log(fmax(own, row->lower)) : own;
    start = fmin(fmax(start, low), high);
    enum osw_status status = enclose(m, diag, start, low, high, ends);
    if (!status)
        status = search(m, ends, root);
    if (status == OSW_ERR_INTEGRATION)
        return osw_diag_fail(diag, status, m->life->match_at,
                             "subject '%s': the life to be matched failed: %s",
                             m->life->name, m->runner->failure.reason);
    return status;
}

enum osw_status osw_match_life(struct osw_life_runner *runner,
                               const struct osw_life *life, struct osw_diag *diag,
                               double *matched)
{
    const struct osw_model *model = runner->model;
    memcpy(runner->p, life->params, (size_t)model->kernel->n_params * sizeof *runner->p);
    *matched = NAN;
    if (life->match_output < 0)
        return OSW_OK;
    gsl_set_error_handler_off();
    struct matching m = {.runner = runner,
                         .life = life,
                         .logarithmic = model->params[life->match_param].lower > 0,
                         .least = INFINITY,
                         .most = -INFINITY};
    double root = NAN;
    osw_timeline_life(&m.timeline, model->kernel, life, NULL);
    enum osw_status status = match(&m, diag, &root);
    if (!status)
        *matched = runner->p[life->match_param] = parameter(&m, root);
    return status;
}
