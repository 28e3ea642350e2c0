/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Making the work of many members, and being the source of the driver's trajectories:
 * arms of lives that are done first, then lives, then new members. */
#include "base/memory.h"
#include "simulate/fallback.h"
#include "simulate/lives.h"

#include <assert.h>
#include <math.h>
#include <string.h>

/* Room for x [n] in the one block of all numbers: counted first, then given out. */
struct room {
    double *next; /* NULL: count */
    size_t total;
};

static double *take(struct room *room, size_t n)
{
    double *x = room->next ? room->next + room->total : NULL;
    room->total += n;
    return x;
}

static void lay_out_slot(const struct osw_members *m, struct osw_life_slot *s,
                         struct room *room)
{
    const struct osw_kernel *k = m->plan->model->kernel;
    const size_t rows = (size_t)m->axis.n_history, n = (size_t)k->n_states;
    s->p = take(room, (size_t)k->n_params);
    s->y = take(room, n);
    s->carried = take(room, n);
    s->outputs = take(room, rows * (size_t)m->plan->n_outputs);
    s->states = take(room, rows * n);
}

static void lay_out_lane(const struct osw_members *m, struct osw_lane_work *lane,
                         struct room *room)
{
    const struct osw_kernel *k = m->plan->model->kernel;
    const size_t rows = (size_t)m->axis.n, n = (size_t)m->plan->n_outputs;
    lane->p = take(room, (size_t)k->n_params);
    lane->outputs = take(room, rows * n);
    if (m->options.states)
        lane->states = take(room, rows * (size_t)k->n_states);
    if (m->options.n_sensitive > 0)
        lane->slopes = take(room, rows * n * (size_t)m->options.n_sensitive);
}

static int n_lanes(const struct osw_members *m)
{
    return m->driver->in_lanes ? m->kernel.kernel->lanes : 1;
}

static void lay_out(struct osw_members *m, struct room *room)
{
    for (int i = 0; i < m->n_slots; i++)
        lay_out_slot(m, &m->slots[i], room);
    lay_out_slot(m, &m->spare, room);
    for (int l = 0; l < n_lanes(m); l++)
        lay_out_lane(m, &m->lanes[l], room);
    for (int i = 0; i < m->plan->n_lives; i++) {
        const size_t rows = (size_t)m->axis.n_history;
        const size_t n = (size_t)m->plan->model->kernel->n_states;
        m->kept[i].y = take(room, n);
        m->kept[i].outputs = take(room, rows * (size_t)m->plan->n_outputs);
        m->kept[i].states = take(room, rows * n);
    }
}

static enum osw_status make_numbers(struct osw_members *m)
{
    struct room room = {0};
    lay_out(m, &room);
    room.next = m->memory = osw_alloc(room.total, sizeof *m->memory);
    if (!m->memory)
        return OSW_ERR_MEMORY;
    room.total = 0;
    lay_out(m, &room);
    return OSW_OK;
}

static enum osw_status make_timelines(struct osw_members *m)
{
    const struct osw_plan *plan = m->plan;
    const struct osw_kernel *kernel = plan->model->kernel;
    enum osw_status status = OSW_OK;
    for (int i = 0; i < plan->n_lives; i++)
        osw_timeline_life(&m->life_timelines[i], kernel, &plan->lives[i], &m->axis);
    for (int a = 0; a < plan->n_arms && !status; a++)
        status =
            osw_timeline_arm(&m->arm_timelines[a], kernel, &plan->arms[a],
                             &plan->lives[plan->arms[a].life], &m->axis, plan->duration);
    for (int a = 0; a < plan->n_arms && plan->longest_step > 0; a++)
        m->arm_timelines[a].rhythm.n_stretches = 0; /* no period is like the next */
    return status;
}

static enum osw_status make_driver(struct osw_members *m)
{
    struct osw_driver_setup setup = m->lives.setup;
    setup.wide = m->kernel.kernel;
    setup.isa = m->kernel.isa;
    setup.unsure = m->unsure;
    if (m->options.n_sensitive > 0) {
        enum osw_status status = osw_sensitivities_init(
            &m->sensitivities, m->plan->model, m->options.sensitive,
            m->options.n_sensitive, m->options.own_only);
        if (status)
            return status;
        setup.sensitivities = &m->sensitivities;
    }
    return m->driver->create(&setup, &m->work);
}

/* Until there is a pilot. */
static void limit_steps(struct osw_members *m)
{
    for (int a = 0; a <= m->plan->n_arms; a++)
        m->most_steps[a] = osw_slots_most_steps(m, a);
}

static enum osw_status make(struct osw_members *m)
{
    enum { SLOTS_OF_LANE = 4 };
    const struct osw_plan *plan = m->plan;
    enum osw_status status =
        osw_life_runner_init(&m->lives, plan->model, &m->options.solver);
    if (!status)
        status = osw_axis_init(&m->axis, plan, m->options.history, m->options.both_sides);
    if (status)
        return status;
    m->n_slots = m->driver->in_lanes ? SLOTS_OF_LANE * n_lanes(m) : 1;
    assert(m->n_slots < OSW_MEMBERS_AT_WORK); /* and one whose lives are given out */
    m->slots = osw_alloc((size_t)m->n_slots, sizeof *m->slots);
    m->searches = osw_alloc((size_t)m->n_slots, sizeof *m->searches);
    m->life_timelines = osw_alloc((size_t)plan->n_lives, sizeof *m->life_timelines);
    m->arm_timelines = osw_alloc((size_t)plan->n_arms, sizeof *m->arm_timelines);
    m->kept = osw_alloc((size_t)plan->n_lives, sizeof *m->kept);
    m->unsure = osw_alloc((size_t)plan->model->kernel->n_states, 1);
    m->most_steps = osw_alloc((size_t)plan->n_arms + 1, sizeof *m->most_steps);
    if (!m->slots || !m->searches || !m->life_timelines || !m->arm_timelines ||
        !m->kept || !m->most_steps || !m->unsure)
        return OSW_ERR_MEMORY;
    limit_steps(m);
    status = make_numbers(m);
    if (!status)
        status = make_timelines(m);
    return status ? status : make_driver(m);
}

enum osw_status osw_members_create(const struct osw_plan *plan,
                                   const struct osw_wide_kernel *kernel,
                                   const struct osw_simulate_options *options,
                                   struct osw_members **members)
{
    struct osw_members *m = osw_alloc(1, sizeof *m);
    if (!m)
        return OSW_ERR_MEMORY;
    m->plan = plan;
    m->kernel = *kernel;
    m->options = *options;
    m->driver = options->driver ? options->driver : osw_drivers[0];
    if (!(m->options.solver.max_step > 0))
        m->options.solver.max_step = plan->longest_step;
    assert(m->driver->sensitivities || !options->n_sensitive);
    if (!m->driver->linear_solver)
        m->options.solver.linear_solver = OSW_LINEAR_GENERATED;
    enum osw_status status = make(m);
    if (status) {
        osw_members_destroy(m);
        return status;
    }
    *members = m;
    return OSW_OK;
}

void osw_members_destroy(struct osw_members *m)
{
    if (!m)
        return;
    m->driver->destroy(m->work);
    osw_life_runner_fini(&m->lives);
    osw_sensitivities_fini(&m->sensitivities);
    for (int a = 0; m->arm_timelines && a < m->plan->n_arms; a++)
        osw_timeline_fini(&m->arm_timelines[a]);
    osw_axis_fini(&m->axis);
    osw_free(m->life_timelines);
    osw_free(m->unsure);
    osw_free(m->arm_timelines);
    osw_free(m->slots);
    osw_free(m->searches);
    osw_free(m->most_steps);
    osw_free(m->kept);
    osw_free(m->memory);
    osw_free(m);
}

const unsigned char *osw_members_unsure(const struct osw_members *m)
{
    return m->unsure;
}

const struct osw_axis *osw_members_axis(const struct osw_members *m)
{
    return &m->axis;
}

struct osw_batch_stats osw_members_stats(const struct osw_members *m)
{
    return m->driver->stats(m->work);
}

/* A slot at the stage; DONE: with an arm that is to be run. */
static struct osw_life_slot *find_slot(struct osw_members *m, enum osw_slot_stage stage)
{
    for (int k = 0; k < m->n_slots; k++) {
        struct osw_life_slot *s = &m->slots[k];
        if (s->stage != stage)
            continue;
        while (stage == OSW_SLOT_DONE && s->next_arm < m->plan->n_arms &&
               m->plan->arms[s->next_arm].life != s->life)
            s->next_arm++;
        if (stage != OSW_SLOT_DONE || s->next_arm < m->plan->n_arms)
            return s;
    }
    return NULL;
}

static enum osw_batch_answer next(void *context, int lane,
                                  struct osw_trajectory **trajectory)
{
    struct osw_members *m = context;
    struct osw_lane_work *work = &m->lanes[lane];
    struct osw_life_slot *s = find_slot(m, OSW_SLOT_DONE);
    while (!s && !find_slot(m, OSW_SLOT_READY) && !m->exhausted && !m->status) {
        osw_lives_fill(m, work); /* all that it takes may fail at its start */
        s = find_slot(m, OSW_SLOT_DONE);
    }
    if (m->status)
        return OSW_BATCH_STOP;
    if (s) {
        osw_slots_arm(m, work, s, s->next_arm++);
    } else if ((s = find_slot(m, OSW_SLOT_READY))) {
        s->stage = OSW_SLOT_RUNNING;
        osw_slots_life(m, work, s);
    } else {
        return OSW_BATCH_END;
    }
    *trajectory = &work->trajectory;
    return OSW_BATCH_GO;
}

static bool ended(void *context, struct osw_trajectory *trajectory)
{
    struct osw_members *m = context;
    struct osw_lane_work *lane = trajectory->context;
    struct osw_life_slot *s = lane->slot;
    const struct osw_solver_failure failure = trajectory->failure;
    if (lane->arm < 0 && !trajectory->status) {
        s->stats = trajectory->stats;
        osw_lives_done(m, lane, s);
    } else if (lane->arm < 0) {
        s->stats = trajectory->stats;
        osw_lives_failed(m, lane, s, &failure);
    } else if (trajectory->status && m->driver->in_lanes) {
        osw_fallback_run(m, lane, s, lane->arm, failure.reason, failure.t);
    } else {
        osw_slots_tell(m, lane, s, s);
    }
    return m->status != OSW_OK;
}

static bool stop(void *context, const struct osw_trajectory *trajectory, double t)
{
    struct osw_members *m = context;
    struct osw_lane_work *lane = trajectory->context;
    const double days = fmax(0, t - lane->reported);
    lane->reported += days;
    return m->source->stop(m->source->context, days, trajectory->timeline->name);
}

/* The arm that runs has an event which sensitivities cannot follow. */
static enum osw_status too_many_terms(struct osw_members *m)
{
    const struct osw_arm *arm = &m->plan->arms[m->lanes[0].arm];
    const struct osw_event *event = &arm->events[m->sensitivities.refused];
    return osw_diag_fail(m->diag, OSW_ERR_INPUT, (struct osw_loc){0},
                         "arm '%s': doses by body weight change more than %d parameters "
                         "('%s' is one too many): derivatives by the weight cannot "
                         "follow",
                         arm->name, OSW_DIRECTION_TERMS - 1,
                         m->plan->model->params[event->index].id);
}

enum osw_status osw_members_run(struct osw_members *m,
                                const struct osw_members_source *source,
                                struct osw_diag *diag)
{
    const struct osw_trajectory_source trajectories = {m, next, ended,
                                                       source->stop ? stop : NULL};
    m->source = source;
    m->diag = diag;
    m->status = OSW_OK;
    m->member = -1;
    m->exhausted = false;
    for (int k = 0; k < m->n_slots; k++)
        m->slots[k].stage = OSW_SLOT_FREE;
    enum osw_status status = m->driver->run(m->work, &trajectories);
    if (status == OSW_ERR_INPUT)
        return too_many_terms(m);
    return m->status ? m->status : status;
}

struct pilot {
    struct osw_members *members;
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

static int64_t taken(const struct osw_solver_stats *stats)
{
    return stats->steps + stats->error_failures;
}

static void note_steps(void *context, const struct osw_member_arm *arm)
{
    struct pilot *pilot = context;
    const struct osw_arm_result *r = arm->result;
    int64_t *life = &pilot->steps[pilot->members->plan->n_arms];
    if (r->status || r->fallback)
        return;
    pilot->steps[arm->arm] = taken(&r->stats);
    *life = taken(&r->life_stats) > *life ? taken(&r->life_stats) : *life;
}

enum osw_status osw_members_pilot(struct osw_members *m, struct osw_diag *diag)
{
    enum { MANY = 20, SPAN = 2000, SEGMENT = 100 };
    const size_t n = (size_t)m->plan->n_arms + 1;
    struct pilot pilot = {.members = m, .steps = osw_alloc(n, sizeof *pilot.steps)};
    const struct osw_members_source source = {
        .context = &pilot, .next = only_pilot, .done = note_steps};
    if (!pilot.steps)
        return OSW_ERR_MEMORY;
    m->keeping = true;
    enum osw_status status = osw_members_run(m, &source, diag);
    m->keeping = false;
    for (size_t a = 0; a < n && !status; a++) {
        int64_t segments = a + 1 < n ? m->plan->arms[a].n_events : 0;
        int64_t most = MANY * pilot.steps[a], least = SPAN + SEGMENT * segments;
        if (pilot.steps[a])
            m->most_steps[a] = most > least ? most : least;
    }
    osw_free(pilot.steps);
    return status;
}
