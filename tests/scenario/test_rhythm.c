/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Which events repeat themselves: days, weeks, both, courses cut short and crossed, times
 * moved by rounding, doses that differ, nothing. */
#include "scenario/rhythm.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

enum { MOST = 20000 };
static struct osw_event events[MOST];
static int n;

static void add(double t, enum osw_event_kind kind, int index, double value)
{
    assert_true(n < MOST);
    events[n++] = (struct osw_event){t, kind, index, value};
}

static void doses(double from, double every, int count, double amount)
{
    for (int i = 0; i < count; i++)
        add(from + i * every, OSW_EVENT_ADD_STATE, 1, amount);
}

static int by_time(const void *a, const void *b)
{
    const struct osw_event *x = a, *y = b;
    return x->t != y->t ? (x->t > y->t) - (x->t < y->t) : (int)x->kind - (int)y->kind;
}

static struct osw_rhythm found(void)
{
    struct osw_rhythm r;
    qsort(events, (size_t)n, sizeof *events, by_time);
    assert_int_equal(osw_rhythm_init(&r, events, n), OSW_OK);
    n = 0;
    return r;
}

static void expect(struct osw_rhythm *r, int i, double begins, double period,
                   int n_periods)
{
    assert_true(i < r->n_stretches);
    const struct osw_stretch *s = &r->stretches[i];
    assert_float_equal(osw_rhythm_begins(r, s, 0), begins, 1e-6);
    assert_float_equal(osw_rhythm_begins(r, s, 1) - begins, period, 1e-6);
    assert_float_equal(osw_rhythm_begins(r, s, s->n_periods) - begins, n_periods * period,
                       1e-6);
    assert_int_equal(s->n_periods, n_periods);
}

/* The first period is left out, and the last. */
static void daily(void **state)
{
    (void)state;
    doses(3, 1, 1000, 5);
    struct osw_rhythm r = found();
    assert_int_equal(r.n_stretches, 1);
    expect(&r, 0, 4, 1, 998);
    osw_rhythm_fini(&r);
}

static void two_at_once(void **state)
{
    (void)state;
    doses(0, 1, 700, 5);
    for (int i = 0; i < 100; i++) {
        add(7 * i, OSW_EVENT_SET_PARAM, 0, 1);
        add(7 * i + 1.5, OSW_EVENT_SET_PARAM, 0, 0);
    }
    struct osw_rhythm r = found();
    assert_int_equal(r.n_stretches, 1);
    expect(&r, 0, 7, 7, 98);
    assert_int_equal(r.n_kinds, 3);
    osw_rhythm_fini(&r);
}

/* Another event ends a stretch; after it comes the next, with whole periods each. */
static void crossed(void **state)
{
    (void)state;
    doses(0, 1, 1000, 5);
    add(400.5, OSW_EVENT_SET_PARAM, 0, 7);
    struct osw_rhythm r = found();
    assert_int_equal(r.n_stretches, 2);
    expect(&r, 0, 1, 1, 399); /* up to the day before */
    assert_true(osw_rhythm_begins(&r, &r.stretches[1], 0) > 400.5);
    assert_true(osw_rhythm_begins(&r, &r.stretches[1], r.stretches[1].n_periods) <= 999);
    osw_rhythm_fini(&r);
}

static void changed_dose(void **state)
{
    (void)state;
    doses(0, 1, 500, 5);
    doses(500, 1, 500, 6);
    struct osw_rhythm r = found();
    assert_int_equal(r.n_stretches, 2);
    assert_true(osw_rhythm_begins(&r, &r.stretches[0], r.stretches[0].n_periods) <= 499);
    assert_true(osw_rhythm_begins(&r, &r.stretches[1], 0) > 500);
    assert_int_equal(r.n_kinds, 1); /* for a step after one, as good as the other */
    osw_rhythm_fini(&r);
}

static void moved(void **state)
{
    (void)state;
    for (int i = 0; i < 5000; i++)
        add(i * (1 + (i % 3 - 1) * 1e-9), OSW_EVENT_ADD_STATE, 1, 5);
    struct osw_rhythm r = found();
    assert_int_equal(r.n_stretches, 1);
    osw_rhythm_fini(&r);
}

static void none(void **state)
{
    (void)state;
    struct osw_rhythm r = found();
    assert_int_equal(r.n_stretches + r.n_groups, 0);
    osw_rhythm_fini(&r);
    doses(0, 1, 13, 5); /* too few */
    r = found();
    assert_int_equal(r.n_stretches, 0);
    osw_rhythm_fini(&r);
    for (int i = 0; i < 3000; i++) /* always another dose */
        add(i, OSW_EVENT_ADD_STATE, 1, i);
    r = found();
    assert_int_equal(r.n_stretches, 0);
    osw_rhythm_fini(&r);
    for (int i = 0; i < 3000; i++) /* always another pause */
        add(i + 1e-4 * i * i, OSW_EVENT_ADD_STATE, 1, 5);
    r = found();
    assert_int_equal(r.n_stretches, 0);
    assert_int_equal(r.n_groups, 3000);
    osw_rhythm_fini(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(daily),   cmocka_unit_test(two_at_once),
        cmocka_unit_test(crossed), cmocka_unit_test(changed_dose),
        cmocka_unit_test(moved),   cmocka_unit_test(none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
