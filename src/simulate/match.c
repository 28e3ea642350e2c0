/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * match: a subject known by an output ("coronary calcium 150 at 62 years") is made by
 * solving one parameter over whole lives: Brent's method (GSL) on the logarithm of the
 * parameter between its bounds, or on the parameter itself when a bound is not positive.
 */
#include "simulate/life.h"

#include <gsl/gsl_errno.h>
#include <gsl/gsl_roots.h>
#include <math.h>
#include <string.h>

struct matching {
    struct osw_runner *runner;
    const struct osw_life *life;
    struct osw_diag *diag;
    bool logarithmic;
    enum osw_status status;
};

static double parameter(const struct matching *m, double x)
{
    return m->logarithmic ? exp(x) : x;
}

/* The output at time 0 less its goal. */
static double miss(double x, void *context)
{
    struct matching *m = context;
    struct osw_runner *r = m->runner;
    if (m->status)
        return 0;
    r->p[m->life->match_param] = parameter(m, x);
    m->status = osw_life_run(r, m->life, NULL, 0, NULL, NULL, m->diag);
    if (m->status)
        return 0;
    r->model->kernel->observe(0, r->y, r->p, osw_solver_constants(r->solver),
                              r->observed);
    return r->observed[m->life->match_output] - m->life->match_value;
}

static enum osw_status unreachable(const struct matching *m, double at_low,
                                   double at_high)
{
    const struct osw_model *model = m->runner->model;
    const struct osw_parameter *p = &model->params[m->life->match_param];
    const struct osw_output *o = &model->outputs[m->life->match_output];
    double goal = m->life->match_value;
    return osw_diag_fail(m->diag, OSW_ERR_INPUT, m->life->match_at,
                         "%s of %g %s cannot be reached: between the bounds of %s "
                         "(%g to %g %s) it goes from %g to %g",
                         o->id, goal, o->unit_text, p->id, p->lower, p->upper,
                         p->unit_text, at_low + goal, at_high + goal);
}

static enum osw_status search(struct matching *m, double low, double high, double *root)
{
    enum { MOST_ITERATIONS = 60 };
    gsl_function f = {miss, m};
    gsl_root_fsolver *solver = gsl_root_fsolver_alloc(gsl_root_fsolver_brent);
    if (!solver)
        return OSW_ERR_MEMORY;
    int code = gsl_root_fsolver_set(solver, &f, low, high);
    for (int i = 0; i < MOST_ITERATIONS && code == GSL_SUCCESS && !m->status; i++) {
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

enum osw_status osw_life_parameters(struct osw_runner *runner,
                                    const struct osw_life *life, struct osw_diag *diag,
                                    double *matched)
{
    const struct osw_model *model = runner->model;
    memcpy(runner->p, life->params, (size_t)model->kernel->n_params * sizeof *runner->p);
    *matched = NAN;
    if (life->match_output < 0)
        return OSW_OK;
    gsl_set_error_handler_off();
    const struct osw_parameter *row = &model->params[life->match_param];
    struct matching m = {runner, life, diag, row->lower > 0, OSW_OK};
    double low = m.logarithmic ? log(row->lower) : row->lower;
    double high = m.logarithmic ? log(row->upper) : row->upper, root = low;
    double at_low = miss(low, &m), at_high = miss(high, &m);
    if (m.status)
        return m.status;
    if (!(at_low * at_high <= 0))
        return unreachable(&m, at_low, at_high);
    enum osw_status status = search(&m, low, high, &root);
    *matched = runner->p[life->match_param] = parameter(&m, root);
    return status;
}
