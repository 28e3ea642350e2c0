/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenario/times.h"
#include "scenario/quantity.h"

#include <math.h>

enum { MOST_TIMES = 1000000 };
static const double month_d = 365.25 / 12;
static const double year_d = 365.25;
static const double nearly = 1e-9; /* of a step: closer to the end counts as the end */

static enum osw_status every(struct osw_reader *r, double step, struct osw_loc at,
                             const double **times, int *n)
{
    double steps = ceil(r->duration / step * (1 - nearly));
    if (steps < 1)
        steps = 1;
    if (!(steps < MOST_TIMES))
        return osw_diag_fail(r->diag, OSW_ERR_INPUT, at,
                             "every: more than %d output times", MOST_TIMES);
    double *t = osw_arena_alloc(r->arena, (size_t)steps + 1, sizeof *t);
    if (!t)
        return OSW_ERR_MEMORY;
    int last = (int)steps;
    for (int k = 0; k < last; k++)
        t[k] = k * step;
    t[last] = r->duration;
    *times = t;
    *n = last + 1;
    return OSW_OK;
}

static enum osw_status read_every(struct osw_reader *r, const struct osw_yaml *node,
                                  const double **times, int *n)
{
    double step;
    enum osw_status status = osw_quantity_time(r, node, "every", &step);
    if (status)
        return status;
    if (step <= 0)
        return osw_diag_fail(r->diag, OSW_ERR_INPUT, node->at,
                             "every: expected a time above 0, found '%.80s'", node->text);
    return every(r, step, node->at, times, n);
}

static enum osw_status read_time(struct osw_reader *r, const struct osw_yaml *node,
                                 double before, double *t)
{
    enum osw_status status = osw_quantity_time(r, node, "at", t);
    if (status)
        return status;
    if (*t < 0)
        return osw_diag_fail(r->diag, OSW_ERR_INPUT, node->at,
                             "at: '%.80s' is before the start of the scenario",
                             node->text);
    if (*t <= before)
        return osw_diag_fail(r->diag, OSW_ERR_INPUT, node->at,
                             "at: '%.80s' is not after the time before it", node->text);
    if (*t > r->duration * (1 + nearly))
        return osw_diag_fail(r->diag, OSW_ERR_INPUT, node->at,
                             "at: '%.80s' is after the end of the scenario (%.6g day)",
                             node->text, r->duration);
    *t = fmin(*t, r->duration);
    return OSW_OK;
}

static enum osw_status read_list(struct osw_reader *r, const struct osw_yaml *node,
                                 const double **times, int *n)
{
    enum osw_status status = osw_reader_sequence(r, node, "at");
    if (status)
        return status;
    if (!node->n || node->n > MOST_TIMES)
        return osw_diag_fail(r->diag, OSW_ERR_INPUT, node->at,
                             "at: expected 1 to %d times", MOST_TIMES);
    double *t = osw_arena_alloc(r->arena, node->n, sizeof *t);
    if (!t)
        return OSW_ERR_MEMORY;
    int k = 0;
    for (const struct osw_yaml *c = node->first; c && !status; c = c->next, k++)
        status = read_time(r, c, k ? t[k - 1] : -1, &t[k]);
    *times = t;
    *n = k;
    return status;
}

enum osw_status osw_times_load(struct osw_reader *r, const struct osw_yaml *root,
                               const double **times, int *n)
{
    const struct osw_yaml *step = osw_yaml_find(root, "every");
    const struct osw_yaml *list = osw_yaml_find(root, "at");
    if (step && list)
        return osw_diag_fail(r->diag, OSW_ERR_INPUT, list->key_at,
                             "both 'every' and 'at': expected one of them");
    if (list)
        return read_list(r, list, times, n);
    return step ? read_every(r, step, times, n) : every(r, month_d, root->at, times, n);
}

enum osw_status osw_times_history(struct osw_reader *r, double t_start,
                                  const double **times, int *n)
{
    double step = -t_start > 5 * year_d * (1 + nearly) ? year_d : month_d;
    double steps = ceil(-t_start / step * (1 - nearly));
    if (!(steps < MOST_TIMES))
        return osw_diag_fail(r->diag, OSW_ERR_INPUT, (struct osw_loc){0},
                             "a history of %.6g year is too long", -t_start / year_d);
    double *t = osw_arena_alloc(r->arena, (size_t)steps + 1, sizeof *t);
    if (!t)
        return OSW_ERR_MEMORY;
    int last = (int)steps;
    for (int k = 1; k <= last; k++)
        t[k] = -(last - k) * step;
    t[0] = t_start;
    t[last] = 0;
    *times = t;
    *n = last + 1;
    return OSW_OK;
}
