/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Runs a plan. Values are kept on one time axis that all arms share; an output time at
 * which any arm has an event stands on it twice (before, after) until the end, when the
 * second is dropped where no arm's values differ. */
#include "base/memory.h"
#include "simulate/life.h"

#include <math.h>
#include <string.h>
#include <time.h>

/* Times closer than this are one time: 0.1 ms, far below any schedule's resolution. */
static const double same_time = 1e-9;

struct instant {
    double t;
    bool after; /* the second entry of its time: after the events */
};

struct run {
    const struct osw_plan *plan;
    const struct osw_simulate_options *options;
    struct osw_diag *diag;
    struct osw_runner runner;
    struct instant *axis;
    int n_axis, n_history;
    double *outputs, *states; /* [arm][axis][…] */
    double done, total;       /* simulated days, for progress */
    bool stopped;
};

static bool event_at(const struct osw_plan *plan, double t)
{
    for (int a = 0; a < plan->n_arms; a++) {
        const struct osw_arm *arm = &plan->arms[a];
        int low = 0, high = arm->n_events; /* first event not before t */
        while (low < high) {
            int middle = low + (high - low) / 2;
            if (arm->events[middle].t < t - same_time)
                low = middle + 1;
            else
                high = middle;
        }
        if (low < arm->n_events && arm->events[low].t <= t + same_time)
            return true;
    }
    return false;
}

static enum osw_status axis_init(struct run *r)
{
    const struct osw_plan *plan = r->plan;
    int n_history = 0;
    if (r->options->history)
        while (n_history < plan->n_history_times && plan->history_times[n_history] < 0)
            n_history++;
    r->axis = osw_alloc((size_t)n_history + 2 * (size_t)plan->n_times, sizeof *r->axis);
    if (!r->axis)
        return OSW_ERR_MEMORY;
    for (int i = 0; i < n_history; i++)
        r->axis[r->n_axis++] = (struct instant){plan->history_times[i], false};
    r->n_history = n_history;
    for (int i = 0; i < plan->n_times; i++) {
        r->axis[r->n_axis++] = (struct instant){plan->times[i], false};
        if (event_at(plan, plan->times[i]))
            r->axis[r->n_axis++] = (struct instant){plan->times[i], true};
    }
    return OSW_OK;
}

static void observe(struct run *r, double t, const double *y, double *outputs,
                    double *states)
{
    struct osw_runner *runner = &r->runner;
    const struct osw_kernel *k = runner->model->kernel;
    k->observe(t, y, runner->p, osw_solver_constants(runner->current), runner->observed);
    for (int i = 0; i < r->plan->n_outputs; i++)
        outputs[i] = runner->observed[r->plan->outputs[i]];
    if (states)
        memcpy(states, y, (size_t)k->n_states * sizeof *states);
}

static void record(struct run *r, int arm, int at, double t, const double *y)
{
    size_t row = (size_t)arm * (size_t)r->n_axis + (size_t)at;
    size_t n = (size_t)r->runner.model->kernel->n_states;
    observe(r, t, y, r->outputs + row * (size_t)r->plan->n_outputs,
            r->states ? r->states + row * n : NULL);
}

static bool tell(struct run *r, double t, const char *what)
{
    double fraction = r->total > 0 ? (r->done + t) / r->total : 1;
    if (r->options->progress && !r->stopped)
        r->stopped = r->options->progress(r->options->context, fraction, what);
    return r->stopped;
}

struct life_context {
    struct run *run;
    double *rows;
    int row;
};

static void on_history(void *context, int index, double t, const double *y)
{
    (void)index;
    struct life_context *l = context;
    size_t n = (size_t)l->run->plan->n_outputs;
    size_t width = n + (size_t)l->run->runner.model->kernel->n_states;
    double *row = l->rows + (size_t)l->row++ * width;
    observe(l->run, t, y, row, row + n);
}

static enum osw_status run_life(struct run *r, int i, const double *times, double *rows,
                                double *y, double *p, struct osw_arm_result *result)
{
    const struct osw_life *life = &r->plan->lives[i];
    struct osw_runner *runner = &r->runner;
    struct life_context context = {r, rows, 0};
    int skip = 0; /* history times before this life began stay empty */
    while (skip < r->n_history && times[skip] < life->t_start)
        skip++;
    context.row = skip;
    enum osw_status status =
        osw_life_parameters(runner, life, r->diag, &result->matched_value);
    if (!status)
        status = osw_life_run(runner, life, times + skip, r->n_history - skip, on_history,
                              &context, r->diag);
    result->life_stats = *osw_solver_stats(runner->current);
    if (status == OSW_ERR_INTEGRATION)
        result->failure = runner->failure;
    const struct osw_kernel *k = runner->model->kernel;
    memcpy(y, runner->y, (size_t)k->n_states * sizeof *y);
    memcpy(p, runner->p, (size_t)k->n_params * sizeof *p);
    r->done -= life->t_start;
    if (!status && tell(r, 0, life->name))
        status = OSW_INTERRUPTED;
    return status;
}

struct schedule { /* the arms' output times without second entries */
    double *t;
    int *index; /* on the axis */
    int n;
};

struct arm_context {
    struct run *run;
    int arm;
    const int *index; /* axis indices of the asked times */
    double stop;      /* where this segment ends */
};

/* Before a segment's end both entries of a time are the same; at its end `turn` follows.
 */
static void on_output(void *context, int i, double t, const double *y)
{
    struct arm_context *c = context;
    int at = c->index[i];
    record(c->run, c->arm, at, t, y);
    bool twin = at + 1 < c->run->n_axis && c->run->axis[at + 1].after;
    if (twin && t < c->stop)
        record(c->run, c->arm, at + 1, t, y);
    tell(c->run, t, c->run->plan->arms[c->arm].name);
}

static void apply(struct osw_runner *runner, const struct osw_event *e)
{
    switch (e->kind) {
    case OSW_EVENT_SET_PARAM:
        runner->p[e->index] = e->value;
        break;
    case OSW_EVENT_SET_STATE:
        runner->y[e->index] = e->value;
        break;
    case OSW_EVENT_ADD_STATE:
        runner->y[e->index] += e->value;
        break;
    }
}

/* At time t: apply what is due, begin anew, and record the second entry of axis index
 * `at` (-1: no output here). */
static enum osw_status turn(struct run *r, int a, double t, int *event, int at)
{
    const struct osw_arm *arm = &r->plan->arms[a];
    for (; *event < arm->n_events && arm->events[*event].t <= t + same_time; ++*event)
        apply(&r->runner, &arm->events[*event]);
    enum osw_status status =
        osw_solver_start(r->runner.solver, t, r->runner.y, r->runner.p);
    if (!status && at >= 0 && at + 1 < r->n_axis && r->axis[at + 1].after)
        record(r, a, at + 1, t, r->runner.y);
    return status;
}

/* From the state at time 0 in the runner to the end, segment by segment. */
static enum osw_status run_arm(struct run *r, int a, const struct schedule *s)
{
    const struct osw_arm *arm = &r->plan->arms[a];
    struct osw_runner *runner = &r->runner;
    size_t n = (size_t)runner->model->kernel->n_states;
    double end = r->plan->duration;
    int event = 0, out = s->n && s->t[0] <= same_time, at = out ? s->index[0] : -1;
    enum osw_status status = osw_solver_start(runner->solver, 0, runner->y, runner->p);
    if (!status && at >= 0)
        record(r, a, at, 0, runner->y);
    if (!status)
        status = turn(r, a, 0, &event, at);
    for (double t = 0; !status && t < end - same_time;) {
        bool waits = event < arm->n_events && arm->events[event].t < end;
        double stop = waits ? arm->events[event].t : end;
        int last = out;
        while (last < s->n && s->t[last] <= stop + same_time)
            last++;
        bool here = last > out && s->t[last - 1] >= stop - same_time;
        double asked = here ? s->t[last - 1] : stop;
        if (here)
            s->t[last - 1] = stop; /* one time, not two a rounding apart */
        struct arm_context context = {r, a, s->index + out, stop};
        status = osw_solver_advance(runner->solver, stop, s->t + out, last - out,
                                    on_output, &context);
        if (here)
            s->t[last - 1] = asked;
        memcpy(runner->y, osw_solver_state(runner->solver, NULL), n * sizeof *runner->y);
        if (!status)
            status = turn(r, a, stop, &event, here ? s->index[last - 1] : -1);
        if (!status && r->stopped)
            status = OSW_INTERRUPTED;
        out = last;
        t = stop;
    }
    r->done += end;
    return status;
}

static bool differs(const double *a, const double *b, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (a[i] != b[i] && !(isnan(a[i]) && isnan(b[i])))
            return true;
    return false;
}

/* Is the second entry at axis index k worth keeping: does anything differ from k - 1? */
static bool keeps(const struct run *r, int k)
{
    size_t n = (size_t)r->plan->n_outputs;
    size_t m = (size_t)r->runner.model->kernel->n_states;
    for (int a = 0; a < r->plan->n_arms; a++) {
        size_t row = (size_t)a * (size_t)r->n_axis + (size_t)k;
        if (differs(r->outputs + (row - 1) * n, r->outputs + row * n, n) ||
            (r->states && differs(r->states + (row - 1) * m, r->states + row * m, m)))
            return true;
    }
    return false;
}

static double *compact(struct osw_arena *arena, const struct run *r, const double *from,
                       size_t width, const int *kept, int n_kept)
{
    size_t arms = (size_t)r->plan->n_arms;
    double *to = osw_arena_alloc(arena, arms * (size_t)n_kept * width, sizeof *to);
    for (size_t a = 0; to && a < arms; a++)
        for (int i = 0; i < n_kept; i++)
            memcpy(to + (a * (size_t)n_kept + (size_t)i) * width,
                   from + (a * (size_t)r->n_axis + (size_t)kept[i]) * width,
                   width * sizeof *to);
    return to;
}

static enum osw_status collect(const struct run *r, struct osw_result *result)
{
    struct osw_arena *arena = result->arena;
    int *kept = osw_arena_alloc(arena, (size_t)r->n_axis, sizeof *kept);
    double *times = osw_arena_alloc(arena, (size_t)r->n_axis, sizeof *times);
    if (!kept || !times)
        return OSW_ERR_MEMORY;
    for (int k = 0; k < r->n_axis; k++) {
        if (r->axis[k].after && !keeps(r, k))
            continue;
        times[result->n_times] = r->axis[k].t;
        kept[result->n_times++] = k;
    }
    result->times = times;
    result->outputs =
        compact(arena, r, r->outputs, (size_t)r->plan->n_outputs, kept, result->n_times);
    if (r->states)
        result->states =
            compact(arena, r, r->states, (size_t)r->runner.model->kernel->n_states, kept,
                    result->n_times);
    return !result->outputs || (r->states && !result->states) ? OSW_ERR_MEMORY : OSW_OK;
}

static enum osw_status buffers_init(struct run *r)
{
    const struct osw_plan *plan = r->plan;
    size_t rows = (size_t)plan->n_arms * (size_t)r->n_axis;
    size_t n = (size_t)plan->n_outputs, m = (size_t)plan->model->kernel->n_states;
    r->outputs = osw_alloc(rows * n, sizeof *r->outputs);
    r->states = r->options->states ? osw_alloc(rows * m, sizeof *r->states) : NULL;
    if (!r->outputs || (r->options->states && !r->states))
        return OSW_ERR_MEMORY;
    for (size_t i = 0; i < rows * n; i++)
        r->outputs[i] = NAN;
    for (size_t i = 0; r->states && i < rows * m; i++)
        r->states[i] = NAN;
    for (int i = 0; i < plan->n_lives; i++)
        r->total -= plan->lives[i].t_start;
    r->total += plan->duration * plan->n_arms;
    return OSW_OK;
}

/* What a life leaves for its arms. */
struct past {
    double *y, *p, *rows, *times;
};

static enum osw_status past_init(const struct run *r, struct past *past)
{
    const struct osw_kernel *k = r->runner.model->kernel;
    size_t width = (size_t)r->plan->n_outputs + (size_t)k->n_states;
    size_t n = (size_t)r->n_history;
    past->y = osw_alloc((size_t)k->n_states, sizeof(double));
    past->p = osw_alloc((size_t)k->n_params, sizeof(double));
    past->rows = osw_alloc(n * width, sizeof(double));
    past->times = osw_alloc(n, sizeof(double));
    if (!past->y || !past->p || !past->rows || !past->times)
        return OSW_ERR_MEMORY;
    for (size_t i = 0; i < n * width; i++)
        past->rows[i] = NAN;
    for (size_t i = 0; i < n; i++)
        past->times[i] = r->axis[i].t;
    return OSW_OK;
}

static void past_fini(struct past *past)
{
    osw_free(past->y);
    osw_free(past->p);
    osw_free(past->rows);
    osw_free(past->times);
}

/* The life's history becomes the first rows of the arm. */
static void copy_history(struct run *r, int a, const double *rows)
{
    size_t n = (size_t)r->plan->n_outputs;
    size_t m = (size_t)r->runner.model->kernel->n_states;
    for (int i = 0; i < r->n_history; i++) {
        size_t row = (size_t)a * (size_t)r->n_axis + (size_t)i;
        const double *from = rows + (size_t)i * (n + m);
        memcpy(r->outputs + row * n, from, n * sizeof *from);
        if (r->states)
            memcpy(r->states + row * m, from + n, m * sizeof *from);
    }
}

static enum osw_status arm_after_life(struct run *r, int a, const struct past *past,
                                      const struct schedule *s,
                                      struct osw_arm_result *result)
{
    const struct osw_kernel *k = r->runner.model->kernel;
    memcpy(r->runner.y, past->y, (size_t)k->n_states * sizeof(double));
    memcpy(r->runner.p, past->p, (size_t)k->n_params * sizeof(double));
    copy_history(r, a, past->rows);
    osw_solver_reset_stats(r->runner.solver);
    r->runner.current = r->runner.solver;
    enum osw_status status = run_arm(r, a, s);
    result->stats = *osw_solver_stats(r->runner.solver);
    if (status == OSW_ERR_INTEGRATION) {
        osw_runner_failed(&r->runner, r->plan->arms[a].name, r->diag);
        result->failure = r->runner.failure;
    }
    return status;
}

/* One life and every arm that shares it. A failed integration is coded in the arms and
 * does not stop the others. */
static enum osw_status run_subject(struct run *r, int life, const struct schedule *s,
                                   struct osw_arm_result *arms, struct osw_arena *arena)
{
    struct past past = {0};
    struct osw_arm_result common = {.matched_value = NAN};
    const struct osw_kernel *k = r->runner.model->kernel;
    enum osw_status status = past_init(r, &past);
    double *p = osw_arena_alloc(arena, (size_t)k->n_params, sizeof *p);
    if (!status && !p)
        status = OSW_ERR_MEMORY;
    if (!status)
        status = run_life(r, life, past.times, past.rows, past.y, past.p, &common);
    bool failed = status == OSW_ERR_INTEGRATION;
    if (!status || failed)
        memcpy(p, past.p, (size_t)k->n_params * sizeof *p);
    for (int a = 0; (!status || failed) && a < r->plan->n_arms; a++) {
        if (r->plan->arms[a].life != life)
            continue;
        arms[a] = common;
        arms[a].name = r->plan->arms[a].name;
        arms[a].params = p;
        arms[a].status = status;
        if (failed)
            continue;
        enum osw_status one = arm_after_life(r, a, &past, s, &arms[a]);
        arms[a].status = one;
        if (one && one != OSW_ERR_INTEGRATION)
            status = one;
    }
    past_fini(&past);
    return failed ? OSW_OK : status;
}

static double cpu_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static enum osw_status schedule_init(const struct run *r, struct schedule *s)
{
    s->t = osw_alloc((size_t)r->n_axis, sizeof *s->t);
    s->index = osw_alloc((size_t)r->n_axis, sizeof *s->index);
    if (!s->t || !s->index)
        return OSW_ERR_MEMORY;
    for (int i = r->n_history; i < r->n_axis; i++) {
        if (r->axis[i].after)
            continue;
        s->t[s->n] = r->axis[i].t;
        s->index[s->n++] = i;
    }
    return OSW_OK;
}

static enum osw_status run_all(struct run *r, struct osw_result *result)
{
    struct schedule s = {0};
    struct osw_arm_result *arms =
        osw_arena_alloc(result->arena, (size_t)r->plan->n_arms, sizeof *arms);
    enum osw_status status = arms ? schedule_init(r, &s) : OSW_ERR_MEMORY;
    double before = cpu_seconds();
    for (int i = 0; !status && i < r->plan->n_lives; i++)
        status = run_subject(r, i, &s, arms, result->arena);
    result->integrate_cpu_s = cpu_seconds() - before;
    result->arms = arms;
    osw_free(s.t);
    osw_free(s.index);
    return status;
}

static enum osw_status worst_of(const struct osw_result *result, int n_arms)
{
    for (int a = 0; a < n_arms; a++)
        if (result->arms[a].status)
            return result->arms[a].status;
    return OSW_OK;
}

static void run_fini(struct run *r)
{
    osw_runner_fini(&r->runner);
    osw_free(r->axis);
    osw_free(r->outputs);
    osw_free(r->states);
}

enum osw_status osw_simulate(const struct osw_plan *plan,
                             const struct osw_simulate_options *options,
                             struct osw_diag *diag, struct osw_result **result)
{
    struct run r = {.plan = plan, .options = options, .diag = diag};
    struct osw_result *made = osw_alloc(1, sizeof *made);
    enum osw_status status = OSW_ERR_MEMORY;
    if (!made)
        return status;
    made->plan = plan;
    made->options = options->solver;
    made->arena = osw_arena_create();
    if (made->arena)
        status = osw_runner_init(&r.runner, plan->model, &options->solver);
    if (!status)
        status = axis_init(&r);
    if (!status)
        status = buffers_init(&r);
    if (!status)
        status = run_all(&r, made);
    if (!status)
        status = collect(&r, made);
    run_fini(&r);
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
