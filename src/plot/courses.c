/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Time courses: a panel an output, a curve an arm, interventions' periods shaded. A life
 * that several arms share is drawn once, as the first of them. */
#include "plot/kind.h"
#include "plot/label.h"
#include "plot/scale.h"

#include <math.h>
#include <string.h>

enum {
    PANEL_WIDTH = 310,
    PANEL_HEIGHT = 186, /* with a title of one line */
    LEFT = 66,          /* of a panel, to its axis: unit and numbers */
    RIGHT = 16,
    ABOVE = 26,    /* the panel title */
    BELOW = 24,    /* numbers */
    LAST_ROW = 26, /* the name of the time axis */
    MOST_TITLE_LINES = 3,
};
static const int title_width = 46; /* characters of a panel's title on a line */

#define PERIOD_FILL "fillstyle transparent solid 0.3 noborder"

struct layout {
    struct osw_page page;
    const struct osw_figure *figure;
    const struct osw_stored *stored;
    struct osw_plot_time x;
    int columns;
    int above, panel_height; /* as the longest title of a panel asks */
    double *scale;           /* [n_outputs] the power of ten taken out of the numbers */
    int *life;               /* [n_arms] the first arm of the same life */
    int n_periods;           /* different ones of interventions */
};

/* Arm a's intervention, within the figure; false when there is none. */
static bool period_of(const struct layout *l, int a, double *from, double *to)
{
    const struct osw_stored *s = l->stored;
    *from = l->x.origin + s->first_on[a] * l->x.per_day;
    *to = l->x.origin + s->last_on[a] * l->x.per_day;
    if (isnan(*from) || isnan(*to))
        return false;
    *from = fmax(*from, l->x.from);
    *to = fmin(*to, l->x.to);
    return *to > *from;
}

/* Is it the first arm with this period? One that several arms share is drawn once. */
static bool new_period(const struct layout *l, int arm)
{
    double from, to, other_from, other_to;
    if (!period_of(l, arm, &from, &to))
        return false;
    for (int a = 0; a < arm; a++)
        if (period_of(l, a, &other_from, &other_to) && other_from == from &&
            other_to == to)
            return false;
    return true;
}

static int grid_columns(int n)
{
    return n <= 3 ? n : n == 4 ? 2 : n <= 9 ? 3 : 4;
}

static enum osw_status list_keys(struct layout *l)
{
    const struct osw_stored *s = l->stored;
    l->page.keys =
        osw_arena_alloc(l->page.arena, (size_t)s->n_arms + 1, sizeof *l->page.keys);
    if (!l->page.keys)
        return OSW_ERR_MEMORY;
    for (int a = 0; a < s->n_arms; a++)
        l->page.keys[l->page.n_keys++] = (struct osw_page_key){
            .text = s->arms[a], .sample = OSW_PAGE_CURVE, .style = osw_page_style(a)};
    if (l->n_periods)
        l->page.keys[l->page.n_keys++] = (struct osw_page_key){
            .text =
                l->n_periods > 1 ? "intervention (darker: in more arms)" : "intervention",
            .sample = OSW_PAGE_BAND,
            .style = "fillcolor rgb period_color " PERIOD_FILL};
    return OSW_OK;
}

/* The lines that the longest title of a panel needs. */
static int panel_title_lines(const struct layout *l)
{
    int most = 1;
    for (int i = 0; i < l->figure->n_outputs; i++) {
        int lines = osw_page_lines(osw_kind_title(l->figure, i), title_width);
        most = lines > most ? lines : most;
    }
    return most < MOST_TITLE_LINES ? most : MOST_TITLE_LINES;
}

static enum osw_status lay_out(struct layout *l)
{
    const struct osw_stored *s = l->stored;
    int n = l->figure->n_outputs;
    l->life = osw_arena_alloc(l->page.arena, (size_t)s->n_arms, sizeof *l->life);
    l->scale = osw_arena_alloc(l->page.arena, (size_t)n, sizeof *l->scale);
    if (!l->life || !l->scale)
        return OSW_ERR_MEMORY;
    l->x = osw_scale_time(s);
    for (int a = 0; a < s->n_arms; a++) {
        l->n_periods += new_period(l, a);
        l->life[a] = osw_scale_life(s, a);
    }
    for (int i = 0; i < n; i++)
        l->scale[i] = pow(10, osw_scale_output(s, l->figure->outputs[i]).exponent);
    enum osw_status status = list_keys(l);
    if (status)
        return status;
    l->columns = grid_columns(n);
    int rows = (n + l->columns - 1) / l->columns, across = l->columns * PANEL_WIDTH;
    l->page.width =
        (across < 2 * PANEL_WIDTH ? 3 * PANEL_WIDTH / 2 : across) + OSW_PAGE_MARGIN;
    osw_page_arrange(&l->page);
    int more = (panel_title_lines(l) - 1) * OSW_PAGE_TITLE_LINE;
    l->above = ABOVE + more;
    l->panel_height = PANEL_HEIGHT + more;
    l->page.height = l->page.header + rows * l->panel_height + LAST_ROW + 4;
    return OSW_OK;
}

static void put_data(const struct layout *l)
{
    const struct osw_stored *s = l->stored;
    FILE *script = l->page.script;
    fputs("$data << END_OF_DATA\n", script);
    for (int t = 0; t < s->n_times; t++) {
        fprintf(script, "%.9g", l->x.origin + s->times[t] * l->x.per_day);
        for (int i = 0; i < l->figure->n_outputs; i++) {
            for (int a = 0; a < s->n_arms; a++) {
                double y = osw_scale_value(s, a, t, l->figure->outputs[i]) / l->scale[i];
                bool drawn = s->times[t] < 0 && l->life[a] != a;
                if (isfinite(y) && !drawn)
                    fprintf(script, " %.9g", y);
                else
                    fputs(" NaN", script);
            }
        }
        putc('\n', script);
    }
    fputs("END_OF_DATA\n", script);
}

static void put_periods(const struct layout *l)
{
    double from, to;
    for (int a = 0; a < l->stored->n_arms; a++)
        if (new_period(l, a) && period_of(l, a, &from, &to))
            fprintf(l->page.script,
                    "set object rectangle from first %.9g, graph 0 to first %.9g, "
                    "graph 1 behind fillcolor rgb period_color " PERIOD_FILL "\n",
                    from, to);
}

static void put_curves(const struct layout *l, int i)
{
    int n_arms = l->stored->n_arms;
    fputs("plot ", l->page.script);
    for (int a = 0; a < n_arms; a++)
        fprintf(l->page.script, "%s$data using 1:%d notitle with lines %s", a ? ", " : "",
                2 + i * n_arms + a, osw_page_style(a));
    fputs("\nunset label\nunset object\nunset ylabel\nunset xlabel\n", l->page.script);
}

static void put_title(const struct layout *l, int i, double left, double top)
{
    const char *title = osw_kind_title(l->figure, i);
    int width = title_width, lines = osw_page_lines(title, width);
    while (width > 1 &&
           osw_page_lines(title, width - 1) == lines) /* lines of like length */
        width--;
    lines = lines < MOST_TITLE_LINES ? lines : MOST_TITLE_LINES;
    osw_page_paragraph(&l->page, title, left + LEFT / 3.0,
                       top + l->above - 12 - (lines - 1) * OSW_PAGE_TITLE_LINE, width,
                       MOST_TITLE_LINES, "left");
}

static enum osw_status put_panel(const struct layout *l, int i)
{
    const struct osw_figure *g = l->figure;
    int k = g->outputs[i], column = i % l->columns, row = i / l->columns;
    double left = column * PANEL_WIDTH, top = l->page.header + row * l->panel_height;
    struct osw_plot_range y = osw_scale_output(l->stored, k);
    const char *unit = osw_label_unit(l->page.arena, l->stored->units[k], y.exponent);
    if (!unit)
        return OSW_ERR_MEMORY;
    osw_page_margins(&l->page, left + LEFT, left + PANEL_WIDTH - RIGHT, top + l->above,
                     top + l->panel_height - BELOW);
    fprintf(l->page.script, "set xrange [%.9g:%.9g]\nset yrange [%.9g:%.9g]\n", l->x.from,
            l->x.to, y.from / l->scale[i], y.to / l->scale[i]);
    put_title(l, i, left, top);
    osw_page_label(&l->page, "ylabel", unit);
    if (i + l->columns >= g->n_outputs) /* nothing below it */
        osw_page_label(&l->page, "xlabel", l->x.label);
    if (!y.any)
        fputs("set label 'no values' at graph 0.5,0.5 center\n", l->page.script);
    put_periods(l);
    put_curves(l, i);
    return OSW_OK;
}

static enum osw_status write_script(const struct osw_figure *figure, char **script,
                                    size_t *n)
{
    struct layout l = {.figure = figure, .stored = figure->results[0]};
    enum osw_status status =
        osw_page_init(&l.page, figure->format, figure->heading, l.stored->title);
    if (!status)
        status = lay_out(&l);
    if (!status) {
        osw_page_begin(&l.page);
        put_data(&l);
        osw_page_header(&l.page);
    }
    for (int i = 0; i < figure->n_outputs && !status; i++)
        status = put_panel(&l, i);
    return osw_page_finish(&l.page, status, script, n);
}

const struct osw_plot_kind osw_kind_courses = {
    .name = "courses",
    .help = "over time",
    .read = osw_hdf5_read,
    .wants = osw_kind_wants,
    .script = write_script,
};
