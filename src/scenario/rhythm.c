/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenario/rhythm.h"
#include "base/memory.h"

#include <math.h>

enum {
    MOST_LENGTH = 64,   /* groups of a period */
    FEWEST_PERIODS = 12 /* of a stretch */
};

static bool same_event(const struct osw_event *a, const struct osw_event *b, bool amounts)
{
    bool same_value =
        a->value == b->value || (a->kind == OSW_EVENT_ADD_STATE && !amounts);
    return a->kind == b->kind && a->index == b->index && same_value;
}

/* amounts: what is added counts, too. */
static bool same_group(const struct osw_event *events, const struct osw_event_group *a,
                       const struct osw_event_group *b, bool amounts)
{
    const int n = a->end - a->first;
    if (b->end - b->first != n)
        return false;
    for (int i = 0; i < n; i++)
        if (!same_event(&events[a->first + i], &events[b->first + i], amounts))
            return false;
    return true;
}

/* A group's kind is the first of its like, counted in order; what comes after the first
 * MOST_KINDS is not compared and has the last kind. */
static void find_kinds(struct osw_rhythm *r, const struct osw_event *events)
{
    enum { MOST_KINDS = 256 };
    int likes[MOST_KINDS];
    for (int g = 0; g < r->n_groups; g++) {
        int kind = 0;
        while (kind < r->n_kinds &&
               !same_group(events, &r->groups[g], &r->groups[likes[kind]], false))
            kind++;
        if (kind == r->n_kinds && kind < MOST_KINDS)
            likes[r->n_kinds++] = g;
        r->groups[g].kind = kind < MOST_KINDS ? kind : MOST_KINDS - 1;
    }
}

static enum osw_status find_groups(struct osw_rhythm *r, const struct osw_event *events,
                                   int n_events)
{
    r->groups = osw_alloc((size_t)n_events, sizeof *r->groups);
    if (!r->groups)
        return OSW_ERR_MEMORY;
    for (int i = 0; i < n_events;) {
        struct osw_event_group *g = &r->groups[r->n_groups++];
        *g = (struct osw_event_group){.t = events[i].t, .first = i};
        while (i < n_events && events[i].t <= g->t + OSW_SAME_TIME)
            i++;
        g->end = i;
    }
    return OSW_OK;
}

/* How many groups from a on are followed by their like `length` groups later, at the
 * same distance in time. */
static int run_length(const struct osw_rhythm *r, const struct osw_event *events, int a,
                      int length)
{
    const struct osw_event_group *g = r->groups;
    if (a + length >= r->n_groups)
        return 0;
    const double period = g[a + length].t - g[a].t;
    int i = a;
    for (; i + length < r->n_groups; i++) {
        /* merging moves times by parts in 1e9 */
        const double slack = 4 * OSW_SAME_TIME * fmax(1, g[i + length].t);
        if (fabs(g[i + length].t - g[i].t - period) > slack ||
            !same_group(events, &g[i], &g[i + length], true))
            break;
    }
    return i - a;
}

/* The rhythm from group a on that holds longest; a longer period only where it holds
 * much longer. Whole periods without the first, before which parameters may have been
 * others, and without the last, within which something else may happen. */
static struct osw_stretch stretch_from(const struct osw_rhythm *r,
                                       const struct osw_event *events, int a)
{
    struct osw_stretch best = {0};
    int longest = 0;
    for (int length = 1; length <= MOST_LENGTH; length++) {
        const int run = run_length(r, events, a, length);
        const int n_periods = (run + length) / length - 2;
        if (n_periods < FEWEST_PERIODS || run <= longest + longest / 2)
            continue;
        longest = run;
        best = (struct osw_stretch){a + length, length, n_periods};
    }
    return best;
}

static enum osw_status find_stretches(struct osw_rhythm *r,
                                      const struct osw_event *events)
{
    r->stretches =
        osw_alloc((size_t)(r->n_groups / FEWEST_PERIODS), sizeof *r->stretches);
    if (!r->stretches)
        return OSW_ERR_MEMORY;
    for (int g = 0; g < r->n_groups;) {
        struct osw_stretch s = stretch_from(r, events, g);
        if (s.n_periods) {
            r->stretches[r->n_stretches++] = s;
            g = s.first + s.length * s.n_periods;
        } else {
            g++;
        }
    }
    return OSW_OK;
}

enum osw_status osw_rhythm_init(struct osw_rhythm *r, const struct osw_event *events,
                                int n_events)
{
    *r = (struct osw_rhythm){0};
    enum osw_status status = find_groups(r, events, n_events);
    if (!status) {
        find_kinds(r, events);
        status = find_stretches(r, events);
    }
    if (status)
        osw_rhythm_fini(r);
    return status;
}

void osw_rhythm_fini(struct osw_rhythm *r)
{
    osw_free(r->groups);
    osw_free(r->stretches);
    *r = (struct osw_rhythm){0};
}

double osw_rhythm_begins(const struct osw_rhythm *r, const struct osw_stretch *s, int n)
{
    return r->groups[s->first + n * s->length].t;
}
