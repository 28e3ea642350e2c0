/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The table of solvers: every member is whole and found by its name. */
#include "simulate/driver.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void test_whole(void **state)
{
    (void)state;
    assert_non_null(osw_drivers[0]);
    for (int i = 0; osw_drivers[i]; i++) {
        const struct osw_driver *d = osw_drivers[i];
        assert_non_null(d->name);
        assert_non_null(d->summary);
        assert_true(strlen(d->name) > 0 && strlen(d->summary) > 20);
        assert_true(d->create && d->run && d->find_steady && d->stats && d->destroy);
        assert_ptr_equal(osw_driver_find(d->name), d);
    }
    assert_null(osw_driver_find("euler"));
}

/* The first runs what leaves the lanes of others, and whatever asks for sensitivities. */
static void test_first(void **state)
{
    (void)state;
    assert_false(osw_drivers[0]->in_lanes);
    assert_true(osw_drivers[0]->sensitivities);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_whole),
                                       cmocka_unit_test(test_first)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
