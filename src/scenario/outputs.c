/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenario/outputs.h"

static enum osw_status read_output(struct osw_reader *r, const struct osw_yaml *node,
                                   int *outputs, int *n)
{
    enum osw_status status = osw_reader_scalar(r, node, "outputs");
    if (status)
        return status;
    int i = osw_model_output(r->model, node->text);
    if (i < 0)
        return osw_reader_unknown(r, OSW_ERR_INPUT, node->at, "output", node->text,
                                  OSW_NAME_OUTPUT, NULL, 0);
    for (int k = 0; k < *n; k++)
        if (outputs[k] == i)
            return osw_diag_fail(r->diag, OSW_ERR_INPUT, node->at,
                                 "output '%s' is listed twice", node->text);
    outputs[(*n)++] = i;
    return OSW_OK;
}

enum osw_status osw_outputs_load(struct osw_reader *r, const struct osw_yaml *root,
                                 const int **outputs, int *n)
{
    const struct osw_yaml *list = osw_yaml_find(root, "outputs");
    int all = r->model->kernel->n_outputs;
    int *chosen = osw_arena_alloc(r->arena, (size_t)all, sizeof *chosen);
    if (!chosen)
        return OSW_ERR_MEMORY;
    *n = 0;
    *outputs = chosen;
    for (; !list && *n < all; ++*n)
        chosen[*n] = *n;
    enum osw_status status = list ? osw_reader_sequence(r, list, "outputs") : OSW_OK;
    if (list && !status && !list->n)
        status = osw_diag_fail(r->diag, OSW_ERR_INPUT, list->at,
                               "outputs: an empty list (leave the key out for all)");
    bool sequence = list && !status;
    for (const struct osw_yaml *c = sequence ? list->first : NULL; c; c = c->next)
        osw_reader_keep(&status, read_output(r, c, chosen, n));
    return status;
}
