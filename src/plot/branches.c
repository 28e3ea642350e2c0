/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Branches of steady states: a panel an output, a colour a scan; stable parts are solid,
 * unstable ones dotted, fold points are marked and carry their place. */
#include "plot/kind.h"
#include "plot/label.h"
#include "plot/scale.h"
#include "plot/scan_table.h"

#include <math.h>
#include <string.h>

enum {
    PANEL_WIDTH = 340,
    PANEL_HEIGHT = 260,
    LEFT = 66,
    RIGHT = 20,
    ABOVE = 26,
    BELOW = 50,
};

#define UNSTABLE "linewidth 1.2 dashtype (2,3)"
#define FOLD_POINT "pointtype 7 pointsize 0.7 linecolor rgb '#000000'"

struct layout {
    struct osw_page page;
    const struct osw_figure *figure;
    int columns;
};

static enum osw_status lay_out(struct layout *l)
{
    const struct osw_figure *g = l->figure;
    l->page.keys =
        osw_arena_alloc(l->page.arena, (size_t)g->n_results + 2, sizeof *l->page.keys);
    if (!l->page.keys)
        return OSW_ERR_MEMORY;
    for (int r = 0; r < g->n_results; r++) {
        const char *style =
            osw_arena_format(l->page.arena, "%s dashtype solid", osw_page_style(r));
        if (!style)
            return OSW_ERR_MEMORY;
        l->page.keys[l->page.n_keys++] = (struct osw_page_key){
            .text = g->results[r]->arms[0], .sample = OSW_PAGE_CURVE, .style = style};
    }
    l->page.keys[l->page.n_keys++] = (struct osw_page_key){
        .text = "unstable", .sample = OSW_PAGE_CURVE, .style = "linestyle 1 " UNSTABLE};
    l->page.keys[l->page.n_keys++] = (struct osw_page_key){
        .text = "fold", .sample = OSW_PAGE_POINT, .style = FOLD_POINT};
    l->columns = osw_page_grid(&l->page, g->n_outputs, PANEL_WIDTH, PANEL_HEIGHT);
    return OSW_OK;
}

static int find(const struct osw_stored *s, const char *name)
{
    for (int k = 0; k < s->n_outputs; k++)
        if (!strcmp(s->outputs[k], name))
            return k;
    return -1;
}

static int x_column(const struct layout *l, int r)
{
    const struct osw_stored *s = l->figure->results[r];
    return l->figure->x ? find(s, l->figure->x) : 0;
}

static struct osw_plot_range range_of(const struct layout *l, int i, bool of_x)
{
    double least = INFINITY, greatest = -INFINITY;
    for (int r = 0; r < l->figure->n_results; r++) {
        const struct osw_stored *s = l->figure->results[r];
        int k = of_x ? x_column(l, r) : osw_kind_output(l->figure, i, r);
        for (int t = 0; t < s->n_times; t++) {
            double y = osw_scale_value(s, 0, t, k);
            if (isfinite(y)) {
                least = fmin(least, y);
                greatest = fmax(greatest, y);
            }
        }
    }
    return osw_scale_range(least, greatest);
}

/* A fold's place, written on the side to which the branch turns away. */
static void put_fold(const struct layout *l, const struct osw_stored *s, int t, int x,
                     int k, double scale_x, double scale_y)
{
    double at = osw_scale_value(s, 0, t, x);
    double before = t ? osw_scale_value(s, 0, t - 1, x) : at;
    fprintf(l->page.script,
            "set label '%.3g' at %.9g,%.9g %s offset character %s,0 point " FOLD_POINT
            " front\n",
            at, at / scale_x, osw_scale_value(s, 0, t, k) / scale_y,
            at >= before ? "left" : "right", at >= before ? "0.8" : "-0.8");
}

static void put_data(const struct layout *l, int i, double scale_x, double scale_y)
{
    for (int r = 0; r < l->figure->n_results; r++) {
        const struct osw_stored *s = l->figure->results[r];
        int x = x_column(l, r), k = osw_kind_output(l->figure, i, r);
        int how = find(s, OSW_SCAN_STABILITY), branch = find(s, OSW_SCAN_BRANCH);
        fprintf(l->page.script, "$scan%d_%d << END_OF_DATA\n", i, r);
        for (int t = 0; t < s->n_times; t++) {
            double is = osw_scale_value(s, 0, t, how);
            if (branch >= 0 && t &&
                osw_scale_value(s, 0, t, branch) != osw_scale_value(s, 0, t - 1, branch))
                fputc('\n', l->page.script);
            double y = osw_scale_value(s, 0, t, k) / scale_y;
            fprintf(l->page.script, "%.9g", osw_scale_value(s, 0, t, x) / scale_x);
            fprintf(l->page.script, is >= 1 ? " %.9g" : " NaN", y);
            fprintf(l->page.script, is == 0 || is > 1 ? " %.9g\n" : " NaN\n", y);
        }
        fputs("END_OF_DATA\n", l->page.script);
        for (int t = 0; t < s->n_times; t++)
            if (osw_scale_value(s, 0, t, how) == OSW_SCAN_FOLD)
                put_fold(l, s, t, x, k, scale_x, scale_y);
    }
}

static void put_curves(const struct layout *l, int i)
{
    for (int r = 0; r < l->figure->n_results; r++)
        fprintf(l->page.script,
                "%s$scan%d_%d using 1:2 notitle with lines %s dashtype solid, "
                "$scan%d_%d using 1:3 notitle with lines linestyle %d " UNSTABLE,
                r ? ", " : "plot ", i, r, osw_page_style(r), i, r, osw_page_colour(r));
    fputs("\nunset label\n", l->page.script);
}

static enum osw_status put_panel(const struct layout *l, int i)
{
    const struct osw_figure *g = l->figure;
    const struct osw_stored *s = g->results[0];
    struct osw_arena *arena = l->page.arena;
    int k = g->outputs[i], x = x_column(l, 0);
    double left = i % l->columns * PANEL_WIDTH;
    double top = l->page.header + i / l->columns * PANEL_HEIGHT;
    struct osw_plot_range range_x = range_of(l, i, true), range_y = range_of(l, i, false);
    double scale_x = pow(10, range_x.exponent), scale_y = pow(10, range_y.exponent);
    const char *unit = osw_label_unit(arena, s->units[k], range_y.exponent);
    const char *unit_x = osw_label_unit(arena, s->units[x], range_x.exponent);
    const char *label =
        osw_arena_format(arena, "%s (%s)", s->outputs[x], unit_x ? unit_x : "");
    const char *title = osw_kind_title(g, i);
    if (!unit || !unit_x || !label)
        return OSW_ERR_MEMORY;
    osw_page_text(&l->page, title, strlen(title), left + LEFT / 3.0, top + ABOVE - 12,
                  "left");
    osw_page_margins(&l->page, left + LEFT, left + PANEL_WIDTH - RIGHT, top + ABOVE,
                     top + PANEL_HEIGHT - BELOW);
    osw_page_label(&l->page, "ylabel", unit);
    osw_page_label(&l->page, "xlabel", label);
    fprintf(l->page.script, "set xrange [%.9g:%.9g]\nset yrange [%.9g:%.9g]\n",
            range_x.from / scale_x, range_x.to / scale_x, range_y.from / scale_y,
            range_y.to / scale_y);
    put_data(l, i, scale_x, scale_y);
    put_curves(l, i);
    return OSW_OK;
}

static enum osw_status write_script(const struct osw_figure *figure, char **script,
                                    size_t *n)
{
    struct layout l = {.figure = figure};
    enum osw_status status =
        osw_page_init(&l.page, figure->format, NULL, "branches of steady states");
    if (!status)
        status = lay_out(&l);
    if (!status) {
        osw_page_begin(&l.page);
        osw_page_header(&l.page);
    }
    for (int i = 0; i < figure->n_outputs && !status; i++)
        status = put_panel(&l, i);
    return osw_page_finish(&l.page, status, script, n);
}

/* All columns but those of the axis, of stability and of the branch. */
static bool wants(const struct osw_figure *figure, int k)
{
    const struct osw_stored *s = figure->results[0];
    const char *x = figure->x ? figure->x : s->outputs[0];
    return strcmp(s->outputs[k], OSW_SCAN_STABILITY) != 0 &&
           strcmp(s->outputs[k], OSW_SCAN_BRANCH) != 0 && strcmp(s->outputs[k], x) != 0;
}

const struct osw_plot_kind osw_kind_branches = {
    .name = "branches",
    .help = "scans of steady states, the CSV of steady --scan",
    .many = true,
    .takes_x = true,
    .read = osw_scan_table_read,
    .wants = wants,
    .script = write_script,
};
