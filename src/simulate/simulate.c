/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Runs a plan. Values are kept on one time axis that all arms share; an output time at
 * which any arm has an event stands on it twice (before, after) until the end, when the
 * second is dropped where no arm's values differ. */
#include "base/memory.h"
#include "simulate/simulate_work.h"

#include <assert.h>
#include <math.h>
#include <string.h>
#include <time.h>

static void observe(struct osw_run *r, double t, const double *y, double *outputs,
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

static void record_slopes(struct osw_run *r, size_t row, double t, const double *y)
{
    const struct osw_runner *runner = &r->runner;
    struct osw_tangent *g = runner->tangent;
    size_t n = (size_t)g->n, n_outputs = (size_t)r->plan->n_outputs;
    osw_tangent_observe(g, t, y, runner->p, osw_solver_sensitivity(runner->current));
    for (size_t i = 0; i < n_outputs; i++) {
        const double *slope = g->slopes + (size_t)r->plan->outputs[i] * (size_t)g->total;
        for (size_t k = 0; k < n; k++)
            r->slopes[(row * n_outputs + i) * n + k] = slope[k] / g->unit[k];
    }
}

static void record(struct osw_run *r, int arm, int at, double t, const double *y)
{
    size_t row = (size_t)arm * (size_t)r->axis.n + (size_t)at;
    size_t n = (size_t)r->runner.model->kernel->n_states;
    observe(r, t, y, r->outputs + row * (size_t)r->plan->n_outputs,
            r->states ? r->states + row * n : NULL);
    if (r->slopes)
        record_slopes(r, row, t, y);
}

bool osw_run_tell(struct osw_run *r, double t, const char *what)
{
    double fraction = r->total > 0 ? (r->done + t) / r->total : 1;
    if (r->options->progress && !r->stopped)
        r->stopped = r->options->progress(r->options->context, fraction, what);
    return r->stopped;
}

struct life_context {
    struct osw_run *run;
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

static enum osw_status run_life(struct osw_run *r, int i, const double *times,
                                double *rows, double *y, double *p,
                                struct osw_arm_result *result)
{
    const struct osw_life *life = &r->plan->lives[i];
    struct osw_runner *runner = &r->runner;
    struct life_context context = {r, rows, 0};
    int skip = 0; /* history times before this life began stay empty */
    while (skip < r->axis.n_history && times[skip] < life->t_start)
        skip++;
    context.row = skip;
    enum osw_status status =
        osw_life_parameters(runner, life, r->diag, &result->matched_value);
    if (!status)
        status = osw_life_run(runner, life, times + skip, r->axis.n_history - skip,
                              on_history, &context, r->diag);
    result->life_stats = *osw_solver_stats(runner->current);
    if (status == OSW_ERR_INTEGRATION)
        result->failure = runner->failure;
    const struct osw_kernel *k = runner->model->kernel;
    memcpy(y, runner->y, (size_t)k->n_states * sizeof *y);
    memcpy(p, runner->p, (size_t)k->n_params * sizeof *p);
    r->done -= life->t_start;
    if (!status && osw_run_tell(r, 0, life->name))
        status = OSW_INTERRUPTED;
    return status;
}

struct arm_context {
    struct osw_run *run;
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
    if (osw_axis_twin(&c->run->axis, at) && t < c->stop)
        record(c->run, c->arm, at + 1, t, y);
    osw_run_tell(c->run, t, c->run->plan->arms[c->arm].name);
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

static enum osw_status too_entangled(struct osw_run *r, const struct osw_arm *arm,
                                     int event)
{
    const struct osw_model *m = r->runner.model;
    return osw_diag_fail(r->diag, OSW_ERR_INPUT, (struct osw_loc){0},
                         "arm '%s': doses by body weight change more than %d parameters "
                         "('%s' is one too many): derivatives by the weight cannot "
                         "follow",
                         arm->name, OSW_DIRECTION_TERMS - 1,
                         m->params[arm->events[event].index].id);
}

/* At time t: apply what is due, begin anew, and record the second entry of axis index
 * `at` (-1: no output here). */
static enum osw_status turn(struct osw_run *r, int a, double t, int *event, int at)
{
    const struct osw_arm *arm = &r->plan->arms[a];
    for (; *event < arm->n_events && arm->events[*event].t <= t + OSW_SAME_TIME;
         ++*event) {
        apply(&r->runner, &arm->events[*event]);
        if (r->runner.tangent && osw_tangent_event(r->runner.tangent, arm, *event) >= 0)
            return too_entangled(r, arm, *event);
    }
    enum osw_status status =
        osw_runner_start(&r->runner, osw_runner_solver(&r->runner), t);
    if (!status && osw_axis_twin(&r->axis, at))
        record(r, a, at + 1, t, r->runner.y);
    return status;
}

/* Has the arm taken more steps than it may in all? */
static bool too_long(struct osw_run *r)
{
    int64_t most = r->options->most_steps;
    r->exhausted = most > 0 && osw_solver_stats(r->runner.solver)->steps > most;
    return r->exhausted;
}

/* From the state at time 0 in the runner to the end, segment by segment. */
static enum osw_status run_arm(struct osw_run *r, int a)
{
    const struct osw_arm *arm = &r->plan->arms[a];
    struct osw_axis *s = &r->axis;
    struct osw_runner *runner = &r->runner;
    struct osw_solver *solver = osw_runner_solver(runner);
    double end = r->plan->duration;
    int event = 0, out = s->n_asked && s->asked[0] <= OSW_SAME_TIME,
        at = out ? s->index[0] : -1;
    enum osw_status status = osw_runner_start(runner, solver, 0);
    if (!status && at >= 0)
        record(r, a, at, 0, runner->y);
    if (!status)
        status = turn(r, a, 0, &event, at);
    for (double t = 0; !status && t < end - OSW_SAME_TIME;) {
        bool waits = event < arm->n_events && arm->events[event].t < end;
        double stop = waits ? arm->events[event].t : end;
        int last = out;
        while (last < s->n_asked && s->asked[last] <= stop + OSW_SAME_TIME)
            last++;
        bool here = last > out && s->asked[last - 1] >= stop - OSW_SAME_TIME;
        double asked = here ? s->asked[last - 1] : stop;
        if (here)
            s->asked[last - 1] = stop; /* one time, not two a rounding apart */
        struct arm_context context = {r, a, s->index + out, stop};
        status = osw_solver_advance(solver, stop, s->asked + out, last - out, on_output,
                                    &context);
        if (here)
            s->asked[last - 1] = asked;
        osw_runner_take(runner, solver);
        if (!status)
            status = turn(r, a, stop, &event, here ? s->index[last - 1] : -1);
        if (!status && r->stopped)
            status = OSW_INTERRUPTED;
        if (!status && too_long(r))
            status = OSW_ERR_INTEGRATION;
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
static bool keeps(const struct osw_run *r, int k)
{
    size_t n = (size_t)r->plan->n_outputs;
    size_t m = (size_t)r->runner.model->kernel->n_states;
    for (int a = 0; a < r->plan->n_arms; a++) {
        size_t row = (size_t)a * (size_t)r->axis.n + (size_t)k;
        if (differs(r->outputs + (row - 1) * n, r->outputs + row * n, n) ||
            (r->states && differs(r->states + (row - 1) * m, r->states + row * m, m)))
            return true;
    }
    return false;
}

static double *compact(struct osw_arena *arena, const struct osw_run *r,
                       const double *from, size_t width, const int *kept, int n_kept)
{
    size_t arms = (size_t)r->plan->n_arms;
    double *to = osw_arena_alloc(arena, arms * (size_t)n_kept * width, sizeof *to);
    for (size_t a = 0; to && a < arms; a++)
        for (int i = 0; i < n_kept; i++)
            memcpy(to + (a * (size_t)n_kept + (size_t)i) * width,
                   from + (a * (size_t)r->axis.n + (size_t)kept[i]) * width,
                   width * sizeof *to);
    return to;
}

static enum osw_status collect(const struct osw_run *r, struct osw_result *result)
{
    struct osw_arena *arena = result->arena;
    int *kept = osw_arena_alloc(arena, (size_t)r->axis.n, sizeof *kept);
    double *times = osw_arena_alloc(arena, (size_t)r->axis.n, sizeof *times);
    if (!kept || !times)
        return OSW_ERR_MEMORY;
    for (int k = 0; k < r->axis.n; k++) {
        if (r->axis.at[k].after && !keeps(r, k))
            continue;
        times[result->n_times] = r->axis.at[k].t;
        kept[result->n_times++] = k;
    }
    result->times = times;
    result->outputs =
        compact(arena, r, r->outputs, (size_t)r->plan->n_outputs, kept, result->n_times);
    if (r->states)
        result->states =
            compact(arena, r, r->states, (size_t)r->runner.model->kernel->n_states, kept,
                    result->n_times);
    if (r->slopes)
        result->sensitivities = compact(arena, r, r->slopes,
                                        (size_t)r->plan->n_outputs * (size_t)r->tangent.n,
                                        kept, result->n_times);
    int *sensitive = osw_arena_alloc(arena, (size_t)r->tangent.n + 1, sizeof *sensitive);
    for (int k = 0; sensitive && k < r->tangent.n; k++)
        sensitive[k] = r->options->sensitive[k];
    result->sensitive = sensitive;
    result->n_sensitive = r->tangent.n;
    bool bad = !result->outputs || !sensitive || (r->states && !result->states) ||
               (r->slopes && !result->sensitivities);
    return bad ? OSW_ERR_MEMORY : OSW_OK;
}

static enum osw_status buffers_init(struct osw_run *r)
{
    const struct osw_plan *plan = r->plan;
    size_t rows = (size_t)plan->n_arms * (size_t)r->axis.n;
    size_t n = (size_t)plan->n_outputs, m = (size_t)plan->model->kernel->n_states;
    r->outputs = osw_alloc(rows * n, sizeof *r->outputs);
    r->states = r->options->states ? osw_alloc(rows * m, sizeof *r->states) : NULL;
    if (!r->outputs || (r->options->states && !r->states))
        return OSW_ERR_MEMORY;
    for (size_t i = 0; i < rows * n; i++)
        r->outputs[i] = NAN;
    for (size_t i = 0; r->states && i < rows * m; i++)
        r->states[i] = NAN;
    if (r->options->n_sensitive > 0) {
        n *= (size_t)r->options->n_sensitive;
        r->slopes = osw_alloc(rows * n, sizeof *r->slopes);
        if (!r->slopes)
            return OSW_ERR_MEMORY;
        for (size_t i = 0; i < rows * n; i++)
            r->slopes[i] = NAN;
    }
    for (int i = 0; i < plan->n_lives; i++)
        r->total -= plan->lives[i].t_start;
    r->total += plan->duration * plan->n_arms;
    return OSW_OK;
}

/* What a life leaves for its arms. */
struct past {
    double *y, *p, *rows, *times;
    double *S; /* with sensitivities; their directions are kept by the tangent */
};

static enum osw_status past_init(const struct osw_run *r, struct past *past)
{
    const struct osw_kernel *k = r->runner.model->kernel;
    size_t width = (size_t)r->plan->n_outputs + (size_t)k->n_states;
    size_t n = (size_t)r->axis.n_history;
    past->y = osw_alloc((size_t)k->n_states, sizeof(double));
    past->p = osw_alloc((size_t)k->n_params, sizeof(double));
    past->rows = osw_alloc(n * width, sizeof(double));
    past->times = osw_alloc(n, sizeof(double));
    const struct osw_tangent *g = r->runner.tangent;
    size_t n_sensitive = g ? (size_t)g->total : 0;
    past->S = osw_alloc(n_sensitive * (size_t)k->n_states, sizeof(double));
    if (!past->y || !past->p || !past->rows || !past->times || !past->S)
        return OSW_ERR_MEMORY;
    for (size_t i = 0; i < n * width; i++)
        past->rows[i] = NAN;
    for (size_t i = 0; i < n; i++)
        past->times[i] = r->axis.at[i].t;
    return OSW_OK;
}

static void past_fini(struct past *past)
{
    osw_free(past->y);
    osw_free(past->p);
    osw_free(past->rows);
    osw_free(past->times);
    osw_free(past->S);
}

/* The life's history becomes the first rows of the arm. */
static void copy_history(struct osw_run *r, int a, const double *rows)
{
    size_t n = (size_t)r->plan->n_outputs;
    size_t m = (size_t)r->runner.model->kernel->n_states;
    for (int i = 0; i < r->axis.n_history; i++) {
        size_t row = (size_t)a * (size_t)r->axis.n + (size_t)i;
        const double *from = rows + (size_t)i * (n + m);
        memcpy(r->outputs + row * n, from, n * sizeof *from);
        if (r->states)
            memcpy(r->states + row * m, from + n, m * sizeof *from);
    }
}

static void restore_tangent(const struct osw_run *r, const struct past *past)
{
    struct osw_tangent *g = r->runner.tangent;
    if (!g)
        return;
    size_t n = (size_t)g->total;
    memcpy(g->S, past->S, n * (size_t)g->model->kernel->n_states * sizeof *g->S);
    memcpy(g->directions, g->at_zero, n * sizeof *g->directions);
}

static enum osw_status arm_after_life(struct osw_run *r, int a, const struct past *past,
                                      struct osw_arm_result *result)
{
    const struct osw_kernel *k = r->runner.model->kernel;
    memcpy(r->runner.y, past->y, (size_t)k->n_states * sizeof(double));
    memcpy(r->runner.p, past->p, (size_t)k->n_params * sizeof(double));
    copy_history(r, a, past->rows);
    restore_tangent(r, past);
    struct osw_solver *solver = osw_runner_solver(&r->runner);
    osw_solver_reset_stats(solver);
    osw_solver_begin(solver);
    r->runner.current = solver;
    enum osw_status status = run_arm(r, a);
    result->stats = *osw_solver_stats(solver);
    if (status == OSW_ERR_INTEGRATION) {
        osw_runner_failed(&r->runner, r->plan->arms[a].name, r->diag);
        result->failure = r->runner.failure;
    }
    if (r->exhausted) {
        double t;
        osw_solver_state(r->runner.solver, &t);
        result->failure =
            (struct osw_solver_failure){t, -1, 0, "more steps than allowed"};
    }
    return status;
}

/* One life and every arm that shares it. A failed integration is coded in the arms and
 * does not stop the others. */
static enum osw_status run_subject(struct osw_run *r, int life,
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
    const struct osw_tangent *g = r->runner.tangent;
    if (!status && g)
        memcpy(past.S, g->S, (size_t)g->total * (size_t)k->n_states * sizeof *past.S);
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
        enum osw_status one = arm_after_life(r, a, &past, &arms[a]);
        arms[a].status = one;
        if (one && one != OSW_ERR_INTEGRATION)
            status = one;
    }
    past_fini(&past);
    return failed ? OSW_OK : status;
}

double osw_run_cpu_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static enum osw_status run_all(struct osw_run *r, struct osw_result *result)
{
    struct osw_arm_result *arms =
        osw_arena_alloc(result->arena, (size_t)r->plan->n_arms, sizeof *arms);
    enum osw_status status = arms ? OSW_OK : OSW_ERR_MEMORY;
    double before = osw_run_cpu_seconds();
    for (int i = 0; !status && i < r->plan->n_lives; i++)
        status = run_subject(r, i, arms, result->arena);
    result->integrate_cpu_s = osw_run_cpu_seconds() - before;
    result->arms = arms;
    return status;
}

static enum osw_status worst_of(const struct osw_result *result, int n_arms)
{
    for (int a = 0; a < n_arms; a++)
        if (result->arms[a].status)
            return result->arms[a].status;
    return OSW_OK;
}

static void run_fini(struct osw_run *r)
{
    osw_runner_fini(&r->runner);
    osw_tangent_fini(&r->tangent);
    osw_free(r->slopes);
    osw_axis_fini(&r->axis);
    osw_free(r->outputs);
    osw_free(r->states);
}

static enum osw_status tangent_init(struct osw_run *r)
{
    const struct osw_simulate_options *o = r->options;
    assert(!o->history);
    enum osw_status status = osw_tangent_init(&r->tangent, r->plan->model, o->sensitive,
                                              o->n_sensitive, o->own_only);
    return status ? status : osw_runner_sensitive(&r->runner, &r->tangent);
}

enum osw_status osw_simulate(const struct osw_plan *plan,
                             const struct osw_simulate_options *options,
                             struct osw_diag *diag, struct osw_result **result)
{
    struct osw_run r = {.plan = plan, .options = options, .diag = diag};
    struct osw_result *made = osw_alloc(1, sizeof *made);
    enum osw_status status = OSW_ERR_MEMORY;
    if (!made)
        return status;
    made->plan = plan;
    made->options = options->solver;
    made->options.atol =
        osw_tolerance_absolute(options->solver.rtol, options->solver.atol);
    made->driver = options->driver ? options->driver : osw_drivers[0];
    made->arena = osw_arena_create();
    if (made->arena)
        status = osw_runner_init(&r.runner, plan->model, &options->solver);
    if (!status && options->n_sensitive > 0)
        status = tangent_init(&r);
    if (!status)
        status = osw_axis_init(&r.axis, plan, options->history);
    if (!status)
        status = buffers_init(&r);
    if (!status)
        status = made->driver->in_lanes ? osw_run_in_lanes(&r, made) : run_all(&r, made);
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
