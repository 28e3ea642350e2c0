/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Tables against a kernel written by hand: what is right arrives, each fault is refused
 * with its place. Each test writes its own params/ in a new folder and works there. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "model/tables.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct osw_kernel_symbol states[] = {{"X", "mmol/L", ""}, {"Z", "", ""}};
static const struct osw_kernel_symbol params[] = {{"k", "1/d", ""}, {"a", "umol/L", ""}};
static const struct osw_kernel_symbol outputs[] = {{"x_out", "mmol/L", ""}};
static const struct osw_kernel kernel = {.abi = OSW_KERNEL_ABI,
                                         .lanes = 1,
                                         .name = "toy",
                                         .hash = "0",
                                         .n_states = 2,
                                         .n_params = 2,
                                         .n_outputs = 1,
                                         .states = states,
                                         .params = params,
                                         .outputs = outputs};

#define HEADER                                                                           \
    "parameterId\tparameterName\tlowerBound\tupperBound\tnominalValue\testimate\t"       \
    "priorDistribution\tpriorParameters\tunit\tstatus\tsource\tnote\n"
#define K "k\trate\t0\t10\t2\t1\tuniform\t0;10\t1/d\tassumed\there\t\n"
#define A "a\tamount\t0\t10\t2\t0\t\t\tmmol/L\tmeasured\tthere\t\n"
#define STATES                                                                           \
    "stateId\tunit\tscale\tstart\theld\tnote\nX\tmol/m3\t0.1\t2\t0\t\nZ\t1\t1\t\t1\tw\n"
#define OUTPUTS "outputId\tunit\tlong_name\tgroup\nx_out\tmmol/L\tthe x\tblood\n"

static void assert_near(double a, double b, double within)
{
    assert_true(fabs(a - b) <= within);
}

struct fixture {
    struct osw_model model;
    struct osw_diag *diag;
    enum osw_status status;
    char folder[64];
};

static void put(const char *name, const char *text)
{
    char path[128];
    snprintf(path, sizeof path, "params/%s", name);
    FILE *out = fopen(path, "w");
    assert_non_null(out);
    fputs(text, out);
    fclose(out);
}

static int begin(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    strcpy(f->folder, "/tmp/osw-tables-XXXXXX");
    if (!mkdtemp(f->folder) || chdir(f->folder) || mkdir("params", 0700))
        return -1;
    f->model.kernel = &kernel;
    f->model.name = "toy";
    f->model.tabled = true;
    f->model.arena = osw_arena_create();
    f->model.units = osw_units_create();
    f->diag = osw_diag_create();
    put("common.tsv", HEADER K "of_another\t\t\t\t1\t0\t\t\t1\tassumed\t\t\n");
    put("toy.tsv", HEADER A);
    put("toy.states.tsv", STATES);
    put("toy.outputs.tsv", OUTPUTS);
    put("inputs.tsv", "inputId\tparameterId\tunit\tvalues\tdescription\n"
                      "dose\ta\tmol/L\t\tthe amount\n"
                      "mode\tk\t\tslow=1;fast=3\t\n"
                      "mode\ta\t\t*=7\thow\n"
                      "before\ta\tmol/L\t= a - value + 0.5*a\tso much less\n"
                      "other\tof_another\t\t\t\n");
    *state = f;
    return 0;
}

static int end(void **state)
{
    struct fixture *f = *state;
    char command[128];
    snprintf(command, sizeof command, "rm -rf '%s'", f->folder);
    osw_diag_destroy(f->diag);
    osw_units_destroy(f->model.units);
    osw_arena_destroy(f->model.arena);
    int failed = chdir("/") || system(command);
    free(f);
    return failed;
}

static void finish(struct fixture *f)
{
    f->status = osw_model_finish(&f->model, f->diag, NULL);
}

/* The tables are refused, and some message holds each of the texts. */
static void refused(struct fixture *f, const char *text)
{
    finish(f);
    assert_int_not_equal(f->status, OSW_OK);
    char *shown = NULL;
    size_t len = 0;
    FILE *out = open_memstream(&shown, &len);
    osw_diag_render(f->diag, out, false);
    fclose(out);
    if (!strstr(shown, text))
        fail_msg("expected '%s' in:\n%s", text, shown);
    free(shown);
}

static void good_tables(void **state)
{
    struct fixture *f = *state;
    finish(f);
    if (f->status)
        osw_diag_render(f->diag, stderr, false);
    assert_int_equal(f->status, OSW_OK);
    const struct osw_model *m = &f->model;
    int k = osw_model_param(m, "k"), a = osw_model_param(m, "a");
    assert_near(m->params[k].nominal, 2.0, 0.0);
    assert_true(m->params[k].estimate);
    assert_near(m->params[a].nominal, 2000.0, 1e-9); /* mmol/L to umol/L */
    assert_near(m->params[a].upper, 10000.0, 1e-9);
    assert_string_equal(m->params[a].unit_text, "umol/L");
    int x = osw_model_state(m, "X"), z = osw_model_state(m, "Z");
    assert_near(m->states[x].scale, 0.1, 1e-12); /* mol/m3 is mmol/L */
    assert_true(m->states[x].has_start && !m->states[x].held);
    assert_true(!m->states[z].has_start && m->states[z].held);
    assert_string_equal(m->outputs[0].group, "blood");
    assert_int_equal(osw_model_param(m, "of_another"), -1);
    assert_int_equal(m->n_inputs, 3);
    const struct osw_input *mode = osw_model_input(m, "mode");
    assert_int_equal(mode->n_targets, 2);
    assert_int_equal(mode->targets[0].n_words, 2);
    assert_string_equal(mode->targets[0].words[1], "fast");
    assert_near(mode->targets[0].word_values[1], 3.0, 0.0);
    assert_string_equal(mode->targets[1].words[0], "*");
    const struct osw_input_target *before = osw_model_input(m, "before")->targets;
    assert_int_equal(before->n_terms, 3);
    assert_int_equal(before->terms[0].param, osw_model_param(m, "a"));
    assert_near(before->terms[0].factor, 1.0, 0.0);
    assert_int_equal(before->terms[1].param, -1);
    assert_near(before->terms[1].factor, -1e6, 1e-6);
    assert_near(before->terms[2].factor, 0.5, 0.0);
    assert_int_equal(strlen(m->parameter_hash), 64);
}

static void own_table_overrides(void **state)
{
    struct fixture *f = *state;
    put("toy.tsv", HEADER A "k\trate\t0\t10\t5\t0\t\t\t1/d\tassumed\t\tfaster\n");
    finish(f);
    assert_int_equal(f->status, OSW_OK);
    assert_near(f->model.params[0].nominal, 5.0, 0.0);
}

static void hash_follows_values(void **state)
{
    struct fixture *f = *state;
    char before[65];
    finish(f);
    strcpy(before, f->model.parameter_hash);
    finish(f);
    assert_string_equal(before, f->model.parameter_hash);
    put("toy.tsv", HEADER "a\tamount\t0\t10\t2.0000001\t0\t\t\tmmol/L\tmeasured\t\t\n");
    finish(f);
    assert_string_not_equal(before, f->model.parameter_hash);
}

struct fault {
    const char *file, *text, *message;
};

static const struct fault faults[] = {
    {"toy.tsv", HEADER, "params/toy.tsv: error: no row for parameter 'a'"},
    {"toy.tsv", HEADER A A, "params/toy.tsv:3:1: error: a second row for parameter 'a'"},
    {"toy.tsv", HEADER A "b\t\t\t\t1\t0\t\t\t1\tassumed\t\t\n", "no parameter 'b'"},
    {"toy.tsv", HEADER "a\t\t0\t10\t11\t0\t\t\tmmol/L\tassumed\t\t\n",
     "params/toy.tsv:2:9: error: parameter 'a': nominalValue 11 is outside its bounds"},
    {"toy.tsv", HEADER "a\t\t0\t10\tnan\t0\t\t\tmmol/L\tassumed\t\t\n", "finite"},
    {"toy.tsv", HEADER "a\t\t3\t2\t2\t0\t\t\tmmol/L\tassumed\t\t\n", "is above"},
    {"toy.tsv", HEADER "a\t\t0\t10\ttwo\t0\t\t\tmmol/L\tassumed\t\t\n",
     "expected a number, found 'two'"},
    {"toy.tsv", HEADER "a\t\t0\t10\t2\t0\t\t\tkg\tassumed\t\t\n",
     "parameter 'a' is in kg here, in umol/L in the model"},
    {"toy.tsv", HEADER "a\t\t0\t10\t2\t0\t\t\tmmoll\tassumed\t\t\n", "is not a unit"},
    {"toy.tsv", HEADER "a\t\t0\t10\t2\t0\t\t\tmmol/L\tmesured\t\t\n",
     "did you mean 'measured'?"},
    {"toy.tsv", HEADER "a\t\t0\t10\t2\tmaybe\t\t\tmmol/L\tassumed\t\t\n", "estimate"},
    {"toy.tsv", HEADER "a\t\t0\t10\t2\t0\tnormall\t\tmmol/L\tassumed\t\t\n",
     "did you mean 'normal'?"},
    {"toy.tsv", "parameterId\tvalue\na\t2\n", "no column 'nominalValue'"},
    {"toy.tsv", "", "empty table"},
    {"toy.states.tsv", "stateId\tunit\tscale\tstart\theld\tnote\nX\tmol/m3\t1\t2\t0\t\n",
     "no row for state 'Z'"},
    {"toy.states.tsv", STATES "Y\t1\t1\t\t0\t\n", "no state 'Y'"},
    {"toy.states.tsv", STATES "X\tmol/m3\t1\t2\t0\t\n", "a second row for state 'X'"},
    {"toy.states.tsv",
     "stateId\tunit\tscale\tstart\theld\tnote\nX\tmol/m3\t0\t2\t0\t\nZ\t1\t1\t\t1\t\n",
     "params/toy.states.tsv:2:10: error: scale of state 'X': expected a number above 0"},
    {"toy.states.tsv",
     "stateId\tunit\tscale\tstart\theld\tnote\nX\tkg\t1\t2\t0\t\nZ\t1\t1\t\t1\t\n",
     "state 'X' is in kg here"},
    {"toy.states.tsv",
     "stateId\tunit\tscale\tstart\theld\tnote\nX\tmol/m3\t1\t2\tsome\t\nZ\t1\t1\t\t1\t\n",
     "held: expected 1 or 0"},
    {"toy.outputs.tsv", "outputId\tunit\tlong_name\tgroup\n",
     "no row for output 'x_out'"},
    {"toy.outputs.tsv", "outputId\tunit\tlong_name\tgroup\nx_out\tumol/L\tx\tb\n",
     "output 'x_out' is in umol/L here, in mmol/L in the model"},
    {"inputs.tsv", "inputId\tparameterId\tunit\tvalues\tdescription\nd\ta\tkg\t\t\n",
     "params/inputs.tsv:2:5: error: the input is in kg"},
    {"inputs.tsv", "inputId\tparameterId\tunit\tvalues\tdescription\nd\ta\t\tw=x\t\n",
     "expected word=number"},
    {"inputs.tsv",
     "inputId\tparameterId\tunit\tvalues\tdescription\nd\ta\t\t=a - other\t\n",
     "expected a sum such as"},
    {"inputs.tsv", "inputId\tparameterId\tunit\tvalues\tdescription\nd\ta\t\t=2*a\t\n",
     "expected a sum such as"},
    {"inputs.tsv",
     "inputId\tparameterId\tunit\tvalues\tdescription\nd\ta\t\t=value a\t\n",
     "expected a sum such as"},
    {"inputs.tsv",
     "inputId\tparameterId\tunit\tvalues\tdescription\nd\ta\t\t=value - k\t\n",
     "expected a sum such as"},
};

static void each_fault_is_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
        void *own = NULL;
        assert_int_equal(begin(&own), 0);
        put(faults[i].file, faults[i].text);
        refused(own, faults[i].message);
        assert_int_equal(end(&own), 0);
    }
}

static void all_faults_are_told(void **state)
{
    struct fixture *f = *state;
    put("toy.tsv", HEADER "b\t\t\t\t1\t0\t\t\t1\tassumed\t\t\n");
    put("toy.states.tsv", STATES "Y\t1\t1\t\t0\t\n");
    refused(f, "no parameter 'b'");
    assert_true(osw_diag_count(f->diag, OSW_ERROR) >= 2);
}

static void missing_file(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(unlink("params/toy.states.tsv"), 0);
    refused(f, "toy.states");
    assert_int_equal(f->status, OSW_ERR_NOINPUT);
}

/* Out of memory at any point is a status, and nothing leaks (under ASan). */
static void out_of_memory(void **state)
{
    (void)state;
    for (long n = 0;; n++) {
        void *own = NULL;
        assert_int_equal(begin(&own), 0);
        struct fixture *f = own;
        osw_memory_fail_after(n);
        finish(f);
        osw_memory_fail_after(-1);
        enum osw_status status = f->status;
        assert_int_equal(end(&own), 0);
        if (status == OSW_OK)
            break;
        assert_true(n < 2000);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(good_tables, begin, end),
        cmocka_unit_test_setup_teardown(own_table_overrides, begin, end),
        cmocka_unit_test_setup_teardown(hash_follows_values, begin, end),
        cmocka_unit_test(each_fault_is_refused),
        cmocka_unit_test_setup_teardown(all_faults_are_told, begin, end),
        cmocka_unit_test_setup_teardown(missing_file, begin, end),
        cmocka_unit_test(out_of_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
