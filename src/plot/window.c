/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The window of benefit: what arms differ from the control by at the end, against the
 * time at which their interventions began. Arms whose names differ only in the number at
 * their end (mk7_45, mk7_60) are one curve. */
#include "plot/kind.h"
#include "plot/label.h"
#include "plot/scale.h"

#include <math.h>
#include <string.h>

enum {
    PANEL_WIDTH = 330,
    PANEL_HEIGHT = 190,
    LEFT = 72,
    RIGHT = 16,
    ABOVE = 26,
    BELOW = 50,
};

struct layout {
    struct osw_page page;
    const struct osw_figure *figure;
    const struct osw_stored *stored;
    struct osw_plot_time x;
    int *series; /* [n_arms] the curve that an arm belongs to, or -1 */
    int n_series, columns;
};

/* "mk7_from_45" → "mk7_from" */
static size_t stem(const char *name)
{
    size_t n = strlen(name);
    while (n > 0 && strchr("0123456789.", name[n - 1]))
        n--;
    while (n > 1 && strchr("_-", name[n - 1]))
        n--;
    return n ? n : strlen(name);
}

static bool same_stem(const char *a, const char *b)
{
    return stem(a) == stem(b) && !strncmp(a, b, stem(a));
}

static enum osw_status list_series(struct layout *l)
{
    const struct osw_stored *s = l->stored;
    size_t n = (size_t)s->n_arms;
    l->series = osw_arena_alloc(l->page.arena, n, sizeof *l->series);
    l->page.keys = osw_arena_alloc(l->page.arena, n, sizeof *l->page.keys);
    if (!l->series || !l->page.keys)
        return OSW_ERR_MEMORY;
    for (int a = 0; a < s->n_arms; a++) {
        l->series[a] = -1;
        if (a == l->figure->controls[0] || isnan(s->first_on[a]))
            continue;
        for (int b = 0; b < a && l->series[a] < 0; b++)
            if (l->series[b] >= 0 && same_stem(s->arms[a], s->arms[b]))
                l->series[a] = l->series[b];
        if (l->series[a] >= 0)
            continue;
        l->series[a] = l->n_series;
        l->page.keys[l->n_series] = (struct osw_page_key){
            .text = osw_arena_copy(l->page.arena, s->arms[a], stem(s->arms[a])),
            .sample = OSW_PAGE_CURVE,
            .style = osw_page_style(l->n_series + 1)};
        if (!l->page.keys[l->n_series++].text)
            return OSW_ERR_MEMORY;
    }
    l->page.n_keys = l->n_series;
    return OSW_OK;
}

static void lay_out(struct layout *l)
{
    l->x = osw_scale_time(l->stored);
    l->columns = osw_page_grid(&l->page, l->figure->n_outputs, PANEL_WIDTH, PANEL_HEIGHT);
}

static double gain(const struct layout *l, int arm, int k)
{
    const struct osw_stored *s = l->stored;
    int last = s->n_times - 1;
    return osw_scale_value(s, arm, last, k) -
           osw_scale_value(s, l->figure->controls[0], last, k);
}

static struct osw_plot_range range_of(const struct layout *l, int k)
{
    double least = 0, greatest = 0; /* no difference is always in sight */
    for (int a = 0; a < l->stored->n_arms; a++) {
        double y = l->series[a] < 0 ? NAN : gain(l, a, k);
        if (isfinite(y)) {
            least = fmin(least, y);
            greatest = fmax(greatest, y);
        }
    }
    return osw_scale_range(least, greatest);
}

/* One block of data a curve, in the order of starts. */
static void put_data(const struct layout *l, int k, double scale)
{
    const struct osw_stored *s = l->stored;
    fprintf(l->page.script, "$panel%d << END_OF_DATA\n", k);
    for (int c = 0; c < l->n_series; c++) {
        for (int a = 0; a < s->n_arms; a++)
            if (l->series[a] == c && isfinite(gain(l, a, k)))
                fprintf(l->page.script, "%.9g %.9g\n",
                        l->x.origin + s->first_on[a] * l->x.per_day,
                        gain(l, a, k) / scale);
        fputs("NaN NaN\n\n\n", l->page.script);
    }
    fputs("END_OF_DATA\n", l->page.script);
}

static enum osw_status put_panel(const struct layout *l, int i)
{
    const struct osw_figure *g = l->figure;
    struct osw_arena *arena = l->page.arena;
    int k = g->outputs[i];
    double left = i % l->columns * PANEL_WIDTH;
    double top = l->page.header + i / l->columns * PANEL_HEIGHT;
    struct osw_plot_range y = range_of(l, k);
    double scale = pow(10, y.exponent);
    const char *unit = osw_label_unit(arena, l->stored->units[k], y.exponent);
    const char *ylabel = osw_arena_format(
        arena, "minus %s, %s", l->stored->arms[g->controls[0]], unit ? unit : "");
    const char *xlabel = osw_arena_format(arena, "begins at %s", l->x.label);
    const char *title = osw_kind_title(g, i);
    if (!unit || !ylabel || !xlabel)
        return OSW_ERR_MEMORY;
    osw_page_text(&l->page, title, strlen(title), left + LEFT / 3.0, top + ABOVE - 12,
                  "left");
    osw_page_margins(&l->page, left + LEFT, left + PANEL_WIDTH - RIGHT, top + ABOVE,
                     top + PANEL_HEIGHT - BELOW);
    osw_page_label(&l->page, "ylabel", ylabel);
    osw_page_label(&l->page, "xlabel", xlabel);
    fprintf(l->page.script, "set xrange [%.9g:%.9g]\nset yrange [%.9g:%.9g]\n", l->x.from,
            l->x.to, y.from / scale, y.to / scale);
    put_data(l, k, scale);
    fputs("plot 0 notitle with lines linestyle 20", l->page.script);
    for (int c = 0; c < l->n_series; c++)
        fprintf(l->page.script,
                ", $panel%d index %d using 1:2 notitle with linespoints %s "
                "pointtype 7 pointsize 0.6",
                k, c, osw_page_style(c + 1));
    fputs("\nunset label\n", l->page.script);
    return OSW_OK;
}

static enum osw_status write_script(const struct osw_figure *figure, char **script,
                                    size_t *n)
{
    struct layout l = {.figure = figure, .stored = figure->results[0]};
    enum osw_status status =
        osw_page_init(&l.page, figure->format, figure->heading, l.stored->title);
    if (!status)
        status = list_series(&l);
    if (!status) {
        lay_out(&l);
        osw_page_begin(&l.page);
        osw_page_header(&l.page);
    }
    for (int i = 0; i < figure->n_outputs && !status; i++)
        status = put_panel(&l, i);
    return osw_page_finish(&l.page, status, script, n);
}

static enum osw_status accepts(const struct osw_figure *figure, struct osw_diag *diag)
{
    const struct osw_stored *s = figure->results[0];
    for (int a = 0; a < s->n_arms; a++)
        if (a != figure->controls[0] && !isnan(s->first_on[a]))
            return OSW_OK;
    return osw_diag_fail(diag, OSW_ERR_INPUT, (struct osw_loc){0},
                         "no arm of this result has an intervention, so there is no "
                         "start to draw against");
}

const struct osw_plot_kind osw_kind_window = {
    .name = "window",
    .help = "what an arm gained over the control by the end, against the time its "
            "interventions began (arms whose names differ only in the number at their "
            "end are one curve)",
    .takes_control = true,
    .read = osw_hdf5_read,
    .accepts = accepts,
    .wants = osw_kind_wants,
    .script = write_script,
};
