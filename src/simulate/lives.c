/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Giving out members' lives: parameters, a match, the search for steady starts of several
 * at once; and lives with the plan's own parameters, which the pilot has kept. */
#include "simulate/lives.h"
#include "simulate/fallback.h"

#include <math.h>
#include <string.h>

static int arms_of(const struct osw_plan *plan, int life)
{
    int n = 0;
    for (int a = 0; a < plan->n_arms; a++)
        n += plan->arms[a].life == life;
    return n;
}

/* The next member and life. */
static bool next_life(struct osw_members *m, int64_t *member, int *life)
{
    if (m->member >= 0 && m->next_life == m->plan->n_lives)
        m->member = -1;
    if (m->member < 0 && !m->exhausted) {
        m->member = m->source->next(m->source->context);
        m->next_life = 0;
        m->exhausted = m->member < 0;
    }
    *member = m->member;
    *life = m->next_life++;
    return !m->exhausted;
}

/* The member's parameters of the life, and when that begins. */
static void draw(const struct osw_members *m, struct osw_life_slot *s)
{
    const struct osw_life *life = &m->plan->lives[s->life];
    const size_t n = (size_t)m->plan->model->kernel->n_params;
    memcpy(s->p, life->params, n * sizeof *s->p);
    s->t_start = life->t_start;
    if (!m->source->draw)
        return;
    m->source->draw(m->source->context, s->member, s->life, s->p);
    osw_life_follow(life, s->p);
    s->t_start = osw_life_starts(m->plan->model, life, s->p);
}

/* Parameters, the matched one among them, and the values that the life starts from. */
static enum osw_status set_up(struct osw_members *m, struct osw_life_slot *s)
{
    const struct osw_model *model = m->plan->model;
    const size_t n = (size_t)model->kernel->n_params;
    struct osw_life life = m->plan->lives[s->life];
    draw(m, s);
    life.t_start = s->t_start;
    s->matched = NAN;
    if (life.match_output >= 0) {
        life.params = s->p;
        enum osw_status status = osw_match_life(&m->lives, &life, m->diag, &s->matched);
        if (status)
            return status;
        memcpy(s->p, m->lives.p, n * sizeof *s->p);
    }
    osw_life_start(model, s->p, s->y);
    if (m->sensitivities.n)
        osw_sensitivities_begin(&m->sensitivities, &life, s->p);
    return OSW_OK;
}

static void tell_failed(struct osw_members *m, struct osw_lane_work *lane,
                        struct osw_life_slot *s, enum osw_status why,
                        const struct osw_solver_failure *failure)
{
    lane->fallback = NULL;
    for (int a = 0; a < m->plan->n_arms; a++)
        if (m->plan->arms[a].life == s->life)
            osw_slots_tell_failed(m, lane, s, a, why, failure);
}

static void set_up_or_tell(struct osw_members *m, struct osw_lane_work *lane,
                           struct osw_life_slot *s)
{
    enum osw_status status = set_up(m, s);
    struct osw_solver_failure failure = {NAN, -1, 0, "the match cannot be reached"};
    if (status == OSW_ERR_INTEGRATION)
        failure = m->lives.failure;
    if (status == OSW_ERR_INTEGRATION || status == OSW_ERR_INPUT)
        tell_failed(m, lane, s, status, &failure);
    else
        m->status = status;
}

static void copy_life(const struct osw_members *m, double *y, double *outputs,
                      double *states, const double *y_from, const double *outputs_from,
                      const double *states_from)
{
    const size_t rows = (size_t)m->axis.n_history, n = (size_t)m->plan->n_outputs;
    const size_t n_states = (size_t)m->plan->model->kernel->n_states;
    memcpy(y, y_from, n_states * sizeof *y);
    memcpy(outputs, outputs_from, rows * n * sizeof *outputs);
    memcpy(states, states_from, rows * n_states * sizeof *states);
}

/* Is the member's life one that is known already? */
static bool is_known(struct osw_members *m, struct osw_life_slot *s)
{
    const struct osw_kept_life *kept = &m->kept[s->life];
    const struct osw_life *life = &m->plan->lives[s->life];
    const size_t n = (size_t)m->plan->model->kernel->n_params;
    if (!kept->known || life->match_output >= 0)
        return false;
    draw(m, s);
    if (memcmp(s->p, life->params, n * sizeof *s->p) != 0)
        return false;
    s->t_start = life->t_start;
    s->matched = NAN;
    s->stats = kept->stats;
    copy_life(m, s->y, s->outputs, s->states, kept->y, kept->outputs, kept->states);
    s->stage = OSW_SLOT_DONE;
    return true;
}

void osw_lives_done(struct osw_members *m, struct osw_lane_work *lane,
                    struct osw_life_slot *s)
{
    const struct osw_life *life = &m->plan->lives[s->life];
    struct osw_kept_life *kept = &m->kept[s->life];
    s->stage = OSW_SLOT_DONE;
    if (m->sensitivities.n &&
        osw_sensitivities_match(&m->sensitivities, life, s->y, s->p)) {
        const struct osw_solver_failure failure = {
            0, -1, 0, "the matched output does not answer to its parameter"};
        osw_diag_add(m->diag, OSW_ERROR, life->match_at, "subject '%s': %s", life->name,
                     failure.reason);
        tell_failed(m, lane, s, OSW_ERR_INTEGRATION, &failure);
    }
    if (!m->keeping)
        return;
    copy_life(m, kept->y, kept->outputs, kept->states, s->y, s->outputs, s->states);
    kept->stats = s->stats;
    kept->known = true;
}

void osw_lives_failed(struct osw_members *m, struct osw_lane_work *lane,
                      struct osw_life_slot *s, const struct osw_solver_failure *failure)
{
    if (m->driver->in_lanes) {
        osw_fallback_run(m, lane, s, -1, failure->reason, failure->t);
        return;
    }
    osw_life_say_failed(m->plan->model, m->plan->lives[s->life].name, failure, m->diag);
    tell_failed(m, lane, s, OSW_ERR_INTEGRATION, failure);
}

static void take_life(struct osw_members *m, struct osw_lane_work *lane,
                      struct osw_life_slot *s, int64_t member, int life)
{
    if (!arms_of(m->plan, life))
        return;
    s->stage = OSW_SLOT_UNSETTLED;
    s->member = member;
    s->life = life;
    s->next_arm = 0;
    s->open_arms = arms_of(m->plan, life);
    s->stats = (struct osw_solver_stats){0};
    if (!is_known(m, s))
        set_up_or_tell(m, lane, s);
}

/* The life stands at its start: the rows of what it has no history of stay empty. */
static void make_ready(struct osw_members *m, struct osw_lane_work *lane,
                       struct osw_life_slot *s)
{
    const size_t rows = (size_t)m->axis.n_history;
    for (size_t i = 0; i < rows * (size_t)m->plan->n_outputs; i++)
        s->outputs[i] = NAN;
    for (size_t i = 0; i < rows * (size_t)m->plan->model->kernel->n_states; i++)
        s->states[i] = NAN;
    if (m->sensitivities.n)
        osw_sensitivities_started(&m->sensitivities, &m->plan->lives[s->life], s->y,
                                  s->p);
    s->stage = OSW_SLOT_READY;
    if (!(s->t_start < 0))
        osw_lives_done(m, lane, s);
}

static void unsettled(struct osw_members *m, struct osw_lane_work *lane,
                      struct osw_life_slot *s, const struct osw_batch_search *search)
{
    struct osw_solver_failure failure;
    if (m->driver->in_lanes) {
        osw_fallback_run(m, lane, s, -1, "no steady state was found in the lanes",
                         s->t_start);
        return;
    }
    osw_life_say_unsettled(&m->plan->lives[s->life], search, &failure, m->diag);
    tell_failed(m, lane, s, OSW_ERR_INTEGRATION, &failure);
}

static void find_steady(struct osw_members *m, struct osw_lane_work *lane)
{
    int n = 0, i = 0;
    for (int k = 0; k < m->n_slots; k++) {
        struct osw_life_slot *s = &m->slots[k];
        if (s->stage != OSW_SLOT_UNSETTLED)
            continue;
        if (m->lives.settles && !m->plan->lives[s->life].settle_frozen)
            m->searches[n++] = (struct osw_batch_search){
                .t = s->t_start, .p = s->p, .y = s->y, .carried = s->carried};
        else
            make_ready(m, lane, s);
    }
    m->status = m->driver->find_steady(m->work, m->searches, n);
    for (int k = 0; k < m->n_slots && !m->status; k++) {
        struct osw_life_slot *s = &m->slots[k];
        if (s->stage != OSW_SLOT_UNSETTLED)
            continue;
        const struct osw_batch_search *search = &m->searches[i++];
        if (search->found)
            make_ready(m, lane, s);
        else
            unsettled(m, lane, s, search);
    }
}

void osw_lives_fill(struct osw_members *m, struct osw_lane_work *lane)
{
    bool more = true;
    for (int k = 0; k < m->n_slots && more && !m->status; k++) {
        struct osw_life_slot *s = &m->slots[k];
        int64_t member;
        int life;
        while (s->stage == OSW_SLOT_FREE && !m->status) {
            more = next_life(m, &member, &life);
            if (!more)
                break;
            take_life(m, lane, s, member, life);
        }
    }
    if (!m->status)
        find_steady(m, lane);
}
