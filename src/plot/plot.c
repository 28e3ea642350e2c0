/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * From a stored result to its figures: which outputs go into which, and under which
 * names. All files are claimed before the first is drawn and appear only when all are
 * done. */
#include "plot/plot.h"
#include "plot/gnuplot.h"
#include "text/outfile.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

struct drawing { /* one figure and its file */
    struct osw_figure figure;
    int *outputs; /* the figure's, while it grows */
    const char *path;
    struct osw_outfile *out;
};

struct drawings {
    const struct osw_plot_request *request;
    struct drawing *items;
    int n;
    int *controls; /* [n_results] */
    struct osw_arena *arena;
    struct osw_diag *diag;
};

static const char *group_of(const struct osw_stored *stored, int k)
{
    return *stored->groups[k] ? stored->groups[k] : "outputs";
}

/* "a.png", "mineral axis" → "a_mineral_axis.png" */
static const char *path_for(struct osw_arena *arena, const char *path, const char *group)
{
    const char *ending = osw_page_ending(path);
    char *slug = osw_arena_string(arena, group);
    for (char *p = slug; p && *p; p++)
        if (!isalnum((unsigned char)*p) && *p != '-')
            *p = '_';
    return slug ? osw_arena_format(arena, "%.*s_%s%s", (int)(ending - path), path, slug,
                                   ending)
                : NULL;
}

/* The place of `name` among a result's names; -1 with a diagnostic. */
static int find(struct drawings *d, const char *what, const char *name,
                const char *const *names, int n)
{
    for (int k = 0; k < n; k++)
        if (!strcmp(names[k], name))
            return k;
    const char *closest = osw_diag_closest(name, names, (size_t)n);
    osw_diag_add(d->diag, OSW_ERROR, (struct osw_loc){0},
                 "this result has no %s '%s'%s%s%s", what, name,
                 closest ? " (did you mean '" : "", closest ? closest : "",
                 closest ? "'?)" : "");
    return -1;
}

static struct osw_figure new_figure(const struct drawings *d, const int *outputs, int n,
                                    const char *heading)
{
    return (struct osw_figure){.results = d->request->results,
                               .n_results = d->request->n_results,
                               .controls = d->controls,
                               .outputs = outputs,
                               .n_outputs = n,
                               .x = d->request->x,
                               .heading = heading};
}

static enum osw_status chosen(struct drawings *d)
{
    const struct osw_plot_request *q = d->request;
    int *outputs = osw_arena_alloc(d->arena, (size_t)q->n_outputs, sizeof *outputs);
    d->items = osw_arena_alloc(d->arena, 1, sizeof *d->items);
    if (!outputs || !d->items)
        return OSW_ERR_MEMORY;
    for (int r = q->n_results - 1; r >= 0; r--) { /* at last those of the first result */
        const struct osw_stored *s = q->results[r];
        for (int i = 0; i < q->n_outputs; i++)
            if ((outputs[i] =
                     find(d, "output", q->outputs[i], s->outputs, s->n_outputs)) < 0)
                return OSW_ERR_NOINPUT;
    }
    d->items[0] =
        (struct drawing){new_figure(d, outputs, q->n_outputs, NULL), outputs, NULL, NULL};
    d->n = 1;
    return OSW_OK;
}

static enum osw_status choose_controls(struct drawings *d)
{
    const struct osw_plot_request *q = d->request;
    d->controls = osw_arena_alloc(d->arena, (size_t)q->n_results, sizeof *d->controls);
    if (!d->controls)
        return OSW_ERR_MEMORY;
    for (int r = 0; r < q->n_results && q->control; r++) {
        const struct osw_stored *s = q->results[r];
        if ((d->controls[r] = find(d, "arm", q->control, s->arms, s->n_arms)) < 0)
            return OSW_ERR_NOINPUT;
    }
    return OSW_OK;
}

/* All scans need the column along the axis. */
static enum osw_status check_x(struct drawings *d)
{
    const struct osw_plot_request *q = d->request;
    for (int r = 0; r < q->n_results && q->x; r++)
        if (find(d, "output", q->x, q->results[r]->outputs, q->results[r]->n_outputs) < 0)
            return OSW_ERR_NOINPUT;
    return OSW_OK;
}

static enum osw_status accepts(const struct drawings *d)
{
    const struct osw_plot_kind *kind = d->request->kind;
    const struct osw_figure all = new_figure(d, NULL, 0, NULL);
    return kind->accepts ? kind->accepts(&all, d->diag) : OSW_OK;
}

static enum osw_status by_group(struct drawings *d)
{
    const struct osw_stored *stored = d->request->results[0];
    size_t n = (size_t)stored->n_outputs;
    const struct osw_figure all = new_figure(d, NULL, 0, NULL);
    d->items = osw_arena_alloc(d->arena, n, sizeof *d->items);
    if (!d->items)
        return OSW_ERR_MEMORY;
    for (int k = 0; k < stored->n_outputs; k++) {
        const char *group = group_of(stored, k);
        int i = 0;
        if (!d->request->kind->wants(&all, k))
            continue;
        while (i < d->n && strcmp(d->items[i].figure.heading, group) != 0)
            i++;
        struct drawing *item = &d->items[i];
        if (i == d->n) {
            item->outputs = osw_arena_alloc(d->arena, n, sizeof *item->outputs);
            if (!item->outputs)
                return OSW_ERR_MEMORY;
            item->figure = new_figure(d, item->outputs, 0, group);
            d->n++;
        }
        item->outputs[item->figure.n_outputs++] = k;
    }
    return OSW_OK;
}

static enum osw_status claim(struct drawings *d)
{
    const char *path = d->request->path;
    bool force = d->request->force;
    enum osw_plot_format format = OSW_PLOT_PNG;
    enum osw_status status = osw_page_format(path, d->diag, &format);
    for (int i = 0; i < d->n && !status; i++) {
        struct drawing *item = &d->items[i];
        item->figure.format = format;
        item->path = d->n == 1 ? path : path_for(d->arena, path, item->figure.heading);
        status = item->path ? osw_outfile_create(item->path, force, d->diag, &item->out)
                            : OSW_ERR_MEMORY;
    }
    return status;
}

static enum osw_status draw(struct drawing *item, const struct osw_plot_kind *kind,
                            struct osw_diag *diag)
{
    char *script = NULL;
    size_t n = 0;
    FILE *picture = osw_outfile_stream(item->out);
    const struct osw_loc at = {.file = osw_diag_file(diag, item->path)};
    enum osw_status status = kind->script(&item->figure, &script, &n);
    if (!status)
        status = osw_gnuplot_run(script, n, picture, at, diag);
    free(script);
    return status;
}

enum osw_status osw_plot_run(const struct osw_plot_request *request,
                             struct osw_diag *diag)
{
    struct drawings d = {.request = request, .arena = osw_arena_create(), .diag = diag};
    if (!d.arena)
        return OSW_ERR_MEMORY;
    enum osw_status status = choose_controls(&d);
    if (!status)
        status = check_x(&d);
    if (!status)
        status = accepts(&d);
    if (!status)
        status = request->n_outputs ? chosen(&d) : by_group(&d);
    if (!status)
        status = claim(&d);
    for (int i = 0; i < d.n && !status; i++)
        status = draw(&d.items[i], request->kind, diag);
    for (int i = 0; i < d.n; i++) {
        struct osw_outfile *out = d.items[i].out;
        if (status)
            osw_outfile_abort(out);
        else
            status = osw_outfile_commit(out, diag);
    }
    osw_arena_destroy(d.arena);
    return status;
}
