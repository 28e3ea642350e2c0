/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Kinds of pictures of stored results: one file each, and one word in OSW_PLOT_KINDS.
 * Choices, help and checks of `osteoswitch plot` come from this table. */
#ifndef OSW_PLOT_KIND_H
#define OSW_PLOT_KIND_H

#include "output/output.h"
#include "plot/page.h"

/* The first is the default. */
#define OSW_PLOT_KINDS(X) X(courses) X(endpoints) X(window) X(branches)

struct osw_figure { /* one figure: small multiples, a panel an output */
    const struct osw_stored *const *results; /* those drawn together */
    int n_results;
    const int *controls; /* [n_results] the arm that others are compared with */
    const int *outputs;  /* of the first result: what to draw, in order */
    int n_outputs;
    const char *x;       /* the output along the axis, of kinds that take it, or NULL */
    const char *heading; /* the group's name, or NULL */
    enum osw_plot_format format;
};

struct osw_plot_kind {
    const char *name, *help;
    bool many;          /* draws several files together */
    bool takes_control; /* compares arms with one of them */
    bool takes_x;       /* an output may be named for the axis */
    /* From a file; osw_stored_destroy releases it. */
    enum osw_status (*read)(const char *path, struct osw_diag *diag,
                            struct osw_stored **stored);
    /* Can these results be drawn so? NULL: all can. */
    enum osw_status (*accepts)(const struct osw_figure *figure, struct osw_diag *diag);
    /* Is output k of the first result worth a panel when none was asked for? */
    bool (*wants)(const struct osw_figure *figure, int k);
    /* The script in memory of malloc (free it), n bytes. OSW_ERR_MEMORY. */
    enum osw_status (*script)(const struct osw_figure *figure, char **script, size_t *n);
};

#define OSW_PLOT_KIND_DECLARE(name) extern const struct osw_plot_kind osw_kind_##name;
OSW_PLOT_KINDS(OSW_PLOT_KIND_DECLARE)
#undef OSW_PLOT_KIND_DECLARE

extern const struct osw_plot_kind *const osw_kinds[]; /* the last is NULL */

/* Names and help of the table, for options; NULL past the end. */
const char *osw_kind_word(int i);
const char *osw_kind_help(int i);

/* `wants` of results over time: age itself is a straight line against age. */
bool osw_kind_wants(const struct osw_figure *figure, int k);

/* What a panel is called, and its output in result r (-1: it has none). */
const char *osw_kind_title(const struct osw_figure *figure, int i);
int osw_kind_output(const struct osw_figure *figure, int i, int r);

#endif
