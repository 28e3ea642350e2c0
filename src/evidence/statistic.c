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

const struct osw_statistic osw_statistics[] = {
    {"value", 0, OSW_CONTROL_NONE, OSW_STATISTIC_OF_OUTPUT, value},
    {"change", 1, OSW_CONTROL_NONE, OSW_STATISTIC_OF_OUTPUT, change},
    {"relative_change", 1, OSW_CONTROL_NONE, OSW_STATISTIC_OF_ONE, relative_change},
    {"difference", 0, OSW_CONTROL_NEEDED, OSW_STATISTIC_OF_OUTPUT, difference},
    {"relative_difference", 0, OSW_CONTROL_NEEDED, OSW_STATISTIC_OF_ONE,
     relative_difference},
    {"ratio", 0, OSW_CONTROL_NEEDED, OSW_STATISTIC_OF_ONE, ratio},
    {"difference_of_changes", 1, OSW_CONTROL_NEEDED, OSW_STATISTIC_OF_OUTPUT,
     difference_of_changes},
    {"difference_of_relative_changes", 1, OSW_CONTROL_NEEDED, OSW_STATISTIC_OF_ONE,
     difference_of_relative_changes},
    {"growth_ratio", 1, OSW_CONTROL_NEEDED, OSW_STATISTIC_OF_ONE, growth_ratio},
    {"relative_difference_of_changes", 1, OSW_CONTROL_NEEDED, OSW_STATISTIC_OF_ONE,
     relative_difference_of_changes},
    {"remaining_fraction", 1, OSW_CONTROL_NONE, OSW_STATISTIC_OF_ONE, remaining_fraction},
    {"recovered_fraction", 2, OSW_CONTROL_NONE, OSW_STATISTIC_OF_ONE, recovered_fraction},
    {"half_life", 1, OSW_CONTROL_OPTIONAL, OSW_STATISTIC_OF_TIME, half_life},
    {"increasing", 0, OSW_CONTROL_NONE, OSW_STATISTIC_OF_ONE, NULL},
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
