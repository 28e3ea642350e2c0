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
    osw_walk_begin(&place->walk, &c->routes[place->arm], place->stride, place->p);
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
                                .stride = place->stride,
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

static enum osw_batch_answer end_arm(struct osw_cohort *c, struct osw_place *place,
                                     const struct osw_batch_lane *lane)
{
    struct osw_arm_result result = {.name = c->plan->arms[place->arm].name,
                                    .failure = {.state = -1, .reason = ""},
                                    .life_stats = place->slot->stats,
                                    .matched_value = place->slot->matched,
                                    .params = place->slot->p};
    count(&result.stats, lane, place->walk.segments);
    if (place->stride) {
        const struct osw_stride_stats *strides = osw_stride_stats(place->stride);
        result.periods = strides->periods;
        result.periods_run = strides->run;
    }
    osw_cohort_tell(c, place->slot, place->arm, &result, place->outputs, place->states);
    return OSW_BATCH_END;
}

static enum osw_batch_answer turn_arm(struct osw_cohort *c, struct osw_place *place,
                                      struct osw_batch_lane *lane,
                                      struct osw_batch_segment *segment)
{
    enum osw_batch_answer answer = osw_walk_turn(&place->walk, lane, segment);
    return answer == OSW_BATCH_END ? end_arm(c, place, lane) : answer;
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
    int row, last;
    osw_walk_rows(&place->walk, index, &row, &last);
    for (; row <= last; row++)
        record(c, lane, place->outputs + (size_t)row * n,
               place->states ? place->states + (size_t)row * m : NULL);
}

static enum osw_batch_answer failed(void *context, struct osw_batch_lane *lane,
                                    const struct osw_batch_failure *failure)
{
    struct osw_cohort *c = context;
    struct osw_place *place = &c->places[lane->index];
    if (place->arm >= 0 && place->stride &&
        osw_stride_failed(place->stride, &place->walk, lane))
        return OSW_BATCH_GO;
    osw_cohort_rescue(c, place->slot, place->arm, osw_batch_reason(failure->code),
                      failure->t);
    return OSW_BATCH_END;
}

const struct osw_batch_source osw_cohort_source = {NULL, next, turn, output, failed};
