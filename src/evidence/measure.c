/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "evidence/measure.h"
#include "evidence/statistic.h"

#include <math.h>
#include <string.h>

/* A place in a study's results. */
struct spot {
    const struct osw_study *study;
    size_t index; /* of the value among outputs */
};

/* False when the run did not reach t. The first entry of a time is before its events. */
static bool find(const struct osw_study *s, const struct osw_arm_ref *ref, double t,
                 struct spot *spot)
{
    const struct osw_result *r = s->result;
    if (!r)
        return false;
    int low = 0, high = r->n_times; /* the first time not before t */
    while (low < high) {
        int middle = low + (high - low) / 2;
        if (r->times[middle] < t - OSW_SAME_TIME)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == r->n_times || r->times[low] > t + OSW_SAME_TIME)
        return false;
    size_t row = (size_t)s->place[ref->arm] * (size_t)r->n_times + (size_t)low;
    *spot = (struct spot){s, row * (size_t)r->plan->n_outputs + (size_t)ref->output};
    return true;
}

struct reading {
    const struct osw_evidence *e;
    const struct osw_measure *m;
    double *slopes; /* to which weight times a value's slopes are added, or NULL */
};

/* weight times the value of one arm at t; NAN when it was not reached. */
static double at_time(const struct reading *g, const struct osw_arm_ref *ref, double t,
                      double weight)
{
    struct spot spot;
    if (!find(&g->e->studies[ref->study], ref, t, &spot))
        return NAN;
    const struct osw_result *r = spot.study->result;
    const double *p = r->arms[spot.study->place[ref->arm]].params;
    size_t n = (size_t)r->n_sensitive;
    for (size_t k = 0; g->slopes && r->sensitivities && k < n; k++)
        g->slopes[spot.study->moved[k]] +=
            weight * p[r->sensitive[k]] * r->sensitivities[spot.index * n + k];
    return weight * r->outputs[spot.index];
}

/* Likewise, or its mean over the 24 h before t by Simpson's rule. */
static double of_arm(const struct reading *g, const struct osw_arm_ref *ref, double t,
                     double weight)
{
    if (!g->m->mean24h)
        return at_time(g, ref, t, weight);
    double sum = 0;
    for (int k = 0; k <= OSW_DAY_SAMPLES; k++) {
        bool end = k == 0 || k == OSW_DAY_SAMPLES;
        double simpson = (end ? 1 : k % 2 ? 4 : 2) / (3.0 * OSW_DAY_SAMPLES);
        sum += at_time(g, ref, t - (double)k / OSW_DAY_SAMPLES, weight * simpson);
    }
    return sum;
}

static double mean_of(const struct reading *g, const struct osw_arm_ref *refs, int n,
                      double t, double weight)
{
    double sum = 0;
    for (int i = 0; i < n; i++)
        sum += of_arm(g, &refs[i], t, weight / n);
    return sum;
}

/* The terms at t; with g->slopes, adds each term's slopes times its weight. */
static struct osw_statistic_terms read_terms(const struct reading *g, int n_references,
                                             double t,
                                             const struct osw_statistic_terms *weight)
{
    const struct osw_measure *m = g->m;
    const double *ref = m->reference;
    struct osw_statistic_terms x = {.elapsed = t - ref[0]};
    x.y = mean_of(g, m->arms, m->n_arms, t, weight->y);
    x.c = mean_of(g, m->controls, m->n_controls, t, weight->c);
    if (n_references > 0) {
        x.y_ref = mean_of(g, m->arms, m->n_arms, ref[0], weight->y_ref);
        x.c_ref = mean_of(g, m->controls, m->n_controls, ref[0], weight->c_ref);
    }
    if (n_references > 1)
        x.y_second = mean_of(g, m->arms, m->n_arms, ref[1], weight->y_second);
    return x;
}

static enum osw_status order_of(const struct reading *g, double t, double *value)
{
    double *y = osw_alloc((size_t)g->m->n_arms, sizeof *y);
    if (!y)
        return OSW_ERR_MEMORY;
    for (int i = 0; i < g->m->n_arms; i++)
        y[i] = of_arm(g, &g->m->arms[i], t, 1);
    *value = osw_statistic_increasing(y, g->m->n_arms);
    osw_free(y);
    return OSW_OK;
}

enum osw_status osw_measure(const struct osw_evidence *evidence, int row, int i,
                            double *value, double *slopes, int n)
{
    static const struct osw_statistic_terms plain = {1, 1, 1, 1, 1, 0};
    const struct osw_measure *m = &evidence->measures[row];
    const struct osw_statistic *statistic = evidence->rows[row].statistic;
    struct reading g = {evidence, m, NULL};
    double t = m->times[i];
    for (int k = 0; slopes && k < n; k++)
        slopes[k] = 0;
    if (!statistic->of)
        return order_of(&g, t, value);
    struct osw_statistic_terms x = read_terms(&g, statistic->n_references, t, &plain);
    *value = osw_unit_convert(statistic->of(&x), m->from, m->to);
    if (!slopes)
        return OSW_OK;
    struct osw_statistic_terms by = {0};
    statistic->slope(&x, &by);
    g.slopes = slopes;
    (void)read_terms(&g, statistic->n_references, t, &by);
    for (int k = 0; k < n; k++)
        slopes[k] = osw_unit_convert(slopes[k], m->from, m->to);
    return OSW_OK;
}
