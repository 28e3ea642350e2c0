/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/indices.h"

#include <string.h>

enum { COLUMN_BYTES = 256 << 20 };

struct table {
    struct osw_session *session;
    const struct osw_sweep *sweep;
    struct osw_analysis *analysis;
    const struct osw_indices_request *request;
    struct osw_indices_figure *figure;
    int control; /* arm that is subtracted, or -1 */
    FILE *out;
    double *columns; /* [n columns][n_members] */
};

/* Where the arm that is subtracted has the value of column c. */
static size_t control_column(const struct table *t, size_t c)
{
    const struct osw_plan *plan = t->sweep->design->plan;
    const size_t times = (size_t)plan->n_times, arms = (size_t)plan->n_arms;
    return (c / times / arms * arms + (size_t)t->control) * times + c % times;
}

/* Columns first … first + n - 1 of all members; a failed member's values are NAN. */
static enum osw_status read_columns(struct table *t, size_t first, size_t n)
{
    const struct osw_sweep *sweep = t->sweep;
    const size_t members = (size_t)sweep->n_members;
    struct osw_block *block;
    enum osw_status status = osw_block_create(sweep, &block);
    if (status)
        return status;
    for (int64_t k = 0; k < sweep->n_blocks && !status; k++) {
        status = osw_block_read(sweep, k, t->session->diag, block);
        double *to = t->columns + k * sweep->settings.block;
        for (size_t i = 0; i < (size_t)block->n && !status; i++) {
            const double *row = block->values + i * sweep->n_values;
            for (size_t c = first; c < first + n; c++)
                to[(c - first) * members + i] =
                    row[c] - (t->control < 0 ? 0 : row[control_column(t, c)]);
        }
    }
    osw_block_destroy(block);
    return status;
}

/* Column c is output c / (arms * times), and so on inwards. */
static enum osw_status write_column(struct table *t, size_t c, const double *y)
{
    const struct osw_plan *plan = t->sweep->design->plan;
    const size_t times = (size_t)plan->n_times, arms = (size_t)plan->n_arms;
    const size_t arm = c / times % arms, time = c % times;
    const char *output = plan->model->outputs[plan->outputs[c / times / arms]].id;
    if ((int)arm == t->control)
        return OSW_OK;
    enum osw_status status = osw_analysis_run(t->analysis, y, &t->request->bootstrap);
    if (status)
        return status;
    osw_indices_write(t->out, t->analysis, output, plan->arms[arm].name,
                      plan->times[time], t->request->digits);
    if (time + 1 < times)
        return OSW_OK;
    return osw_indices_figure_keep(t->figure, t->analysis, output, plan->arms[arm].name);
}

static enum osw_status find_control(struct table *t)
{
    const struct osw_plan *plan = t->sweep->design->plan;
    const char *name = t->request->against;
    t->control = -1;
    for (int a = 0; name && a < plan->n_arms; a++)
        if (!strcmp(plan->arms[a].name, name))
            t->control = a;
    if (!name || t->control >= 0)
        return OSW_OK;
    return osw_diag_fail(t->session->diag, OSW_ERR_NOINPUT, (struct osw_loc){0},
                         "--against: the scenario %s has no arm '%s'", plan->path, name);
}

enum osw_status osw_indices_sweep(struct osw_session *session,
                                  const struct osw_sweep *sweep,
                                  struct osw_analysis *analysis,
                                  const struct osw_indices_request *request, FILE *out,
                                  struct osw_indices_figure *figure)
{
    struct table t = {.session = session,
                      .sweep = sweep,
                      .analysis = analysis,
                      .request = request,
                      .figure = figure,
                      .out = out};
    const size_t members = (size_t)sweep->n_members;
    size_t room = COLUMN_BYTES / sizeof(double) / members;
    room = room < 1 ? 1 : room > sweep->n_values ? sweep->n_values : room;
    enum osw_status status = find_control(&t);
    if (!status)
        status = osw_sweep_complete(sweep, session->diag);
    t.columns = osw_alloc(room * members, sizeof *t.columns);
    if (!status && !t.columns)
        status = OSW_ERR_MEMORY;
    if (!status)
        osw_indices_header(out, analysis);
    for (size_t first = 0; first < sweep->n_values && !status; first += room) {
        size_t n = sweep->n_values - first < room ? sweep->n_values - first : room;
        status = read_columns(&t, first, n);
        for (size_t c = 0; c < n && !status; c++)
            status = write_column(&t, first + c, t.columns + c * members);
    }
    osw_free(t.columns);
    return status;
}
