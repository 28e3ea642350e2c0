/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Built without libSBML: the export says what is missing. */
#include "export/sbml.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static void says_what_is_missing(void **state)
{
    (void)state;
    struct osw_diag *diag = osw_diag_create();
    assert_int_equal(osw_sbml_write(NULL, NULL, NULL, NULL, false, stdout, diag),
                     OSW_ERR_UNAVAILABLE);
    assert_non_null(strstr(osw_diag_text(diag, 0), "libsbml5-dev"));
    osw_diag_destroy(diag);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(says_what_is_missing)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
