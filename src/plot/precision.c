/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "plot/precision.h"
#include "plot/picture.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    PANEL_WIDTH = 310,
    PANEL_HEIGHT = 230,
    LEFT = 62, /* of a panel, to its axis */
    RIGHT = 18,
    ABOVE = 30, /* the panel title */
    BELOW = 44, /* numbers, the name of the axis */
};

struct layout {
    struct osw_page page;
    const struct osw_precision *figure;
    int columns;
};

static bool is_shown(const struct osw_precision_point *p)
{
    return isfinite(p->error) && isfinite(p->cost) && p->error > 0 && p->cost > 0;
}

static enum osw_status lay_out(struct layout *l)
{
    const struct osw_precision *f = l->figure;
    struct osw_page *page = &l->page;
    page->keys = osw_arena_alloc(page->arena, (size_t)f->n_methods, sizeof *page->keys);
    if (!page->keys)
        return OSW_ERR_MEMORY;
    for (int m = 0; m < f->n_methods; m++)
        page->keys[page->n_keys++] = (struct osw_page_key){
            .text = f->methods[m], .sample = OSW_PAGE_CURVE, .style = osw_page_style(m)};
    l->columns = osw_page_grid(page, f->n_panels, PANEL_WIDTH, PANEL_HEIGHT);
    return OSW_OK;
}

/* $pI_M: the points of method M in panel I. */
static void put_data(const struct layout *l, int i)
{
    const struct osw_precision_panel *panel = &l->figure->panels[i];
    FILE *script = l->page.script;
    for (int m = 0; m < l->figure->n_methods; m++) {
        fprintf(script, "$p%d_%d << END_OF_DATA\n", i, m);
        for (int k = 0; k < panel->n[m]; k++)
            if (is_shown(&panel->points[m][k]))
                fprintf(script, "%.9g %.9g\n", panel->points[m][k].error,
                        panel->points[m][k].cost);
        fputs("END_OF_DATA\n", script);
    }
}

/* Whole decades around all points of the panel. */
static bool ranges(const struct layout *l, int i, double x[2], double y[2])
{
    const struct osw_precision_panel *panel = &l->figure->panels[i];
    x[0] = y[0] = INFINITY;
    x[1] = y[1] = 0;
    for (int m = 0; m < l->figure->n_methods; m++)
        for (int k = 0; k < panel->n[m]; k++) {
            const struct osw_precision_point *p = &panel->points[m][k];
            if (!is_shown(p))
                continue;
            x[0] = fmin(x[0], p->error);
            x[1] = fmax(x[1], p->error);
            y[0] = fmin(y[0], p->cost);
            y[1] = fmax(y[1], p->cost);
        }
    bool any = x[1] > 0;
    for (int end = 0; end < 2 && any; end++) {
        double (*whole)(double) = end ? ceil : floor;
        x[end] = pow(10, whole(log10(x[end]) + (end ? 0.01 : -0.01)));
        y[end] = pow(10, whole(log10(y[end]) + (end ? 0.01 : -0.01)));
    }
    return any;
}

static void put_curves(const struct layout *l, int i)
{
    const struct osw_precision_panel *panel = &l->figure->panels[i];
    FILE *script = l->page.script;
    const char *comma = "plot ";
    for (int m = 0; m < l->figure->n_methods; m++) {
        bool any = false;
        for (int k = 0; k < panel->n[m]; k++)
            any = any || is_shown(&panel->points[m][k]);
        if (any)
            fprintf(script,
                    "%s$p%d_%d using 1:2 notitle with linespoints %s pointtype 7 "
                    "pointsize 0.5",
                    comma, i, m, osw_page_style(m));
        comma = any ? ", " : comma;
    }
    fputs("\nunset label\nunset arrow\nunset xlabel\nunset ylabel\n", script);
}

static void put_panel(const struct layout *l, int i)
{
    const struct osw_precision_panel *panel = &l->figure->panels[i];
    double left = i % l->columns * PANEL_WIDTH, x[2], y[2];
    double top = l->page.header + i / l->columns * PANEL_HEIGHT;
    FILE *script = l->page.script;
    osw_page_margins(&l->page, left + LEFT, left + PANEL_WIDTH - RIGHT, top + ABOVE,
                     top + PANEL_HEIGHT - BELOW);
    osw_page_text(&l->page, panel->title, strlen(panel->title), left + LEFT / 3.0,
                  top + ABOVE - 16, "left");
    if (!ranges(l, i, x, y)) {
        fputs("unset logscale\nset xrange [0:1]\nset yrange [0:1]\nset label 'no values' "
              "at graph 0.5,0.5 center\nplot 2 notitle\nunset label\n",
              script);
        return;
    }
    fprintf(script,
            "set logscale xy\nset format '10^{%%T}'\n"
            "set xrange [%.9g:%.9g]\nset yrange [%.9g:%.9g]\n",
            x[0], x[1], y[0], y[1]);
    osw_page_label(&l->page, "xlabel", "achieved error");
    osw_page_label(&l->page, "ylabel", l->figure->cost);
    if (panel->target > x[0] && panel->target < x[1])
        fprintf(script,
                "set arrow from %.9g, graph 0 to %.9g, graph 1 nohead back linewidth 0.8 "
                "linecolor rgb '#888888'\n",
                panel->target, panel->target);
    put_curves(l, i);
}

static enum osw_status write_script(const void *of, enum osw_plot_format format,
                                    char **script, size_t *n)
{
    const struct osw_precision *figure = of;
    struct layout l = {.figure = figure};
    enum osw_status status = osw_page_init(&l.page, format, NULL, figure->title);
    if (!status)
        status = lay_out(&l);
    if (!status) {
        osw_page_begin(&l.page);
        for (int i = 0; i < figure->n_panels; i++)
            put_data(&l, i);
        osw_page_header(&l.page);
        for (int i = 0; i < figure->n_panels; i++)
            put_panel(&l, i);
    }
    return osw_page_finish(&l.page, status, script, n);
}

enum osw_status osw_precision_draw(const struct osw_precision *figure, const char *path,
                                   bool force, struct osw_diag *diag)
{
    return osw_picture_draw(figure, write_script, path, force, diag);
}
