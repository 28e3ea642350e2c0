/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The statistics that a row of evidence may name: functions of an arm y and a control c
 * at the time t and at one or two reference times, each with its partial derivatives. */
#ifndef OSW_EVIDENCE_STATISTIC_H
#define OSW_EVIDENCE_STATISTIC_H

#include <stdbool.h>

enum osw_statistic_unit { /* what the statistic is measured in */
                          OSW_STATISTIC_OF_OUTPUT,
                          OSW_STATISTIC_OF_ONE,
                          OSW_STATISTIC_OF_TIME
};

enum osw_statistic_control { OSW_CONTROL_NONE, OSW_CONTROL_OPTIONAL, OSW_CONTROL_NEEDED };

struct osw_statistic_terms {
    double y, y_ref, y_second; /* at t, at the first and the second reference */
    double c, c_ref;           /* the control; 0 when there is none */
    double elapsed;            /* t less the first reference, day */
};

struct osw_statistic {
    const char *name;
    int n_references;
    enum osw_statistic_control control;
    enum osw_statistic_unit unit;
    /* NULL: `increasing`, the one statistic of an order of arms. Others take the mean of
     * their arms. */
    double (*of)(const struct osw_statistic_terms *x);
    /* Its partial derivatives by the terms (but not by elapsed); *by is zero before. */
    void (*slope)(const struct osw_statistic_terms *x, struct osw_statistic_terms *by);
};

extern const struct osw_statistic osw_statistics[];
extern const int osw_n_statistics;

/* By name, or NULL. */
const struct osw_statistic *osw_statistic_find(const char *name);

/* 1 when y [n] rises strictly, 0 when not, NAN when a value is. */
double osw_statistic_increasing(const double *y, int n);

#endif
