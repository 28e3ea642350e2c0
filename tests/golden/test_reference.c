/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A healthy person of 40 years stays on the reference curves for 30 years: phosphate,
 * Klotho, FGF23, dp-ucMGP, sclerostin, senescent cells, calcium of the aorta, cfPWV.
 * Bands at 25, 45, 65 and 85 years, straight lines between them. */
#include "human.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

enum { N_AGES = 4 };
static const double ages[N_AGES] = {25, 45, 65, 85};

struct band {
    const char *output;
    const char *unit; /* the parameter that is 1 here, or none */
    double low[N_AGES], high[N_AGES];
};

/* Phosphate of men falls with age (3.2 mg/dL at 76 years: MrOS, PMC3787687). cfPWV within
 * 12 %, FGF23 and dp-ucMGP within 25 %, calcium within a factor of 1.5. */
static const struct band bands[] = {
    {"serum_phosphate", NULL, {1.05, 1.02, 0.98, 0.96}, {1.25, 1.25, 1.2, 1.15}},
    {"klotho", "Kl_young", {0.9, 0.7, 0.5, 0.4}, {1.1, 0.9, 0.6, 0.55}},
    {"fgf23", NULL, {30, 33.75, 37.5, 45}, {50, 56.25, 75, 100}},
    {"dp_ucmgp", NULL, {187.5, 225, 282, 337.5}, {437.5, 500, 470, 812.5}},
    {"sclerostin", NULL, {25, 30, 40, 50}, {30, 40, 55, 65}},
    {"senescent_fraction", NULL, {0, 0.02, 0.05, 0.08}, {0.02, 0.04, 0.1, 0.2}},
    {"medial_calcium", NULL, {1.2, 3.27, 9.33, 25.3}, {2.7, 7.35, 21, 57}},
    {"cfpwv", NULL, {5.46, 6.34, 9.06, 9.59}, {6.94, 8.06, 11.5, 14.0}},
};
enum { N_BANDS = sizeof bands / sizeof *bands };

static double at_age(const double *y, double age)
{
    int i = 0;
    while (i < N_AGES - 2 && age > ages[i + 1])
        i++;
    double s = (age - ages[i]) / (ages[i + 1] - ages[i]);
    return y[i] + s * (y[i + 1] - y[i]);
}

/* Number of bands that year k leaves. */
static int off_the_curves(const struct osw_result *r, int k)
{
    const struct osw_model *model = r->plan->model;
    double age = human_value(r, 0, k, "age_y");
    int off = 0;
    for (int b = 0; b < N_BANDS; b++) {
        double low = at_age(bands[b].low, age), high = at_age(bands[b].high, age);
        double x = human_value(r, 0, k, bands[b].output);
        if (bands[b].unit)
            x /= model->params[osw_model_param(model, bands[b].unit)].nominal;
        if (!(x >= low && x <= high)) {
            printf("%s at %g y: %g, expected %g to %g\n", bands[b].output, age, x, low,
                   high);
            off++;
        }
    }
    return off;
}

static void test_stays_on_the_curves(void **state)
{
    (void)state;
    struct osw_diag *diag = osw_diag_create();
    struct osw_plan *plan =
        human_plan(diag, "title: reference\nmodel: human\n"
                         "subject: {extends: healthy, age: 40 year}\n"
                         "duration: 30 year\nevery: 1 year\narms:\n  none: []\n");
    struct osw_result *r = human_run(diag, plan, 1e-6, false);
    int off = 0;
    for (int k = 0; k < r->n_times; k++)
        off += off_the_curves(r, k);
    assert_true(r->n_times >= 30);
    assert_int_equal(off, 0);
    osw_result_destroy(r);
    osw_plan_destroy(plan);
    osw_diag_destroy(diag);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_stays_on_the_curves)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
