/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The compiled right-hand side and Jacobian of the human model for callers from Python:
 * peers.py builds this with the generated human.c and calls it through ctypes, so that
 * SciPy's integrators run on the same code as ours. One model at a time, one thread. */
#include "model/kernel.h"

#include <stdlib.h>

const struct osw_kernel *osw_kernel_human(void);

static double *parameters, *constants, *entries, *rates;

int peer_states(void)
{
    return osw_kernel_human()->n_states;
}

int peer_parameters(void)
{
    return osw_kernel_human()->n_params;
}

int peer_outputs(void)
{
    return osw_kernel_human()->n_outputs;
}

const char *peer_parameter_name(int j)
{
    return osw_kernel_human()->params[j].name;
}

const char *peer_state_name(int i)
{
    return osw_kernel_human()->states[i].name;
}

const char *peer_output_name(int o)
{
    return osw_kernel_human()->outputs[o].name;
}

/* 0: out of memory. */
int peer_begin(const double *p)
{
    const struct osw_kernel *k = osw_kernel_human();
    if (!parameters) {
        parameters = calloc((size_t)k->n_params, sizeof *parameters);
        constants = calloc((size_t)k->n_constants, sizeof *constants);
        entries = calloc((size_t)k->jac_nnz, sizeof *entries);
        rates = calloc((size_t)k->n_states, sizeof *rates);
    }
    if (!parameters || !constants || !entries || !rates)
        return 0;
    for (int j = 0; j < k->n_params; j++)
        parameters[j] = p[j];
    k->prepare(parameters, constants);
    k->segment(parameters, constants);
    return 1;
}

void peer_rhs(double t, const double *y, double *f)
{
    osw_kernel_human()->rhs(t, y, parameters, constants, f);
}

/* J [n_states][n_states], row-major and zero where the structure is. */
void peer_jacobian(double t, const double *y, double *J)
{
    const struct osw_kernel *k = osw_kernel_human();
    k->rhs_jac(t, y, parameters, constants, rates, entries);
    for (int j = 0; j < k->n_states; j++)
        for (int e = k->jac_colptr[j]; e < k->jac_colptr[j + 1]; e++)
            J[k->jac_row[e] * k->n_states + j] = entries[e];
}

void peer_observe(double t, const double *y, double *out)
{
    osw_kernel_human()->observe(t, y, parameters, constants, out);
}
