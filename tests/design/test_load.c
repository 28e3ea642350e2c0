/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Design files: what a good one means, and the message for each way to be wrong. */
#include "design/distribution.h"
#include "design/design.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static struct osw_diag *diag;

static int set_up(void **state)
{
    (void)state;
    diag = osw_diag_create();
    return diag ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    osw_diag_destroy(diag);
    return 0;
}

static const char *data(const char *name)
{
    static char path[4096];
    snprintf(path, sizeof path, "%s/%s", getenv("OSW_TEST_DATA"), name);
    return path;
}

static void test_good(void **state)
{
    (void)state;
    struct osw_design *d;
    assert_int_equal(osw_design_load(data("good.yaml"), diag, &d), OSW_OK);
    assert_int_equal(d->n_members, 256);
    assert_int_equal(d->plan->n_outputs, 2);
    assert_int_equal(d->plan->n_times, 2);
    assert_int_equal(d->n_factors, 4);
    double mean[4] = {0}, x[4];
    for (int64_t i = 0; i < d->n_members; i++) {
        osw_design_point(d, i, x);
        mean[0] += log(x[0]) / 256;
        for (int j = 1; j < 4; j++)
            mean[j] += x[j] / 256;
    }
    assert_true(fabs(mean[0] + 3) < 1e-3);
    assert_true(fabs(mean[1] - 40) < 0.01);
    assert_true(fabs(mean[2] - 1.3) < 0.01);
    const struct osw_parameter *p = &d->plan->model->params[d->factors[3].target[0]];
    assert_string_equal(osw_distribution_names[d->factors[3].distribution.kind],
                        *p->prior ? p->prior : "uniform");
    osw_design_destroy(d);
}

static struct osw_design *design_of(const char *text)
{
    struct osw_design *d = NULL;
    FILE *out = fopen("own.yaml", "w");
    assert_non_null(out);
    fputs(text, out);
    fclose(out);
    assert_int_equal(osw_design_load("./own.yaml", diag, &d), OSW_OK);
    return d;
}

/* Levels of each factor (5 without the key), the last one fastest. */
static void test_grid(void **state)
{
    (void)state;
    struct osw_design *d = design_of(
        "scenario: short\nmethod: grid\n"
        "parameters: {k_on: {min: 1, max: 2, levels: 3}, k_off: {min: 0.2, max: "
        "2.4}}\n");
    assert_int_equal(d->n_members, 15);
    for (int i = 0; i < 15; i++) {
        double x[2];
        osw_design_point(d, i, x);
        assert_true(fabs(x[0] - (1 + 0.5 * (i / 5))) < 1e-12);
        assert_true(fabs(x[1] - (0.2 + 0.55 * (i % 5))) < 1e-12);
    }
    osw_design_destroy(d);
}

/* What the table's bounds leave of a spread is said, and is what the members have. */
static void test_cuts_are_said(void **state)
{
    (void)state;
    struct osw_distribution d = {OSW_LOG_NORMAL, 0.5, 1.5, exp(-1), exp(1.2)};
    double mean = 0, square = 0;
    enum { N = 20000 };
    for (int i = 0; i < N; i++) {
        double x = log(osw_distribution_quantile(&d, (i + 0.5) / N));
        mean += x / N;
        square += x * x / N;
    }
    assert_true(fabs(osw_distribution_spread(&d).left - sqrt(square - mean * mean)) <
                1e-3);
    assert_true(osw_distribution_is_cut(&d));
    const struct {
        const char *factor;
        int said;
    } cases[] = {
        {"k_on: {distribution: normal, parameters: [2, 3]}", 1},
        {"k_on: {distribution: normal, parameters: [2, 0.1]}", 0},
        {"k_on: {distribution: uniform, parameters: [1, 9]}", 1},
        {"k_on: {distribution: normal, parameters: [2, 3], min: 1, max: 3}", 0},
        {"k_on: {}", 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[256];
        size_t before = osw_diag_count(diag, OSW_WARNING);
        snprintf(text, sizeof text,
                 "scenario: short\nmethod: montecarlo\nsamples: 4\nparameters: {%s}\n",
                 cases[i].factor);
        osw_design_destroy(design_of(text));
        assert_int_equal(osw_diag_count(diag, OSW_WARNING) - before, cases[i].said);
    }
}

static void test_all_is_said_once(void **state)
{
    (void)state;
    osw_design_destroy(design_of("scenario: short\nmethod: montecarlo\nsamples: 4\n"
                                 "all: {status: [calibrated], cv: 3}\n"));
    assert_int_equal(osw_diag_count(diag, OSW_WARNING), 1);
    osw_design_destroy(design_of("scenario: short\nmethod: montecarlo\nsamples: 4\n"
                                 "all: {status: [calibrated], cv: 0.05}\n"));
    assert_int_equal(osw_diag_count(diag, OSW_WARNING), 1);
}

#define HEAD "scenario: short\nmethod: montecarlo\nsamples: 4\n"

static const struct {
    const char *text, *message;
} cases[] = {
    {"method: lhs\n", "design: missing key 'scenario', as in scenario: natural-history"},
    {"scenario: short\nmethod: sobl\nsamples: 4\nparameters: {k_on: {}}\n",
     "unknown method 'sobl' (did you mean 'sobol'?)"},
    {HEAD, "nothing varies: expected parameters: {NAME: {min: …, max: …}} or all: "
           "{status: […], cv: …}"},
    {HEAD "parameters: {k_om: {}}\n", "unknown input or parameter 'k_om' (did you mean "},
    {"scenario: short\nmethod: sobol\nsamples: 100\nparameters: {k_on: {}}\n",
     "samples: sobol needs a power of two, found 100: the nearest are 64 and 128"},
    {"scenario: short\nmethod: lhs\nsamples: 0\nparameters: {k_on: {}}\n",
     "samples: expected a whole number from 1 to 1073741824, found '0'"},
    {"scenario: short\nmethod: saltelli\nsamples: 1073741824\nparameters: {k_on: {}}\n",
     "the design has 3221225472 members, the most is 1073741824"},
    {HEAD "parameters: {k_on: {min: 2, max: 1}}\n",
     "k_on: uniform distribution (2, 1) between 2 and 1 1/d: the lower end must be below "
     "the upper one"},
    {HEAD "parameters: {k_on: {min: 1, max: 9}}\n",
     "k_on: expected ends within the bounds of the parameter table, 0 to 4 1/d"},
    {HEAD "parameters: {k_on: {min: 1 mmol, max: 2}}\n",
     "min: '1 mmol' is in 'mmol', which cannot be converted to '1/d'"},
    {HEAD "parameters: {k_on: {distribution: normal}}\n",
     "k_on: expected parameters: [a, b]"},
    {HEAD "parameters: {k_on: {distribution: beta, parameters: [1, 2]}}\n",
     "unknown distribution 'beta': expected one of uniform, log-uniform, normal, "
     "log-normal"},
    {"scenario: short\nmethod: random\nsamples: 4\nparameters: {k_on: {}}\n",
     "unknown method 'random': expected one of montecarlo, lhs, sobol, grid, morris, "
     "saltelli"},
    {"scenario: short\nmethod: grid\nsamples: 4\nparameters: {k_on: {levels: 3}, k_off: "
     "{}}\n",
     "samples: a grid has as many as its levels make (15): leave the key out"},
    {"scenario: short\nmethod: grid\nparameters: {k_on: {levels: 0}}\n",
     "levels: expected a whole number from 1 to 1000000"},
    {"scenario: short\nmethod: grid\nparameters: {k_on: {levels: [2]}}\n",
     "levels: expected a whole number from 1 to 1000000"},
    {"scenario: short\nmethod: grid\nparameters: {k_on: {levels: 1000000}, k_off: "
     "{levels: "
     "1000000}}\n",
     "the design has 1000000000000 members, the most is 1073741824"},
    {HEAD "parameters: {k_on: {distribution: normal, parameters: [1, -2]}}\n",
     "k_on: normal distribution (1, -2) between 0 and 4 1/d: the standard deviation must "
     "be above 0"},
    {HEAD "parameters: {k_on: {distribution: normal, parameters: [90, 1]}}\n",
     "k_on: normal distribution (90, 1) between 0 and 4 1/d: nothing of it lies within "
     "the bounds"},
    {HEAD "parameters: {k_on: {from: 1 day}}\n",
     "from: expected start, when the scenario begins"},
    {HEAD "parameters: {age: {min: 50, max: 60, from: start}}\n",
     "from: 'age' belongs to the subject and cannot change at the start"},
    {"scenario: mouse-senolytic\nmethod: montecarlo\nsamples: 4\nparameters: {weight: "
     "{min: 0.02, max: 0.03}}\n",
     "'weight' cannot vary: the scenario doses by it"},
    {"scenario: garlic-cac\nmethod: montecarlo\nsamples: 4\nparameters: {plaque: {}}\n",
     "'plaque' is found by the subject's match and cannot vary"},
    {HEAD "parameters: {sex: {}}\n", "input 'sex' takes a word or also switches"},
    {HEAD "parameters: {k_on: {}}\ngroups: {g: [k_on]}\n",
     "groups: has no meaning for method montecarlo"},
    {HEAD "parameters: {k_on: {}, k_off: {}}\ncorrelation: [[k_on, k_off, 1.5]]\n",
     "correlation: expected two factors and a number between -1 and 1"},
    {HEAD "parameters: {k_on: {}, k_off: {}, K_X: {}}\ncorrelation: [[k_on, k_off, "
          "0.9], [k_on, K_X, 0.9], [k_off, K_X, -0.9]]\n",
     "correlation: no such distribution exists (the matrix is not positive definite)"},
    {HEAD "parameters: {k_on: {}, k_off: {}}\ncorrelation: [[k_on, k_offf, 0.5]]\n",
     "unknown factor 'k_offf' (did you mean 'k_off'?)"},
    {"scenario: short\nmethod: morris\nsamples: 4\nlevels: 5\nparameters: {k_on: {}}\n",
     "levels: expected an even number, found 5"},
    {HEAD "all: {status: [assumed]}\n",
     "all: expected a coefficient of variation above 0, as in {status: [calibrated, "
     "assumed], cv: 0.3}"},
};

static void test_bad(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *path = NULL;
        struct osw_design *d = NULL;
        assert_true(asprintf(&path, "bad-%d.yaml", (int)i) > 0);
        FILE *f = fopen(path, "w");
        assert_non_null(f);
        fputs(cases[i].text, f);
        assert_int_equal(fclose(f), 0);
        char *named = NULL;
        assert_true(asprintf(&named, "./%s", path) > 0);
        osw_diag_destroy(diag); /* suggestions are made for the first errors alone */
        diag = osw_diag_create();
        assert_int_equal(osw_design_load(named, diag, &d), OSW_ERR_INPUT);
        assert_null(d);
        const char *text = osw_diag_text(diag, 0);
        if (!text || strncmp(text, cases[i].message, strlen(cases[i].message)))
            print_error("case %zu: %s\n", i, text ? text : "no message");
        assert_non_null(text);
        assert_memory_equal(text, cases[i].message, strlen(cases[i].message));
        remove(path);
        free(path);
        free(named);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_good, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_grid, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_cuts_are_said, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_all_is_said_once, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_bad, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
