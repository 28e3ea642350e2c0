/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Runs a plan, the one member of its kind, and keeps all values on the time axis that its
 * arms share. A second row of a time, after events, is dropped where no arm's values
 * differ from those before. */
#include "simulate/simulate.h"
#include "base/memory.h"
#include "simulate/members.h"

#include <assert.h>
#include <math.h>
#include <string.h>
#include <time.h>

struct run {
    const struct osw_plan *plan;
    const struct osw_simulate_options *options;
    struct osw_diag *diag;
    const struct osw_axis *axis;
    struct osw_arm_result *arms;
    double *outputs, *states; /* [arm][axis][…] */
    double *slopes;           /* [arm][axis][output][sensitive], or NULL */
    double done, total;       /* simulated days, for progress */
    bool given;               /* the one member was */
    enum osw_status status;
    struct osw_arena *arena;
};

static double cpu_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static int64_t only_member(void *context)
{
    struct run *r = context;
    bool given = r->given;
    r->given = true;
    return given ? -1 : 0;
}

static bool report_progress(void *context, double days, const char *what)
{
    struct run *r = context;
    r->done += days;
    double fraction = r->total > 0 ? fmin(1, r->done / r->total) : 1;
    return r->options->progress(r->options->context, fraction, what);
}

static void keep_rows(double *to, const double *from, int arm, size_t size)
{
    if (to)
        memcpy(to + (size_t)arm * size, from, size * sizeof *to);
}

static void keep_arm(void *context, const struct osw_member_arm *from)
{
    struct run *r = context;
    const size_t rows = (size_t)r->axis->n, n = (size_t)r->plan->n_outputs;
    const struct osw_kernel *k = r->plan->model->kernel;
    struct osw_arm_result *arm = &r->arms[from->arm];
    double *p = osw_arena_alloc(r->arena, (size_t)k->n_params, sizeof *p);
    keep_rows(r->outputs, from->outputs, from->arm, rows * n);
    keep_rows(r->states, from->states, from->arm, rows * (size_t)k->n_states);
    keep_rows(r->slopes, from->slopes, from->arm,
              rows * n * (size_t)r->options->n_sensitive);
    *arm = *from->result;
    arm->params = p;
    if (p)
        memcpy(p, from->result->params, (size_t)k->n_params * sizeof *p);
    else
        r->status = OSW_ERR_MEMORY;
    if (arm->status == OSW_ERR_INPUT && !r->status)
        r->status = OSW_ERR_INPUT; /* a match out of reach: diag says it */
    if (arm->fallback)
        osw_diag_add(r->diag, OSW_WARNING, (struct osw_loc){0},
                     "%s: left the lanes at day %.6g: %s; run by CVODES", arm->name,
                     arm->fallback_t, arm->fallback);
}

static bool differs(const double *a, const double *b, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (a[i] != b[i] && !(isnan(a[i]) && isnan(b[i])))
            return true;
    return false;
}

/* Is the second row at axis index k worth keeping: does anything differ from k - 1? */
static bool keeps(const struct run *r, int k)
{
    size_t n = (size_t)r->plan->n_outputs;
    size_t m = (size_t)r->plan->model->kernel->n_states;
    for (int a = 0; a < r->plan->n_arms; a++) {
        size_t row = (size_t)a * (size_t)r->axis->n + (size_t)k;
        if (differs(r->outputs + (row - 1) * n, r->outputs + row * n, n) ||
            (r->states && differs(r->states + (row - 1) * m, r->states + row * m, m)))
            return true;
    }
    return false;
}

/* The rows kept of [arm][axis][width]; `from` NULL: none. */
static enum osw_status compact(const struct run *r, const double *from, size_t width,
                               const int *kept, int n_kept, const double **result)
{
    size_t arms = (size_t)r->plan->n_arms;
    *result = NULL;
    if (!from)
        return OSW_OK;
    double *to = osw_arena_alloc(r->arena, arms * (size_t)n_kept * width, sizeof *to);
    if (!to)
        return OSW_ERR_MEMORY;
    for (size_t a = 0; a < arms; a++)
        for (int i = 0; i < n_kept; i++)
            memcpy(to + (a * (size_t)n_kept + (size_t)i) * width,
                   from + (a * (size_t)r->axis->n + (size_t)kept[i]) * width,
                   width * sizeof *to);
    *result = to;
    return OSW_OK;
}

static enum osw_status collect(const struct run *r, struct osw_result *result)
{
    const size_t n = (size_t)r->axis->n, n_outputs = (size_t)r->plan->n_outputs;
    const size_t n_sensitive = (size_t)r->options->n_sensitive;
    int *sensitive = osw_arena_alloc(r->arena, n_sensitive + 1, sizeof *sensitive);
    int *kept = osw_arena_alloc(r->arena, n, sizeof *kept);
    double *times = osw_arena_alloc(r->arena, n, sizeof *times);
    bool *after = osw_arena_alloc(r->arena, n, sizeof *after);
    if (!kept || !times || !after || !sensitive)
        return OSW_ERR_MEMORY;
    for (int k = 0; k < r->axis->n; k++) {
        if (r->axis->at[k].after && !keeps(r, k))
            continue;
        times[result->n_times] = r->axis->at[k].t;
        after[result->n_times] = r->axis->at[k].after;
        kept[result->n_times++] = k;
    }
    result->times = times;
    result->after = r->options->both_sides ? after : NULL;
    for (size_t k = 0; k < n_sensitive; k++)
        sensitive[k] = r->options->sensitive[k];
    result->sensitive = sensitive;
    result->n_sensitive = r->options->n_sensitive;
    enum osw_status status =
        compact(r, r->outputs, n_outputs, kept, result->n_times, &result->outputs);
    if (!status)
        status = compact(r, r->states, (size_t)r->plan->model->kernel->n_states, kept,
                         result->n_times, &result->states);
    if (!status)
        status = compact(r, r->slopes, n_outputs * (size_t)result->n_sensitive, kept,
                         result->n_times, &result->sensitivities);
    return status;
}

static enum osw_status make_buffers(struct run *r)
{
    const struct osw_plan *plan = r->plan;
    const size_t rows = (size_t)plan->n_arms * (size_t)r->axis->n;
    const size_t n = (size_t)plan->n_outputs,
                 n_sensitive = (size_t)r->options->n_sensitive;
    r->arms = osw_arena_alloc(r->arena, (size_t)plan->n_arms, sizeof *r->arms);
    r->outputs = osw_alloc(rows * n, sizeof *r->outputs);
    if (r->options->states)
        r->states =
            osw_alloc(rows * (size_t)plan->model->kernel->n_states, sizeof *r->states);
    if (n_sensitive)
        r->slopes = osw_alloc(rows * n * n_sensitive, sizeof *r->slopes);
    if (!r->arms || !r->outputs || (r->options->states && !r->states) ||
        (n_sensitive && !r->slopes))
        return OSW_ERR_MEMORY;
    for (int i = 0; i < plan->n_lives; i++)
        r->total -= plan->lives[i].t_start;
    r->total += plan->duration * plan->n_arms;
    return OSW_OK;
}

static enum osw_status run_member(struct run *r, struct osw_members *members,
                                  struct osw_result *result)
{
    const struct osw_members_source source = {
        .context = r,
        .next = only_member,
        .done = keep_arm,
        .stop = r->options->progress ? report_progress : NULL};
    double before = cpu_seconds();
    enum osw_status status = osw_members_run(members, &source, r->diag);
    result->integrate_cpu_s = cpu_seconds() - before;
    result->arms = r->arms;
    return status ? status : r->status;
}

static void note_unsure(const struct run *r, const unsigned char *unsure)
{
    const struct osw_model *model = r->plan->model;
    for (int i = 0; i < model->kernel->n_states; i++)
        if (unsure[i])
            osw_diag_add(r->diag, OSW_NOTE, (struct osw_loc){0},
                         "state %s began at 0 and stayed too small for its tolerance: "
                         "state its scale in %s.states.tsv, or lower --atol",
                         model->states[i].id, model->name);
}

static enum osw_status run_plan(struct run *r, struct osw_result *result)
{
    struct osw_wide_kernel kernel = {0};
    struct osw_members *members = NULL;
    enum osw_status status = OSW_OK;
    if (result->driver->in_lanes)
        status = osw_model_kernel_wide(r->plan->model, r->options->isa, r->diag, &kernel);
    result->isa = kernel.isa;
    if (!status)
        status = osw_members_create(r->plan, &kernel, r->options, &members);
    if (!status) {
        r->axis = osw_members_axis(members);
        status = make_buffers(r);
    }
    if (!status)
        status = run_member(r, members, result);
    if (!status)
        note_unsure(r, osw_members_unsure(members));
    if (!status)
        status = collect(r, result);
    osw_members_destroy(members);
    osw_free(r->outputs);
    osw_free(r->states);
    osw_free(r->slopes);
    return status;
}

static enum osw_status worst_of(const struct osw_result *result, int n_arms)
{
    for (int a = 0; a < n_arms; a++)
        if (result->arms[a].status)
            return result->arms[a].status;
    return OSW_OK;
}

enum osw_status osw_simulate(const struct osw_plan *plan,
                             const struct osw_simulate_options *options,
                             struct osw_diag *diag, struct osw_result **result)
{
    struct osw_result *made = osw_alloc(1, sizeof *made);
    if (!made)
        return OSW_ERR_MEMORY;
    assert(!options->n_sensitive || !options->history);
    made->plan = plan;
    made->options = options->solver;
    made->options.atol =
        osw_tolerance_absolute(options->solver.rtol, options->solver.atol);
    made->driver = options->driver ? options->driver : osw_drivers[0];
    made->arena = osw_arena_create();
    struct run r = {.plan = plan, .options = options, .diag = diag, .arena = made->arena};
    enum osw_status status = made->arena ? run_plan(&r, made) : OSW_ERR_MEMORY;
    if (status) {
        osw_result_destroy(made);
        return status;
    }
    *result = made;
    return worst_of(made, plan->n_arms);
}

void osw_result_destroy(struct osw_result *result)
{
    if (!result)
        return;
    osw_arena_destroy(result->arena);
    osw_free(result);
}
