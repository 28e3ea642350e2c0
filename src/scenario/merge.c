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
    double by_weight; /* d current / d ln weight */
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
    double *gains, *by_weight; /* of the events, as in struct osw_arm */
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

/* a value, and how it moves: with the parameter's own value and the weight's logarithm */
struct moving {
    double value, gain, by_weight;
};

static struct moving times(struct moving a, double b, double b_by_weight)
{
    return (struct moving){a.value * b, a.gain * b,
                           a.by_weight * b + a.value * b_by_weight};
}

static struct moving effective(const struct sweep *s, const struct knob *k)
{
    struct moving x = {k->base, k->own, 0}, product = {1, 0, 0}, survival = {1, 0, 0};
    double sum = 0, sum_by_weight = 0;
    bool inhibited = false;
    for (int e = k->first_active; e >= 0; e = s->next_active[e]) {
        const struct osw_effect *f = &s->h->effects[e];
        switch (f->combine) {
        case OSW_COMBINE_SET:
            x = (struct moving){f->value, 0, f->by_weight};
            break;
        case OSW_COMBINE_MULTIPLY:
            product = times(product, f->value, f->by_weight);
            break;
        case OSW_COMBINE_ADD:
            sum += f->value;
            sum_by_weight += f->by_weight;
            break;
        case OSW_COMBINE_SURVIVE:
            survival = times(survival, 1 - f->value, -f->by_weight);
            inhibited = true;
            break;
        }
    }
    x = times(x, product.value, product.by_weight);
    x.value += sum;
    x.by_weight += sum_by_weight;
    if (!inhibited)
        return x;
    struct moving left = {1 - x.value, -x.gain, -x.by_weight};
    left = times(left, survival.value, survival.by_weight);
    return (struct moving){1 - left.value, -left.gain, -left.by_weight};
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
                 struct moving x)
{
    s->gains[s->n_events] = x.gain;
    s->by_weight[s->n_events] = x.by_weight;
    s->events[s->n_events++] = (struct osw_event){t, kind, index, x.value};
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
        const struct moving x = effective(s, k);
        k->touched = false;
        if (x.value == k->current && x.gain == k->gain && x.by_weight == k->by_weight)
            continue;
        osw_reader_keep(&status, check(s, k, param, x.value));
        k->current = x.value;
        k->gain = x.gain;
        k->by_weight = x.by_weight;
        emit(s, t, OSW_EVENT_SET_PARAM, param, x);
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
        emit(s, x->t, OSW_EVENT_SET_STATE, x->index, (struct moving){x->value, 0, 0});
        break;
    case OSW_HAPPENS_DOSE:
        emit(s, x->t, OSW_EVENT_ADD_STATE, x->index,
             (struct moving){x->value, 0, x->by_weight});
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
    s->by_weight = osw_arena_alloc(r->arena, h->n, sizeof *s->by_weight);
    if (!s->knobs || !s->touched || !s->next_active || !s->active || !s->events ||
        !s->gains || !s->by_weight)
        return false;
    for (size_t j = 0; j < n; j++)
        s->knobs[j] = (struct knob){.base = params[j],
                                    .current = params[j],
                                    .own = 1,
                                    .gain = 1,
                                    .first_active = -1};
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
        arm->by_weight = s.by_weight;
        arm->n_events = (int)s.n_events;
    }
    osw_free(s.knobs);
    osw_free(s.touched);
    osw_free(s.next_active);
    osw_free(s.active);
    return status;
}
