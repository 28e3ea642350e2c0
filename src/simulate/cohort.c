/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Making a cohort, and giving out members: lives settle in lanes before they run. */
#include "simulate/cohort_work.h"
#include "base/memory.h"

#include <assert.h>
#include <math.h>
#include <string.h>

int64_t osw_cohort_most_steps(const struct osw_cohort *c, int arm)
{
    int64_t segments = arm < c->plan->n_arms ? c->plan->arms[arm].n_events + 1 : 1;
    int64_t least = 100 * segments, given = c->options.solver.max_steps;
    return given > least ? given : least;
}

/* Until there is a pilot. */
static void limit_steps(struct osw_cohort *c)
{
    for (int a = 0; a <= c->plan->n_arms; a++)
        c->most_steps[a] = osw_cohort_most_steps(c, a);
}

static enum osw_status make_batches(struct osw_cohort *c)
{
    const struct osw_solver_options *s = &c->options.solver;
    const struct osw_batch_options options = {s->rtol, s->atol, s->max_step, INT64_MAX,
                                              true};
    const struct osw_batch_options carrying = {1e-5, 0, 0, INT64_MAX, false};
    enum osw_status status =
        osw_batch_create(c->kernel.kernel, c->kernel.isa, c->runner.scale, c->runner.held,
                         &options, &c->batch);
    if (status)
        return status;
    return osw_batch_create(c->kernel.kernel, c->kernel.isa, c->runner.scale,
                            c->runner.held, &carrying, &c->settler);
}

struct part {
    double **place;
    size_t n;
};

/* All numbers of slots, places and kept lives in one block. */
static enum osw_status make_rows(struct osw_cohort *c)
{
    const struct osw_kernel *k = c->plan->model->kernel;
    const size_t outputs = (size_t)c->plan->n_outputs, n = (size_t)k->n_states;
    const size_t slot =
        (size_t)k->n_params + 2 * n + (size_t)c->axis.n_history * (outputs + n);
    const size_t rows = (size_t)c->axis.n_history * (outputs + n);
    const size_t place =
        (size_t)k->n_params + (size_t)c->axis.n * (outputs + (c->options.states ? n : 0));
    const size_t lanes = (size_t)c->kernel.kernel->lanes;
    const size_t lives = (size_t)c->plan->n_lives;
    double *next = osw_alloc(
        (size_t)c->n_slots * slot + lanes * place + lives * (n + rows), sizeof *next);
    c->memory = next;
    if (!next)
        return OSW_ERR_MEMORY;
    for (int i = 0; i < c->n_slots; i++, next += slot) {
        c->slots[i].p = next;
        c->slots[i].y = next + k->n_params;
        c->slots[i].carried = c->slots[i].y + n;
        c->slots[i].rows = c->slots[i].carried + n;
    }
    for (size_t l = 0; l < lanes; l++, next += place) {
        c->places[l].p = next;
        c->places[l].outputs = next + k->n_params;
        c->places[l].states =
            c->options.states ? c->places[l].outputs + (size_t)c->axis.n * outputs : NULL;
    }
    for (size_t i = 0; i < lives; i++, next += n + rows) {
        c->kept[i].y = next;
        c->kept[i].rows = next + n;
    }
    return OSW_OK;
}

static enum osw_status make_routes(struct osw_cohort *c)
{
    const struct osw_plan *plan = c->plan;
    const struct osw_kernel *kernel = plan->model->kernel;
    const struct osw_solver_options *o = &c->options.solver;
    enum osw_status status = OSW_OK;
    for (int a = 0; a < plan->n_arms && !status; a++)
        status =
            osw_route_init(&c->routes[a], kernel, &plan->arms[a],
                           &plan->lives[plan->arms[a].life], &c->axis, plan->duration);
    bool strides = c->options.driver && c->options.driver->counts_periods;
    for (int l = 0; l < c->kernel.kernel->lanes && strides && !status; l++)
        status = osw_stride_create(kernel, o->rtol, &c->places[l].stride);
    return status;
}

static enum osw_status make(struct osw_cohort *c)
{
    const struct osw_plan *plan = c->plan;
    enum osw_status status = osw_runner_init(&c->runner, plan->model, &c->options.solver);
    if (!status)
        status = osw_axis_init(&c->axis, plan, c->options.history);
    if (status)
        return status;
    c->n_slots = 4 * c->kernel.kernel->lanes;
    assert(c->n_slots < OSW_COHORT_MEMBERS); /* and one whose lives are being given out */
    c->slots = osw_alloc((size_t)c->n_slots, sizeof *c->slots);
    c->searches = osw_alloc((size_t)c->n_slots, sizeof *c->searches);
    c->routes = osw_alloc((size_t)plan->n_arms, sizeof *c->routes);
    c->history = osw_alloc((size_t)c->axis.n_history, sizeof *c->history);
    c->kept = osw_alloc((size_t)plan->n_lives, sizeof *c->kept);
    c->most_steps = osw_alloc((size_t)plan->n_arms + 1, sizeof *c->most_steps);
    if (!c->slots || !c->searches || !c->routes || !c->history || !c->most_steps ||
        !c->kept)
        return OSW_ERR_MEMORY;
    for (int i = 0; i < c->axis.n_history; i++)
        c->history[i] = c->axis.at[i].t;
    limit_steps(c);
    status = make_rows(c);
    if (!status)
        status = make_routes(c);
    return status ? status : make_batches(c);
}

enum osw_status osw_cohort_create(const struct osw_plan *plan,
                                  const struct osw_wide_kernel *kernel,
                                  const struct osw_simulate_options *options,
                                  struct osw_cohort **cohort)
{
    struct osw_cohort *c = osw_alloc(1, sizeof *c);
    if (!c)
        return OSW_ERR_MEMORY;
    c->plan = plan;
    c->kernel = *kernel;
    c->options = *options;
    enum osw_status status = make(c);
    if (status) {
        osw_cohort_destroy(c);
        return status;
    }
    *cohort = c;
    return OSW_OK;
}

void osw_cohort_destroy(struct osw_cohort *c)
{
    if (!c)
        return;
    osw_batch_destroy(c->batch);
    osw_batch_destroy(c->settler);
    osw_runner_fini(&c->runner);
    osw_axis_fini(&c->axis);
    for (int a = 0; c->routes && a < c->plan->n_arms; a++)
        osw_route_fini(&c->routes[a]);
    for (int l = 0; l < (int)(sizeof c->places / sizeof *c->places); l++)
        osw_stride_destroy(c->places[l].stride);
    osw_free(c->routes);
    osw_free(c->slots);
    osw_free(c->searches);
    osw_free(c->history);
    osw_free(c->most_steps);
    osw_free(c->kept);
    osw_free(c->memory);
    osw_free(c);
}

const struct osw_axis *osw_cohort_axis(const struct osw_cohort *c)
{
    return &c->axis;
}

struct osw_batch_stats osw_cohort_stats(const struct osw_cohort *c)
{
    struct osw_batch_stats sum = *osw_batch_stats(c->batch);
    sum.searches += osw_batch_stats(c->settler)->searches;
    return sum;
}

static int arms_of(const struct osw_plan *plan, int life)
{
    int n = 0;
    for (int a = 0; a < plan->n_arms; a++)
        n += plan->arms[a].life == life;
    return n;
}

/* The member and life whose turn it is. */
static bool next_life(struct osw_cohort *c, int64_t *member, int *life)
{
    if (c->member >= 0 && c->next_life == c->plan->n_lives)
        c->member = -1;
    if (c->member < 0 && !c->exhausted) {
        c->member = c->members->next(c->members->context);
        c->next_life = 0;
        c->exhausted = c->member < 0;
    }
    *member = c->member;
    *life = c->next_life++;
    return !c->exhausted;
}

/* Parameters, the matched one among them, and the values that the life starts from. */
static enum osw_status conceive(struct osw_cohort *c, struct osw_slot *s,
                                struct osw_diag *diag)
{
    const struct osw_model *model = c->plan->model;
    const size_t n = (size_t)model->kernel->n_params;
    struct osw_life life = c->plan->lives[s->life];
    memcpy(s->p, life.params, n * sizeof *s->p);
    c->members->draw(c->members->context, s->member, s->life, s->p);
    osw_life_follow(&life, s->p);
    s->t_start = life.t_start = osw_life_starts(model, &life, s->p);
    s->matched = NAN;
    if (life.match_output >= 0) {
        life.params = s->p;
        enum osw_status status =
            osw_life_parameters(&c->runner, &life, diag, &s->matched);
        if (status)
            return status;
        memcpy(s->p, c->runner.p, n * sizeof *s->p);
    }
    osw_life_start(model, s->p, s->y);
    return OSW_OK;
}

/* A life whose match cannot be reached, or whose lives fail on the way to it. */
static enum osw_status conceive_or_tell(struct osw_cohort *c, struct osw_slot *s)
{
    struct osw_diag *own = c->diag ? NULL : osw_diag_create();
    struct osw_diag *diag = c->diag ? c->diag : own;
    if (!diag)
        return OSW_ERR_MEMORY;
    enum osw_status status = conceive(c, s, diag);
    struct osw_solver_failure failure = {NAN, -1, 0, "the match cannot be reached"};
    if (status == OSW_ERR_INTEGRATION)
        failure = c->runner.failure;
    if (status == OSW_ERR_INTEGRATION || status == OSW_ERR_INPUT)
        status = osw_cohort_unborn(c, s, status, &failure);
    osw_diag_destroy(own);
    return status;
}

static size_t rows_size(const struct osw_cohort *c)
{
    size_t n = (size_t)c->plan->n_outputs + (size_t)c->plan->model->kernel->n_states;
    return (size_t)c->axis.n_history * n;
}

/* Is the member's life one that is known already? */
static bool has_lived(struct osw_cohort *c, struct osw_slot *s)
{
    const struct osw_kernel *k = c->plan->model->kernel;
    const struct osw_kept_life *kept = &c->kept[s->life];
    const struct osw_life *life = &c->plan->lives[s->life];
    const size_t n = (size_t)k->n_params;
    if (!kept->known || life->match_output >= 0)
        return false;
    memcpy(s->p, life->params, n * sizeof *s->p);
    c->members->draw(c->members->context, s->member, s->life, s->p);
    if (memcmp(s->p, life->params, n * sizeof *s->p) != 0)
        return false;
    s->t_start = life->t_start;
    s->matched = NAN;
    s->stats = kept->stats;
    memcpy(s->y, kept->y, (size_t)k->n_states * sizeof *s->y);
    memcpy(s->rows, kept->rows, rows_size(c) * sizeof *s->rows);
    s->stage = OSW_SLOT_LIVED;
    return true;
}

void osw_cohort_lived(struct osw_cohort *c, struct osw_slot *s)
{
    struct osw_kept_life *kept = &c->kept[s->life];
    s->stage = OSW_SLOT_LIVED;
    if (!c->keeping)
        return;
    memcpy(kept->y, s->y, (size_t)c->plan->model->kernel->n_states * sizeof *s->y);
    memcpy(kept->rows, s->rows, rows_size(c) * sizeof *s->rows);
    kept->stats = s->stats;
    kept->known = true;
}

void osw_cohort_start(const struct osw_cohort *c, const struct osw_slot *s, double *p)
{
    memcpy(p, s->p, (size_t)c->plan->model->kernel->n_params * sizeof *p);
    if (c->members->start)
        c->members->start(c->members->context, s->member, p);
}

static void take_life(struct osw_cohort *c, struct osw_slot *s, int64_t member, int life)
{
    if (!arms_of(c->plan, life))
        return;
    s->stage = OSW_SLOT_SETTLING;
    s->member = member;
    s->life = life;
    s->next_arm = 0;
    s->open_arms = arms_of(c->plan, life);
    s->stats = (struct osw_solver_stats){0};
    if (!has_lived(c, s))
        c->status = conceive_or_tell(c, s);
}

/* What a life's arms find in its rows where it has none. */
static void clear_rows(const struct osw_cohort *c, struct osw_slot *s)
{
    for (size_t i = 0; i < rows_size(c); i++)
        s->rows[i] = NAN;
}

static void be_born(struct osw_cohort *c, struct osw_slot *s)
{
    clear_rows(c, s);
    if (s->t_start < 0)
        s->stage = OSW_SLOT_BORN;
    else
        osw_cohort_lived(c, s);
}

static void settle(struct osw_cohort *c)
{
    int n = 0, i = 0;
    for (int k = 0; k < c->n_slots; k++) {
        struct osw_slot *s = &c->slots[k];
        const struct osw_life *life = &c->plan->lives[s->life];
        if (s->stage != OSW_SLOT_SETTLING)
            continue;
        if (c->runner.settles && !life->settle_frozen)
            c->searches[n++] =
                (struct osw_batch_search){s->t_start, s->p, s->y, s->carried, false};
        else
            be_born(c, s);
    }
    osw_batch_settle(c->settler, c->searches, n);
    for (int k = 0; k < c->n_slots; k++) {
        struct osw_slot *s = &c->slots[k];
        if (s->stage != OSW_SLOT_SETTLING)
            continue;
        if (c->searches[i++].found)
            be_born(c, s);
        else
            osw_cohort_rescue(c, s, -1, "no steady state was found in the lanes",
                              s->t_start);
    }
}

void osw_cohort_fill(struct osw_cohort *c)
{
    bool more = true;
    for (int k = 0; k < c->n_slots && more && !c->status; k++) {
        struct osw_slot *s = &c->slots[k];
        int64_t member;
        int life;
        while (s->stage == OSW_SLOT_FREE && !c->status) {
            more = next_life(c, &member, &life);
            if (!more)
                break;
            take_life(c, s, member, life);
        }
    }
    if (!c->status)
        settle(c);
}

enum osw_status osw_cohort_run(struct osw_cohort *c,
                               const struct osw_cohort_members *members,
                               struct osw_diag *diag)
{
    struct osw_batch_source source = osw_cohort_source;
    c->members = members;
    c->diag = diag;
    c->status = OSW_OK;
    c->member = -1;
    c->exhausted = false;
    for (int k = 0; k < c->n_slots; k++)
        c->slots[k].stage = OSW_SLOT_FREE;
    source.context = c;
    enum osw_status status = osw_batch_run(c->batch, &source);
    return c->status ? c->status : status;
}

struct pilot {
    struct osw_cohort *cohort;
    bool given;
    int64_t *steps; /* [n_arms + 1]; 0: it did not end in the lanes */
};

static int64_t only_pilot(void *context)
{
    struct pilot *pilot = context;
    bool given = pilot->given;
    pilot->given = true;
    return given ? -1 : 0;
}

static void as_planned(void *context, int64_t member, int life, double *p)
{
    (void)context, (void)member, (void)life, (void)p;
}

static int64_t taken(const struct osw_solver_stats *stats)
{
    return stats->steps + stats->error_failures;
}

static void note_steps(void *context, const struct osw_cohort_course *course)
{
    struct pilot *pilot = context;
    const struct osw_arm_result *r = course->result;
    int64_t *life = &pilot->steps[pilot->cohort->plan->n_arms];
    if (r->status || r->ejected)
        return;
    pilot->steps[course->arm] = taken(&r->stats);
    *life = taken(&r->life_stats) > *life ? taken(&r->life_stats) : *life;
}

enum osw_status osw_cohort_pilot(struct osw_cohort *c, struct osw_diag *diag)
{
    enum { MANY = 20, SPAN = 2000, SEGMENT = 100 };
    const size_t n = (size_t)c->plan->n_arms + 1;
    struct pilot pilot = {.cohort = c, .steps = osw_alloc(n, sizeof *pilot.steps)};
    const struct osw_cohort_members members = {
        .context = &pilot, .next = only_pilot, .draw = as_planned, .done = note_steps};
    if (!pilot.steps)
        return OSW_ERR_MEMORY;
    c->keeping = true;
    enum osw_status status = osw_cohort_run(c, &members, diag);
    c->keeping = false;
    for (size_t a = 0; a < n && !status; a++) {
        int64_t segments = a + 1 < n ? c->plan->arms[a].n_events : 0;
        int64_t most = MANY * pilot.steps[a], least = SPAN + SEGMENT * segments;
        if (pilot.steps[a])
            c->most_steps[a] = most > least ? most : least;
    }
    osw_free(pilot.steps);
    return status;
}
