/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * CSV and the terminal's table: shape, quoting, exactness, failed arms, width. */
#include "output/made.h"
#include "output/number.h"
#include "output/output.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static char *csv_of(const struct made *made, int digits, bool units)
{
    char *text = NULL;
    size_t n = 0;
    struct osw_diag *diag = osw_diag_create();
    FILE *out = open_memstream(&text, &n);
    const struct osw_csv_options options = {digits, units};
    assert_int_equal(osw_csv_write(&made->result, &options, out, diag), OSW_OK);
    fclose(out);
    osw_diag_destroy(diag);
    return text;
}

static char *table_of(const struct made *made, int width)
{
    char *text = NULL;
    size_t n = 0;
    FILE *out = open_memstream(&text, &n);
    assert_int_equal(osw_table_write(&made->result, width, out), OSW_OK);
    fclose(out);
    return text;
}

static int lines(const char *text)
{
    int n = 0;
    for (; *text; text++)
        n += *text == '\n';
    return n;
}

static void header_and_quotes(void **state)
{
    (void)state;
    struct made made;
    made_init(&made, 3);
    char *text = csv_of(&made, 9, false);
    assert_int_equal(lines(text), 1 + 3 * MADE_TIMES);
    assert_true(strncmp(text, "arm,t_d,age_y,ha,cfpwv\nplacebo,0,1.5,3,4.5\n", 42) == 0);
    assert_non_null(strstr(text, "\n\"mk7, daily\",30.4375,"));
    assert_non_null(strstr(text, "\n\"say \"\"hi\"\"\",91.3125,NaN,NaN,NaN\n"));
    free(text);
    text = csv_of(&made, 9, true);
    assert_non_null(strstr(text, "cfpwv\n,day,year,ug/mg,m/s\nplacebo,"));
    free(text);
    made_fini(&made);
}

static void seventeen_digits_are_exact(void **state)
{
    (void)state;
    struct made made;
    made_init(&made, 1);
    char *text = csv_of(&made, 17, false);
    const char *line = text + strcspn(text, "\n") + 1;
    for (int t = 0; t < MADE_TIMES; t++) {
        char *next;
        line += strlen("placebo,");
        assert_true(strtod(line, &next) == made.result.times[t]);
        for (int k = 0; k < MADE_OUTPUTS; k++)
            assert_true(strtod(next + 1, &next) == made_value(0, t, k));
        line = next + 1;
    }
    free(text);
    made_fini(&made);
}

static void refuses_digits(void **state)
{
    (void)state;
    struct made made;
    made_init(&made, 1);
    struct osw_diag *diag = osw_diag_create();
    assert_int_equal(
        osw_csv_write(&made.result, &(struct osw_csv_options){18, false}, stderr, diag),
        OSW_ERR_USAGE);
    assert_int_equal(osw_diag_count(diag, OSW_ERROR), 1);
    osw_diag_destroy(diag);
    made_fini(&made);
}

static void numbers_for_people(void **state)
{
    (void)state;
    static const struct {
        double value;
        const char *text;
    } cases[] = {{0, "0"},
                 {-0.0, "0"},
                 {1, "1.000"},
                 {9.99996, "10.00"},
                 {1234.56, "1235"},
                 {99999.4, "99999"},
                 {123456, "1.23e+05"},
                 {0.0012344, "0.001234"},
                 {0.00012344, "0.000123"},
                 {1.2344e-5, "1.23e-05"},
                 {-42.123, "-42.12"},
                 {NAN, "-"},
                 {INFINITY, "inf"},
                 {0.0009999999, "0.001000"}};
    char buf[32];
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_string_equal(osw_number_format(cases[i].value, buf, sizeof buf),
                            cases[i].text);
    assert_int_equal(osw_number_width("µg/m²"), 5);
}

static void table_fits_the_width(void **state)
{
    (void)state;
    struct made made;
    made_init(&made, 8);
    char *text = table_of(&made, 80);
    for (const char *p = text; *p;) {
        size_t n = strcspn(p, "\n");
        char line[256];
        assert_true(n < sizeof line);
        memcpy(line, p, n);
        line[n] = '\0';
        assert_true(osw_number_width(line) <= 80);
        p += n + 1;
    }
    int shown = 0;
    for (const char *p = text; (p = strstr(p, "cfpwv")); p++)
        shown++;
    assert_int_equal(shown, 2); /* 8 arms in two blocks */
    free(text);
    text = table_of(&made, 0);
    assert_non_null(strstr(text, "after 91.3125 days"));
    assert_non_null(strstr(text, "\nmineral\n  ha    ug/mg       3.000       182.0"));
    assert_non_null(strstr(text, "failed"));
    assert_non_null(strstr(text, "arm say \"hi\" failed at 61.25 days: the corrector"));
    free(text);
    made_fini(&made);
}

static void narrow_terminal_shows_every_arm(void **state)
{
    (void)state;
    struct made made;
    made_init(&made, 4);
    char *text = table_of(&made, 5);
    for (int a = 0; a < 4; a++)
        assert_non_null(strstr(text, made.plan.arms[a].name));
    free(text);
    made_fini(&made);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(header_and_quotes),
        cmocka_unit_test(seventeen_digits_are_exact),
        cmocka_unit_test(refuses_digits),
        cmocka_unit_test(numbers_for_people),
        cmocka_unit_test(table_fits_the_width),
        cmocka_unit_test(narrow_terminal_shows_every_arm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
