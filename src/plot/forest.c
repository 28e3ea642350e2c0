/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "plot/forest.h"
#include "plot/label.h"
#include "plot/picture.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    LABEL = 196, /* left of the axis: names */
    AXIS = 210,
    ROOM = 216, /* right of it: simulated and expected */
    ROW = 15,
    BELOW = 30, /* names of the axis's places */
    GAP = 8,
    ONE_COLUMN = 56, /* lines that one column takes at most */
};
static const double widest = 2.3; /* of the axis */
static const double edge = 2.05;  /* what lies beyond is drawn here, as an arrow head */
static const double open_ratio = 20;

#define INTERVAL "linewidth 4.5 linecolor rgb '#B7CBDD'"
#define INSIDE_POINT "pointtype 7 pointsize 1 linecolor rgb '#0072B2'"
#define MISS_POINT "pointtype 7 pointsize 1.2 linecolor rgb '#D55E00'"
#define UNCOUNTED_POINT "pointtype 6 pointsize 1 linecolor rgb '#333333'"

struct line { /* a row, or the title of a section: row -1 */
    const char *section;
    int row;
};

struct layout {
    struct osw_page page;
    const struct osw_forest_row *rows;
    int n_rows;
    struct line *lines;
    int n_lines, split; /* lines from `split` on stand in the second column */
};

struct osw_forest_scale osw_forest_scale(const struct osw_forest_row *row)
{
    double centre = row->published;
    if (!isfinite(centre))
        centre = isfinite(row->lower) && isfinite(row->upper)
                     ? 0.5 * (row->lower + row->upper)
                 : isfinite(row->lower) ? row->lower
                                        : row->upper;
    double left = centre - row->lower, right = row->upper - centre;
    double size = centre != 0 ? fabs(centre) : 1;
    bool open_left = isinf(left) || left > open_ratio * fmax(right, size);
    bool open_right = isinf(right) || right > open_ratio * fmax(left, size);
    double scale_left = open_left || !(left > 0) ? 0 : left;
    double scale_right = open_right || !(right > 0) ? 0 : right;
    struct osw_forest_scale s = {.centre = centre};
    s.left = scale_left > 0 ? scale_left : scale_right > 0 ? scale_right : size;
    s.right = scale_right > 0 ? scale_right : s.left;
    s.from = open_left ? -INFINITY : -left / s.left;
    s.to = open_right ? INFINITY : right / s.right;
    return s;
}

double osw_forest_place(const struct osw_forest_scale *scale, double x)
{
    double off = x - scale->centre;
    return off < 0 ? off / scale->left : off / scale->right;
}

static bool is_new(const struct layout *l, int row)
{
    for (int i = 0; i < row; i++)
        if (!strcmp(l->rows[i].section, l->rows[row].section))
            return false;
    return true;
}

/* Sections in the order of their first rows, each with its rows. */
static enum osw_status list_lines(struct layout *l)
{
    l->lines = osw_arena_alloc(l->page.arena, 2 * (size_t)l->n_rows, sizeof *l->lines);
    if (!l->lines)
        return OSW_ERR_MEMORY;
    for (int i = 0; i < l->n_rows; i++) {
        const char *section = l->rows[i].section;
        if (!is_new(l, i))
            continue;
        if (*section)
            l->lines[l->n_lines++] = (struct line){section, -1};
        for (int k = i; k < l->n_rows; k++)
            if (!strcmp(l->rows[k].section, section))
                l->lines[l->n_lines++] = (struct line){section, k};
    }
    l->split = l->n_lines;
    if (l->n_lines <= ONE_COLUMN)
        return OSW_OK;
    l->split = (l->n_lines + 1) / 2;
    while (l->split < l->n_lines && l->lines[l->split].row >= 0)
        l->split++; /* a section stays together */
    return OSW_OK;
}

static enum osw_status lay_out(struct layout *l)
{
    static const struct osw_page_key keys[] = {
        {.text = "published interval", .sample = OSW_PAGE_CURVE, .style = INTERVAL},
        {.text = "simulated, inside", .sample = OSW_PAGE_POINT, .style = INSIDE_POINT},
        {.text = "outside", .sample = OSW_PAGE_POINT, .style = MISS_POINT},
        {.text = "not counted in the score",
         .sample = OSW_PAGE_POINT,
         .style = UNCOUNTED_POINT}};
    enum osw_status status = list_lines(l);
    if (!status)
        status = osw_page_keys(&l->page, keys, sizeof keys / sizeof *keys);
    if (status)
        return status;
    int columns = l->split < l->n_lines ? 2 : 1;
    int second = l->n_lines - l->split;
    int longest = l->split > second ? l->split : second;
    l->page.width = columns * (LABEL + AXIS + ROOM) + 2 * OSW_PAGE_MARGIN;
    osw_page_arrange(&l->page);
    l->page.height = l->page.header + longest * ROW + BELOW + 2 * OSW_PAGE_MARGIN;
    return OSW_OK;
}

/* "7.4 (6.4 to 8) m/s" */
static const char *numbers(const struct layout *l, const struct osw_forest_row *row)
{
    struct osw_arena *arena = l->page.arena;
    struct osw_forest_scale s = osw_forest_scale(row);
    bool plain = !strcmp(row->unit, "1") || !strcmp(row->unit, "boolean");
    const char *unit = plain ? "" : osw_label_unit(arena, row->unit, 0);
    const char *interval =
        row->lower == row->upper ? osw_arena_format(arena, "%.4g", row->lower)
        : isinf(s.to)            ? osw_arena_format(arena, "\u2265 %.4g", row->lower)
        : isinf(s.from)          ? osw_arena_format(arena, "\u2264 %.4g", row->upper)
                        : osw_arena_format(arena, "%.4g to %.4g", row->lower, row->upper);
    if (!unit || !interval)
        return NULL;
    if (!isfinite(row->simulated))
        return osw_arena_format(arena, "failed (%s) %s", interval, unit);
    return osw_arena_format(arena, "%.4g (%s) %s", row->simulated, interval, unit);
}

static enum osw_status put_texts(const struct layout *l, int first, int last, double left,
                                 double top)
{
    for (int i = first; i < last; i++) {
        const struct line *line = &l->lines[i];
        double y = top + ROW * (i - first + 0.5);
        if (line->row < 0) {
            osw_page_text(&l->page, line->section, strlen(line->section),
                          left - LABEL + GAP, y, "left textcolor rgb '#0072B2'");
            continue;
        }
        const struct osw_forest_row *row = &l->rows[line->row];
        const char *said = numbers(l, row);
        const char *colour = row->inside    ? ""
                             : row->counted ? " textcolor rgb '#B34A00'"
                                            : "";
        const char *right = osw_arena_format(l->page.arena, "right%s", colour);
        const char *beside = osw_arena_format(l->page.arena, "left%s", colour);
        if (!said || !right || !beside)
            return OSW_ERR_MEMORY;
        osw_page_text(&l->page, row->label, strlen(row->label), left - GAP, y, right);
        osw_page_text(&l->page, said, strlen(said), left + AXIS + GAP, y, beside);
    }
    return OSW_OK;
}

static double clip(double x)
{
    return fmax(-edge, fmin(edge, x));
}

/* Columns: y, from, to, place, kind (0 inside, 1 outside, 2 not counted), beyond. */
static void put_data(const struct layout *l, int first, int last)
{
    FILE *script = l->page.script;
    fprintf(script, "$rows%d << END_OF_DATA\n", first);
    for (int i = first; i < last; i++) {
        if (l->lines[i].row < 0)
            continue;
        const struct osw_forest_row *row = &l->rows[l->lines[i].row];
        struct osw_forest_scale s = osw_forest_scale(row);
        double x = osw_forest_place(&s, row->simulated);
        fprintf(script, "%.1f %.6g %.6g ", i - first + 0.5, fmax(-widest, s.from),
                fmin(widest, s.to));
        if (isfinite(x))
            fprintf(script, "%.6g %d %d\n", clip(x),
                    !row->counted ? 2
                    : row->inside ? 0
                                  : 1,
                    x > edge    ? 1
                    : x < -edge ? -1
                                : 0);
        else
            fputs("NaN 1 0\n", script);
    }
    fputs("NaN NaN NaN NaN NaN NaN\nEND_OF_DATA\n", script);
}

static void put_points(const struct layout *l, int first)
{
    static const char *const points[] = {INSIDE_POINT, MISS_POINT, UNCOUNTED_POINT};
    FILE *script = l->page.script;
    fprintf(script,
            "plot $rows%d using 2:1:($3-$2):(0) notitle with vectors nohead " INTERVAL,
            first);
    fprintf(script,
            ", $rows%d using ($2 == $3 ? $2 : NaN):1 notitle with points "
            "pointtype 5 pointsize 0.9 linecolor rgb '#B7CBDD'",
            first);
    for (int k = 0; k < 3; k++)
        fprintf(script, ", $rows%d using ($5 == %d ? $4 : NaN):1 notitle with points %s",
                first, k, points[k]);
    fprintf(script,
            ", $rows%d using ($6 != 0 ? $4 : NaN):1:($6*0.22):(0) notitle with "
            "vectors head filled size screen 0.006,20 linewidth 1.5 linecolor "
            "rgb '#D55E00'\nunset label\n",
            first);
}

static enum osw_status put_column(const struct layout *l, int first, int last, int column)
{
    double left = OSW_PAGE_MARGIN + LABEL + column * (LABEL + AXIS + ROOM);
    double top = l->page.header;
    int n = last - first;
    if (n <= 0)
        return OSW_OK;
    osw_page_margins(&l->page, left, left + AXIS, top, top + n * ROW);
    fprintf(l->page.script,
            "set xrange [%.9g:%.9g]\nset yrange [%d:0]\nunset ytics\nset border 1\n"
            "set xtics ('lower' -1, 'published' 0, 'upper' 1)\n",
            -widest, widest, n);
    enum osw_status status = put_texts(l, first, last, left, top);
    if (status)
        return status;
    put_data(l, first, last);
    put_points(l, first);
    return OSW_OK;
}

struct forest {
    const struct osw_forest_row *rows;
    int n;
    const char *title;
};

static enum osw_status write_script(const void *figure, enum osw_plot_format format,
                                    char **script, size_t *size)
{
    const struct forest *f = figure;
    struct layout l = {.rows = f->rows, .n_rows = f->n};
    enum osw_status status = osw_page_init(&l.page, format, NULL, f->title);
    if (!status)
        status = lay_out(&l);
    if (!status) {
        osw_page_begin(&l.page);
        osw_page_header(&l.page);
        status = put_column(&l, 0, l.split, 0);
    }
    if (!status)
        status = put_column(&l, l.split, l.n_lines, 1);
    return osw_page_finish(&l.page, status, script, size);
}

enum osw_status osw_forest_draw(const struct osw_forest_row *rows, int n,
                                const char *title, const char *path, bool force,
                                struct osw_diag *diag)
{
    const struct forest forest = {rows, n, title};
    return osw_picture_draw(&forest, write_script, path, force, diag);
}
