/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/indices.h"

enum { COLUMN_BYTES = 256 << 20 };

struct table {
    struct osw_session *session;
    const struct osw_sweep *sweep;
    struct osw_analysis *analysis;
    const struct osw_bootstrap *bootstrap;
    int digits;
    FILE *out;
    double *columns; /* [n columns][n_members] */
};

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
        for (size_t i = 0; i < (size_t)block->n && !status; i++)
            for (size_t c = 0; c < n; c++)
                to[c * members + i] = block->values[i * sweep->n_values + first + c];
    }
    osw_block_destroy(block);
    return status;
}

/* Column c is output c / (arms * times), and so on inwards. */
static enum osw_status write_column(struct table *t, size_t c, const double *y)
{
    const struct osw_plan *plan = t->sweep->design->plan;
    const size_t times = (size_t)plan->n_times, arms = (size_t)plan->n_arms;
    enum osw_status status = osw_analysis_run(t->analysis, y, t->bootstrap);
    if (!status)
        osw_indices_write(
            t->out, t->analysis, plan->model->outputs[plan->outputs[c / times / arms]].id,
            plan->arms[c / times % arms].name, plan->times[c % times], t->digits);
    return status;
}

enum osw_status osw_indices_sweep(struct osw_session *session,
                                  const struct osw_sweep *sweep,
                                  struct osw_analysis *analysis,
                                  const struct osw_bootstrap *bootstrap, int digits,
                                  FILE *out)
{
    struct table t = {session, sweep, analysis, bootstrap, digits, out, NULL};
    const size_t members = (size_t)sweep->n_members;
    size_t room = COLUMN_BYTES / sizeof(double) / members;
    room = room < 1 ? 1 : room > sweep->n_values ? sweep->n_values : room;
    t.columns = osw_alloc(room * members, sizeof *t.columns);
    enum osw_status status =
        t.columns ? osw_sweep_complete(sweep, session->diag) : OSW_ERR_MEMORY;
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
