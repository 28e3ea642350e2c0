/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Indices of every output, arm and time of a sweep: as many columns of values at once as
 * fit, each with the tolerance that its values are known to. */
#include "cli/indices.h"
#include "cli/sweep.h"

#include <float.h>
#include <math.h>
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
    double *sizes;   /* [n_values] the largest of each, the arm subtracted added to it */
    double *largest; /* [n_outputs] over all arms and times */
    int64_t n_flat, n_written; /* columns */
    const char *flat_output;   /* the first with one */
};

/* Where the arm that is subtracted has the value of column c. */
static size_t control_column(const struct table *t, size_t c)
{
    const struct osw_plan *plan = t->sweep->design->plan;
    const size_t times = (size_t)plan->n_times, arms = (size_t)plan->n_arms;
    return (c / times / arms * arms + (size_t)t->control) * times + c % times;
}

/* fmax passes over NAN: a failed member has no size. */
static void note_sizes(const struct table *t, const double *row, size_t first, size_t n)
{
    const struct osw_plan *plan = t->sweep->design->plan;
    const size_t each = (size_t)plan->n_arms * (size_t)plan->n_times;
    for (size_t c = first; c < first + n; c++) {
        double size = fabs(row[c]);
        if (t->control >= 0)
            size += fabs(row[control_column(t, c)]);
        t->sizes[c] = fmax(t->sizes[c], size);
    }
    for (size_t c = 0; c < t->sweep->n_values && !first; c++)
        t->largest[c / each] = fmax(t->largest[c / each], fabs(row[c]));
}

/* How far a value of the column may be off: relative to it, and, of a state, by what is
 * nothing on the state's scale; and as numbers are stored. */
static double tolerance(const struct table *t, size_t c, int output)
{
    const struct osw_sweep_settings *s = &t->sweep->settings;
    const struct osw_model *model = t->sweep->design->plan->model;
    const double atol = s->solver.atol > 0 ? s->solver.atol : s->solver.rtol / 10;
    const char *id = model->outputs[t->sweep->design->plan->outputs[output]].id;
    double relative = s->solver.rtol, scale = 0;
    if (s->precision == OSW_SWEEP_SINGLE)
        relative += FLT_EPSILON;
    for (int i = 0; i < model->kernel->n_states; i++)
        if (!strcmp(model->states[i].id, id))
            scale =
                model->states[i].scale > 0 ? model->states[i].scale : t->largest[output];
    return relative * t->sizes[c] + atol * scale * (t->control < 0 ? 1 : 2);
}

/* Columns first … first + n - 1 of all members; a failed member's values are NAN. */
static enum osw_status read_columns(const struct table *t, size_t first, size_t n)
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
            note_sizes(t, row, first, n);
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
    enum osw_status status = osw_analysis_run(
        t->analysis, y, tolerance(t, c, (int)(c / times / arms)), &t->request->bootstrap);
    if (status)
        return status;
    t->n_written++;
    t->n_flat += t->analysis->flat;
    if (t->analysis->flat && !t->flat_output)
        t->flat_output = output;
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

static void tell_flat(const struct table *t)
{
    if (t->n_flat)
        osw_diag_add(
            t->session->diag, OSW_WARNING, (struct osw_loc){0},
            "%lld of %lld columns have no indices (nan), the first of '%s': there "
            "members differ by no more than the tolerance of the sweep (rtol %g)",
            (long long)t->n_flat, (long long)t->n_written, t->flat_output,
            t->sweep->settings.solver.rtol);
}

/* Members without values, and why, are told as after the run. */
static enum osw_status tell_failed(const struct table *t)
{
    struct osw_sweep_tally tally;
    enum osw_status status =
        osw_sweep_count(t->sweep, t->session->diag, NULL, NULL, &tally);
    if (!status)
        osw_sweep_parts_warn(t->session, t->sweep, &tally);
    return !status && tally.bad ? tally.why : status;
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
    if (!status)
        status = tell_failed(&t);
    t.columns = osw_alloc(room * members, sizeof *t.columns);
    t.sizes = osw_alloc(sweep->n_values, sizeof *t.sizes);
    t.largest = osw_alloc((size_t)sweep->design->plan->n_outputs, sizeof *t.largest);
    if (!status && (!t.columns || !t.sizes || !t.largest))
        status = OSW_ERR_MEMORY;
    if (!status)
        osw_indices_header(out, analysis);
    for (size_t first = 0; first < sweep->n_values && !status; first += room) {
        size_t n = sweep->n_values - first < room ? sweep->n_values - first : room;
        status = read_columns(&t, first, n);
        for (size_t c = 0; c < n && !status; c++)
            status = write_column(&t, first + c, t.columns + c * members);
    }
    if (!status)
        tell_flat(&t);
    osw_free(t.columns);
    osw_free(t.sizes);
    osw_free(t.largest);
    return status;
}
