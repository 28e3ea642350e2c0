/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One sweep over the sorted happenings, a group of equal times after the other. Each
 * parameter keeps its base value and the list of its active effects, in file order; it is
 * evaluated once a group, if the group touched it. */
#include "scenario/merge.h"
#include "scenario/setting.h"

#include <math.h>
#include <stdlib.h>

static const double same_time = 1e-9;

struct knob { /* one parameter */
    double base, current;
    double own, gain; /* d base, d current / d the parameter's value at time 0 */
    int first_active; /* effect, or -1; then next_active, in ascending order */
    bool touched, reported;
};

struct sweep {
    struct osw_reader *r;
    const struct osw_happenings *h;
    struct knob *knobs; /* [n_params] */
    int *next_active;   /* [n_effects] */
    int *active;        /* [n_effects]: on-periods at hand (two may touch) */
    int *touched;       /* [n_params]: parameters of this group, in order of touch */
    int n_touched;
    struct osw_event *events;
    double *gains; /* of the events, as in struct osw_arm */
    size_t n_events;
};

static enum osw_status grow(void **array, size_t n, size_t *room, size_t size)
{
    if (n < *room)
        return OSW_OK;
    size_t more = *room ? 2 * *room : 64;
    enum osw_status status = osw_grow(array, *room, more, size);
    if (!status)
        *room = more;
    return status;
}

enum osw_status osw_happenings_add(struct osw_happenings *h, struct osw_happening item)
{
    void *items = h->items;
    enum osw_status status = grow(&items, h->n, &h->room, sizeof *h->items);
    h->items = items;
    if (status)
        return status;
    item.sequence = h->n;
    h->items[h->n++] = item;
    return OSW_OK;
}

enum osw_status osw_happenings_effect(struct osw_happenings *h, struct osw_effect effect,
                                      int *index)
{
    void *effects = h->effects;
    enum osw_status status =
        grow(&effects, h->n_effects, &h->effects_room, sizeof *h->effects);
    h->effects = effects;
    if (status)
        return status;
    *index = (int)h->n_effects;
    h->effects[h->n_effects++] = effect;
    return OSW_OK;
}

void osw_happenings_fini(struct osw_happenings *h)
{
    osw_free(h->items);
    osw_free(h->effects);
    *h = (struct osw_happenings){0};
}

static int class_of(enum osw_happening_kind kind)
{
    return kind == OSW_HAPPENS_DOSE ? 2 : kind == OSW_HAPPENS_STATE ? 1 : 0;
}

static int by_time(const void *pa, const void *pb)
{
    const struct osw_happening *a = pa, *b = pb;
    if (a->t != b->t)
        return a->t < b->t ? -1 : 1;
    int class_a = class_of(a->kind), class_b = class_of(b->kind);
    if (class_a != class_b)
        return class_a - class_b;
    return a->sequence < b->sequence ? -1 : a->sequence > b->sequence;
}

static bool close_to(double a, double b)
{
    return fabs(a - b) <= same_time * fmax(1, fabs(b));
}

/* Give times that differ by rounding only the value of the output time or of the first of
 * them, so that no solver is asked for a step of one ulp. */
static void join_times(struct osw_happenings *h, const double *times, int n_times)
{
    int next = 0;
    double last = 0;
    for (size_t i = 0; i < h->n; i++) {
        double t = h->items[i].t;
        while (next < n_times && times[next] < t && !close_to(t, times[next]))
            next++;
        if (next < n_times && close_to(t, times[next]))
            t = times[next];
        else if (i && close_to(t, last))
            t = last;
        h->items[i].t = last = t;
    }
}

/* The value, and its gain. */
static double effective(const struct sweep *s, const struct knob *k, double *gain)
{
    double x = k->base, product = 1, sum = 0, survival = 1;
    bool inhibited = false;
    *gain = k->own;
    for (int e = k->first_active; e >= 0; e = s->next_active[e]) {
        const struct osw_effect *effect = &s->h->effects[e];
        switch (effect->combine) {
        case OSW_COMBINE_SET:
            x = effect->value;
            *gain = 0;
            break;
        case OSW_COMBINE_MULTIPLY:
            product *= effect->value;
            break;
        case OSW_COMBINE_ADD:
            sum += effect->value;
            break;
        case OSW_COMBINE_SURVIVE:
            survival *= 1 - effect->value;
            inhibited = true;
            break;
        }
    }
    x = x * product + sum;
    *gain *= product * survival;
    return inhibited ? 1 - (1 - x) * survival : x;
}

static void activate(struct sweep *s, struct knob *k, int effect)
{
    if (s->active[effect]++)
        return;
    int *link = &k->first_active;
    while (*link >= 0 && *link < effect)
        link = &s->next_active[*link];
    s->next_active[effect] = *link;
    *link = effect;
}

static void deactivate(struct sweep *s, struct knob *k, int effect)
{
    if (--s->active[effect])
        return;
    int *link = &k->first_active;
    while (*link != effect)
        link = &s->next_active[*link];
    *link = s->next_active[effect];
}

static struct knob *touch(struct sweep *s, int param)
{
    struct knob *k = &s->knobs[param];
    if (!k->touched)
        s->touched[s->n_touched++] = param;
    k->touched = true;
    return k;
}

static void emit(struct sweep *s, double t, enum osw_event_kind kind, int index,
                 double value, double gain)
{
    s->gains[s->n_events] = gain;
    s->events[s->n_events++] = (struct osw_event){t, kind, index, value};
}

/* Bases are checked where they are read; here, what the effects make of them. The last
 * active effect in file order answers for a value out of bounds. */
static enum osw_status check(struct sweep *s, struct knob *k, int param, double value)
{
    int e = k->first_active;
    if (e < 0)
        return OSW_OK;
    if (k->reported)
        return OSW_ERR_INPUT;
    while (s->next_active[e] >= 0)
        e = s->next_active[e];
    const struct osw_effect *effect = &s->h->effects[e];
    enum osw_status status =
        osw_setting_check(s->r, param, value, effect->at, effect->name);
    k->reported = status != OSW_OK;
    return status;
}

static enum osw_status settle_group(struct sweep *s, double t)
{
    enum osw_status status = OSW_OK;
    for (int i = 0; i < s->n_touched; i++) {
        int param = s->touched[i];
        struct knob *k = &s->knobs[param];
        double gain, value = effective(s, k, &gain);
        k->touched = false;
        if (value == k->current && gain == k->gain)
            continue;
        osw_reader_keep(&status, check(s, k, param, value));
        k->current = value;
        k->gain = gain;
        emit(s, t, OSW_EVENT_SET_PARAM, param, value, gain);
    }
    s->n_touched = 0;
    return status;
}

static void apply(struct sweep *s, const struct osw_happening *x)
{
    struct knob *k;
    switch (x->kind) {
    case OSW_HAPPENS_BASE:
        k = touch(s, x->index);
        k->base = x->value;
        k->own = 0;
        break;
    case OSW_HAPPENS_ON:
        k = touch(s, s->h->effects[x->index].param);
        activate(s, k, x->index);
        break;
    case OSW_HAPPENS_OFF:
        k = touch(s, s->h->effects[x->index].param);
        deactivate(s, k, x->index);
        break;
    case OSW_HAPPENS_STATE:
        emit(s, x->t, OSW_EVENT_SET_STATE, x->index, x->value, 0);
        break;
    case OSW_HAPPENS_DOSE:
        emit(s, x->t, OSW_EVENT_ADD_STATE, x->index, x->value, 0);
        break;
    }
}

/* Parameters change before states are set and doses given: they come first in a group. */
static enum osw_status run(struct sweep *s, double end)
{
    enum osw_status status = OSW_OK;
    const struct osw_happening *items = s->h->items;
    for (size_t i = 0; i < s->h->n && items[i].t < end;) {
        double t = items[i].t;
        for (; i < s->h->n && items[i].t == t && class_of(items[i].kind) == 0; i++)
            apply(s, &items[i]);
        osw_reader_keep(&status, settle_group(s, t));
        for (; i < s->h->n && items[i].t == t; i++)
            apply(s, &items[i]);
    }
    return status;
}

static bool sweep_init(struct sweep *s, struct osw_reader *r, struct osw_happenings *h,
                       const double *params)
{
    size_t n = (size_t)r->model->kernel->n_params;
    *s = (struct sweep){.r = r, .h = h};
    s->knobs = osw_alloc(n, sizeof *s->knobs);
    s->touched = osw_alloc(n, sizeof *s->touched);
    s->next_active = osw_alloc(h->n_effects, sizeof *s->next_active);
    s->active = osw_alloc(h->n_effects, sizeof *s->active);
    /* Each happening makes at most one event: a group settles each parameter once. */
    s->events = osw_arena_alloc(r->arena, h->n, sizeof *s->events);
    s->gains = osw_arena_alloc(r->arena, h->n, sizeof *s->gains);
    if (!s->knobs || !s->touched || !s->next_active || !s->active || !s->events ||
        !s->gains)
        return false;
    for (size_t j = 0; j < n; j++)
        s->knobs[j] = (struct knob){params[j], params[j], 1, 1, -1, false, false};
    return true;
}

enum osw_status osw_merge(struct osw_reader *r, struct osw_happenings *h,
                          const double *params, const double *times, int n_times,
                          struct osw_arm *arm)
{
    struct sweep s;
    enum osw_status status = OSW_ERR_MEMORY;
    if (sweep_init(&s, r, h, params)) {
        if (h->n)
            qsort(h->items, h->n, sizeof *h->items, by_time);
        join_times(h, times, n_times);
        if (h->n)
            qsort(h->items, h->n, sizeof *h->items, by_time);
        status = run(&s, r->duration);
        arm->events = s.events;
        arm->gains = s.gains;
        arm->n_events = (int)s.n_events;
    }
    osw_free(s.knobs);
    osw_free(s.touched);
    osw_free(s.next_active);
    osw_free(s.active);
    return status;
}
