/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Back from an open model to its checked text: the tables' units are declared to the
 * front end, so that the text is checked as it was when the kernel was made. */
#include "model/model.h"
#include "compiler/model.h"

#include <string.h>

static int declare(struct osw_unit_declaration *d, int n, const char *name,
                   const char *unit, struct osw_loc at)
{
    d[n] = (struct osw_unit_declaration){name, unit, at};
    return n + 1;
}

static int declare_all(const struct osw_model *model, struct osw_unit_declaration *d)
{
    const struct osw_kernel *k = model->kernel;
    struct osw_loc nowhere = {0};
    int n = 0;
    for (int j = 0; j < k->n_params; j++)
        n = declare(d, n, k->params[j].name, model->params[j].unit_text,
                    model->params[j].at);
    for (int i = 0; i < k->n_states; i++)
        n = declare(d, n, k->states[i].name, model->states[i].unit_text, nowhere);
    for (int i = 0; i < k->n_outputs; i++)
        if (osw_model_state(model, k->outputs[i].name) < 0 &&
            osw_model_param(model, k->outputs[i].name) < 0)
            n = declare(d, n, k->outputs[i].name, model->outputs[i].unit_text, nowhere);
    return n;
}

enum osw_status osw_model_source(const struct osw_model *model, struct osw_diag *diag,
                                 struct osw_source **source)
{
    const struct osw_kernel *k = model->kernel;
    if (!model->source_path)
        return osw_diag_fail(diag, OSW_ERR_NOINPUT, (struct osw_loc){0},
                             "the text of model %s is not installed", model->name);
    size_t most = (size_t)k->n_params + (size_t)k->n_states + (size_t)k->n_outputs;
    struct osw_unit_declaration *d = osw_alloc(most, sizeof *d);
    if (!d)
        return OSW_ERR_MEMORY;
    int n = model->tabled ? declare_all(model, d) : 0;
    enum osw_status status = osw_source_load(model->source_path, model->units, d, n,
                                             !model->library, diag, source);
    osw_free(d);
    if (!status && strcmp((*source)->hash, k->hash))
        osw_diag_add(diag, OSW_WARNING,
                     (struct osw_loc){.file = osw_diag_file(diag, model->source_path)},
                     "differs from the text that this program was built from: build it "
                     "again, or give this path as the model");
    return status;
}
