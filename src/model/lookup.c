/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Finding a model's parts by name: binary search in index arrays made once. */
#include "model/tables.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static int by_name(const void *a, const void *b, void *context)
{
    const struct osw_kernel_symbol *symbols = context;
    return strcmp(symbols[*(const int *)a].name, symbols[*(const int *)b].name);
}

static const int *sorted(struct osw_arena *arena, const struct osw_kernel_symbol *symbols,
                         int n)
{
    int *order = osw_arena_alloc(arena, (size_t)n, sizeof *order);
    if (!order)
        return NULL;
    for (int i = 0; i < n; i++)
        order[i] = i;
    qsort_r(order, (size_t)n, sizeof *order, by_name, (void *)(uintptr_t)symbols);
    return order;
}

static int find(const int *order, const struct osw_kernel_symbol *symbols, int n,
                const char *id)
{
    for (int low = 0, high = n; low < high;) {
        int middle = low + (high - low) / 2;
        int sign = strcmp(id, symbols[order[middle]].name);
        if (sign == 0)
            return order[middle];
        if (sign < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return -1;
}

int osw_model_param(const struct osw_model *model, const char *id)
{
    const struct osw_kernel *k = model->kernel;
    return find(model->param_order, k->params, k->n_params, id);
}

int osw_model_state(const struct osw_model *model, const char *id)
{
    const struct osw_kernel *k = model->kernel;
    return find(model->state_order, k->states, k->n_states, id);
}

int osw_model_output(const struct osw_model *model, const char *id)
{
    const struct osw_kernel *k = model->kernel;
    return find(model->output_order, k->outputs, k->n_outputs, id);
}

const struct osw_input *osw_model_input(const struct osw_model *model, const char *id)
{
    for (int i = 0; i < model->n_inputs; i++)
        if (!strcmp(model->inputs[i].id, id))
            return &model->inputs[i];
    return NULL;
}

enum osw_status osw_model_finish(struct osw_model *model, struct osw_diag *diag,
                                 const struct osw_source *source)
{
    const struct osw_kernel *k = model->kernel;
    model->param_order = sorted(model->arena, k->params, k->n_params);
    model->state_order = sorted(model->arena, k->states, k->n_states);
    model->output_order = sorted(model->arena, k->outputs, k->n_outputs);
    if (!model->param_order || !model->state_order || !model->output_order)
        return OSW_ERR_MEMORY;
    struct osw_tables tables = {model, diag, model->source_path, source};
    return osw_tables_load(&tables);
}
