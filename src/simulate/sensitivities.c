/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The rules by which sensitivities pass what solvers do not integrate: starts, matches,
 * events, outputs. */
#include "simulate/sensitivities.h"
#include "base/memory.h"

#include <math.h>
#include <string.h>

enum osw_status osw_sensitivities_init(struct osw_sensitivities *sensitivities,
                                       const struct osw_model *model, const int *params,
                                       int n, bool own_only)
{
    const struct osw_kernel *k = model->kernel;
    size_t total = (size_t)n + 1;
    *sensitivities = (struct osw_sensitivities){.model = model,
                                                .n = n,
                                                .total = n + 1,
                                                .params = params,
                                                .own_only = own_only,
                                                .refused = -1};
    struct osw_sensitivities *g = sensitivities;
    g->S = osw_alloc(total * (size_t)k->n_states, sizeof *g->S);
    g->S_zero = osw_alloc(total * (size_t)k->n_states, sizeof *g->S);
    g->directions = osw_alloc(total, sizeof *g->directions);
    g->at_zero = osw_alloc(total, sizeof *g->at_zero);
    g->settling = osw_alloc(total, sizeof *g->settling);
    g->unit = osw_alloc(total, sizeof *g->unit);
    g->slopes = osw_alloc(total * (size_t)k->n_outputs, sizeof *g->slopes);
    g->by_state = osw_alloc((size_t)k->dobs_dy_nnz, sizeof *g->by_state);
    g->by_param = osw_alloc((size_t)k->dobs_dp_nnz, sizeof *g->by_param);
    g->by_init = osw_alloc((size_t)k->dinit_dp_nnz, sizeof *g->by_init);
    g->f = osw_alloc((size_t)k->n_states, sizeof *g->f);
    g->constants = osw_alloc((size_t)k->n_constants, sizeof *g->constants);
    if (g->S && g->S_zero && g->directions && g->at_zero && g->settling && g->unit &&
        g->slopes && g->by_state && g->by_param && g->by_init && g->f && g->constants)
        return OSW_OK;
    osw_sensitivities_fini(g);
    return OSW_ERR_MEMORY;
}

void osw_sensitivities_fini(struct osw_sensitivities *sensitivities)
{
    double *arrays[] = {
        sensitivities->S_zero,  sensitivities->S,        sensitivities->unit,
        sensitivities->slopes,  sensitivities->by_state, sensitivities->by_param,
        sensitivities->by_init, sensitivities->f,        sensitivities->constants};
    for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++)
        osw_free(arrays[i]);
    osw_free(sensitivities->directions);
    osw_free(sensitivities->at_zero);
    osw_free(sensitivities->settling);
    *sensitivities = (struct osw_sensitivities){0};
}

static double *row(const struct osw_sensitivities *g, int k)
{
    return g->S + (size_t)k * (size_t)g->model->kernel->n_states;
}

static void start_values(struct osw_sensitivities *g, const double *p)
{
    const struct osw_kernel *k = g->model->kernel;
    memset(g->S, 0, (size_t)g->total * (size_t)k->n_states * sizeof *g->S);
    k->dinit_dp(p, g->by_init);
    for (int e = 0; e < k->dinit_dp_nnz; e++)
        for (int m = 0; m < g->total && !g->model->states[k->dinit_dp_state[e]].has_start;
             m++)
            row(g, m)[k->dinit_dp_state[e]] +=
                g->by_init[e] *
                osw_direction_gain(&g->directions[m], k->dinit_dp_param[e]);
}

/* What a change of one is: the value, or the range where a parameter is 0. */
static double unit_of(const struct osw_model *model, int j, double value)
{
    const struct osw_parameter *p = &model->params[j];
    if (value != 0)
        return value;
    return isfinite(p->lower) && isfinite(p->upper) && p->upper > p->lower
               ? p->upper - p->lower
               : 1;
}

/* Parameter j by its unit, and what the life ties to it. */
static void point(struct osw_direction *direction, const struct osw_life *life, int j,
                  double unit)
{
    *direction = (struct osw_direction){1, {j}, {unit}};
    for (int i = 0; i < life->n_ties; i++) {
        const struct osw_tie *tie = &life->ties[i];
        for (int e = 0; e < tie->target->n_terms && tie->param != j; e++)
            if (tie->target->terms[e].param == j)
                osw_direction_move(direction, tie->param,
                                   tie->target->terms[e].factor * unit);
    }
}

void osw_sensitivities_begin(struct osw_sensitivities *g, const struct osw_life *life,
                             const double *p)
{
    const int matched = life->match_output >= 0 ? life->match_param : -1;
    const int weight = osw_model_param(g->model, "weight");
    for (int k = 0; k < g->n; k++) {
        int j = g->params[k];
        bool fixed =
            j < 0 || j == matched || (g->own_only && life->given && life->given[j]);
        g->unit[k] = fixed ? 1 : unit_of(g->model, j, p[j]);
        g->directions[k] = (struct osw_direction){0};
        if (!fixed)
            point(&g->directions[k], life, j, g->unit[k]);
    }
    g->directions[g->n] = (struct osw_direction){0};
    if (matched >= 0)
        point(&g->directions[g->n], life, matched, p[matched] != 0 ? p[matched] : 1);
    g->matched = matched;
    g->weight = weight < 0 ? NAN : p[weight];
    start_values(g, p);
    memcpy(g->settling, g->directions, (size_t)g->total * sizeof *g->settling);
    for (int k = 0; k < g->total; k++) {
        struct osw_direction *d = &g->settling[k];
        int age0 = osw_model_param(g->model, "age0");
        if (age0 >= 0 && osw_life_starts_by_age(g->model, life) != 0)
            osw_direction_move(d, age0, -osw_direction_gain(d, age0));
    }
}

void osw_sensitivities_started(struct osw_sensitivities *g, const struct osw_life *life,
                               const double *y, const double *p)
{
    const struct osw_kernel *k = g->model->kernel;
    const int age0 = osw_model_param(g->model, "age0");
    const double earlier = -osw_life_starts_by_age(g->model, life);
    if (age0 < 0 || earlier == 0)
        return;
    k->prepare(p, g->constants);
    k->segment(p, g->constants);
    k->rhs(life->t_start, y, p, g->constants, g->f);
    for (int m = 0; m < g->total; m++) {
        double by = osw_direction_gain(&g->directions[m], age0) * earlier;
        for (int i = 0; i < k->n_states && by != 0; i++)
            row(g, m)[i] += by * g->f[i];
    }
}

enum osw_status osw_sensitivities_match(struct osw_sensitivities *g,
                                        const struct osw_life *life, const double *y,
                                        const double *p)
{
    int n_states = g->model->kernel->n_states, last = g->n;
    enum osw_status status = OSW_OK;
    if (g->matched >= 0) {
        osw_sensitivities_observe(g, 0, y, p, g->S);
        const double *slope = g->slopes + (size_t)life->match_output * (size_t)g->total;
        for (int k = 0; k < g->n && !status; k++) {
            double tie = slope[k] == 0 ? 0 : -slope[k] / slope[last];
            if (!isfinite(tie))
                status = OSW_ERR_INTEGRATION;
            for (int d = 0; d < g->directions[last].n; d++)
                osw_direction_move(&g->directions[k], g->directions[last].param[d],
                                   tie * g->directions[last].gain[d]);
            for (int i = 0; i < n_states; i++)
                row(g, k)[i] += tie * row(g, last)[i];
        }
        g->directions[last] = (struct osw_direction){0};
        memset(row(g, last), 0, (size_t)n_states * sizeof *g->S);
    }
    memcpy(g->at_zero, g->directions, (size_t)g->total * sizeof *g->at_zero);
    memcpy(g->S_zero, g->S, (size_t)g->total * (size_t)n_states * sizeof *g->S);
    return status;
}

void osw_sensitivities_restore(struct osw_sensitivities *g)
{
    const size_t n = (size_t)g->total;
    memcpy(g->directions, g->at_zero, n * sizeof *g->directions);
    memcpy(g->S, g->S_zero, n * (size_t)g->model->kernel->n_states * sizeof *g->S);
}

void osw_sensitivities_event(struct osw_sensitivities *g, const struct osw_arm *arm,
                             int i)
{
    const struct osw_event *event = &arm->events[i];
    const int j = event->index, weight = osw_model_param(g->model, "weight");
    double gain = arm->gains ? arm->gains[i] : 0;
    double by_weight = arm->by_weight && weight >= 0 ? arm->by_weight[i] / g->weight : 0;
    for (int k = 0; k < g->total; k++) {
        struct osw_direction *direction = &g->directions[k];
        double heavier = by_weight * osw_direction_gain(&g->at_zero[k], weight);
        if (event->kind == OSW_EVENT_SET_STATE)
            row(g, k)[j] = 0;
        if (event->kind == OSW_EVENT_ADD_STATE)
            row(g, k)[j] += heavier;
        if (event->kind != OSW_EVENT_SET_PARAM)
            continue;
        double change = gain * osw_direction_gain(&g->at_zero[k], j) + heavier -
                        osw_direction_gain(direction, j);
        if (change != 0 && !osw_direction_move(direction, j, change))
            g->refused = i;
    }
}

void osw_sensitivities_observe(struct osw_sensitivities *g, double t, const double *y,
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
            slope[m] += g->by_param[e] *
                        osw_direction_gain(&g->directions[m], k->dobs_dp_param[e]);
    }
}
