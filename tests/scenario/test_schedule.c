/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Doses and on-periods against an enumeration minute by minute in whole numbers. */
#include "scenario/schedule.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

enum { MINUTES = 1440, MOST = 40000 };

struct whole { /* minutes; 0: not given */
    int from, until, every, on, off, end;
};

static struct osw_schedule schedule_of(struct whole w)
{
    return (struct osw_schedule){
        .from = (double)w.from / MINUTES,
        .until = w.until ? (double)w.until / MINUTES : INFINITY,
        .every = w.every ? (double)w.every / MINUTES : NAN,
        .on = w.on ? (double)w.on / MINUTES : NAN,
        .off = w.on ? (double)w.off / MINUTES : NAN,
    };
}

/* Is there a dose, and is it active, at minute m? From the definition. */
static void at_minute(struct whole w, int m, bool *dose, bool *active)
{
    int last = w.until && w.until < w.end ? w.until : w.end;
    int phase = m - w.from;
    if (w.on && phase >= 0)
        phase %= w.on + w.off;
    *active = m >= w.from && m < last && (!w.on || phase < w.on);
    *dose = *active && (w.every ? phase % w.every == 0 : phase == 0);
}

static void check(struct whole w)
{
    struct osw_schedule s = schedule_of(w);
    struct osw_schedule_cursor cursor = {0, 0};
    double end = (double)w.end / MINUTES, t = NAN, start, stop;
    size_t k = 0, n_doses = 0;
    bool inside = osw_schedule_period(&s, end, 0, &start, &stop);
    bool more = osw_schedule_next(&s, end, &cursor, &t);
    for (int m = 0; m <= w.end; m++) {
        bool dose, active;
        at_minute(w, m, &dose, &active);
        double now = (double)m / MINUTES;
        if (inside && now > stop - 1e-7)
            inside = osw_schedule_period(&s, end, ++k, &start, &stop);
        assert_int_equal(active, inside && now > start - 1e-7);
        assert_int_equal(dose, more && fabs(t - now) < 1e-7);
        if (!dose)
            continue;
        n_doses++;
        more = osw_schedule_next(&s, end, &cursor, &t);
    }
    assert_false(more);
    assert_true((double)n_doses <= osw_schedule_most_doses(&s, end));
    assert_true((double)k <= osw_schedule_most_periods(&s, end));
}

static void test_random_schedules(void **state)
{
    (void)state;
    srand(20240611);
    for (int i = 0; i < 400; i++) {
        struct whole w = {.from = rand() % 3000, .end = 1 + rand() % 20000};
        w.every = rand() % 4 ? 1 + rand() % 3000 : 0;
        w.until = rand() % 2 ? w.from + 1 + rand() % 15000 : 0;
        w.on = rand() % 2 ? 1 + rand() % 4000 : 0;
        w.off = w.on ? 1 + rand() % 4000 : 0;
        check(w);
    }
}

/* Binary fractions do not hold a tenth: 3 times 0.1 must still end at 0.3. */
static void test_rounding(void **state)
{
    (void)state;
    for (int n = 1; n < 200; n++) {
        struct osw_schedule s = {0, n * 0.1, 0.1, NAN, NAN};
        struct osw_schedule_cursor cursor = {0, 0};
        double t;
        int doses = 0;
        while (osw_schedule_next(&s, 1e9, &cursor, &t))
            doses++;
        assert_int_equal(doses, n);
    }
}

static void test_months_and_years(void **state)
{
    (void)state;
    const double month = 365.25 / 12;
    struct osw_schedule s = {0, INFINITY, month, NAN, NAN};
    struct osw_schedule_cursor cursor = {0, 0};
    double t;
    int n = 0;
    while (osw_schedule_next(&s, 60 * 365.25, &cursor, &t)) {
        assert_true(t == n * month);
        n++;
    }
    assert_int_equal(n, 720);
}

static void test_bounds_are_large_for_absurd_rhythms(void **state)
{
    (void)state;
    struct osw_schedule s = {0, INFINITY, 1e-300, NAN, NAN};
    assert_true(osw_schedule_most_doses(&s, 365) > 1e100);
    s = (struct osw_schedule){0, INFINITY, NAN, 1e-300, 1e-300};
    assert_true(osw_schedule_most_periods(&s, 365) > 1e100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_random_schedules),
        cmocka_unit_test(test_rounding),
        cmocka_unit_test(test_months_and_years),
        cmocka_unit_test(test_bounds_are_large_for_absurd_rhythms),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
