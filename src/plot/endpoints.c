/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * End points: a row an arm, a panel an output. An open circle is what the control came
 * to, a dot what the arm came to, and to the right stands the difference. Several results
 * (trials, say) stand below one another, each with its own control. */
#include "plot/kind.h"
#include "plot/label.h"
#include "plot/scale.h"

#include <math.h>
#include <string.h>

enum {
    AXIS_WIDTH = 190,
    ROOM = 62,  /* right of the axis: differences */
    GAP = 16,   /* between a panel and the next one's axis */
    ROW = 17,   /* an arm */
    ABOVE = 34, /* title of one line and unit */
    BELOW = 26, /* numbers */
    MOST_COLUMNS = 3,
    MOST_LABEL = 260,
    MOST_TICS = 5,
    MOST_TITLE_LINES = 2,
};
static const int title_width = 38;

#define CONTROL_POINT "pointtype 6 pointsize 0.8 linecolor rgb '#000000'"
#define ARM_POINT "pointtype 7 pointsize 0.8 linecolor rgb '#D55E00'"

struct row { /* an arm; arm -1: the title of a result */
    int result, arm;
};

struct layout {
    struct osw_page page;
    const struct osw_figure *figure;
    struct row *rows;
    int n_rows, columns, above, panel_height;
    double label_width;
};

static enum osw_status list_rows(struct layout *l)
{
    const struct osw_figure *g = l->figure;
    size_t most = 0;
    for (int r = 0; r < g->n_results; r++)
        most += (size_t)g->results[r]->n_arms + 1;
    l->rows = osw_arena_alloc(l->page.arena, most, sizeof *l->rows);
    if (!l->rows)
        return OSW_ERR_MEMORY;
    for (int r = 0; r < g->n_results; r++) {
        if (g->n_results > 1)
            l->rows[l->n_rows++] = (struct row){r, -1};
        for (int a = 0; a < g->results[r]->n_arms; a++) {
            l->rows[l->n_rows++] = (struct row){r, a};
            l->label_width =
                fmax(l->label_width, osw_page_text_width(g->results[r]->arms[a]) + GAP);
        }
    }
    l->label_width = fmin(l->label_width, MOST_LABEL);
    return OSW_OK;
}

static enum osw_status lay_out(struct layout *l)
{
    static const struct osw_page_key keys[] = {
        {.text = "control", .sample = OSW_PAGE_POINT, .style = CONTROL_POINT},
        {.text = "arm, and how far it is from the control",
         .sample = OSW_PAGE_POINT,
         .style = ARM_POINT}};
    enum osw_status status = list_rows(l);
    if (!status)
        status = osw_page_keys(&l->page, keys, sizeof keys / sizeof *keys);
    if (status)
        return status;
    int n = l->figure->n_outputs;
    l->columns = n == 4 ? 2 : n < MOST_COLUMNS ? n : MOST_COLUMNS;
    int lines = (n + l->columns - 1) / l->columns;
    int title_lines = 1;
    for (int i = 0; i < n; i++)
        if (osw_page_lines(osw_kind_title(l->figure, i), title_width) > 1)
            title_lines = MOST_TITLE_LINES;
    l->above = ABOVE + (title_lines - 1) * OSW_PAGE_TITLE_LINE;
    l->panel_height = l->above + ROW * l->n_rows + BELOW;
    int across =
        OSW_PAGE_MARGIN + (int)l->label_width + l->columns * (AXIS_WIDTH + ROOM + GAP);
    l->page.width = across < 2 * AXIS_WIDTH ? 2 * AXIS_WIDTH : across;
    osw_page_arrange(&l->page);
    l->page.height = l->page.header + lines * l->panel_height + 2 * OSW_PAGE_MARGIN;
    return OSW_OK;
}

/* Where it stands at the end; NAN when the arm failed or has no such output. */
static double last_value(const struct layout *l, int result, int arm, int i)
{
    const struct osw_stored *s = l->figure->results[result];
    int k = osw_kind_output(l->figure, i, result);
    return k < 0 ? NAN : osw_scale_value(s, arm, s->n_times - 1, k);
}

/* The arm that this one is compared with: mk7_old with placebo_old where there is one,
 * else with placebo. */
static int control_of(const struct layout *l, const struct row *row)
{
    const struct osw_stored *s = l->figure->results[row->result];
    int control = l->figure->controls[row->result];
    size_t n = strlen(s->arms[control]), len = strlen(s->arms[row->arm]);
    for (int a = 0; a < s->n_arms; a++) {
        const char *more = s->arms[a] + n;
        if (strncmp(s->arms[a], s->arms[control], n) != 0 || *more != '_')
            continue;
        if (strlen(more) < len && !strcmp(s->arms[row->arm] + len - strlen(more), more))
            return a;
    }
    return control;
}

static double control_value(const struct layout *l, const struct row *row, int i)
{
    return last_value(l, row->result, control_of(l, row), i);
}

static struct osw_plot_range range_of(const struct layout *l, int i)
{
    double least = INFINITY, greatest = -INFINITY;
    for (int j = 0; j < l->n_rows; j++) {
        double y = l->rows[j].arm < 0
                       ? NAN
                       : last_value(l, l->rows[j].result, l->rows[j].arm, i);
        if (isfinite(y)) {
            least = fmin(least, y);
            greatest = fmax(greatest, y);
        }
    }
    return osw_scale_range(least, greatest);
}

/* "−31 %", "×4.2", "364" for the control itself. */
static const char *difference(const struct layout *l, const struct row *row, int i)
{
    struct osw_arena *arena = l->page.arena;
    double y = last_value(l, row->result, row->arm, i);
    double c = control_value(l, row, i), percent = 100 * (y - c) / fabs(c);
    if (osw_kind_output(l->figure, i, row->result) < 0)
        return "";
    if (!isfinite(y))
        return "failed";
    if (row->arm == control_of(l, row))
        return osw_arena_format(arena, fabs(y) >= 1000 && fabs(y) < 1e5 ? "%.0f" : "%.3g",
                                y);
    const char *sign = y < c ? "\u2212" : "+";
    if (!isfinite(percent))
        return osw_arena_format(arena, "%s%.3g", sign, fabs(y - c));
    if (c > 0 && y >= 4 * c)
        return osw_arena_format(arena, "\u00d7%.1f", y / c);
    if (fabs(percent) < 0.005)
        return "\u00b10 %";
    int digits = fabs(percent) >= 9.95 ? 0 : fabs(percent) >= 0.995 ? 1 : 2;
    return osw_arena_format(arena, "%s%.*f %%", sign, digits, fabs(percent));
}

static enum osw_status put_rows(const struct layout *l, int i, double left, double top)
{
    const struct osw_page *page = &l->page;
    for (int j = 0; j < l->n_rows; j++) {
        const struct row *row = &l->rows[j];
        const struct osw_stored *s = l->figure->results[row->result];
        double y = top + l->above + ROW * (j + 0.5);
        bool first = i % l->columns == 0;
        if (row->arm < 0) {
            int width =
                (int)((page->width - 2 * OSW_PAGE_MARGIN) / osw_page_text_width("x"));
            if (first)
                osw_page_paragraph(page, s->title, OSW_PAGE_MARGIN, y, width, 1,
                                   "left textcolor rgb '#0072B2' front");
            continue;
        }
        const char *name = s->arms[row->arm], *said = difference(l, row, i);
        if (!said)
            return OSW_ERR_MEMORY;
        if (first)
            osw_page_text(page, name, strlen(name), left - 8, y, "right");
        osw_page_text(page, said, strlen(said), left + AXIS_WIDTH + 8, y, "left");
    }
    return OSW_OK;
}

static void put_points(const struct layout *l, int i, double scale)
{
    FILE *script = l->page.script;
    fprintf(script, "$panel%d << END_OF_DATA\n", i);
    for (int j = 0; j < l->n_rows; j++) {
        const struct row *row = &l->rows[j];
        if (row->arm < 0)
            continue;
        double y = last_value(l, row->result, row->arm, i) / scale;
        double c = control_value(l, row, i) / scale;
        if (!isfinite(c))
            c = y;
        if (isfinite(y))
            fprintf(script, "%.9g %.9g %.9g %d\n", j + 0.5, c, y,
                    row->arm == control_of(l, row));
    }
    fprintf(script,
            "NaN NaN NaN NaN\nEND_OF_DATA\n"
            "plot $panel%d using 2:1:($3-$2):(0) notitle with vectors nohead linewidth 2 "
            "linecolor rgb '#E8B898', "
            "$panel%d using 2:1 notitle with points " CONTROL_POINT
            ", $panel%d using ($4 == 1 ? NaN : $3):1 notitle with points " ARM_POINT "\n"
            "unset label\nset ytics\n",
            i, i, i);
}

static enum osw_status put_panel(const struct layout *l, int i)
{
    const struct osw_figure *g = l->figure;
    const struct osw_stored *s = g->results[0];
    double left =
        OSW_PAGE_MARGIN + l->label_width + i % l->columns * (AXIS_WIDTH + ROOM + GAP);
    double top = l->page.header + i / l->columns * l->panel_height;
    struct osw_plot_range x = range_of(l, i);
    double scale = pow(10, x.exponent);
    const char *unit = osw_label_unit(l->page.arena, s->units[g->outputs[i]], x.exponent);
    const char *title = osw_kind_title(g, i);
    if (!unit)
        return OSW_ERR_MEMORY;
    osw_page_margins(&l->page, left, left + AXIS_WIDTH, top + l->above,
                     top + l->panel_height - BELOW);
    fprintf(l->page.script,
            "set xrange [%.9g:%.9g]\nset yrange [%d:0]\nunset ytics\n"
            "set xtics %.9g\nset border 1\n",
            x.from / scale, x.to / scale, l->n_rows,
            osw_scale_step((x.to - x.from) / scale, MOST_TICS));
    int lines = osw_page_lines(title, title_width);
    lines = lines < MOST_TITLE_LINES ? lines : MOST_TITLE_LINES;
    osw_page_paragraph(&l->page, title, left,
                       top + l->above - 24 - (lines - 1) * OSW_PAGE_TITLE_LINE,
                       title_width, lines, "left");
    osw_page_text(&l->page, unit, strlen(unit), left, top + l->above - 10,
                  "left textcolor rgb '#555555'");
    if (!x.any)
        fputs("set label 'no values' at graph 0.5,0.5 center\n", l->page.script);
    enum osw_status status = put_rows(l, i, left, top);
    if (!status)
        put_points(l, i, scale);
    return status;
}

static enum osw_status write_script(const struct osw_figure *figure, char **script,
                                    size_t *n)
{
    struct layout l = {.figure = figure};
    const char *title = figure->n_results > 1
                            ? "end points, each result with its own control"
                            : figure->results[0]->title;
    enum osw_status status =
        osw_page_init(&l.page, figure->format, figure->heading, title);
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

const struct osw_plot_kind osw_kind_endpoints = {
    .name = "endpoints",
    .help = "each arm's last value beside its control's, of several files below one "
            "another",
    .many = true,
    .takes_control = true,
    .read = osw_hdf5_read,
    .wants = osw_kind_wants,
    .script = write_script,
};
