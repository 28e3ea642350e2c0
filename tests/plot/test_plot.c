/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Figures: text that is only text, axes, names of files, and what is said when gnuplot is
 * not there, fails, or the disk is full. Drawing itself is skipped without gnuplot. */
#include "plot/kind.h"
#include "plot/scale.h"
#include "plot/label.h"
#include "plot/plot.h"
#include "plot/scan_table.h"

#include <math.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

enum { ARMS = 3, TIMES = 6, OUTPUTS = 4 };
static const char *const arms[ARMS] = {"placebo", "it's `touch ran`",
                                       "x' \n system('touch ran')"};
static const char *const outputs[OUTPUTS] = {"age_y", "ha", "cfpwv", "flat"};
static const char *const units[OUTPUTS] = {"year", "ug/mg", "m/s", "1"};
static const char *const long_names[OUTPUTS] = {
    "age", "hydroxyapatite", "carotid-femoral pulse-wave velocity @ {/*99 rest} ^_", ""};
static const char *const groups[OUTPUTS] = {"person", "mineral axis", "wall", "wall"};

struct drawn {
    double times[TIMES], first_on[ARMS], last_on[ARMS], values[ARMS * TIMES * OUTPUTS];
    struct osw_stored stored;
};

/* ARMS arms over `days`, age 60 at time 0 (older by age_step from arm to arm); the last
 * arm fails half way. */
static void fill(struct drawn *d, double days, double age_step)
{
    double *v = d->values;
    for (int t = 0; t < TIMES; t++)
        d->times[t] = days * t / (TIMES - 1);
    for (int a = 0; a < ARMS; a++) {
        d->first_on[a] = a ? 0 : NAN;
        d->last_on[a] = a ? days / 2 : NAN;
        for (int t = 0; t < TIMES; t++, v += OUTPUTS) {
            bool lost = a == 2 && t > 2;
            v[0] = lost ? NAN : 60 + a * age_step + d->times[t] / 365.25;
            v[1] = lost ? NAN : 10 + a * t;
            v[2] = lost ? NAN : 9 + 0.1 * t;
            v[3] = lost ? NAN : 1;
        }
    }
    d->stored =
        (struct osw_stored){ARMS,       TIMES,    OUTPUTS,     "a title",  "human", "x",
                            arms,       d->times, d->first_on, d->last_on, outputs, units,
                            long_names, groups,   d->values,   NULL};
}

static bool have_gnuplot(void)
{
    return system("gnuplot -V >/dev/null 2>&1") == 0;
}

static enum osw_status plot(const struct drawn *d, const char *path, bool force,
                            const char *reason)
{
    struct osw_diag *diag = osw_diag_create();
    const struct osw_stored *results[] = {&d->stored};
    enum osw_status status =
        osw_plot_run(&(struct osw_plot_request){.kind = &osw_kind_courses,
                                                .results = results,
                                                .n_results = 1,
                                                .path = path,
                                                .force = force},
                     diag);
    if (status) {
        assert_true(osw_diag_count(diag, OSW_ERROR) >= 1);
        assert_non_null(strstr(osw_diag_text(diag, 0), reason));
    }
    osw_diag_destroy(diag);
    return status;
}

static bool begins(const char *path, const char *magic)
{
    char head[16] = {0};
    FILE *file = fopen(path, "rb");
    if (!file)
        return false;
    size_t n = fread(head, 1, sizeof head - 1, file);
    fclose(file);
    return n > 0 && !strncmp(head, magic, strlen(magic));
}

static char *quoted(const char *text)
{
    char *out = NULL;
    size_t n = 0;
    FILE *stream = open_memstream(&out, &n);
    osw_label_quote(stream, text, strlen(text));
    fclose(stream);
    return out;
}

static void text_stays_text(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"mk7", "'mk7'"},       {"it's", "'it'.\"\\047\".'s'"},
        {"a\nb\x7f", "'a?b?'"}, {"\xc2\xb5g \xe2\x82\xac", "'\xc2\xb5g \xe2\x82\xac'"},
        {"\xc2", "'?'"},        {"\xe2\x82 x", "'?? x'"},
        {"\xff", "'?'"},        {"", "''"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *text = quoted(cases[i][0]);
        assert_string_equal(text, cases[i][1]);
        free(text);
    }
}

static void lines_break_at_spaces(void **state)
{
    (void)state;
    const char *next;
    const char *text = "pulse-wave velocity";
    assert_int_equal(osw_label_break(text, 12, &next), 10);
    assert_string_equal(next, "velocity");
    assert_int_equal(osw_label_break(text, 19, &next), 19);
    assert_string_equal(next, "");
    assert_int_equal(osw_label_break(text, 10, &next), 10);
    assert_string_equal(next, "velocity");
    assert_int_equal(osw_label_break("unbroken", 3, &next), 3);
    assert_string_equal(next, "roken");
}

static void units_for_readers(void **state)
{
    (void)state;
    struct osw_arena *arena = osw_arena_create();
    assert_string_equal(osw_label_unit(arena, "ug/mg", 0), "µg/mg");
    assert_string_equal(osw_label_unit(arena, "umol/L", 0), "µmol/L");
    assert_string_equal(osw_label_unit(arena, "mmol/L", 0), "mmol/L");
    assert_string_equal(osw_label_unit(arena, "1", 0), "dimensionless");
    assert_string_equal(osw_label_unit(arena, "1e-3", 0), "×10⁻³");
    assert_string_equal(osw_label_unit(arena, "%", 0), "%");
    assert_string_equal(osw_label_unit(arena, "ug/mg", -6), "10⁻⁶ µg/mg");
    assert_string_equal(osw_label_unit(arena, "1", 12), "×10¹²");
    assert_string_equal(osw_label_unit(arena, "1e-3", -3), "×10⁻⁶");
    assert_string_equal(osw_label_unit(arena, "1e-3", 3), "dimensionless");
    osw_arena_destroy(arena);
}

static void axis_suits_the_length(void **state)
{
    (void)state;
    struct drawn d;
    fill(&d, 180, 0);
    assert_string_equal(osw_scale_time(&d.stored).label, "time (days)");
    fill(&d, 3 * 365.25, 0);
    assert_string_equal(osw_scale_time(&d.stored).label, "time (years)");
    assert_true(fabs(osw_scale_time(&d.stored).to - 3) < 1e-12);
    fill(&d, 20 * 365.25, 0);
    assert_string_equal(osw_scale_time(&d.stored).label, "age (years)");
    assert_true(fabs(osw_scale_time(&d.stored).from - 60) < 1e-9);
    assert_true(fabs(osw_scale_time(&d.stored).to - 80) < 1e-9);
    fill(&d, 20 * 365.25, 5); /* arms of different ages */
    assert_string_equal(osw_scale_time(&d.stored).label, "time (years)");
    d.stored.n_times = 1;
    assert_true(osw_scale_time(&d.stored).to > osw_scale_time(&d.stored).from);
}

static void ranges_are_never_empty(void **state)
{
    (void)state;
    struct drawn d;
    fill(&d, 180, 0);
    struct osw_plot_range range = osw_scale_output(&d.stored, 3);
    assert_true(range.any && range.from < 1 && range.to > 1);
    range = osw_scale_output(&d.stored, 1); /* 10 … 15 */
    assert_true(range.from < 10 && range.from > 5 && range.to > 15);
    for (int i = 0; i < ARMS * TIMES; i++)
        d.values[i * OUTPUTS + 1] = i; /* from zero */
    assert_true(osw_scale_output(&d.stored, 1).from == 0);
    for (int i = 0; i < ARMS * TIMES; i++)
        d.values[i * OUTPUTS + 1] = NAN;
    range = osw_scale_output(&d.stored, 1);
    assert_true(!range.any && range.to > range.from);
    range = osw_scale_range(-1.7e308, 1.7e308);
    assert_true(isfinite(range.from) && isfinite(range.to) && range.to > range.from);
    range = osw_scale_range(1.7e308, 1.7e308);
    assert_true(isfinite(range.from) && isfinite(range.to) && range.to > range.from);
}

static void powers_of_ten_are_taken_out(void **state)
{
    (void)state;
    static const struct {
        double value;
        int exponent;
    } cases[] = {{1, 0},      {0.02, 0},  {0.0077, -3}, {1.8e-4, -6}, {99999, 0},
                 {123456, 3}, {2.5e6, 6}, {0, 0},       {1e-20, 0}};
    struct drawn d;
    fill(&d, 180, 0);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        for (int j = 0; j < ARMS * TIMES; j++)
            d.values[j * OUTPUTS + 1] = cases[i].value;
        assert_int_equal(osw_scale_output(&d.stored, 1).exponent, cases[i].exponent);
    }
}

static void tics_are_few_and_round(void **state)
{
    (void)state;
    static const struct {
        double span, step;
    } cases[] = {{5, 1},     {5.1, 2},    {0.42, 0.1}, {0.6, 0.2},
                 {700, 200}, {1100, 500}, {26, 10}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_true(fabs(osw_scale_step(cases[i].span, 5) / cases[i].step - 1) < 1e-12);
}

static void shared_lives_are_drawn_once(void **state)
{
    (void)state;
    struct drawn d;
    fill(&d, 180, 0);
    assert_int_equal(osw_scale_life(&d.stored, 1), 1); /* nothing before time 0 */
    d.times[0] = -2;
    d.times[1] = -1;
    for (int a = 0; a < ARMS; a++)
        d.values[(a * TIMES + 1) * OUTPUTS + 1] = a < 2 ? 5 : 6;
    assert_int_equal(osw_scale_life(&d.stored, 1), 0);
    assert_int_equal(osw_scale_life(&d.stored, 2), 2);
}

static void one_figure_a_group(void **state)
{
    (void)state;
    struct drawn d;
    if (!have_gnuplot())
        skip();
    fill(&d, 20 * 365.25, 0);
    assert_int_equal(plot(&d, "a.png", false, ""), OSW_OK);
    assert_true(begins("a_mineral_axis.png", "\x89PNG"));
    assert_true(begins("a_wall.png", "\x89PNG"));
    assert_int_not_equal(access("a_person.png", F_OK), 0); /* age against age */
    assert_int_not_equal(access("a.png", F_OK), 0);
    assert_int_not_equal(access("ran", F_OK), 0); /* what names said was not run */
    assert_int_equal(plot(&d, "a.svg", false, ""), OSW_OK);
    assert_true(begins("a_wall.svg", "<?xml"));
    assert_int_equal(plot(&d, "a.pdf", false, ""), OSW_OK);
    assert_true(begins("a_wall.pdf", "%PDF"));
}

static void chosen_outputs_in_one_figure(void **state)
{
    (void)state;
    struct drawn d;
    if (!have_gnuplot())
        skip();
    fill(&d, 20 * 365.25, 0);
    struct osw_diag *diag = osw_diag_create();
    static const char *const two[] = {"cfpwv", "age_y"}, *const wrong[] = {"cfpvw"};
    const struct osw_stored *results[] = {&d.stored};
    struct osw_plot_request request = {.kind = &osw_kind_courses,
                                       .results = results,
                                       .n_results = 1,
                                       .outputs = two,
                                       .n_outputs = 2,
                                       .path = "two.png"};
    assert_int_equal(osw_plot_run(&request, diag), OSW_OK);
    assert_true(begins("two.png", "\x89PNG"));
    request.outputs = wrong;
    request.n_outputs = 1;
    request.path = "w.png";
    assert_int_equal(osw_plot_run(&request, diag), OSW_ERR_NOINPUT);
    assert_non_null(strstr(osw_diag_text(diag, 0), "did you mean 'cfpwv'?"));
    osw_diag_destroy(diag);
}

/* A figure's script, or NULL when it cannot be made. */
static char *script_of(const struct osw_plot_kind *kind,
                       const struct osw_stored *const *results, int n_results,
                       const int *controls, int output)
{
    const struct osw_figure figure = {.results = results,
                                      .n_results = n_results,
                                      .controls = controls,
                                      .outputs = &output,
                                      .n_outputs = 1};
    char *script = NULL;
    size_t n;
    enum osw_status status = kind->script(&figure, &script, &n);
    return status ? NULL : script;
}

/* Each result's arms stand beside its own control: 10, 15 and nothing; then 30 and 45. */
static void endpoints_have_their_own_control(void **state)
{
    (void)state;
    struct drawn d, e;
    fill(&d, 100, 0);
    fill(&e, 100, 0);
    for (int i = 0; i < ARMS * TIMES; i++)
        e.values[i * OUTPUTS + 1] *= 3;
    const struct osw_stored *results[] = {&d.stored, &e.stored};
    char *script = script_of(&osw_kind_endpoints, results, 2, (const int[]){0, 1}, 1);
    assert_non_null(script);
    assert_non_null(strstr(script, "'+50 %'"));
    assert_non_null(strstr(script, "'failed'"));
    assert_non_null(strstr(script, "\n1.5 10 10 1\n2.5 10 15 0\n"));
    assert_non_null(strstr(script, "\n5.5 45 30 0\n6.5 45 45 1\n"));
    assert_non_null(strstr(script, "'\u221233 %'"));
    free(script);
    static const char *const pairs[ARMS] = {"no", "no_old", "mk7_old"};
    d.stored.arms = pairs;
    d.values[(3 * TIMES - 1) * OUTPUTS + 1] = 12;
    script = script_of(&osw_kind_endpoints, results, 1, (const int[]){0}, 1);
    assert_non_null(strstr(script, "\n0.5 10 10 1\n1.5 15 15 1\n2.5 15 12 0\n"));
    free(script);
}

/* mk7_45, mk7_60: one curve; an arm without interventions is in none. */
static void window_joins_arms_by_name(void **state)
{
    (void)state;
    struct drawn d;
    fill(&d, 20 * 365.25, 0);
    static const char *const names[ARMS] = {"never", "mk7_45", "mk7_60"};
    d.stored.arms = names;
    d.first_on[2] = 10 * 365.25;
    for (int t = 0; t < TIMES; t++) /* the last arm does not fail here */
        d.values[(2 * TIMES + t) * OUTPUTS + 1] = 12 + 0.0 * t;
    const struct osw_stored *results[] = {&d.stored};
    char *script = script_of(&osw_kind_window, results, 1, (const int[]){0}, 1);
    assert_non_null(script);
    assert_non_null(strstr(script, "<< END_OF_DATA\n60 5\n70 2\nNaN NaN\n\n\nEND"));
    assert_non_null(strstr(script, "'mk7'"));
    assert_non_null(strstr(script, "'begins at age (years)'"));
    free(script);
    d.first_on[1] = d.first_on[2] = NAN;
    struct osw_diag *diag = osw_diag_create();
    struct osw_plot_request request = {
        .kind = &osw_kind_window, .results = results, .n_results = 1, .path = "w.png"};
    assert_int_equal(osw_plot_run(&request, diag), OSW_ERR_INPUT);
    request.control = "nevr";
    assert_int_equal(osw_plot_run(&request, diag), OSW_ERR_NOINPUT);
    assert_non_null(strstr(osw_diag_text(diag, 1), "did you mean 'never'?"));
    osw_diag_destroy(diag);
}

/* gnuplot itself takes the scripts, hostile names and a failed arm included. */
static void other_kinds_are_drawn(void **state)
{
    (void)state;
    struct drawn d;
    if (!have_gnuplot())
        skip();
    fill(&d, 20 * 365.25, 0);
    const struct osw_stored *results[] = {&d.stored, &d.stored};
    struct osw_diag *diag = osw_diag_create();
    struct osw_plot_request request = {
        .kind = &osw_kind_endpoints, .results = results, .n_results = 2, .path = "e.png"};
    assert_int_equal(osw_plot_run(&request, diag), OSW_OK);
    assert_true(begins("e_wall.png", "\x89PNG"));
    request.kind = &osw_kind_window;
    request.n_results = 1;
    request.path = "v.svg";
    assert_int_equal(osw_plot_run(&request, diag), OSW_OK);
    assert_true(begins("v_wall.svg", "<?xml"));
    assert_int_not_equal(access("ran", F_OK), 0);
    osw_diag_destroy(diag);
}

static struct osw_stored *scan(const char *text, enum osw_status expected)
{
    struct osw_diag *diag = osw_diag_create();
    struct osw_stored *stored = NULL;
    FILE *file = fopen("scan.csv", "w");
    fputs(text, file);
    fclose(file);
    assert_int_equal(osw_scan_table_read("scan.csv", diag, &stored), expected);
    osw_diag_destroy(diag);
    return stored;
}

static void scans_are_read(void **state)
{
    (void)state;
    struct osw_stored *s =
        scan("k,stability,r\r\n1/d,,1\r\n1,stable,5\r\n2,fold,6\r\n", OSW_OK);
    assert_int_equal(s->n_times, 2);
    assert_int_equal(s->n_outputs, 3);
    assert_string_equal(s->outputs[2], "r");
    assert_string_equal(s->units[0], "1/d");
    assert_string_equal(s->arms[0], "scan");
    assert_true(osw_scale_value(s, 0, 1, 1) == OSW_SCAN_FOLD);
    assert_true(osw_scale_value(s, 0, 1, 2) == 6);
    osw_stored_destroy(s);
    s = scan("k,stability,r\n1,,5", OSW_OK); /* no units, stability unknown */
    assert_true(isnan(osw_scale_value(s, 0, 0, 1)));
    osw_stored_destroy(s);
    scan("", OSW_ERR_INPUT);
    scan("k,stability\n", OSW_ERR_INPUT);
    scan("k,r\n1,2\n", OSW_ERR_INPUT);
    scan("k,stability\n1,stable,3\n", OSW_ERR_INPUT);
    scan("k,stability\n1,stable\nx,stable\n", OSW_ERR_INPUT);
    scan("k,stability\n1,stable\nnan,stable\n", OSW_ERR_INPUT);
}

/* The fold belongs to both parts, and carries the axis' value. */
static void branches_break_at_folds(void **state)
{
    (void)state;
    struct osw_stored *s = scan("k,stability,P,r\n1,stable,10,5\n2,fold,20,6\n"
                                "1.5,unstable,15,7\n1.2,fold,12,8\n3,stable,30,9\n",
                                OSW_OK);
    const struct osw_stored *results[] = {s};
    const int output = 3;
    const struct osw_figure figure = {
        .results = results, .n_results = 1, .outputs = &output, .n_outputs = 1, .x = "P"};
    char *script = NULL;
    size_t n;
    assert_int_equal(osw_kind_branches.script(&figure, &script, &n), OSW_OK);
    assert_non_null(strstr(script, "\n10 5 NaN\n20 6 6\n15 NaN 7\n12 8 8\n30 9 NaN\n"));
    assert_non_null(strstr(script, "set label '20' at 20,6 left"));
    assert_non_null(strstr(script, "set label '12' at 12,8 right"));
    assert_non_null(strstr(script, "'P (dimensionless)'"));
    free(script);
    struct osw_diag *diag = osw_diag_create();
    struct osw_plot_request request = {.kind = &osw_kind_branches,
                                       .results = results,
                                       .n_results = 1,
                                       .x = "Q",
                                       .path = "br.png"};
    assert_int_equal(osw_plot_run(&request, diag), OSW_ERR_NOINPUT);
    request.x = NULL;
    if (have_gnuplot()) {
        assert_int_equal(osw_plot_run(&request, diag), OSW_OK);
        assert_true(begins("br.png", "\x89PNG"));
    }
    osw_diag_destroy(diag);
    osw_stored_destroy(s);
}

/* The table of kinds: each says what it is, reads its files and draws them. */
static void kinds_are_whole(void **state)
{
    (void)state;
    struct drawn d;
    fill(&d, 20 * 365.25, 0);
    struct osw_stored *branch = scan("k,stability,P\n1,stable,10\n2,stable,20\n", OSW_OK);
    for (int i = 0; osw_kinds[i]; i++) {
        const struct osw_plot_kind *kind = osw_kinds[i];
        const bool scans = kind->read == osw_scan_table_read;
        assert_true(kind->name && kind->help && kind->wants);
        if (!scans && kind->read != osw_hdf5_read)
            fail_msg("no sample for a picture of kind %s", kind->name);
        const struct osw_stored *const results[] = {scans ? branch : &d.stored};
        const int controls[] = {0};
        const struct osw_figure all = {
            .results = results, .n_results = 1, .controls = controls};
        assert_true(kind->wants(&all, scans ? 2 : 1));
        assert_true(!kind->accepts || !kind->accepts(&all, NULL));
        char *script = script_of(kind, results, 1, controls, scans ? 2 : 1);
        if (!script || !strstr(script, "plot "))
            fail_msg("kind %s draws nothing", kind->name);
        free(script);
        for (int k = 0; k < i; k++)
            assert_string_not_equal(kind->name, osw_kinds[k]->name);
    }
    osw_stored_destroy(branch);
}

static void refuses_names_of_files(void **state)
{
    (void)state;
    struct drawn d;
    fill(&d, 180, 0);
    assert_int_equal(plot(&d, "a.jpg", false, "expected .png, .svg or .pdf"),
                     OSW_ERR_USAGE);
    assert_int_equal(plot(&d, "folder.png/a", false, "expected .png"), OSW_ERR_USAGE);
    fclose(fopen("b_wall.png", "w"));
    assert_int_equal(plot(&d, "b.png", false, "exists"), OSW_ERR_CANTCREAT);
    assert_int_not_equal(access("b_person.png", F_OK), 0);
    assert_int_equal(system("ls *.tmp.* >/dev/null 2>&1") == 0, 0);
}

/* A program called gnuplot that says and does this. */
static void pretend(const char *script)
{
    mkdir("bin", 0700);
    FILE *file = fopen("bin/gnuplot", "w");
    fprintf(file, "#!/bin/sh\n%s\n", script);
    fclose(file);
    chmod("bin/gnuplot", 0700);
    setenv("PATH", "bin:/bin:/usr/bin", 1);
}

static void failures_are_reported(void **state)
{
    (void)state;
    struct drawn d;
    fill(&d, 180, 0);
    char *path = strdup(getenv("PATH"));
    setenv("PATH", "/nonexistent", 1);
    assert_int_equal(plot(&d, "c.png", false, "apt install gnuplot-nox"),
                     OSW_ERR_UNAVAILABLE);
    pretend("echo 'line 7: it is broken' >&2; exit 1");
    assert_int_equal(plot(&d, "c.png", false, "gnuplot failed: line 7: it is broken"),
                     OSW_ERR_INTERNAL);
    pretend("exit 9");
    assert_int_equal(plot(&d, "c.png", false, "cannot draw this kind"),
                     OSW_ERR_UNAVAILABLE);
    pretend("kill -9 $$");
    assert_int_equal(plot(&d, "c.png", false, "gnuplot failed"), OSW_ERR_INTERNAL);
    pretend("cat >/dev/null");
    assert_int_equal(plot(&d, "n.png", false, "gnuplot drew nothing"), OSW_ERR_INTERNAL);
    assert_int_not_equal(access("n.png", F_OK), 0);
    pretend("head -c 3000000 /dev/zero; cat >/dev/null"); /* talks before it listens */
    assert_int_equal(plot(&d, "c.png", false, ""), OSW_OK);
    setenv("PATH", path, 1);
    free(path);
}

static void full_disk_leaves_nothing(void **state)
{
    (void)state;
    struct drawn d;
    struct rlimit old;
    char *path = strdup(getenv("PATH"));
    fill(&d, 180, 0);
    pretend("cat >/dev/null; head -c 50000 /dev/zero");
    signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &old);
    const struct rlimit tight = {4096, old.rlim_max};
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &tight), 0);
    enum osw_status status = plot(&d, "full.png", false, "cannot write");
    setrlimit(RLIMIT_FSIZE, &old);
    assert_int_equal(status, OSW_ERR_IO);
    assert_int_equal(system("ls full* >/dev/null 2>&1") == 0, 0);
    setenv("PATH", path, 1);
    free(path);
}

int main(void)
{
    char folder[] = "/tmp/osw_plot.XXXXXX";
    if (!mkdtemp(folder) || chdir(folder))
        return 1;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_stays_text),
        cmocka_unit_test(lines_break_at_spaces),
        cmocka_unit_test(units_for_readers),
        cmocka_unit_test(axis_suits_the_length),
        cmocka_unit_test(ranges_are_never_empty),
        cmocka_unit_test(powers_of_ten_are_taken_out),
        cmocka_unit_test(tics_are_few_and_round),
        cmocka_unit_test(shared_lives_are_drawn_once),
        cmocka_unit_test(one_figure_a_group),
        cmocka_unit_test(chosen_outputs_in_one_figure),
        cmocka_unit_test(endpoints_have_their_own_control),
        cmocka_unit_test(window_joins_arms_by_name),
        cmocka_unit_test(other_kinds_are_drawn),
        cmocka_unit_test(scans_are_read),
        cmocka_unit_test(branches_break_at_folds),
        cmocka_unit_test(kinds_are_whole),
        cmocka_unit_test(refuses_names_of_files),
        cmocka_unit_test(failures_are_reported),
        cmocka_unit_test(full_disk_leaves_nothing),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    char command[64];
    snprintf(command, sizeof command, "rm -r %s", folder);
    return failed | (system(command) != 0);
}
