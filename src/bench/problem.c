/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Making problems. Random numbers by index (base/random.h): member k is the same however
 * many are asked for. */
#include "bench/problem.h"
#include "base/hash.h"
#include "base/random.h"
#include "bench/published.h"
#include "simulate/life.h"

#include <math.h>
#include <string.h>

enum { SEED = 20240607 };
static const double variation = 0.3, variation_published = 0.05;

/* Mean 1, coefficient of variation cv; 1 for the nominal member. */
static double factor(int k, int j, double cv)
{
    if (!k)
        return 1;
    double u = osw_random_uniform(SEED, 2 * (uint64_t)j, (uint64_t)k);
    double v = osw_random_uniform(SEED, 2 * (uint64_t)j + 1, (uint64_t)k);
    double z = sqrt(-2 * log(u)) * cos(2 * M_PI * v); /* Box & Muller 1958 */
    double variance = log1p(cv * cv);
    return exp(sqrt(variance) * z - 0.5 * variance);
}

static bool is_switched(const struct osw_bench_problem *b, int j)
{
    for (int e = 0; e < b->n_events; e++)
        if (b->events[e].kind == OSW_EVENT_SET_PARAM && b->events[e].index == j)
            return true;
    return false;
}

static void draw(const struct osw_bench_problem *b, int k, double *p)
{
    const struct osw_model *model = b->plan->model;
    for (int j = 0; j < b->kernel->n_params; j++) {
        const struct osw_parameter *row = &model->params[j];
        if (k && row->estimate && p[j] > 0 && !is_switched(b, j))
            p[j] = fmin(row->upper, fmax(row->lower, p[j] * factor(k, j, variation)));
    }
}

static enum osw_status members_init(struct osw_bench_problem *b, int n, double **p,
                                    double **y)
{
    *p = osw_arena_alloc(b->arena, (size_t)n * (size_t)b->kernel->n_params, sizeof **p);
    *y = osw_arena_alloc(b->arena, (size_t)n * (size_t)b->kernel->n_states, sizeof **y);
    b->p = *p;
    b->y = *y;
    return *p && *y ? OSW_OK : OSW_ERR_MEMORY;
}

/* Each member's life up to time 0, by CVODES. */
static enum osw_status live(struct osw_bench_problem *b, int n, double *p, double *y,
                            struct osw_diag *diag)
{
    const struct osw_life *life = &b->plan->lives[0];
    struct osw_solver_options options = OSW_SOLVER_DEFAULTS;
    struct osw_life_runner runner;
    struct osw_timeline timeline;
    size_t np = (size_t)b->kernel->n_params, ny = (size_t)b->kernel->n_states;
    options.rtol = 1e-8;
    enum osw_status status = osw_life_runner_init(&runner, b->plan->model, &options);
    osw_timeline_life(&timeline, b->kernel, life, NULL);
    while (b->n_members < n && b->n_drawn < 2 * n && !status) {
        struct osw_trajectory one = {.timeline = &timeline,
                                     .t = life->t_start,
                                     .p = p + (size_t)b->n_members * np,
                                     .end = y + (size_t)b->n_members * ny};
        memcpy(p + (size_t)b->n_members * np, life->params, np * sizeof *p);
        draw(b, b->n_drawn, p + (size_t)b->n_members * np);
        status = osw_life_run(&runner, &one, NULL);
        if (!status && one.status && !b->n_drawn)
            status = osw_diag_fail(diag, one.status, (struct osw_loc){0},
                                   "%s: the nominal member has no start", b->name);
        b->n_members += !one.status;
        b->n_drawn++;
    }
    osw_life_runner_fini(&runner);
    return status;
}

/* What all methods run. */
static enum osw_status make_timeline(struct osw_bench_problem *b)
{
    b->arm =
        (struct osw_arm){.name = b->name, .events = b->events, .n_events = b->n_events};
    enum osw_status status = osw_axis_plain(&b->axis, b->times, b->n_times);
    return status ? status
                  : osw_timeline_arm(&b->timeline, b->kernel, &b->arm,
                                     b->plan ? b->plan->lives : NULL, &b->axis, b->t_end);
}

static enum osw_status from_scenario(struct osw_bench_problem *b, int n,
                                     struct osw_diag *diag)
{
    const struct osw_plan_options options = {0};
    const char *path;
    enum osw_status status = osw_file_find("benchmarks", b->name, ".yaml", NULL,
                                           (struct osw_loc){0}, b->arena, diag, &path);
    if (!status)
        status = osw_plan_load(path, &options, diag, &b->plan);
    if (status)
        return status;
    const struct osw_plan *plan = b->plan;
    b->kernel = plan->model->kernel;
    b->events = plan->arms[0].events;
    b->n_events = plan->arms[0].n_events;
    int first = plan->times[0] <= OSW_SAME_TIME; /* what is known needs no error */
    b->times = plan->times + first;
    b->n_times = plan->n_times - first;
    b->t_end = plan->duration;
    b->outputs = plan->outputs;
    b->n_outputs = plan->n_outputs;
    double *p, *y;
    double *scale = osw_arena_alloc(b->arena, (size_t)b->kernel->n_states, sizeof *scale);
    status = scale ? members_init(b, n, &p, &y) : OSW_ERR_MEMORY;
    if (status)
        return status;
    for (int i = 0; i < b->kernel->n_states; i++)
        scale[i] = plan->model->states[i].scale;
    b->scale = scale;
    status = osw_model_open(plan->model->name, diag, &b->model);
    for (int isa = 0; isa < OSW_ISAS && !status; isa++) {
        struct osw_wide_kernel wide;
        status = osw_model_kernel_wide(b->model, (enum osw_isa)isa, diag, &wide);
        if (!status)
            b->wide[wide.isa] = wide.kernel;
    }
    return status ? status : live(b, n, p, y, diag);
}

static enum osw_status from_published(struct osw_bench_problem *b, int n,
                                      const struct osw_bench_published *from)
{
    const struct osw_kernel *k = b->kernel = from->kernel();
    double *p, *y;
    enum osw_status status = members_init(b, n, &p, &y);
    if (status)
        return status;
    for (int isa = 0; isa < OSW_ISAS; isa++)
        if (from->wide[isa] && osw_cpu_has((enum osw_isa)isa))
            b->wide[isa] = from->wide[isa]();
    b->scale = from->scale;
    b->times = from->times;
    while (b->n_times < OSW_BENCH_MOST_TIMES && from->times[b->n_times] > 0)
        b->n_times++;
    b->t_end = b->times[b->n_times - 1];
    b->published = from->y;
    b->n_members = b->n_drawn = n;
    for (int m = 0; m < n; m++, p += k->n_params, y += k->n_states) {
        for (int j = 0; j < k->n_params; j++)
            p[j] = from->p[j] * factor(m, j, variation_published);
        k->init(p, y);
    }
    return OSW_OK;
}

static void add(struct osw_hash *hash, const double *x, int n)
{
    osw_hash_add(hash, x, (size_t)n * sizeof *x);
}

/* Of the nominal member: the others follow from it. */
static void hash_inputs(struct osw_bench_problem *b)
{
    struct osw_hash hash;
    char hex[65];
    osw_hash_init(&hash);
    osw_hash_add(&hash, b->kernel->hash, strlen(b->kernel->hash));
    add(&hash, b->p, b->kernel->n_params);
    for (int j = 0; b->plan && j < b->kernel->n_params; j++) {
        const struct osw_parameter *row = &b->plan->model->params[j];
        const double bounds[] = {row->lower, row->upper, row->estimate};
        add(&hash, bounds, 3);
    }
    add(&hash, b->scale, b->kernel->n_states);
    add(&hash, b->times, b->n_times);
    for (int e = 0; e < b->n_events; e++) {
        const double event[] = {b->events[e].t, (double)b->events[e].kind,
                                b->events[e].index, b->events[e].value};
        add(&hash, event, 4);
    }
    osw_hash_hex(&hash, hex);
    memcpy(b->inputs, hex, sizeof b->inputs - 1);
}

enum osw_status osw_bench_problem_create(const struct osw_bench_case *c, int n_members,
                                         struct osw_diag *diag,
                                         struct osw_bench_problem **problem)
{
    enum osw_status status = OSW_ERR_MEMORY;
    struct osw_bench_problem *b = osw_alloc(1, sizeof *b);
    if (!b)
        return status;
    b->name = c->name;
    b->arena = osw_arena_create();
    if (b->arena)
        status = c->published ? from_published(b, n_members, c->published)
                              : from_scenario(b, n_members, diag);
    if (!status)
        status = make_timeline(b);
    if (status) {
        osw_bench_problem_destroy(b);
        return status;
    }
    hash_inputs(b);
    *problem = b;
    return OSW_OK;
}

void osw_bench_problem_destroy(struct osw_bench_problem *b)
{
    if (!b)
        return;
    osw_timeline_fini(&b->timeline);
    osw_axis_fini(&b->axis);
    osw_model_destroy(b->model);
    osw_plan_destroy(b->plan);
    osw_arena_destroy(b->arena);
    osw_free(b);
}

/* Switches take part, doses do not: states are given. An output at the time of an event
 * is that before it. */
enum osw_status osw_bench_observe(const struct osw_bench_problem *b, int k,
                                  const double *states, double *values)
{
    const struct osw_kernel *kernel = b->kernel;
    size_t np = (size_t)kernel->n_params, ny = (size_t)kernel->n_states;
    const double *p0 = b->p + (size_t)k * np;
    double *p = osw_alloc(np, sizeof *p), *unused = osw_alloc(ny, sizeof *unused);
    double *c = osw_alloc((size_t)kernel->n_constants, sizeof *c);
    double *all = osw_alloc((size_t)kernel->n_outputs, sizeof *all);
    bool made = p && unused && c && all;
    struct osw_events_target to = {.kernel = kernel, .y = unused, .p = p, .stride = 1};
    if (made)
        memcpy(p, p0, np * sizeof *p);
    for (int i = 0, next = 0; made && i < b->n_times; i++) {
        const double *y = states + (size_t)i * ny;
        double *row = values + (size_t)i * (ny + (size_t)b->n_outputs);
        while (next < b->n_events && b->events[next].t <= b->times[i] - OSW_SAME_TIME)
            osw_events_apply(&b->arm, next++, b->timeline.life, p0, &to);
        kernel->prepare(p, c);
        kernel->segment(p, c);
        kernel->observe(b->times[i], y, p, c, all);
        memcpy(row, y, ny * sizeof *row);
        for (int o = 0; o < b->n_outputs; o++)
            row[ny + (size_t)o] = all[b->outputs[o]];
    }
    osw_free(p);
    osw_free(unused);
    osw_free(c);
    osw_free(all);
    return made ? OSW_OK : OSW_ERR_MEMORY;
}
