/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "plot/bars.h"
#include "plot/picture.h"

#include <math.h>
#include <string.h>

enum {
    MOST_ROWS = 15,
    ROW = 17,
    LEFT = 150, /* labels */
    AXIS = 220,
    RIGHT = 20,
    ABOVE = 30, /* the title */
    BELOW = 40, /* numbers */
    CELL = 22,  /* of a map */
    MOST_COLUMNS = 60,
    MAP_BELOW = 190,
    MAP_RIGHT = 110,
};

#define VALUE_FILL "fillcolor rgb '#9DB8D2'"
#define PART_FILL "fillcolor rgb '#0072B2'"

struct layout {
    struct osw_page page;
    const struct osw_bars *bars;
    int columns, rows; /* panels in a row; bars in a panel */
};

static double size_of(const struct osw_bar *bar)
{
    return isfinite(bar->value) ? fabs(bar->value) : -1;
}

/* order [n_labels]: bars by size, the largest first. */
static void sort_bars(const struct osw_bars *b, const struct osw_bar *bars, int *order)
{
    for (int i = 0; i < b->n_labels; i++) {
        int at = i;
        for (; at > 0 && size_of(&bars[order[at - 1]]) < size_of(&bars[i]); at--)
            order[at] = order[at - 1];
        order[at] = i;
    }
}

static enum osw_status lay_out_bars(struct layout *l)
{
    const struct osw_bars *b = l->bars;
    const struct osw_page_key keys[] = {{.text = b->value,
                                         .sample = OSW_PAGE_BAND,
                                         .style = VALUE_FILL " fillstyle solid"},
                                        {.text = b->part ? b->part : "",
                                         .sample = OSW_PAGE_BAND,
                                         .style = PART_FILL " fillstyle solid"}};
    enum osw_status status = osw_page_keys(&l->page, keys, b->part ? 2 : 1);
    if (status)
        return status;
    l->rows = b->n_labels < MOST_ROWS ? b->n_labels : MOST_ROWS;
    l->columns = osw_page_grid(&l->page, b->n_panels, LEFT + AXIS + RIGHT,
                               ABOVE + l->rows * ROW + BELOW);
    return OSW_OK;
}

/* Columns: y, value, half, part. */
static void put_bars(const struct layout *l, const struct osw_bar *bars, const int *order,
                     int panel)
{
    FILE *script = l->page.script;
    fprintf(script, "$bars%d << END_OF_DATA\n", panel);
    for (int i = 0; i < l->rows; i++) {
        const struct osw_bar *bar = &bars[order[i]];
        if (isfinite(bar->value))
            fprintf(script, "%d %.9g %.9g %.9g\n", i, bar->value,
                    isfinite(bar->half) ? bar->half : 0,
                    isfinite(bar->part) ? bar->part : 0);
    }
    fputs("NaN NaN NaN NaN\nEND_OF_DATA\n", script);
}

static void put_range(const struct layout *l, const struct osw_bar *bars,
                      const int *order)
{
    double least = 0, most = 0;
    for (int i = 0; i < l->rows; i++) {
        const struct osw_bar *bar = &bars[order[i]];
        double half = isfinite(bar->half) ? bar->half : 0;
        if (!isfinite(bar->value))
            continue;
        least = fmin(least, bar->value - half);
        most = fmax(most, bar->value + half);
    }
    if (!(most > least)) /* no bar has a length */
        most = 1;
    const double room = 0.04 * (most - least);
    fprintf(l->page.script, "set xrange [%.9g:%.9g]\nset yrange [%d.6:-0.6]\n",
            least < 0 ? least - room : 0, most > 0 ? most + room : 0, l->rows - 1);
}

static enum osw_status put_panel(const struct layout *l, int i)
{
    const struct osw_bars *b = l->bars;
    const struct osw_bars_panel *panel = &b->panels[i];
    FILE *script = l->page.script;
    int *order = osw_arena_alloc(l->page.arena, (size_t)b->n_labels, sizeof *order);
    if (!order)
        return OSW_ERR_MEMORY;
    double left = i % l->columns * (LEFT + AXIS + RIGHT) + LEFT;
    double top =
        l->page.header + i / l->columns * (ABOVE + l->rows * ROW + BELOW) + ABOVE;
    sort_bars(b, panel->bars, order);
    osw_page_text(&l->page, panel->title, strlen(panel->title), left, top - 12, "left");
    osw_page_margins(&l->page, left, left + AXIS, top, top + l->rows * ROW);
    for (int k = 0; k < l->rows; k++)
        if (isfinite(panel->bars[order[k]].value))
            osw_page_text(&l->page, b->labels[order[k]], strlen(b->labels[order[k]]),
                          left - 8, top + ROW * (k + 0.5), "right");
    put_range(l, panel->bars, order);
    fputs("unset ytics\nset border 1\nset xtics autofreq\nset xtics nomirror\n", script);
    put_bars(l, panel->bars, order, i);
    fprintf(script,
            "plot $bars%d using (0):1:(0):2:($1-0.36):($1+0.36) notitle with boxxyerror "
            "fillstyle solid noborder " VALUE_FILL,
            i);
    if (b->part)
        fprintf(script,
                ", $bars%d using (0):1:(0):4:($1-0.18):($1+0.18) notitle with boxxyerror "
                "fillstyle solid noborder " PART_FILL,
                i);
    fprintf(script,
            ", $bars%d using ($3 > 0 ? $2 : NaN):1:3 notitle with xerrorbars pointtype 0 "
            "linecolor rgb '#333333'\nunset label\n",
            i);
    return OSW_OK;
}

static enum osw_status write_bars(struct layout *l)
{
    enum osw_status status = lay_out_bars(l);
    if (status)
        return status;
    osw_page_begin(&l->page);
    osw_page_header(&l->page);
    for (int i = 0; i < l->bars->n_panels && !status; i++)
        status = put_panel(l, i);
    return status;
}

/* The largest of a column, to which its cells are relative. */
static double largest(const struct osw_bars *b, int panel)
{
    double most = 0;
    for (int k = 0; k < b->n_labels; k++)
        most = fmax(most, size_of(&b->panels[panel].bars[k]));
    return most;
}

/* The labels that matter most over all columns, into order. */
static int choose_rows(const struct osw_bars *b, struct osw_bar *sums, int *order)
{
    enum { MOST = 40 };
    for (int k = 0; k < b->n_labels; k++)
        sums[k].value = 0;
    for (int i = 0; i < b->n_panels; i++) {
        double most = largest(b, i);
        for (int k = 0; k < b->n_labels && most > 0; k++)
            sums[k].value += fmax(0, size_of(&b->panels[i].bars[k])) / most;
    }
    sort_bars(b, sums, order);
    return b->n_labels < MOST ? b->n_labels : MOST;
}

static void put_map(const struct layout *l, const int *order)
{
    const struct osw_bars *b = l->bars;
    FILE *script = l->page.script;
    fputs("$map << END_OF_DATA\n", script);
    for (int i = 0; i < b->n_panels; i++) {
        double most = largest(b, i);
        for (int k = 0; k < l->rows; k++) {
            double x = b->panels[i].bars[order[k]].value;
            fprintf(script, "%d %d %.6g\n", i, k,
                    isfinite(x) && most > 0 ? x / most : NAN);
        }
    }
    fputs("END_OF_DATA\n", script);
    const char *label =
        osw_arena_format(l->page.arena, "%s, relative to the column's largest", b->value);
    osw_page_label(&l->page, "cblabel", label ? label : b->value);
    fprintf(script,
            "set palette defined (-1 '#B34A00', 0 '#F7F7F7', 1 '#0072B2')\n"
            "set cbrange [-1:1]\nset colorbox\nset xrange [-0.5:%d.5]\n"
            "set yrange [%d.5:-0.5]\nunset xtics\nunset ytics\nset border 0\n"
            "plot $map using 1:2:3 notitle with image\nunset label\n",
            b->n_panels - 1, l->rows - 1);
}

static enum osw_status write_map(struct layout *l)
{
    struct osw_bars *b = osw_arena_alloc(l->page.arena, 1, sizeof *b);
    if (!b)
        return OSW_ERR_MEMORY;
    *b = *l->bars;
    l->bars = b;
    if (b->n_panels > MOST_COLUMNS) {
        l->page.title = osw_arena_format(l->page.arena, "%s (the first %d of %d columns)",
                                         b->title, MOST_COLUMNS, b->n_panels);
        b->n_panels = MOST_COLUMNS;
    }
    if (!l->page.title)
        return OSW_ERR_MEMORY;
    const size_t n = (size_t)b->n_labels;
    int *order = osw_arena_alloc(l->page.arena, n, sizeof *order);
    struct osw_bar *sums = osw_arena_alloc(l->page.arena, n, sizeof *sums);
    if (!order || !sums)
        return OSW_ERR_MEMORY;
    l->rows = choose_rows(b, sums, order);
    const int width = b->n_panels * CELL, height = l->rows * CELL;
    l->page.width = LEFT + width + MAP_RIGHT;
    osw_page_arrange(&l->page);
    l->page.height = l->page.header + height + MAP_BELOW;
    osw_page_begin(&l->page);
    osw_page_header(&l->page);
    const double top = l->page.header;
    osw_page_margins(&l->page, LEFT, LEFT + width, top, top + height);
    for (int k = 0; k < l->rows; k++)
        osw_page_text(&l->page, b->labels[order[k]], strlen(b->labels[order[k]]),
                      LEFT - 8, top + CELL * (k + 0.5), "right");
    for (int i = 0; i < b->n_panels; i++)
        osw_page_text(&l->page, b->panels[i].title, strlen(b->panels[i].title),
                      LEFT + CELL * (i + 0.5), top + height + 8, "right rotate by 60");
    put_map(l, order);
    return OSW_OK;
}

static enum osw_status write_script(const void *figure, enum osw_plot_format format,
                                    char **script, size_t *n)
{
    struct layout l = {.bars = figure};
    enum osw_status status = osw_page_init(&l.page, format, NULL, l.bars->title);
    if (!status)
        status = l.bars->n_panels <= OSW_BARS_PANELS ? write_bars(&l) : write_map(&l);
    return osw_page_finish(&l.page, status, script, n);
}

enum osw_status osw_bars_draw(const struct osw_bars *bars, const char *path, bool force,
                              struct osw_diag *diag)
{
    return osw_picture_draw(bars, write_script, path, force, diag);
}
