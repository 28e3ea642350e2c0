/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Everything is placed in pixels at 96 to the inch, from the top left, and turned into
 * gnuplot's screen fractions: heading, title and legend in a strip of their own above the
 * panels, so that nothing ever lies on data; below it the panels in rows. */
#include "plot/figure.h"
#include "plot/gnuplot.h"
#include "plot/label.h"
#include "plot/style.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    MOST_STYLES = 8,
    PANEL_WIDTH = 310,
    PANEL_HEIGHT = 186, /* with a title of one line */
    LEFT = 66,          /* of a panel, to its axis: unit and numbers */
    RIGHT = 16,
    ABOVE = 26,    /* the panel title */
    BELOW = 24,    /* numbers */
    LAST_ROW = 26, /* the name of the time axis */
    MARGIN = 12,
    TITLE_LINE = 14, /* of a panel title, from its second on */
    MOST_TITLE_LINES = 3,
    LINE = 18,   /* of text */
    SAMPLE = 34, /* of a line, in the legend */
    LEGEND_GAP = 22,
};
static const double char_width = 6.4; /* mean, of the text font */
static const int title_width = 46;    /* characters of a panel's title on a line */

#define PERIOD_FILL "fillstyle transparent solid 0.3 noborder"

struct layout {
    const struct osw_figure *figure;
    FILE *script;
    struct osw_arena *arena;
    struct osw_plot_time x;
    int columns, rows, width, height, header, title_lines;
    int above, panel_height; /* as the longest title of a panel asks */
    double *legend_x;        /* [n_arms + 1] left ends; the last: the shaded period */
    int *legend_row;
    int legend_rows;
    double *scale; /* [n_outputs] the power of ten taken out of the numbers */
    int *life;     /* [n_arms] the first arm of the same life */
    int n_periods; /* different ones of interventions */
};

/* Arm a's intervention, within the figure; false when there is none. */
static bool period_of(const struct layout *l, int a, double *from, double *to)
{
    const struct osw_stored *s = l->figure->stored;
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

static int characters(const char *text)
{
    int n = 0;
    for (; *text; text++)
        n += ((unsigned char)*text & 0xc0) != 0x80;
    return n;
}

static const char *legend_text(const struct layout *l, int i)
{
    return i < l->figure->stored->n_arms ? l->figure->stored->arms[i]
           : l->n_periods > 1            ? "intervention (darker: in more arms)"
                                         : "intervention";
}

static void place_legend(struct layout *l)
{
    double x = MARGIN;
    int row = 0, n = l->figure->stored->n_arms + (l->n_periods > 0);
    for (int i = 0; i < n; i++) {
        double need = SAMPLE + 6 + char_width * characters(legend_text(l, i));
        if (x > MARGIN && x + need > l->width - MARGIN) {
            x = MARGIN;
            row++;
        }
        l->legend_x[i] = x;
        l->legend_row[i] = row;
        x += need + LEGEND_GAP;
    }
    l->legend_rows = row + 1;
}

static int lines_of(const char *text, int width)
{
    int n = 0;
    for (const char *next; *text; text = next, n++)
        osw_label_break(text, width, &next);
    return n;
}

static const char *panel_title(const struct layout *l, int i)
{
    const struct osw_stored *s = l->figure->stored;
    int k = l->figure->outputs[i];
    return *s->long_names[k] ? s->long_names[k] : s->outputs[k];
}

static enum osw_status allocate(struct layout *l)
{
    size_t n = (size_t)l->figure->stored->n_arms + 1;
    size_t n_outputs = (size_t)l->figure->n_outputs;
    l->arena = osw_arena_create();
    if (!l->arena)
        return OSW_ERR_MEMORY;
    l->legend_x = osw_arena_alloc(l->arena, n, sizeof *l->legend_x);
    l->legend_row = osw_arena_alloc(l->arena, n, sizeof *l->legend_row);
    l->life = osw_arena_alloc(l->arena, n, sizeof *l->life);
    l->scale = osw_arena_alloc(l->arena, n_outputs, sizeof *l->scale);
    return l->legend_x && l->legend_row && l->life && l->scale ? OSW_OK : OSW_ERR_MEMORY;
}

/* The lines that the longest title of a panel needs. */
static int panel_title_lines(const struct layout *l)
{
    int most = 1;
    for (int i = 0; i < l->figure->n_outputs; i++) {
        int lines = lines_of(panel_title(l, i), title_width);
        most = lines > most ? lines : most;
    }
    return most < MOST_TITLE_LINES ? most : MOST_TITLE_LINES;
}

static enum osw_status lay_out(struct layout *l)
{
    const struct osw_stored *s = l->figure->stored;
    enum osw_status status = allocate(l);
    if (status)
        return status;
    l->x = osw_scale_time(s);
    for (int a = 0; a < s->n_arms; a++) {
        l->n_periods += new_period(l, a);
        l->life[a] = osw_scale_life(s, a);
    }
    for (int i = 0; i < l->figure->n_outputs; i++)
        l->scale[i] = pow(10, osw_scale_output(s, l->figure->outputs[i]).exponent);
    l->columns = grid_columns(l->figure->n_outputs);
    l->rows = (l->figure->n_outputs + l->columns - 1) / l->columns;
    int across = l->columns * PANEL_WIDTH;
    l->width = (across < 2 * PANEL_WIDTH ? 3 * PANEL_WIDTH / 2 : across) + MARGIN;
    l->title_lines = lines_of(s->title, (int)((l->width - 2 * MARGIN) / char_width));
    place_legend(l);
    int more = (panel_title_lines(l) - 1) * TITLE_LINE;
    l->above = ABOVE + more;
    l->panel_height = PANEL_HEIGHT + more;
    l->header = MARGIN + (l->figure->heading ? LINE + 4 : 0) +
                TITLE_LINE * l->title_lines + LINE * l->legend_rows + 10;
    l->height = l->header + l->rows * l->panel_height + LAST_ROW + 4;
    return OSW_OK;
}

/* Pixels from the left and from the top as screen fractions. */
static double at_x(const struct layout *l, double x)
{
    return x / l->width;
}

static double at_y(const struct layout *l, double y)
{
    return 1 - y / l->height;
}

static void put_terminal(const struct layout *l)
{
    static const char none[] = "exit status";
    FILE *f = l->script;
    switch (l->figure->format) {
    case OSW_PLOT_PNG: /* twice the pixels: 192 to the inch */
        fprintf(f,
                "if (strstrt(GPVAL_TERMINALS, ' pngcairo ')) {\n"
                "set terminal pngcairo enhanced size %d,%d fontscale 1.7 linewidth 1.7 "
                "font 'Sans,9'\n} else {\n"
                "if (!strstrt(GPVAL_TERMINALS, ' png ')) { %s %d }\n"
                "set terminal png enhanced truecolor size %d,%d linewidth 2 medium\n}\n",
                2 * l->width, 2 * l->height, none, OSW_GNUPLOT_NO_TERMINAL, 2 * l->width,
                2 * l->height);
        break;
    case OSW_PLOT_SVG:
        fprintf(f,
                "set terminal svg enhanced size %d,%d fixed dashed font 'Arial,11' "
                "background rgb 'white'\n",
                l->width, l->height);
        break;
    case OSW_PLOT_PDF:
        fprintf(f,
                "if (!strstrt(GPVAL_TERMINALS, ' pdfcairo ')) { %s %d }\n"
                "set terminal pdfcairo enhanced size %.4fin,%.4fin font 'Sans,9' "
                "linewidth 0.8\n",
                none, OSW_GNUPLOT_NO_TERMINAL, l->width / 96.0, l->height / 96.0);
        break;
    }
}

/* A life that several arms share is drawn once, as the first of them. */
static void put_data(const struct layout *l)
{
    const struct osw_figure *g = l->figure;
    const struct osw_stored *s = g->stored;
    fputs("$data << END_OF_DATA\n", l->script);
    for (int t = 0; t < s->n_times; t++) {
        fprintf(l->script, "%.9g", l->x.origin + s->times[t] * l->x.per_day);
        for (int i = 0; i < g->n_outputs; i++) {
            for (int a = 0; a < s->n_arms; a++) {
                double y = osw_scale_value(s, a, t, g->outputs[i]) / l->scale[i];
                bool drawn = s->times[t] < 0 && l->life[a] != a;
                if (isfinite(y) && !drawn)
                    fprintf(l->script, " %.9g", y);
                else
                    fputs(" NaN", l->script);
            }
        }
        putc('\n', l->script);
    }
    fputs("END_OF_DATA\n", l->script);
}

/* One line of text, `more` (font, colour) after it. */
static void put_text(const struct layout *l, const char *text, size_t n, double x,
                     double y, const char *more)
{
    fputs("set label ", l->script);
    osw_label_quote(l->script, text, n);
    fprintf(l->script, " at screen %.6f,%.6f left noenhanced %s\n", at_x(l, x),
            at_y(l, y), more);
}

static void put_lines(const struct layout *l, const char *text, double x, double y,
                      int width, int most, const char *more)
{
    for (int i = 0; *text && i < most; i++) {
        const char *next;
        size_t n = osw_label_break(text, width, &next);
        put_text(l, text, n, x, y + i * TITLE_LINE, more);
        text = next;
    }
}

/* Beyond the styles there are, they come again in thinner lines. */
static void put_style(const struct layout *l, int arm)
{
    fprintf(l->script, "linestyle %d%s", arm % MOST_STYLES + 1,
            arm / MOST_STYLES % 2 ? " linewidth 0.8" : "");
}

static void put_legend(const struct layout *l, double top)
{
    int n_arms = l->figure->stored->n_arms;
    for (int i = 0; i < n_arms + (l->n_periods > 0); i++) {
        double x = l->legend_x[i], y = top + LINE * l->legend_row[i];
        if (i < n_arms) {
            fprintf(l->script,
                    "set arrow from screen %.6f,%.6f to screen %.6f,%.6f nohead ",
                    at_x(l, x), at_y(l, y), at_x(l, x + SAMPLE), at_y(l, y));
            put_style(l, i);
            putc('\n', l->script);
        } else {
            fprintf(l->script,
                    "set object rectangle from screen %.6f,%.6f to screen %.6f,%.6f "
                    "fillcolor rgb period_color " PERIOD_FILL "\n",
                    at_x(l, x), at_y(l, y + 6), at_x(l, x + SAMPLE), at_y(l, y - 6));
        }
        const char *text = legend_text(l, i);
        put_text(l, text, strlen(text), x + SAMPLE + 6, y, "");
    }
}

static void put_margins(const struct layout *l, double left, double right, double top,
                        double bottom)
{
    fprintf(l->script,
            "set lmargin at screen %.6f\nset rmargin at screen %.6f\n"
            "set tmargin at screen %.6f\nset bmargin at screen %.6f\n",
            at_x(l, left), at_x(l, right), at_y(l, top), at_y(l, bottom));
}

static void put_header(const struct layout *l)
{
    const struct osw_figure *g = l->figure;
    int width = (int)((l->width - 2 * MARGIN) / char_width);
    double y = MARGIN + LINE / 2;
    put_margins(l, 0, l->width, 0, l->height);
    fputs("unset border\nunset tics\nunset grid\nset xrange [0:1]\nset yrange [0:1]\n",
          l->script);
    if (g->heading) {
        put_text(l, g->heading, strlen(g->heading), MARGIN, y, "font ',12'");
        y += LINE + 4;
    }
    put_lines(l, g->stored->title, MARGIN, y, width, l->title_lines,
              "textcolor rgb '#555555'");
    put_legend(l, y + TITLE_LINE * l->title_lines + 7);
    fputs("plot 2 notitle\nunset label\nunset arrow\nunset object\n", l->script);
    fputs(OSW_PLOT_STYLE, l->script); /* puts border, tics and grid back */
}

static void put_periods(const struct layout *l)
{
    double from, to;
    for (int a = 0; a < l->figure->stored->n_arms; a++)
        if (new_period(l, a) && period_of(l, a, &from, &to))
            fprintf(l->script,
                    "set object rectangle from first %.9g, graph 0 to first %.9g, "
                    "graph 1 behind fillcolor rgb period_color " PERIOD_FILL "\n",
                    from, to);
}

static void put_curves(const struct layout *l, int i)
{
    int n_arms = l->figure->stored->n_arms;
    fputs("plot ", l->script);
    for (int a = 0; a < n_arms; a++) {
        fprintf(l->script, "%s$data using 1:%d notitle with lines ", a ? ", " : "",
                2 + i * n_arms + a);
        put_style(l, a);
    }
    fputs("\nunset label\nunset object\nunset ylabel\nunset xlabel\n", l->script);
}

static enum osw_status put_panel(const struct layout *l, int i)
{
    const struct osw_figure *g = l->figure;
    int k = g->outputs[i], column = i % l->columns, row = i / l->columns;
    double left = column * PANEL_WIDTH, top = l->header + row * l->panel_height;
    struct osw_plot_range y = osw_scale_output(g->stored, k);
    const char *unit = osw_label_unit(l->arena, g->stored->units[k], y.exponent);
    if (!unit)
        return OSW_ERR_MEMORY;
    put_margins(l, left + LEFT, left + PANEL_WIDTH - RIGHT, top + l->above,
                top + l->panel_height - BELOW);
    fprintf(l->script, "set xrange [%.9g:%.9g]\nset yrange [%.9g:%.9g]\n", l->x.from,
            l->x.to, y.from / l->scale[i], y.to / l->scale[i]);
    int width = title_width, lines = lines_of(panel_title(l, i), width);
    while (width > 1 &&
           lines_of(panel_title(l, i), width - 1) == lines) /* lines of like length */
        width--;
    lines = lines < MOST_TITLE_LINES ? lines : MOST_TITLE_LINES;
    put_lines(l, panel_title(l, i), left + LEFT / 3,
              top + l->above - 12 - (lines - 1) * TITLE_LINE, width, MOST_TITLE_LINES,
              "");
    fputs("set ylabel ", l->script);
    osw_label_quote(l->script, unit, strlen(unit));
    fputs(" noenhanced textcolor rgb '#555555'\n", l->script);
    if (i + l->columns >= g->n_outputs) /* nothing below it */
        fprintf(l->script, "set xlabel '%s' textcolor rgb '#555555'\n", l->x.label);
    if (!y.any)
        fputs("set label 'no values' at graph 0.5,0.5 center\n", l->script);
    put_periods(l);
    put_curves(l, i);
    return OSW_OK;
}

enum osw_status osw_figure_script(const struct osw_figure *figure, char **script,
                                  size_t *n)
{
    char *text = NULL;
    struct layout l = {.figure = figure, .script = open_memstream(&text, n)};
    enum osw_status status = l.script ? lay_out(&l) : OSW_ERR_MEMORY;
    if (!status) {
        put_terminal(&l);
        fputs(OSW_PLOT_STYLE, l.script);
        put_data(&l);
        fputs("set multiplot\n", l.script);
        put_header(&l);
    }
    for (int i = 0; i < figure->n_outputs && !status; i++)
        status = put_panel(&l, i);
    if (!status) {
        fputs("unset multiplot\nunset output\n", l.script);
        status = ferror(l.script) ? OSW_ERR_MEMORY : OSW_OK;
    }
    if (l.script && fclose(l.script) && !status)
        status = OSW_ERR_MEMORY;
    osw_arena_destroy(l.arena);
    if (status)
        free(text);
    else
        *script = text;
    return status;
}
