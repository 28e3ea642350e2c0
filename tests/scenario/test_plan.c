/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What scenarios mean: lives, times, events and their order. */
#include "harness.h"

#include <stdlib.h>
#include <string.h>

static struct loaded good(const char *text, const struct osw_plan_options *options)
{
    struct loaded l = load_text(text, options);
    char *said = messages(&l);
    assert_string_equal(said, "");
    assert_int_equal(l.status, OSW_OK);
    free(said);
    return l;
}

static struct loaded good_arms(const char *arms)
{
    struct loaded l = load_arms(arms);
    char *said = messages(&l);
    assert_string_equal(said, "");
    assert_int_equal(l.status, OSW_OK);
    free(said);
    return l;
}

struct expected {
    double t;
    enum osw_event_kind kind;
    int index;
    double value;
};

static void check_events(const struct osw_arm *arm, const struct expected *e, int n)
{
    for (int i = 0; i < arm->n_events && i < n; i++) {
        assert_true(fabs(arm->events[i].t - e[i].t) <= 1e-12 * fabs(e[i].t));
        assert_int_equal(arm->events[i].kind, e[i].kind);
        assert_int_equal(arm->events[i].index, e[i].index);
        assert_true(fabs(arm->events[i].value - e[i].value) <= 1e-12 * fabs(e[i].value));
    }
    assert_int_equal(arm->n_events, n);
}

#define CHECK_EVENTS(arm, ...)                                                           \
    check_events(arm, (const struct expected[]){__VA_ARGS__},                            \
                 sizeof((const struct expected[]){__VA_ARGS__}) /                        \
                     sizeof(struct expected))

#define PARAM OSW_EVENT_SET_PARAM
#define STATE OSW_EVENT_SET_STATE
#define DOSE OSW_EVENT_ADD_STATE

static void test_a_whole_scenario(void **state)
{
    (void)state;
    struct loaded l = good("title: a title\nmodel: human\n"
                           "subject: {extends: adult, age: 60 year}\n"
                           "duration: 3 year\nevery: 1 year\noutputs: [cac, age_y]\n"
                           "arms:\n  placebo: []\n  drug: [oral]\n"
                           "  renal: {subject: renal, title: kidney, interventions: "
                           "[{oral: {dose: 360 ug, from: 1 year}}]}\n",
                           NULL);
    const struct osw_plan *p = l.plan;
    assert_string_equal(p->title, "a title");
    assert_true(p->duration == 3 * 365.25);
    assert_int_equal(p->n_times, 4);
    assert_true(p->times[0] == 0 && p->times[3] == p->duration);
    assert_int_equal(p->n_outputs, 2);
    assert_int_equal(p->outputs[0], O_CAC);
    assert_int_equal(p->n_arms, 3);
    assert_int_equal(p->n_lives, 2);
    assert_int_equal(p->arms[0].life, 0);
    assert_int_equal(p->arms[1].life, 0);
    assert_int_equal(p->arms[2].life, 1);
    assert_string_equal(p->arms[2].title, "kidney");
    assert_int_equal(p->arms[0].n_events, 0);
    assert_true(isnan(p->arms[0].first_on) && isnan(p->arms[0].last_on));
    assert_int_equal(p->arms[1].n_events, 1096);
    assert_true(p->arms[1].events[5].value == 270);
    assert_true(p->arms[1].first_on == 0 && p->arms[1].last_on == p->duration);
    assert_true(p->arms[2].events[0].t == 365.25 && p->arms[2].events[0].value == 540);
    assert_string_equal(p->arms[2].interventions[0], "oral");
    unload(&l);
}

static void test_lives(void **state)
{
    (void)state;
    struct loaded l =
        good("model: human\nduration: 1 year\n"
             "subject: {extends: renal, sex: male, weight: 60 kg,\n"
             "  total_cholesterol: 240 mg/dL}\n"
             "arms: {a: [], b: {subject: {history: {from: 45 year}, age: 50 "
             "year}}}\n",
             NULL);
    const struct osw_life *a = &l.plan->lives[0], *b = &l.plan->lives[1];
    assert_true(a->age_y == 50 && a->params[P_AGE0] == 50);
    assert_true(a->t_start == -30 * 365.25);
    assert_true(a->params[P_GFR] == 30 && a->params[P_INTAKE] == 40);
    assert_true(a->params[P_MALE] == 1 && a->params[P_WEIGHT] == 60);
    assert_true(a->params[P_TC] == 240 && a->params[P_TC_USE] == 1);
    assert_int_equal(a->match_output, O_CAC);
    assert_int_equal(a->match_param, P_PLAQUE);
    assert_true(a->match_value == 150);
    assert_true(b->t_start == -5 * 365.25 && b->match_output == -1);
    assert_true(b->params[P_TC_USE] == 0 && b->params[P_GFR] == 100);
    assert_int_equal(l.plan->n_history_times, 31);
    assert_true(l.plan->history_times[0] == a->t_start);
    assert_true(l.plan->history_times[29] == -365.25);
    assert_true(l.plan->history_times[30] == 0);
    unload(&l);
}

static void test_lives_without_age(void **state)
{
    (void)state;
    struct loaded l = good("model: dish\nduration: 14 day\nevery: 1 day\n"
                           "subject: {history: {settle: 60 day}}\n"
                           "arms: {a: [], b: {subject: {parameters: {}}}}\n",
                           NULL);
    assert_true(isnan(l.plan->lives[0].age_y));
    assert_true(l.plan->lives[0].settle_frozen && l.plan->lives[0].t_start == -60);
    assert_true(!l.plan->lives[1].settle_frozen && l.plan->lives[1].t_start == 0);
    unload(&l);
}

/* The onset of the only life of a subject. */
static double onset_of(const char *subject, const struct osw_plan_options *options)
{
    char text[512];
    snprintf(text, sizeof text,
             "model: human\nduration: 1 day\nsubject: %s\narms: {a: []}\n", subject);
    struct loaded l = good(text, options);
    double onset = l.plan->lives[0].params[P_ONSET];
    assert_int_equal(l.plan->lives[0].given[P_ONSET], 1);
    unload(&l);
    return onset;
}

static void near(double found, double expected)
{
    assert_true(fabs(found - expected) <= 1e-12 * fabs(expected));
}

static void test_onsets_follow_the_age(void **state)
{
    (void)state;
    const struct osw_setting age = {"age", "70 year"}, since = {"illness", "10 year"};
    near(onset_of("ill", NULL), 60 - 4 - 3);
    near(onset_of("{extends: ill, age: 50 year}", NULL), 50 - 4 - 3);
    near(onset_of("{illness: 0 day, age: 600 month, extends: ill}", NULL), 50 - 3);
    near(onset_of("{extends: ill, parameters: {width: 2 year}}", NULL), 60 - 4 - 6);
    near(onset_of("{extends: ill, illness_onset: 40 year}", NULL), 40);
    near(onset_of("{extends: ill_at_45, illness: 1 year}", NULL), 60 - 1 - 3);
    near(onset_of("{extends: ill_at_45}", NULL), 45);
    near(onset_of("{extends: adult, illness_onset: 70 year}", NULL), 70);
    near(onset_of("ill", &(struct osw_plan_options){.settings = &age, .n_settings = 1}),
         70 - 4 - 3);
    near(onset_of("ill", &(struct osw_plan_options){.settings = &since, .n_settings = 1}),
         60 - 10 - 3);
}

/* What was in force without --set must be with it. */
static void test_settings_keep_what_holds(void **state)
{
    (void)state;
    const struct osw_setting age = {"age", "44 year"};
    const struct osw_plan_options options = {.settings = &age, .n_settings = 1};
    const char *head = "model: human\nduration: 1 day\narms: {a: []}\nsubject: ";
    const struct {
        const char *subject;
        enum osw_status status;
    } cases[] = {{"{extends: adult, illness_onset: 45 year}\n", OSW_ERR_INPUT},
                 {"{extends: adult, illness_onset: 55 year}\n", OSW_OK}};
    for (size_t i = 0; i < 2; i++) {
        char text[256];
        snprintf(text, sizeof text, "%s%s", head, cases[i].subject);
        struct loaded l = load_text(text, &options);
        assert_int_equal(l.status, cases[i].status);
        unload(&l);
    }
}

/* Scaled lives are as if loaded with the scaled values. */
static void test_scaled_onsets(void **state)
{
    (void)state;
    struct loaded l =
        good("model: human\nduration: 1 day\nsubject: ill\narms: {a: []}\n", NULL);
    double factors[N_PARAMS];
    struct osw_plan scaled;
    for (int j = 0; j < N_PARAMS; j++)
        factors[j] = 1;
    factors[P_AGE0] = 1.1;
    assert_int_equal(osw_plan_scale(l.plan, factors, false, l.plan->arena, &scaled),
                     OSW_OK);
    near(scaled.lives[0].params[P_ONSET], 66 - 4 - 3);
    factors[P_ONSET] = 0.9;
    assert_int_equal(osw_plan_scale(l.plan, factors, false, l.plan->arena, &scaled),
                     OSW_OK);
    near(scaled.lives[0].params[P_ONSET], 0.9 * 53);
    unload(&l);
}

static void test_ages_outside_the_model_warn(void **state)
{
    (void)state;
    const struct {
        const char *age;
        bool warned;
    } cases[] = {
        {"17.9 year", true}, {"18 year", false}, {"100 year", false}, {"101 year", true}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[256];
        snprintf(text, sizeof text,
                 "model: human\nduration: 1 day\nsubject: {age: %s}\narms: {a: []}\n",
                 cases[i].age);
        struct loaded l = load_text(text, NULL);
        assert_int_equal(l.status, OSW_OK);
        assert_int_equal(osw_diag_count(l.diag, OSW_WARNING), cases[i].warned);
        unload(&l);
    }
}

static void test_lives_are_shared_by_content(void **state)
{
    (void)state;
    struct loaded l =
        good("model: human\nduration: 1 year\nsubject: adult\narms:\n"
             "  a: []\n  b: {subject: {extends: adult, age: 50 year}}\n"
             "  c: {subject: {extends: adult, age: 51 year}}\n"
             "  d: {subject: {extends: adult, match: {cac: 9, by: plaque}}}\n"
             "  e: {subject: {extends: adult, match: {by: plaque, cac: 9 Agatston}}}\n",
             NULL);
    assert_int_equal(l.plan->n_lives, 3);
    assert_int_equal(l.plan->arms[1].life, 0);
    assert_int_equal(l.plan->arms[2].life, 1);
    assert_int_equal(l.plan->arms[3].life, 2);
    assert_int_equal(l.plan->arms[4].life, 2);
    unload(&l);
}

static void test_output_times(void **state)
{
    (void)state;
    struct loaded l = good("model: human\nduration: 100 day\nevery: 30 day\n"
                           "arms: {a: []}\n",
                           NULL);
    const double every[] = {0, 30, 60, 90, 100};
    assert_int_equal(l.plan->n_times, 5);
    assert_memory_equal(l.plan->times, every, sizeof every);
    unload(&l);
    l = good("model: human\nduration: 0.3 day\nevery: 0.1 day\narms: {a: []}\n", NULL);
    assert_int_equal(l.plan->n_times, 4);
    unload(&l);
    l = good("model: human\nduration: 1 year\nat: [12 week, 1 year]\narms: {a: []}\n",
             NULL);
    assert_int_equal(l.plan->n_times, 2);
    assert_true(l.plan->times[0] == 84 && l.plan->times[1] == 365.25);
    unload(&l);
    l = good("model: human\nduration: 1 year\narms: {a: []}\n", NULL);
    assert_int_equal(l.plan->n_times, 13);
    unload(&l);
}

static void test_settings_come_last(void **state)
{
    (void)state;
    const struct osw_setting settings[] = {
        {"intake", "55 mmol/d"}, {"age", "70 year"}, {"sex", "male"}};
    const char *const arms[] = {"b"};
    const struct osw_plan_options options = {
        .settings = settings, .n_settings = 3, .arms = arms, .n_arms = 1};
    struct loaded l = good("model: human\nduration: 1 year\nsubject: renal\n"
                           "arms: {a: [oral], b: []}\n",
                           &options);
    assert_int_equal(l.plan->n_arms, 1);
    assert_string_equal(l.plan->arms[0].name, "b");
    assert_true(l.plan->lives[0].params[P_INTAKE] == 55);
    assert_true(l.plan->lives[0].age_y == 70);
    assert_true(l.plan->lives[0].t_start == -50 * 365.25);
    assert_true(l.plan->lives[0].params[P_MALE] == 1);
    unload(&l);
}

static void test_on_and_off(void **state)
{
    (void)state;
    struct loaded l =
        good_arms("  a: [{oral: {on: 2 day, off: 5 day, from: 1 day, until: 12 day}}]\n"
                  "  b: [{blocker: {on: 3 day, off: 4 day, until: 9 day, dose: 30 mg}}]\n"
                  "  c: [{oral: {at: [0 day, 36 h]}}, {injection: {at: 1 week}}]\n");
    CHECK_EVENTS(&l.plan->arms[0], {1, DOSE, S_GUT, 270}, {2, DOSE, S_GUT, 270},
                 {8, DOSE, S_GUT, 270}, {9, DOSE, S_GUT, 270});
    CHECK_EVENTS(&l.plan->arms[1], {0, PARAM, P_BLOCKED, 0.6}, {3, PARAM, P_BLOCKED, 0},
                 {7, PARAM, P_BLOCKED, 0.6}, {9, PARAM, P_BLOCKED, 0});
    CHECK_EVENTS(&l.plan->arms[2], {0, DOSE, S_GUT, 270}, {1.5, DOSE, S_GUT, 270},
                 {7, DOSE, S_PLASMA, 1400});
    assert_true(l.plan->arms[2].first_on == 0 && l.plan->arms[2].last_on == 7);
    assert_true(l.plan->arms[1].last_on == 9);
    unload(&l);
}

/* set, then multiply, then add, whatever the file's order. */
static void test_combination(void **state)
{
    (void)state;
    struct loaded l = good_arms("  a: [supplement, diet]\n"
                                "  b: [diet, supplement, clamp]\n"
                                "  c: [blocker, {blocker: {dose: 30 mg}}]\n"
                                "  d: [supplement, supplement]\n"
                                "  e: [clamp, {clamp: {dose: 7 mmol, until: 5 day}}]\n");
    CHECK_EVENTS(&l.plan->arms[0], {0, PARAM, P_INTAKE, 30 * 0.5 + 10});
    CHECK_EVENTS(&l.plan->arms[1], {0, PARAM, P_INTAKE, 20 * 0.5 + 10});
    CHECK_EVENTS(&l.plan->arms[2], {0, PARAM, P_BLOCKED, 1 - 0.6 * 0.4});
    CHECK_EVENTS(&l.plan->arms[3], {0, PARAM, P_INTAKE, 50});
    CHECK_EVENTS(&l.plan->arms[4], {0, PARAM, P_INTAKE, 7}, {5, PARAM, P_INTAKE, 20});
    assert_int_equal(l.plan->arms[3].n_interventions, 1);
    unload(&l);
}

/* A switch changes the base; what is active stays on top and lifts to the new base. */
static void test_switches_and_interventions(void **state)
{
    (void)state;
    struct loaded l = good_arms(
        "  a: [{diet: {from: 10 day, until: 30 day}},\n"
        "      {at: 20 day, set: {intake: 60 mmol/d}}]\n"
        "  b: [{at: 10 day, set: {phosphate_intake: 60 mmol/d}},\n"
        "      {diet: {from: 10 day, until: 30 day}},\n"
        "      {at: 30 day, set: {intake: 8 mmol/d}}]\n"
        "  c: [{clamp: {until: 20 day}}, {at: 10 day, set: {intake: 44 mmol/d}}]\n");
    CHECK_EVENTS(&l.plan->arms[0], {10, PARAM, P_INTAKE, 15}, {20, PARAM, P_INTAKE, 30},
                 {30, PARAM, P_INTAKE, 60});
    /* Half of 60 is no change here, but is for another value at time 0. */
    CHECK_EVENTS(&l.plan->arms[1], {10, PARAM, P_INTAKE, 30}, {30, PARAM, P_INTAKE, 8});
    CHECK_EVENTS(&l.plan->arms[2], {0, PARAM, P_INTAKE, 20}, {20, PARAM, P_INTAKE, 44});
    assert_true(isnan(l.plan->arms[0].first_on) == false);
    unload(&l);
}

/* At one time: parameters, then states set, then doses, each in the file's order. */
static void test_order_at_one_time(void **state)
{
    (void)state;
    struct loaded l = good_arms(
        "  a: [{two: {until: 1 day}}, {injection: {at: 0 day}},\n"
        "      {at: 0 day, set: {Plasma: 3 nmol/L, Gut: 1 nmol, intake: 1 mmol/d}}]\n");
    CHECK_EVENTS(&l.plan->arms[0], {0, PARAM, P_DRIP, 1}, {0, PARAM, P_INTAKE, 1},
                 {0, STATE, S_PLASMA, 3}, {0, STATE, S_GUT, 1}, {0, DOSE, S_CELLS, 1},
                 {0, DOSE, S_PLASMA, 1400}, {1, PARAM, P_DRIP, 0});
    unload(&l);
}

/* Times that differ by rounding become one, and an output time if one is there. */
static void test_times_are_joined(void **state)
{
    (void)state;
    struct loaded l = good(
        "model: human\nduration: 70 day\nevery: 7 day\narms:\n"
        "  a: [{oral: {every: 56 h, until: 8 day}}, {at: 168 h, set: {Gut: 0 nmol}},\n"
        "      {oral: {at: 0.1 day}}, {injection: {at: 8640.0000001 s}}]\n",
        NULL);
    const struct osw_arm *a = &l.plan->arms[0];
    assert_int_equal(a->n_events, 7);
    assert_true(a->events[1].t == a->events[2].t);
    assert_true(a->events[5].t == 7 && a->events[6].t == 7);
    assert_int_equal(a->events[5].kind, OSW_EVENT_SET_STATE);
    unload(&l);
}

static void test_nothing_at_the_end(void **state)
{
    (void)state;
    struct loaded l = good("model: human\nduration: 10 day\nevery: 1 day\n"
                           "arms: {a: [oral]}\n",
                           NULL);
    assert_int_equal(l.plan->arms[0].n_events, 10);
    assert_true(l.plan->arms[0].events[9].t == 9);
    unload(&l);
}

static void test_doses_by_weight(void **state)
{
    (void)state;
    struct loaded l =
        good("model: human\nduration: 1 year\nsubject: {weight: 60 kg}\narms:\n"
             "  a: [injection, {injection: {dose: 100 mg}}, weighed,\n"
             "      {oral: {dose: 3 ug/kg, until: 1 day}}]\n",
             NULL);
    CHECK_EVENTS(&l.plan->arms[0], {0, DOSE, S_PLASMA, 1200}, {0, DOSE, S_PLASMA, 1000},
                 {0, DOSE, S_CELLS, 350. / 60 * 0.1}, {0, DOSE, S_GUT, 270});
    unload(&l);
    l = good("model: dish\nduration: 1 day\nevery: 1 h\nsubject: {weight: 2 kg}\n"
             "arms: {a: [injection]}\n",
             NULL);
    CHECK_EVENTS(&l.plan->arms[0], {0, DOSE, S_PLASMA, 40});
    unload(&l);
}

static void test_dosing_table(void **state)
{
    (void)state;
    struct loaded l = good_arms("  a: [{table: doses.csv, time: h}]\n");
    CHECK_EVENTS(&l.plan->arms[0], {0, DOSE, S_GUT, 100}, {2, DOSE, S_GUT, 50},
                 {3, DOSE, S_GUT, 50}, {4, PARAM, P_DRIP, 48}, {4, DOSE, S_GUT, 50},
                 {5, PARAM, P_DRIP, 0});
    assert_true(l.plan->arms[0].first_on == 0 && l.plan->arms[0].last_on == 5);
    unload(&l);
}

/* Two drips at a time add up. */
static void test_dosing_table_of_interventions(void **state)
{
    (void)state;
    struct loaded l = good_arms("  a: [{table: by_name.csv}]\n");
    CHECK_EVENTS(&l.plan->arms[0], {0, DOSE, S_GUT, 150},
                 {1, PARAM, P_INTAKE, 30 + 10. / 2}, {2, PARAM, P_INTAKE, 35 + 6},
                 {3, PARAM, P_INTAKE, 36}, {4, PARAM, P_INTAKE, 30},
                 {5, PARAM, P_INTAKE, 34}, {9, PARAM, P_INTAKE, 30});
    unload(&l);
}

static void test_warnings(void **state)
{
    (void)state;
    struct loaded l =
        load_arms("  a: [{oral: {from: 2 year}}, {blocker: {every: 2 day}},\n"
                  "      {supplement: {every: 2 day}}]\n");
    char *said = messages(&l);
    assert_string_equal(said,
                        "s.yaml:4:21: warning: '2 year' is not before the end of the "
                        "scenario: nothing will happen\n"
                        "s.yaml:4:42: warning: 'every' does not change what 'blocker' "
                        "does to parameter 'blocked', which depends on the dose alone: "
                        "change the dose instead\n");
    assert_int_equal(l.status, OSW_OK);
    CHECK_EVENTS(&l.plan->arms[0], {0, PARAM, P_BLOCKED, 0.4}, {0, PARAM, P_INTAKE, 35});
    free(said);
    unload(&l);
}

static void test_course_thinner_than_a_dose(void **state)
{
    (void)state;
    struct loaded l =
        load_arms("  a: [{supplement: {every: 1 day, on: 3 day, off: 9 day}}]\n");
    char *said = messages(&l);
    assert_string_equal(said, "");
    free(said);
    unload(&l);
    l = load_arms("  a: [{supplement: {every: 9 day, on: 3 day, off: 9 day}}]\n");
    said = messages(&l);
    assert_non_null(strstr(said, "warning: 'every' is the time between the doses of one "
                                 "course of 'supplement' and longer than the course "
                                 "('on', 3 day)"));
    assert_int_equal(l.status, OSW_OK);
    free(said);
    unload(&l);
}

/* Every allocation fails once; nothing crashes or leaks (see the sanitizer run). */
static void test_out_of_memory(void **state)
{
    (void)state;
    enum osw_status status = OSW_ERR_MEMORY;
    int failures = 0;
    for (long n = 0; status; n++) {
        const char *text = "model: human\nduration: 9 day\nsubject: renal\nevery: 1 day\n"
                           "arms: {a: [oral, {table: doses.csv}], b: [blocker]}\n";
        struct loaded l = {.model = osw_fake_model(false),
                           .diag = osw_diag_create(),
                           .arena = osw_arena_create()};
        const struct osw_yaml *root;
        char path[1024];
        snprintf(path, sizeof path, "%s/s.yaml", getenv("OSW_TEST_DATA"));
        assert_int_equal(
            osw_yaml_parse("s.yaml", text, strlen(text), l.arena, l.diag, &root), OSW_OK);
        osw_memory_fail_after(n);
        l.status = status =
            osw_plan_build(root, path, l.model, true, l.arena, NULL, l.diag, &l.plan);
        osw_memory_fail_after(-1);
        assert_true(!status || status == OSW_ERR_MEMORY || status == OSW_ERR_INPUT);
        failures += status != OSW_OK;
        unload(&l);
    }
    assert_true(failures > 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_whole_scenario),
        cmocka_unit_test(test_lives),
        cmocka_unit_test(test_lives_without_age),
        cmocka_unit_test(test_onsets_follow_the_age),
        cmocka_unit_test(test_settings_keep_what_holds),
        cmocka_unit_test(test_scaled_onsets),
        cmocka_unit_test(test_ages_outside_the_model_warn),
        cmocka_unit_test(test_lives_are_shared_by_content),
        cmocka_unit_test(test_output_times),
        cmocka_unit_test(test_settings_come_last),
        cmocka_unit_test(test_on_and_off),
        cmocka_unit_test(test_combination),
        cmocka_unit_test(test_switches_and_interventions),
        cmocka_unit_test(test_order_at_one_time),
        cmocka_unit_test(test_times_are_joined),
        cmocka_unit_test(test_nothing_at_the_end),
        cmocka_unit_test(test_doses_by_weight),
        cmocka_unit_test(test_dosing_table),
        cmocka_unit_test(test_dosing_table_of_interventions),
        cmocka_unit_test(test_warnings),
        cmocka_unit_test(test_course_thinner_than_a_dose),
        cmocka_unit_test(test_out_of_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
