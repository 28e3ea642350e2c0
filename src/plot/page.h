/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A page: what all figures have in common. Everything is placed in pixels at 96 to the
 * inch, from the top left, and turned into gnuplot's screen fractions; heading, title and
 * legend stand in a strip of their own above the panels, so that nothing ever lies on
 * data. Use: init; keys; arrange (then `header` is known); height; begin; data; header;
 * panels; finish. */
#ifndef OSW_PLOT_PAGE_H
#define OSW_PLOT_PAGE_H

#include "base/memory.h"
#include "text/diag.h"

enum osw_plot_format { OSW_PLOT_PNG, OSW_PLOT_SVG, OSW_PLOT_PDF };

enum {
    OSW_PAGE_MARGIN = 12,
    OSW_PAGE_LINE = 18,       /* of text */
    OSW_PAGE_TITLE_LINE = 14, /* of a title, from its second on */
};

/* ".png" and so on: the ending of a path, "" when it has none. */
const char *osw_page_ending(const char *path);
/* The format that the ending asks for; OSW_ERR_USAGE. */
enum osw_status osw_page_format(const char *path, struct osw_diag *diag,
                                enum osw_plot_format *format) OSW_MUST_CHECK;

/* The style of the i-th of several curves: its colour and dash, in gnuplot's words. After
 * the last style they come again in thinner lines. */
const char *osw_page_style(int i);
/* The same style as a number for `linecolor linestyle N`. */
int osw_page_colour(int i);

enum osw_page_sample { OSW_PAGE_CURVE, OSW_PAGE_BAND, OSW_PAGE_POINT };

struct osw_page_key { /* an entry of the legend */
    const char *text;
    enum osw_page_sample sample;
    const char *style; /* in gnuplot's words: of the line, the fill, or the point */
    double x;          /* by osw_page_arrange */
    int row;
};

struct osw_page {
    enum osw_plot_format format;
    const char *heading, *title; /* heading: NULL when there is none */
    int width, height;           /* pixels */
    int header;                  /* height of the strip above the panels */
    struct osw_page_key *keys;
    int n_keys;
    FILE *script;
    struct osw_arena *arena;
    int title_lines, key_rows;
    char *text;
    size_t n;
};

/* `page` may be finished after a failure. OSW_ERR_MEMORY. */
enum osw_status osw_page_init(struct osw_page *page, enum osw_plot_format format,
                              const char *heading, const char *title) OSW_MUST_CHECK;
/* The legend: copies. OSW_ERR_MEMORY. */
enum osw_status osw_page_keys(struct osw_page *page, const struct osw_page_key *keys,
                              int n) OSW_MUST_CHECK;
/* Needs width; gives the keys their places and the header its height. */
void osw_page_arrange(struct osw_page *page);
/* The same for n panels of one size, at most three in a row: width and height, too. The
 * number of columns. */
int osw_page_grid(struct osw_page *page, int n, int panel_width, int panel_height);
/* Needs height: terminal and style. */
void osw_page_begin(const struct osw_page *page);
/* Heading, title, legend; panels follow. */
void osw_page_header(const struct osw_page *page);
/* The script in memory of malloc (free it), n bytes, unless `status` or memory failed. */
enum osw_status osw_page_finish(struct osw_page *page, enum osw_status status,
                                char **script, size_t *n) OSW_MUST_CHECK;

/* Pixels from the left and from the top as screen fractions. */
double osw_page_x(const struct osw_page *page, double x);
double osw_page_y(const struct osw_page *page, double y);

/* Width of a text in pixels, about. */
double osw_page_text_width(const char *text);
/* The lines that `text` needs at `width` characters. */
int osw_page_lines(const char *text, int width);

/* One line of text, `more` (alignment, font, colour) after it. */
void osw_page_text(const struct osw_page *page, const char *text, size_t n, double x,
                   double y, const char *more);
/* At most `most` lines, broken at spaces. */
void osw_page_paragraph(const struct osw_page *page, const char *text, double x, double y,
                        int width, int most, const char *more);
/* The sides of the next panel's axes. */
void osw_page_margins(const struct osw_page *page, double left, double right, double top,
                      double bottom);
/* "set COMMAND 'text' noenhanced", in the axes' colour. */
void osw_page_label(const struct osw_page *page, const char *command, const char *text);

#endif
