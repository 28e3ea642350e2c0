/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Faulty tables: the place, what was found and what was expected. */
#include "decay.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void put(const char *text)
{
    FILE *file = fopen("table.tsv", "w");
    fputs(text, file);
    fclose(file);
}

/* table.tsv is refused with `status`, and its first message begins with line 2 (or the
 * place given) and says `text`. */
static void refuse(enum osw_status status, const char *place, const char *text,
                   const struct osw_evidence_selection *selection)
{
    static const struct osw_evidence_selection all;
    struct osw_diag *diag = osw_diag_create();
    struct osw_evidence *e = NULL;
    enum osw_status got =
        osw_evidence_load("table.tsv", selection ? selection : &all, diag, &e);
    char *said;
    size_t n;
    FILE *file = open_memstream(&said, &n);
    osw_diag_render(diag, file, false);
    fclose(file);
    if (got != status || strncmp(said, place, strlen(place)) != 0 || !strstr(said, text))
        fail_msg("status %d, expected %d with '%s … %s'; said: %s", got, status, place,
                 text, said);
    assert_null(e);
    free(said);
    osw_diag_destroy(diag);
}

static void rows_with_faults(void **state)
{
    (void)state;
    static const struct {
        const char *row, *place, *text;
    } cases[] = {
        {"a\tcalibrat\tdecay.yaml\tslow\t\tX\t1 day\t\tvalue\t\t1\t\tmM\t\t",
         "table.tsv:2:3:", "unknown use 'calibrat' (did you mean 'calibrate'?)"},
        {"a\tvalidate\tdecay.yaml\tslow\t\tX\t1 day\t\tvaluee\t\t1\t\tmM\t\t",
         "table.tsv:2:", "unknown statistic 'valuee' (did you mean 'value'?)"},
        {"a\tvalidate\tdecay.yaml\tslo\t\tX\t1 day\t\tvalue\t\t1\t\tmM\t\t",
         "table.tsv:2:23:", "has no arm 'slo' (did you mean 'slow'?)"},
        {"a\tvalidate\tdecai.yaml\tslow\t\tX\t1 day\t\tvalue\t\t1\t\tmM\t\t",
         "table.tsv:2:12:", "decai.yaml"},
        {"a\tvalidate\t\tslow\t\tX\t1 day\t\tvalue\t\t1\t\tmM\t\t",
         "table.tsv:2:", "scenario: expected one, found nothing"},
        {"a\tvalidate\tdecay.yaml\tslow,,fast\t\tX\t1 day\t\tvalue\t\t1\t\tmM\t\t",
         "table.tsv:2:", "an arm is missing"},
        {"a\tvalidate\tdecay.yaml\tslow\t\tXX\t1 day\t\tvalue\t\t1\t\tmM\t\t",
         "table.tsv:2:", "has no output 'XX'"},
        {"a\tvalidate\tdecay.yaml\tslow\t\tmean24h(X\t1 day\t\tvalue\t\t1\t\tmM\t\t",
         "table.tsv:2:", "has no output 'mean24h(X'"},
        {"a\tvalidate\tdecay.yaml\tslow\t\tmean24h()\t1 day\t\tvalue\t\t1\t\tmM\t\t",
         "table.tsv:2:", "has no output ''"},
        {"a\tvalidate\tdecay.yaml\tslow\t\tmean24h(X)\t2 hour\t\tvalue\t\t1\t\tmM\t\t",
         "table.tsv:2:", "no 24 h of the scenario before it"},
        {"a\tvalidate\tdecay.yaml\tslow\t\tX\t1 day\t\tvalue\t\t1\t\tm/s\t\t",
         "table.tsv:2:", "cannot be converted to 'm/s'"},
        {"a\tvalidate\tdecay.yaml\tslow\tfast\tX\t1 day\t\tratio\t\t1\t\tmM\t\t",
         "table.tsv:2:", "is in '1', which cannot be converted to 'mM'"},
        {"a\tvalidate\tdecay.yaml\tslow\t\tX\t1 day\t\tvalue\t\t1\t\tmMM\t\t",
         "table.tsv:2:", "unit"},
        {"a\tvalidate\tdecay.yaml\tslow\t\tX\t1 day\t\tvalue\t\t1\t\t\t\t",
         "table.tsv:2:", "unit: expected one"},
        {"a\tvalidate\tdecay.yaml\tslow\t\tX\t1 day\t\tratio\t\t1\t\t1\t\t",
         "table.tsv:2:", "control: statistic 'ratio' needs one"},
        {"a\tvalidate\tdecay.yaml\tslow\tfast\tX\t1 day\t\tvalue\t\t1\t\tmM\t\t",
         "table.tsv:2:", "control: statistic 'value' takes none"},
        {"a\tvalidate\tdecay.yaml\tslow\t\tX\t1 day\t\tchange\t\t1\t\tmM\t\t",
         "table.tsv:2:", "reference: statistic 'change' needs one"},
        {"a\tvalidate\tdecay.yaml\tslow\t\tX\t1 day\t0 day\tvalue\t\t1\t\tmM\t\t",
         "table.tsv:2:", "reference: statistic 'value' takes none"},
        {"a\tvalidate\tdecay.yaml\tslow\t\tX\t1 day\t0 day,1 day\tchange\t\t1\t\tmM\t\t",
         "table.tsv:2:", "reference: expected one time, found '0 day,1 day'"},
        {"a\tvalidate\tdecay.yaml\tslow\t\tX\t1 day\t0 day\trecovered_fraction\t\t1\t\t1"
         "\t\t",
         "table.tsv:2:", "reference: expected two times a,b, found '0 day'"},
        {"a\tvalidate\tdecay.yaml\tslow\t\tX\t1 day\t\tincreasing\t\t1\t\t1\t\t",
         "table.tsv:2:", "expected a list, found 'slow'"},
        {"a\tvalidate\tdecay.yaml\tslow\t\tX\t11 day\t\tvalue\t\t1\t\tmM\t\t",
         "table.tsv:2:", "'11 day' is after the end of scenario"},
        {"a\tvalidate\tdecay.yaml\tslow\t\tX\t-1 day\t\tvalue\t\t1\t\tmM\t\t",
         "table.tsv:2:", "is before the start"},
        {"a\tvalidate\tdecay.yaml\tslow\t\tX\t5\t\tvalue\t\t1\t\tmM\t\t",
         "table.tsv:2:", "'5' has no unit"},
        {"a\tvalidate\tdecay.yaml\tslow\t\tX\tsoon\t\tvalue\t\t1\t\tmM\t\t",
         "table.tsv:2:", "expected a number with a unit, found 'soon'"},
        {"a\tvalidate\tdecay.yaml\tslow\t\tX\t\t\tvalue\t\t1\t\tmM\t\t",
         "table.tsv:2:", "at: expected one, found nothing"},
        {"a\tvalidate\tdecay.yaml\tslow\t\tX\t5 day..2 day\t\tvalue\t\t1\t\tmM\t\t",
         "table.tsv:2:", "expected an earlier time before '..'"},
        {"a\tvalidate\tdecay.yaml\tslow\t\tX\t1 day,\t\tvalue\t\t1\t\tmM\t\t",
         "table.tsv:2:", "expected a number with a unit"},
        {"a\tvalidate\tdecay.yaml\tslow\t\tX\t1 day\t\tvalue\t\t3\t2\tmM\t\t",
         "table.tsv:2:", "upper: 2 is below lower: 3"},
        {"a\tvalidate\tdecay.yaml\tslow\t\tX\t1 day\t\tvalue\t1\t\t\tmM\t\t",
         "table.tsv:2:", "expected at least one bound"},
        {"a\tvalidate\tdecay.yaml\tslow\t\tX\t1 day\t\tvalue\tone\t1\t\tmM\t\t",
         "table.tsv:2:", "'one'"},
        {"\tvalidate\tdecay.yaml\tslow\t\tX\t1 day\t\tvalue\t\t1\t\tmM\t\t",
         "table.tsv:2:", "id: expected one"},
        {"a\tvalidate\tdecay.yaml", "table.tsv:2:", "3 cells where the header has 15"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        decay_table(cases[i].row);
        refuse(OSW_ERR_INPUT, cases[i].place, cases[i].text, NULL);
    }
}

static const char good[] =
    "a\tvalidate\tdecay.yaml\tslow\t\tX\t1 day\t\tvalue\t\t1\t\tmM\t\t\n"
    "bc\tderived\tdecay.yaml\tslow\t\tY\t1 day\t\tvalue\t\t1\t\tmM\t\t\n";

static void whole_tables(void **state)
{
    (void)state;
    put("id\tuse\n");
    refuse(OSW_ERR_INPUT, "table.tsv:1:", "needs the column 'scenario'", NULL);
    put("");
    refuse(OSW_ERR_INPUT, "table.tsv:", "empty table", NULL);
    put(decay_header);
    refuse(OSW_ERR_INPUT, "table.tsv:", "with 0 rows: expected 1 to 10000", NULL);
    decay_table("a\tvalidate\tdecay.yaml\tslow\t\tX\t1 day\t\tvalue\t\t1\t\tmM\t\t\n"
                "a\tvalidate\tdecay.yaml\tslow\t\tX\t1 day\t\tvalue\t\t1\t\tmM\t\t\n");
    refuse(OSW_ERR_INPUT, "table.tsv:3:1:", "id 'a' stands on line 2 too", NULL);
    remove("table.tsv");
    refuse(OSW_ERR_NOINPUT, "", "table.tsv", NULL);
}

static void selections(void **state)
{
    (void)state;
    static const char *const ids[] = {"bd"}, *const both[] = {"bc", "a"};
    const struct osw_evidence_selection wrong = {ids, 1, 0};
    const struct osw_evidence_selection one = {both, 2, 1u << OSW_USE_DERIVED};
    struct osw_diag *diag = osw_diag_create();
    struct osw_evidence *e;
    decay_table(good);
    refuse(OSW_ERR_NOINPUT, "error:", "has no row 'bd' (did you mean 'bc'?)", &wrong);
    assert_int_equal(osw_evidence_load("table.tsv", &one, diag, &e), OSW_OK);
    assert_int_equal(e->n_rows, 1);
    assert_string_equal(e->rows[0].id, "bc");
    osw_evidence_destroy(e);
    osw_diag_destroy(diag);
}

/* All of a table's faults in one go, and those of a broken scenario once. */
static void all_faults_at_once(void **state)
{
    (void)state;
    static const struct osw_evidence_selection all;
    struct osw_diag *diag = osw_diag_create();
    struct osw_evidence *e;
    FILE *file = fopen("broken.yaml", "w");
    fputs("model: ./decay.ant\nduration: 1 metre\narms: {slow: []}\n", file);
    fclose(file);
    decay_table("a\tvalidate\tbroken.yaml\tslow\t\tX\t1 day\t\tvalue\t\t1\t\tmM\t\t\n"
                "b\tvalidate\tbroken.yaml\tslow\t\tX\t1 day\t\tvalue\t\t1\t\tmM\t\t\n"
                "c\tvalidate\tdecay.yaml\tslo\t\tX\t1 day\t\tvalue\t\t1\t\tmM\t\t\n"
                "d\tvalidate\tdecay.yaml\tslow\t\tX\t99 day\t\tvalue\t\t1\t\tmM\t\t\n");
    assert_int_equal(osw_evidence_load("table.tsv", &all, diag, &e), OSW_ERR_INPUT);
    assert_int_equal(osw_diag_count(diag, OSW_ERROR), 3);
    osw_diag_destroy(diag);
}

int main(void)
{
    char folder[32];
    decay_begin(folder);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_with_faults),
        cmocka_unit_test(whole_tables),
        cmocka_unit_test(selections),
        cmocka_unit_test(all_faults_at_once),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    decay_end(folder);
    return failed;
}
