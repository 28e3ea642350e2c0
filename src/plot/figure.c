/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "plot/figure.h"

#include <string.h>

const char *osw_figure_title(const struct osw_figure *figure, int i)
{
    const struct osw_stored *s = figure->results[0];
    int k = figure->outputs[i];
    return *s->long_names[k] ? s->long_names[k] : s->outputs[k];
}

int osw_figure_output(const struct osw_figure *figure, int i, int r)
{
    const struct osw_stored *s = figure->results[r];
    const char *id = figure->results[0]->outputs[figure->outputs[i]];
    for (int k = 0; k < s->n_outputs; k++)
        if (!strcmp(s->outputs[k], id))
            return k;
    return -1;
}
