/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fixture.h"

#include <string.h>

void problem_init(struct problem *problem, const struct osw_kernel *kernel,
                  const double *p)
{
    assert_true(kernel->n_states <= MOST_STATES && kernel->n_params <= MOST_PARAMS);
    problem->kernel = kernel;
    memcpy(problem->p, p, (size_t)kernel->n_params * sizeof *p);
    kernel->init(problem->p, problem->y);
    for (int i = 0; i < kernel->n_states; i++)
        problem->scale[i] = 1;
}

static int find(const struct osw_kernel_symbol *symbols, int n, const char *name)
{
    for (int i = 0; i < n; i++)
        if (!strcmp(symbols[i].name, name))
            return i;
    fail_msg("no symbol %s", name);
    return -1;
}

int param(const struct osw_kernel *kernel, const char *name)
{
    return find(kernel->params, kernel->n_params, name);
}

int state_of(const struct osw_kernel *kernel, const char *name)
{
    return find(kernel->states, kernel->n_states, name);
}

struct osw_solver_options tolerance(double rtol, double atol,
                                    enum osw_linear_solver linear)
{
    struct osw_solver_options options = OSW_SOLVER_DEFAULTS;
    options.rtol = rtol;
    options.atol = atol;
    options.linear_solver = linear;
    return options;
}

struct osw_solver *begin(const struct problem *problem, const unsigned char *held,
                         const struct osw_solver_options *options, double t)
{
    struct osw_solver *solver = NULL;
    assert_int_equal(
        osw_solver_create(problem->kernel, problem->scale, held, options, &solver),
        OSW_OK);
    assert_int_equal(osw_solver_start(solver, t, problem->y, problem->p), OSW_OK);
    return solver;
}

const double *go(struct osw_solver *solver, double t_end)
{
    double t;
    assert_int_equal(osw_solver_advance(solver, t_end, NULL, 0, NULL, NULL), OSW_OK);
    const double *y = osw_solver_state(solver, &t);
    assert_true(t == t_end);
    return y;
}
