/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "evidence/statistic.h"

#include <math.h>
#include <string.h>

static double value(const struct osw_statistic_terms *x)
{
    return x->y;
}

static double change(const struct osw_statistic_terms *x)
{
    return x->y - x->y_ref;
}

static double relative_change(const struct osw_statistic_terms *x)
{
    return (x->y - x->y_ref) / x->y_ref;
}

static double difference(const struct osw_statistic_terms *x)
{
    return x->y - x->c;
}

static double relative_difference(const struct osw_statistic_terms *x)
{
    return (x->y - x->c) / x->c;
}

static double ratio(const struct osw_statistic_terms *x)
{
    return x->y / x->c;
}

static double difference_of_changes(const struct osw_statistic_terms *x)
{
    return (x->y - x->y_ref) - (x->c - x->c_ref);
}

static double difference_of_relative_changes(const struct osw_statistic_terms *x)
{
    return (x->y - x->y_ref) / x->y_ref - (x->c - x->c_ref) / x->c_ref;
}

static double growth_ratio(const struct osw_statistic_terms *x)
{
    return (x->y - x->y_ref) / (x->c - x->c_ref);
}

static double relative_difference_of_changes(const struct osw_statistic_terms *x)
{
    return difference_of_changes(x) / (x->c - x->c_ref);
}

static double remaining_fraction(const struct osw_statistic_terms *x)
{
    return x->y / x->y_ref;
}

static double recovered_fraction(const struct osw_statistic_terms *x)
{
    return (x->y - x->y_second) / (x->y_ref - x->y_second);
}

/* Of what the arm has above the control: a concentration above its usual level. */
static double half_life(const struct osw_statistic_terms *x)
{
    return x->elapsed * log(2) / log((x->y_ref - x->c_ref) / (x->y - x->c));
}

/* The slopes of these, in the same order. */

static void value_slope(const struct osw_statistic_terms *x,
                        struct osw_statistic_terms *by)
{
    (void)x;
    by->y = 1;
}

static void change_slope(const struct osw_statistic_terms *x,
                         struct osw_statistic_terms *by)
{
    (void)x;
    by->y = 1;
    by->y_ref = -1;
}

/* Of y/y_ref, whatever is taken from it. */
static void relative_slope(const struct osw_statistic_terms *x,
                           struct osw_statistic_terms *by)
{
    by->y = 1 / x->y_ref;
    by->y_ref = -x->y / (x->y_ref * x->y_ref);
}

static void difference_slope(const struct osw_statistic_terms *x,
                             struct osw_statistic_terms *by)
{
    (void)x;
    by->y = 1;
    by->c = -1;
}

/* Of y/c, whatever is taken from it. */
static void ratio_slope(const struct osw_statistic_terms *x,
                        struct osw_statistic_terms *by)
{
    by->y = 1 / x->c;
    by->c = -x->y / (x->c * x->c);
}

static void difference_of_changes_slope(const struct osw_statistic_terms *x,
                                        struct osw_statistic_terms *by)
{
    (void)x;
    *by = (struct osw_statistic_terms){.y = 1, .y_ref = -1, .c = -1, .c_ref = 1};
}

static void difference_of_relative_changes_slope(const struct osw_statistic_terms *x,
                                                 struct osw_statistic_terms *by)
{
    relative_slope(x, by);
    by->c = -1 / x->c_ref;
    by->c_ref = x->c / (x->c_ref * x->c_ref);
}

/* Of growth_ratio, whatever is taken from it. */
static void growth_slope(const struct osw_statistic_terms *x,
                         struct osw_statistic_terms *by)
{
    by->y = 1 / (x->c - x->c_ref);
    by->y_ref = -by->y;
    by->c = -growth_ratio(x) / (x->c - x->c_ref);
    by->c_ref = -by->c;
}

static void recovered_fraction_slope(const struct osw_statistic_terms *x,
                                     struct osw_statistic_terms *by)
{
    by->y = 1 / (x->y_ref - x->y_second);
    by->y_ref = -recovered_fraction(x) * by->y;
    by->y_second = (recovered_fraction(x) - 1) * by->y;
}

static void half_life_slope(const struct osw_statistic_terms *x,
                            struct osw_statistic_terms *by)
{
    double h = half_life(x), by_log = -h * h / (x->elapsed * log(2));
    by->y_ref = by_log / (x->y_ref - x->c_ref);
    by->c_ref = -by->y_ref;
    by->y = -by_log / (x->y - x->c);
    by->c = -by->y;
}

const struct osw_statistic osw_statistics[] = {
    {"value", 0, OSW_CONTROL_NONE, OSW_STATISTIC_OF_OUTPUT, value, value_slope},
    {"change", 1, OSW_CONTROL_NONE, OSW_STATISTIC_OF_OUTPUT, change, change_slope},
    {"relative_change", 1, OSW_CONTROL_NONE, OSW_STATISTIC_OF_ONE, relative_change,
     relative_slope},
    {"difference", 0, OSW_CONTROL_NEEDED, OSW_STATISTIC_OF_OUTPUT, difference,
     difference_slope},
    {"relative_difference", 0, OSW_CONTROL_NEEDED, OSW_STATISTIC_OF_ONE,
     relative_difference, ratio_slope},
    {"ratio", 0, OSW_CONTROL_NEEDED, OSW_STATISTIC_OF_ONE, ratio, ratio_slope},
    {"difference_of_changes", 1, OSW_CONTROL_NEEDED, OSW_STATISTIC_OF_OUTPUT,
     difference_of_changes, difference_of_changes_slope},
    {"difference_of_relative_changes", 1, OSW_CONTROL_NEEDED, OSW_STATISTIC_OF_ONE,
     difference_of_relative_changes, difference_of_relative_changes_slope},
    {"growth_ratio", 1, OSW_CONTROL_NEEDED, OSW_STATISTIC_OF_ONE, growth_ratio,
     growth_slope},
    {"relative_difference_of_changes", 1, OSW_CONTROL_NEEDED, OSW_STATISTIC_OF_ONE,
     relative_difference_of_changes, growth_slope},
    {"remaining_fraction", 1, OSW_CONTROL_NONE, OSW_STATISTIC_OF_ONE, remaining_fraction,
     relative_slope},
    {"recovered_fraction", 2, OSW_CONTROL_NONE, OSW_STATISTIC_OF_ONE, recovered_fraction,
     recovered_fraction_slope},
    {"half_life", 1, OSW_CONTROL_OPTIONAL, OSW_STATISTIC_OF_TIME, half_life,
     half_life_slope},
    {"increasing", 0, OSW_CONTROL_NONE, OSW_STATISTIC_OF_ONE, NULL, NULL},
};
const int osw_n_statistics = sizeof osw_statistics / sizeof *osw_statistics;

const struct osw_statistic *osw_statistic_find(const char *name)
{
    for (int i = 0; i < osw_n_statistics; i++)
        if (!strcmp(osw_statistics[i].name, name))
            return &osw_statistics[i];
    return NULL;
}

double osw_statistic_increasing(const double *y, int n)
{
    double rises = isnan(y[0]) ? NAN : 1;
    for (int i = 1; i < n; i++)
        rises = isnan(y[i]) ? NAN : y[i] > y[i - 1] ? rises : 0 * rises;
    return rises;
}
