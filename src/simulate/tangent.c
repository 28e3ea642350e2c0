/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "simulate/tangent.h"
#include "base/memory.h"

#include <math.h>
#include <string.h>

enum osw_status osw_tangent_init(struct osw_tangent *tangent,
                                 const struct osw_model *model, const int *params, int n,
                                 bool own_only)
{
    const struct osw_kernel *k = model->kernel;
    size_t total = (size_t)n + 1;
    *tangent = (struct osw_tangent){
        .model = model, .n = n, .total = n + 1, .params = params, .own_only = own_only};
    struct osw_tangent *g = tangent;
    g->S = osw_alloc(total * (size_t)k->n_states, sizeof *g->S);
    g->directions = osw_alloc(total, sizeof *g->directions);
    g->at_zero = osw_alloc(total, sizeof *g->at_zero);
    g->slopes = osw_alloc(total * (size_t)k->n_outputs, sizeof *g->slopes);
    g->by_state = osw_alloc((size_t)k->dobs_dy_nnz, sizeof *g->by_state);
    g->by_param = osw_alloc((size_t)k->dobs_dp_nnz, sizeof *g->by_param);
    g->by_init = osw_alloc((size_t)k->dinit_dp_nnz, sizeof *g->by_init);
    if (g->S && g->directions && g->at_zero && g->slopes && g->by_state && g->by_param &&
        g->by_init)
        return OSW_OK;
    osw_tangent_fini(g);
    return OSW_ERR_MEMORY;
}

void osw_tangent_fini(struct osw_tangent *tangent)
{
    osw_solver_destroy(tangent->solver);
    osw_solver_destroy(tangent->frozen);
    double *arrays[] = {tangent->S, tangent->slopes, tangent->by_state, tangent->by_param,
                        tangent->by_init};
    for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++)
        osw_free(arrays[i]);
    osw_free(tangent->directions);
    osw_free(tangent->at_zero);
    *tangent = (struct osw_tangent){0};
}

static double *row(const struct osw_tangent *g, int k)
{
    return g->S + (size_t)k * (size_t)g->model->kernel->n_states;
}

static double gain_of(const struct osw_direction *direction, int param)
{
    double gain = 0;
    for (int d = 0; d < 2; d++)
        if (direction->param[d] == param)
            gain += direction->gain[d];
    return gain;
}

static void start_values(struct osw_tangent *g, const double *p)
{
    const struct osw_kernel *k = g->model->kernel;
    memset(g->S, 0, (size_t)g->total * (size_t)k->n_states * sizeof *g->S);
    k->dinit_dp(p, g->by_init);
    for (int e = 0; e < k->dinit_dp_nnz; e++)
        for (int m = 0; m < g->total && !g->model->states[k->dinit_dp_state[e]].has_start;
             m++)
            row(g, m)[k->dinit_dp_state[e]] +=
                g->by_init[e] * gain_of(&g->directions[m], k->dinit_dp_param[e]);
}

void osw_tangent_begin(struct osw_tangent *g, const struct osw_life *life,
                       const double *p)
{
    const int matched = life->match_output >= 0 ? life->match_param : -1;
    const struct osw_direction none = OSW_NO_DIRECTION;
    for (int k = 0; k < g->n; k++) {
        int j = g->params[k];
        bool fixed =
            j < 0 || j == matched || (g->own_only && life->given && life->given[j]);
        g->directions[k] = none;
        if (!fixed)
            g->directions[k] = (struct osw_direction){{j, -1}, {p[j], 0}};
    }
    g->directions[g->n] = none;
    if (matched >= 0)
        g->directions[g->n] =
            (struct osw_direction){{matched, -1}, {p[matched] != 0 ? p[matched] : 1, 0}};
    g->matched = matched;
    start_values(g, p);
}

enum osw_status osw_tangent_match(struct osw_tangent *g, const struct osw_life *life,
                                  const double *y, const double *p)
{
    int n_states = g->model->kernel->n_states, last = g->n;
    enum osw_status status = OSW_OK;
    if (g->matched >= 0) {
        osw_tangent_observe(g, 0, y, p, g->S);
        const double *slope = g->slopes + (size_t)life->match_output * (size_t)g->total;
        for (int k = 0; k < g->n && !status; k++) {
            double tie = slope[k] == 0 ? 0 : -slope[k] / slope[last];
            if (!isfinite(tie))
                status = OSW_ERR_INTEGRATION;
            g->directions[k].param[1] = g->matched;
            g->directions[k].gain[1] = tie * g->directions[last].gain[0];
            for (int i = 0; i < n_states; i++)
                row(g, k)[i] += tie * row(g, last)[i];
        }
        g->directions[last] = (struct osw_direction)OSW_NO_DIRECTION;
        memset(row(g, last), 0, (size_t)n_states * sizeof *g->S);
    }
    memcpy(g->at_zero, g->directions, (size_t)g->total * sizeof *g->at_zero);
    return status;
}

void osw_tangent_event(struct osw_tangent *g, const struct osw_arm *arm, int i)
{
    const struct osw_event *event = &arm->events[i];
    /* Events are made before a match: what they set does not move with it. */
    double gain = arm->gains && event->index != g->matched ? arm->gains[i] : 0;
    for (int k = 0; k < g->total; k++) {
        struct osw_direction *direction = &g->directions[k];
        if (event->kind == OSW_EVENT_SET_STATE)
            row(g, k)[event->index] = 0;
        for (int d = 0; event->kind == OSW_EVENT_SET_PARAM && d < 2; d++)
            if (direction->param[d] == event->index)
                direction->gain[d] = gain * g->at_zero[k].gain[d];
    }
}

void osw_tangent_observe(struct osw_tangent *g, double t, const double *y,
                         const double *p, const double *S)
{
    const struct osw_kernel *k = g->model->kernel;
    size_t n_states = (size_t)k->n_states, total = (size_t)g->total;
    memset(g->slopes, 0, (size_t)k->n_outputs * total * sizeof *g->slopes);
    k->dobs_dy(t, y, p, g->by_state);
    k->dobs_dp(t, y, p, g->by_param);
    for (int e = 0; e < k->dobs_dy_nnz; e++) {
        double *slope = g->slopes + (size_t)k->dobs_dy_output[e] * total;
        for (size_t m = 0; m < total; m++)
            slope[m] += g->by_state[e] * S[m * n_states + (size_t)k->dobs_dy_state[e]];
    }
    for (int e = 0; e < k->dobs_dp_nnz; e++) {
        double *slope = g->slopes + (size_t)k->dobs_dp_output[e] * total;
        for (size_t m = 0; m < total; m++)
            slope[m] += g->by_param[e] * gain_of(&g->directions[m], k->dobs_dp_param[e]);
    }
}
