/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the batch of a cohort asks: which life or arm a lane takes next, what happens at a
 * segment's end, where values go. An arm's segments end at its events; at one that is an
 * output time the state is shown before and after, as in simulate.c. */
#include "simulate/cohort_work.h"

#include <math.h>
#include <string.h>

static struct osw_slot *find_slot(struct osw_cohort *c, enum osw_slot_stage stage)
{
    for (int k = 0; k < c->n_slots; k++) {
        struct osw_slot *s = &c->slots[k];
        if (s->stage != stage)
            continue;
        while (stage == OSW_SLOT_LIVED && s->next_arm < c->plan->n_arms &&
               c->plan->arms[s->next_arm].life != s->life)
            s->next_arm++;
        if (stage != OSW_SLOT_LIVED || s->next_arm < c->plan->n_arms)
            return s;
    }
    return NULL;
}

/* A life's rows become the first ones of its arm. */
static void begin_arm(const struct osw_cohort *c, struct osw_place *place)
{
    const size_t n = (size_t)c->plan->n_outputs;
    const size_t m = (size_t)c->plan->model->kernel->n_states;
    for (int i = 0; i < c->axis.n; i++)
        for (size_t j = 0; j < n; j++)
            place->outputs[(size_t)i * n + j] = NAN;
    for (int i = 0; place->states && i < c->axis.n; i++)
        for (size_t j = 0; j < m; j++)
            place->states[(size_t)i * m + j] = NAN;
    for (int i = 0; i < c->axis.n_history; i++) {
        const double *from = place->slot->rows + (size_t)i * (n + m);
        memcpy(place->outputs + (size_t)i * n, from, n * sizeof *from);
        if (place->states)
            memcpy(place->states + (size_t)i * m, from + n, m * sizeof *from);
    }
    osw_cohort_start(c, place->slot, place->p);
}

static enum osw_batch_answer next(void *context, struct osw_batch_lane *lane)
{
    struct osw_cohort *c = context;
    struct osw_place *place = &c->places[lane->index];
    struct osw_slot *s = find_slot(c, OSW_SLOT_LIVED);
    while (!s && !find_slot(c, OSW_SLOT_BORN) && !c->exhausted && !c->status) {
        osw_cohort_fill(c); /* all that it takes may fail to settle */
        s = find_slot(c, OSW_SLOT_LIVED);
    }
    if (c->status)
        return OSW_BATCH_STOP;
    int arm = s ? s->next_arm++ : -1;
    if (!s)
        s = find_slot(c, OSW_SLOT_BORN);
    if (!s)
        return OSW_BATCH_END;
    *place = (struct osw_place){.slot = s,
                                .arm = arm,
                                .begins = true,
                                .p = place->p,
                                .outputs = place->outputs,
                                .states = place->states};
    if (arm < 0)
        s->stage = OSW_SLOT_LIVING;
    else
        begin_arm(c, place);
    lane->t = arm < 0 ? s->t_start : 0;
    lane->most_steps = c->most_steps[arm < 0 ? c->plan->n_arms : arm];
    const struct osw_kernel *k = c->plan->model->kernel;
    for (int i = 0; i < k->n_states; i++)
        lane->y[i * lane->stride] = s->y[i];
    for (int j = 0; j < k->n_params; j++)
        lane->p[j * lane->stride] = s->p[j];
    return OSW_BATCH_GO;
}

static void count(struct osw_solver_stats *to, const struct osw_batch_lane *lane,
                  int64_t segments)
{
    int64_t all = lane->steps + lane->rejected;
    *to = (struct osw_solver_stats){.steps = lane->steps,
                                    .rhs = OSW_BATCH_RHS * all,
                                    .jacobians = all,
                                    .factorizations = all,
                                    .error_failures = lane->rejected,
                                    .segments = segments};
}

/* To time 0; the history asked for on the way, that of the start first. */
static enum osw_batch_answer turn_life(struct osw_cohort *c, struct osw_place *place,
                                       struct osw_batch_lane *lane,
                                       struct osw_batch_segment *segment)
{
    struct osw_slot *s = place->slot;
    const struct osw_life *life = &c->plan->lives[s->life];
    if (!place->begins && lane->t >= 0) {
        for (int i = 0; i < c->plan->model->kernel->n_states; i++)
            s->y[i] = lane->y[i * lane->stride];
        count(&s->stats, lane, 1);
        osw_cohort_lived(c, s);
        return OSW_BATCH_END;
    }
    *segment = (struct osw_batch_segment){.t_end = 0, .hold = life->settle_frozen};
    if (place->begins) {
        place->begins = false;
        while (place->asked < c->axis.n_history && c->history[place->asked] < s->t_start)
            place->asked++;
        place->first = place->asked;
        if (place->asked < c->axis.n_history && c->history[place->asked] <= s->t_start) {
            place->show_row = place->asked;
            place->first++;
            segment->show = true;
        }
    }
    segment->times = c->history + place->first;
    segment->n_times = c->axis.n_history - place->first;
    return OSW_BATCH_GO;
}

static void apply(const struct osw_cohort *c, const struct osw_place *place,
                  struct osw_batch_lane *lane, struct osw_batch_segment *segment)
{
    const struct osw_kernel *k = c->plan->model->kernel;
    const struct osw_arm *arm = &c->plan->arms[place->arm];
    const struct osw_event *e = &arm->events[place->event];
    double *y = &lane->y[e->index * lane->stride], *p = &lane->p[e->index * lane->stride];
    switch (e->kind) {
    case OSW_EVENT_SET_PARAM:
        *p = osw_arm_value(arm, place->event, &c->plan->lives[arm->life], place->p);
        if (k->param_switchable && k->param_switchable[e->index])
            segment->switched = true;
        else
            segment->changed = true;
        break;
    case OSW_EVENT_SET_STATE:
        *y = e->value;
        break;
    case OSW_EVENT_ADD_STATE:
        *y += e->value;
        break;
    }
}

/* What changes at time 0. */
static void start(const struct osw_cohort *c, struct osw_place *place,
                  struct osw_batch_lane *lane, struct osw_batch_segment *segment)
{
    const struct osw_kernel *k = c->plan->model->kernel;
    place->started = true;
    for (int j = 0; c->members->start && j < k->n_params; j++) {
        if (place->p[j] == lane->p[j * lane->stride])
            continue;
        lane->p[j * lane->stride] = place->p[j];
        segment->switched = true;
        segment->changed |= !k->param_switchable || !k->param_switchable[j];
    }
}

/* Where the segment from t ends, and the outputs on its way. */
static void aim(const struct osw_cohort *c, struct osw_place *place,
                struct osw_batch_segment *segment)
{
    const struct osw_arm *arm = &c->plan->arms[place->arm];
    const struct osw_axis *axis = &c->axis;
    double end = c->plan->duration, stop = end;
    if (place->event < arm->n_events && arm->events[place->event].t < end)
        stop = arm->events[place->event].t;
    int last = place->first = place->asked;
    while (last < axis->n_asked && axis->asked[last] <= stop + OSW_SAME_TIME)
        last++;
    place->end_row = -1;
    if (last > place->asked && axis->asked[last - 1] >= stop - OSW_SAME_TIME) {
        stop = axis->asked[last - 1]; /* one time, not two a rounding apart */
        place->end_row = axis->index[last - 1];
    }
    segment->t_end = stop;
    segment->times = axis->asked + place->asked;
    segment->n_times = last - place->asked;
    place->asked = last;
    place->segments++;
}

static enum osw_batch_answer end_arm(struct osw_cohort *c, struct osw_place *place,
                                     const struct osw_batch_lane *lane)
{
    struct osw_arm_result result = {.name = c->plan->arms[place->arm].name,
                                    .failure = {.state = -1, .reason = ""},
                                    .life_stats = place->slot->stats,
                                    .matched_value = place->slot->matched,
                                    .params = place->slot->p};
    count(&result.stats, lane, place->segments);
    osw_cohort_tell(c, place->slot, place->arm, &result, place->outputs, place->states);
    return OSW_BATCH_END;
}

static enum osw_batch_answer turn_arm(struct osw_cohort *c, struct osw_place *place,
                                      struct osw_batch_lane *lane,
                                      struct osw_batch_segment *segment)
{
    const struct osw_arm *arm = &c->plan->arms[place->arm];
    const struct osw_axis *axis = &c->axis;
    double t = lane->t;
    if (place->over)
        return end_arm(c, place, lane);
    *segment = (struct osw_batch_segment){.t_end = t};
    if (place->begins) {
        place->begins = false;
        place->end_row = -1;
        if (axis->n_asked && axis->asked[0] <= OSW_SAME_TIME) {
            place->asked = 1;
            place->show_row = place->end_row = axis->index[0];
            segment->show = true;
            return OSW_BATCH_GO;
        }
    }
    if (!place->started)
        start(c, place, lane, segment);
    if (place->event < arm->n_events)
        segment->kind = c->kinds[place->arm][place->event];
    for (;
         place->event < arm->n_events && arm->events[place->event].t <= t + OSW_SAME_TIME;
         place->event++)
        apply(c, place, lane, segment);
    segment->show = osw_axis_twin(axis, place->end_row);
    place->show_row = place->end_row + 1;
    place->over = t >= c->plan->duration - OSW_SAME_TIME;
    if (place->over && !segment->show)
        return end_arm(c, place, lane);
    if (!place->over)
        aim(c, place, segment);
    return OSW_BATCH_GO;
}

static enum osw_batch_answer turn(void *context, struct osw_batch_lane *lane,
                                  struct osw_batch_segment *segment)
{
    struct osw_cohort *c = context;
    struct osw_place *place = &c->places[lane->index];
    const struct osw_cohort_members *m = c->members;
    if (m->stop && m->stop(m->context, lane->t,
                           place->arm < 0 ? c->plan->lives[place->slot->life].name
                                          : c->plan->arms[place->arm].name))
        return OSW_BATCH_STOP;
    return place->arm < 0 ? turn_life(c, place, lane, segment)
                          : turn_arm(c, place, lane, segment);
}

static void record(const struct osw_cohort *c, const struct osw_batch_lane *lane,
                   double *outputs, double *states)
{
    for (int i = 0; i < c->plan->n_outputs; i++)
        outputs[i] = lane->outputs[c->plan->outputs[i] * lane->stride];
    for (int i = 0; states && i < c->plan->model->kernel->n_states; i++)
        states[i] = lane->y[i * lane->stride];
}

static void output(void *context, const struct osw_batch_lane *lane, int index)
{
    struct osw_cohort *c = context;
    struct osw_place *place = &c->places[lane->index];
    const size_t n = (size_t)c->plan->n_outputs;
    const size_t m = (size_t)c->plan->model->kernel->n_states;
    if (place->arm < 0) {
        size_t row = (size_t)(index < 0 ? place->show_row : place->first + index);
        record(c, lane, place->slot->rows + row * (n + m),
               place->slot->rows + row * (n + m) + n);
        return;
    }
    int row = index < 0 ? place->show_row : c->axis.index[place->first + index];
    /* Before the segment's end both entries of a time are the same. */
    int last = osw_axis_twin(&c->axis, row) && row != place->end_row ? row + 1 : row;
    for (; row <= last; row++)
        record(c, lane, place->outputs + (size_t)row * n,
               place->states ? place->states + (size_t)row * m : NULL);
}

static void failed(void *context, const struct osw_batch_lane *lane,
                   const struct osw_batch_failure *failure)
{
    struct osw_cohort *c = context;
    struct osw_place *place = &c->places[lane->index];
    osw_cohort_rescue(c, place->slot, place->arm, osw_batch_reason(failure->code),
                      failure->t);
}

const struct osw_batch_source osw_cohort_source = {NULL, next, turn, output, failed};
