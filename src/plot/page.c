/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "plot/page.h"
#include "plot/gnuplot.h"
#include "plot/label.h"
#include "plot/style.h"

#include <stdlib.h>
#include <string.h>

enum {
    SAMPLE = 34, /* of a line, in the legend */
    KEY_GAP = 22,
    N_STYLES = 8,
};
static const double char_width = 6.4; /* mean, of the text font */

const char *osw_page_ending(const char *path)
{
    const char *slash = strrchr(path, '/');
    const char *dot = strrchr(slash ? slash : path, '.');
    return dot ? dot : path + strlen(path);
}

enum osw_status osw_page_format(const char *path, struct osw_diag *diag,
                                enum osw_plot_format *format)
{
    static const char *const endings[] = {".png", ".svg", ".pdf"};
    for (int i = 0; i < 3; i++) {
        if (strcmp(osw_page_ending(path), endings[i]) != 0)
            continue;
        *format = (enum osw_plot_format)i;
        return OSW_OK;
    }
    return osw_diag_fail(
        diag, OSW_ERR_USAGE, (struct osw_loc){.file = osw_diag_file(diag, path)},
        "ends in '%s': expected .png, .svg or .pdf", osw_page_ending(path));
}

const char *osw_page_style(int i)
{
    static const char *const styles[2 * N_STYLES] = {
        "linestyle 1",
        "linestyle 2",
        "linestyle 3",
        "linestyle 4",
        "linestyle 5",
        "linestyle 6",
        "linestyle 7",
        "linestyle 8",
        "linestyle 1 linewidth 0.8",
        "linestyle 2 linewidth 0.8",
        "linestyle 3 linewidth 0.8",
        "linestyle 4 linewidth 0.8",
        "linestyle 5 linewidth 0.8",
        "linestyle 6 linewidth 0.8",
        "linestyle 7 linewidth 0.8",
        "linestyle 8 linewidth 0.8",
    };
    return styles[i % (2 * N_STYLES)];
}

int osw_page_colour(int i)
{
    return i % N_STYLES + 1;
}

double osw_page_x(const struct osw_page *page, double x)
{
    return x / page->width;
}

double osw_page_y(const struct osw_page *page, double y)
{
    return 1 - y / page->height;
}

double osw_page_text_width(const char *text)
{
    int n = 0;
    for (; *text; text++)
        n += ((unsigned char)*text & 0xc0) != 0x80;
    return char_width * n;
}

int osw_page_lines(const char *text, int width)
{
    int n = 0;
    for (const char *next; *text; text = next, n++)
        osw_label_break(text, width, &next);
    return n;
}

static int header_width(const struct osw_page *page)
{
    return (int)((page->width - 2 * OSW_PAGE_MARGIN) / char_width);
}

enum osw_status osw_page_init(struct osw_page *page, enum osw_plot_format format,
                              const char *heading, const char *title)
{
    *page = (struct osw_page){.format = format, .heading = heading, .title = title};
    page->arena = osw_arena_create();
    page->script = open_memstream(&page->text, &page->n);
    return page->arena && page->script ? OSW_OK : OSW_ERR_MEMORY;
}

enum osw_status osw_page_keys(struct osw_page *page, const struct osw_page_key *keys,
                              int n)
{
    page->keys = osw_arena_alloc(page->arena, (size_t)n, sizeof *keys);
    if (!page->keys)
        return OSW_ERR_MEMORY;
    memcpy(page->keys, keys, (size_t)n * sizeof *keys);
    page->n_keys = n;
    return OSW_OK;
}

void osw_page_arrange(struct osw_page *page)
{
    double x = OSW_PAGE_MARGIN;
    int row = 0;
    for (int i = 0; i < page->n_keys; i++) {
        double need = SAMPLE + 6 + osw_page_text_width(page->keys[i].text);
        if (x > OSW_PAGE_MARGIN && x + need > page->width - OSW_PAGE_MARGIN) {
            x = OSW_PAGE_MARGIN;
            row++;
        }
        page->keys[i].x = x;
        page->keys[i].row = row;
        x += need + KEY_GAP;
    }
    page->key_rows = page->n_keys ? row + 1 : 0;
    page->title_lines = osw_page_lines(page->title, header_width(page));
    page->header = OSW_PAGE_MARGIN + (page->heading ? OSW_PAGE_LINE + 4 : 0) +
                   OSW_PAGE_TITLE_LINE * page->title_lines +
                   OSW_PAGE_LINE * page->key_rows + 10;
}

int osw_page_grid(struct osw_page *page, int n, int panel_width, int panel_height)
{
    int columns = n == 4 ? 2 : n < 3 ? n : 3;
    int rows = (n + columns - 1) / columns, across = columns * panel_width;
    page->width = columns < 2 ? 3 * panel_width / 2 : across;
    osw_page_arrange(page);
    page->height = page->header + rows * panel_height + OSW_PAGE_MARGIN;
    return columns;
}

static void put_terminal(const struct osw_page *page)
{
    static const char none[] = "exit status";
    int width = page->width, height = page->height;
    FILE *f = page->script;
    switch (page->format) {
    case OSW_PLOT_PNG: /* twice the pixels: 192 to the inch */
        fprintf(f,
                "if (strstrt(GPVAL_TERMINALS, ' pngcairo ')) {\n"
                "set terminal pngcairo enhanced size %d,%d fontscale 1.7 linewidth 1.7 "
                "font 'Sans,9'\n} else {\n"
                "if (!strstrt(GPVAL_TERMINALS, ' png ')) { %s %d }\n"
                "set terminal png enhanced truecolor size %d,%d linewidth 2 medium\n}\n",
                2 * width, 2 * height, none, OSW_GNUPLOT_NO_TERMINAL, 2 * width,
                2 * height);
        break;
    case OSW_PLOT_SVG:
        fprintf(f,
                "set terminal svg enhanced size %d,%d fixed dashed font 'Arial,11' "
                "background rgb 'white'\n",
                width, height);
        break;
    case OSW_PLOT_PDF:
        fprintf(f,
                "if (!strstrt(GPVAL_TERMINALS, ' pdfcairo ')) { %s %d }\n"
                "set terminal pdfcairo enhanced size %.4fin,%.4fin font 'Sans,9' "
                "linewidth 0.8\n",
                none, OSW_GNUPLOT_NO_TERMINAL, width / 96.0, height / 96.0);
        break;
    }
}

void osw_page_begin(const struct osw_page *page)
{
    put_terminal(page);
    fputs(OSW_PLOT_STYLE, page->script);
}

void osw_page_text(const struct osw_page *page, const char *text, size_t n, double x,
                   double y, const char *more)
{
    fputs("set label ", page->script);
    osw_label_quote(page->script, text, n);
    fprintf(page->script, " at screen %.6f,%.6f noenhanced %s\n", osw_page_x(page, x),
            osw_page_y(page, y), more);
}

void osw_page_paragraph(const struct osw_page *page, const char *text, double x, double y,
                        int width, int most, const char *more)
{
    for (int i = 0; *text && i < most; i++) {
        const char *next;
        size_t n = osw_label_break(text, width, &next);
        osw_page_text(page, text, n, x, y + i * OSW_PAGE_TITLE_LINE, more);
        text = next;
    }
}

void osw_page_margins(const struct osw_page *page, double left, double right, double top,
                      double bottom)
{
    fprintf(page->script,
            "set lmargin at screen %.6f\nset rmargin at screen %.6f\n"
            "set tmargin at screen %.6f\nset bmargin at screen %.6f\n",
            osw_page_x(page, left), osw_page_x(page, right), osw_page_y(page, top),
            osw_page_y(page, bottom));
}

void osw_page_label(const struct osw_page *page, const char *command, const char *text)
{
    fprintf(page->script, "set %s ", command);
    osw_label_quote(page->script, text, strlen(text));
    fputs(" noenhanced textcolor rgb '#555555'\n", page->script);
}

static void put_sample(const struct osw_page *page, const struct osw_page_key *key,
                       double y)
{
    double left = osw_page_x(page, key->x), right = osw_page_x(page, key->x + SAMPLE);
    FILE *f = page->script;
    switch (key->sample) {
    case OSW_PAGE_CURVE:
        fprintf(f, "set arrow from screen %.6f,%.6f to screen %.6f,%.6f nohead %s\n",
                left, osw_page_y(page, y), right, osw_page_y(page, y), key->style);
        break;
    case OSW_PAGE_BAND:
        fprintf(f, "set object rectangle from screen %.6f,%.6f to screen %.6f,%.6f %s\n",
                left, osw_page_y(page, y + 6), right, osw_page_y(page, y - 6),
                key->style);
        break;
    case OSW_PAGE_POINT:
        fprintf(f, "set label '' at screen %.6f,%.6f point %s\n", (left + right) / 2,
                osw_page_y(page, y), key->style);
        break;
    }
}

static void put_keys(const struct osw_page *page, double top)
{
    for (int i = 0; i < page->n_keys; i++) {
        const struct osw_page_key *key = &page->keys[i];
        double y = top + OSW_PAGE_LINE * key->row;
        put_sample(page, key, y);
        osw_page_text(page, key->text, strlen(key->text), key->x + SAMPLE + 6, y, "left");
    }
}

void osw_page_header(const struct osw_page *page)
{
    double y = OSW_PAGE_MARGIN + OSW_PAGE_LINE / 2;
    fputs("set multiplot\n", page->script);
    osw_page_margins(page, 0, page->width, 0, page->height);
    fputs("unset border\nunset tics\nunset grid\nset xrange [0:1]\nset yrange [0:1]\n",
          page->script);
    if (page->heading) {
        osw_page_text(page, page->heading, strlen(page->heading), OSW_PAGE_MARGIN, y,
                      "left font ',12'");
        y += OSW_PAGE_LINE + 4;
    }
    osw_page_paragraph(page, page->title, OSW_PAGE_MARGIN, y, header_width(page),
                       page->title_lines, "left textcolor rgb '#555555'");
    put_keys(page, y + OSW_PAGE_TITLE_LINE * page->title_lines + 7);
    fputs("plot 2 notitle\nunset label\nunset arrow\nunset object\n", page->script);
    fputs(OSW_PLOT_STYLE, page->script); /* puts border, tics and grid back */
}

enum osw_status osw_page_finish(struct osw_page *page, enum osw_status status,
                                char **script, size_t *n)
{
    if (!status) {
        fputs("unset multiplot\nunset output\n", page->script);
        status = ferror(page->script) ? OSW_ERR_MEMORY : OSW_OK;
    }
    if (page->script && fclose(page->script) && !status)
        status = OSW_ERR_MEMORY;
    osw_arena_destroy(page->arena);
    if (status) {
        free(page->text);
        return status;
    }
    *script = page->text;
    *n = page->n;
    return OSW_OK;
}
