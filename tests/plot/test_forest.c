/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The common axis of a forest plot: published at 0, bounds at -1 and 1, open sides, and
 * pictures of every kind of row. */
#include "plot/forest.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static void expect(double published, double lower, double upper, double from, double to,
                   double x, double place)
{
    const struct osw_forest_row row = {
        .published = published, .lower = lower, .upper = upper};
    struct osw_forest_scale s = osw_forest_scale(&row);
    assert_true(s.from == from || fabs(s.from - from) < 1e-12);
    assert_true(s.to == to || fabs(s.to - to) < 1e-12);
    assert_true(fabs(osw_forest_place(&s, x) - place) < 1e-12);
}

static void places(void **state)
{
    (void)state;
    expect(10, 8, 16, -1, 1, 13, 0.5); /* each side has its own scale */
    expect(10, 8, 16, -1, 1, 6, -2);
    expect(-0.5, -0.58, -0.28, -1, 1, -0.28, 1);
    expect(0, 0, 0.05, 0, 1, -0.05, -1);      /* at a bound: the other side's scale */
    expect(30, 10, 1e6, -1, INFINITY, 50, 1); /* a bound that stands for none */
    expect(0.3, 0, 1000, -1, INFINITY, 0, -1);
    expect(NAN, 10, INFINITY, 0, INFINITY, 20, 1);
    expect(NAN, 2, 4, -1, 1, 4, 1);
    expect(1, 1, 1, 0, 0, 0, -1); /* yes or no */
    expect(0, -INFINITY, INFINITY, -INFINITY, INFINITY, 2, 2);
}

static void pictures(void **state)
{
    (void)state;
    enum { N = 90 };
    struct osw_forest_row rows[N];
    struct osw_diag *diag = osw_diag_create();
    for (int i = 0; i < N; i++)
        rows[i] =
            (struct osw_forest_row){.label = "it's `touch ran`",
                                    .section = i % 9 ? "b' system('touch ran')" : "",
                                    .unit = i % 2 ? "ug/mg" : "1",
                                    .simulated = i == 3 ? NAN : i,
                                    .published = i % 5 ? 20 : NAN,
                                    .lower = i % 4 ? 10 : -INFINITY,
                                    .upper = i % 3 ? 30 : INFINITY,
                                    .inside = i >= 10 && i <= 30,
                                    .counted = i % 7 != 0};
    assert_int_equal(osw_forest_draw(rows, N, "a title", "a.jpg", false, diag),
                     OSW_ERR_USAGE);
    if (system("gnuplot -V >/dev/null 2>&1"))
        skip();
    assert_int_equal(osw_forest_draw(rows, N, "a title", "a.svg", false, diag), OSW_OK);
    assert_int_equal(osw_forest_draw(rows, 1, "a title", "b.svg", false, diag), OSW_OK);
    assert_int_equal(osw_forest_draw(rows, 1, "a title", "b.svg", false, diag),
                     OSW_ERR_CANTCREAT);
    assert_int_not_equal(access("ran", F_OK), 0); /* what names said was not run */
    assert_int_equal(system("grep -q '</svg>' a.svg && grep -q '</svg>' b.svg"), 0);
    osw_diag_destroy(diag);
}

int main(void)
{
    char folder[] = "/tmp/osw_forest.XXXXXX";
    if (!mkdtemp(folder) || chdir(folder))
        return 1;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(places),
        cmocka_unit_test(pictures),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    char command[64];
    snprintf(command, sizeof command, "rm -r %s", folder);
    return failed | (system(command) != 0);
}
