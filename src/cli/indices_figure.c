/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/indices_figure.h"

#include <math.h>
#include <string.h>

void osw_indices_figure_name(struct osw_indices_figure *figure, const char *title,
                             const char *value, const char *part,
                             const char *const *labels, int n_labels)
{
    figure->bars = (struct osw_bars){.title = title,
                                     .value = value,
                                     .part = part,
                                     .labels = labels,
                                     .n_labels = n_labels};
}

bool osw_indices_figure_wants(const struct osw_indices_figure *figure, const char *output)
{
    const size_t n = strlen(output);
    for (const char *at = figure->outputs; at && *at; at += strcspn(at, ",")) {
        at += *at == ',';
        if (strcspn(at, ",") == n && !strncmp(at, output, n))
            return true;
    }
    return !figure->outputs;
}

static bool make_room(struct osw_indices_figure *f)
{
    if (f->bars.n_panels < f->room)
        return true;
    int room = f->room ? 2 * f->room : 16;
    struct osw_bars_panel *grown = osw_arena_alloc(f->arena, (size_t)room, sizeof *grown);
    if (!grown)
        return false;
    if (f->panels)
        memcpy(grown, f->panels, (size_t)f->bars.n_panels * sizeof *grown);
    f->panels = grown;
    f->bars.panels = grown;
    f->room = room;
    return true;
}

struct osw_bar *osw_indices_figure_panel(struct osw_indices_figure *f, const char *output,
                                         const char *arm)
{
    const size_t n = (size_t)f->bars.n_labels;
    struct osw_bar *bars = osw_arena_alloc(f->arena, n, sizeof *bars);
    const char *title = *arm ? osw_arena_format(f->arena, "%s, %s", output, arm)
                             : osw_arena_format(f->arena, "%s", output);
    if (!bars || !title || !make_room(f))
        return NULL;
    for (size_t k = 0; k < n; k++)
        bars[k] = (struct osw_bar){NAN, NAN, NAN};
    f->panels[f->bars.n_panels++] = (struct osw_bars_panel){title, bars};
    return bars;
}

enum osw_status osw_indices_figure_keep(struct osw_indices_figure *f,
                                        const struct osw_analysis *a, const char *output,
                                        const char *arm)
{
    if (!osw_indices_figure_wants(f, output))
        return OSW_OK;
    struct osw_bar *bars = osw_indices_figure_panel(f, output, arm);
    for (int g = 0; bars && g < a->design->n_groups; g++)
        bars[g] =
            a->morris
                ? (struct osw_bar){a->morris[g].mu_star, a->morris[g].mu_star_conf,
                                   fabs(a->morris[g].mu)}
                : (struct osw_bar){a->sobol[g].ST, a->sobol[g].ST_conf, a->sobol[g].S1};
    return bars ? OSW_OK : OSW_ERR_MEMORY;
}
