/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Opening a model: a shipped one by name (its kernel is part of the program), a user's by
 * the path of its text. Both then read the tables of their name. */
#include "model/shipped.h"
#include "model/tables.h"
#include "model/user_model.h"

#include <string.h>

struct shipped {
    const char *name;
    osw_kernel_entry *entry;
};

#define DECLARE(name) extern const struct osw_kernel *osw_kernel_##name(void);
OSW_SHIPPED_LIST(DECLARE)
#undef DECLARE

#define ROW(name) {#name, osw_kernel_##name},
static const struct shipped shipped[] = {OSW_SHIPPED_LIST(ROW){NULL, NULL}};
#undef ROW

const char *const *osw_model_names(void)
{
#define NAME(name) #name,
    static const char *const names[] = {OSW_SHIPPED_LIST(NAME) NULL};
#undef NAME
    return names;
}

static bool is_path(const char *name)
{
    size_t n = strlen(name);
    return strchr(name, '/') || (n > 4 && !strcmp(name + n - 4, ".ant"));
}

static enum osw_status open_shipped(const char *name, struct osw_diag *diag,
                                    struct osw_model *model)
{
    const struct shipped *s = shipped;
    while (s->name && strcmp(s->name, name))
        s++;
    if (!s->name) {
        const char *const *names = osw_model_names();
        size_t n = sizeof shipped / sizeof *shipped - 1;
        const char *closest = osw_diag_closest(name, names, n);
        return osw_diag_fail(diag, OSW_ERR_NOINPUT, (struct osw_loc){0},
                             "no model '%s'%s%s%s", name,
                             closest ? " (did you mean '" : "", closest ? closest : "",
                             closest ? "'?)"
                                     : ": a model of your own is given by its "
                                       "path, such as ./mine.ant");
    }
    model->tabled = true;
    model->kernel = s->entry();
    model->name = model->kernel->name;
    struct osw_diag *unheard = osw_diag_create();
    if (!unheard)
        return OSW_ERR_MEMORY;
    if (osw_file_find("models", name, ".ant", NULL, (struct osw_loc){0}, model->arena,
                      unheard, &model->source_path))
        model->source_path = NULL;
    osw_diag_destroy(unheard);
    return osw_model_finish(model, diag, NULL);
}

static enum osw_status open_user(const char *path, struct osw_diag *diag,
                                 struct osw_model *model)
{
    struct osw_source *source = NULL;
    enum osw_status status = osw_user_model_load(path, model, diag, &source);
    if (!status)
        status = osw_model_finish(model, diag, source);
    osw_source_destroy(source);
    return status;
}

enum osw_status osw_model_open(const char *name_or_path, struct osw_diag *diag,
                               struct osw_model **result)
{
    enum osw_status status = OSW_ERR_MEMORY;
    struct osw_model *model = osw_alloc(1, sizeof *model);
    if (!model)
        return status;
    model->arena = osw_arena_create();
    model->units = osw_units_create();
    if (!model->arena || !model->units)
        goto fail;
    status = is_path(name_or_path) ? open_user(name_or_path, diag, model)
                                   : open_shipped(name_or_path, diag, model);
    if (status)
        goto fail;
    *result = model;
    return OSW_OK;
fail:
    osw_model_destroy(model);
    return status;
}

void osw_model_destroy(struct osw_model *model)
{
    if (!model)
        return;
    osw_user_model_unload(model);
    osw_units_destroy(model->units);
    osw_arena_destroy(model->arena);
    osw_free(model);
}
