/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The table of kinds of pictures, and what several of them ask of a figure. */
#include "plot/kind.h"
#include "plot/scale.h"

#include <string.h>

const struct osw_plot_kind *const osw_kinds[] = {
#define MEMBER(name) &osw_kind_##name,
    OSW_PLOT_KINDS(MEMBER)
#undef MEMBER
        NULL};

const char *osw_kind_word(int i)
{
    return osw_kinds[i] ? osw_kinds[i]->name : NULL;
}

const char *osw_kind_help(int i)
{
    return osw_kinds[i] ? osw_kinds[i]->help : NULL;
}

bool osw_kind_wants(const struct osw_figure *figure, int k)
{
    const struct osw_stored *s = figure->results[0];
    return s->n_outputs == 1 || !osw_scale_time(s).is_age ||
           strcmp(s->outputs[k], "age_y") != 0;
}

const char *osw_kind_title(const struct osw_figure *figure, int i)
{
    const struct osw_stored *s = figure->results[0];
    int k = figure->outputs[i];
    return *s->long_names[k] ? s->long_names[k] : s->outputs[k];
}

int osw_kind_output(const struct osw_figure *figure, int i, int r)
{
    const struct osw_stored *s = figure->results[r];
    const char *id = figure->results[0]->outputs[figure->outputs[i]];
    for (int k = 0; k < s->n_outputs; k++)
        if (!strcmp(s->outputs[k], id))
            return k;
    return -1;
}
