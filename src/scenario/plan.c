/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Finds the scenario's file and opens its model. */
#include "scenario/plan.h"
#include "scenario/build.h"

#include <string.h>
#include <sys/stat.h>

static bool ends_in_ant(const char *name)
{
    size_t n = strlen(name);
    return n > 4 && !strcmp(name + n - 4, ".ant");
}

static enum osw_status find_scenario(const char *name, struct osw_arena *arena,
                                     struct osw_diag *diag, const char **path)
{
    struct stat st;
    const struct osw_loc nowhere = {0};
    if (!*name)
        return osw_diag_fail(diag, OSW_ERR_USAGE, nowhere, "the scenario has no name");
    if (strchr(name, '/') && stat(name, &st) == 0 && S_ISDIR(st.st_mode))
        return osw_diag_fail(diag, OSW_ERR_INPUT, nowhere,
                             "'%s' is a directory: expected a scenario file", name);
    return osw_file_find("scenarios", name, ".yaml", NULL, nowhere, arena, diag, path);
}

static enum osw_status unknown_model(const struct osw_yaml *node, struct osw_diag *diag)
{
    const char *const *names = osw_model_names();
    size_t n = 0;
    while (names[n])
        n++;
    const char *closest = osw_diag_closest(node->text, names, n);
    if (closest)
        return osw_diag_fail(diag, OSW_ERR_INPUT, node->at,
                             "unknown model '%s' (did you mean '%s'?)", node->text,
                             closest);
    return osw_diag_fail(diag, OSW_ERR_INPUT, node->at,
                         "unknown model '%s': one of your own is given by its file, such "
                         "as mine.ant",
                         node->text);
}

/* The scenario's `model`: a shipped one, or a file looked for beside the scenario too. */
static enum osw_status find_model(const struct osw_yaml *root, const char *path,
                                  struct osw_arena *arena, struct osw_diag *diag,
                                  const char **model)
{
    const struct osw_yaml *node =
        root->kind == OSW_YAML_MAPPING ? osw_yaml_find(root, "model") : NULL;
    if (root->kind != OSW_YAML_MAPPING)
        return osw_diag_fail(diag, OSW_ERR_INPUT, root->at,
                             "scenario: expected a mapping {key: value}");
    if (!node)
        return osw_diag_fail(diag, OSW_ERR_INPUT, root->at,
                             "missing key 'model', as in model: human");
    if (node->kind != OSW_YAML_SCALAR)
        return osw_diag_fail(diag, OSW_ERR_INPUT, node->at,
                             "model: expected a single value");
    if (strchr(node->text, '/') || ends_in_ant(node->text)) {
        enum osw_status status = osw_file_find("models", node->text, ".ant", path,
                                               node->at, arena, diag, model);
        return status == OSW_ERR_NOINPUT ? OSW_ERR_INPUT : status;
    }
    for (const char *const *name = osw_model_names(); *name; name++) {
        if (!strcmp(*name, node->text)) {
            *model = node->text;
            return OSW_OK;
        }
    }
    return unknown_model(node, diag);
}

enum osw_status osw_plan_load(const char *name_or_path,
                              const struct osw_plan_options *options,
                              struct osw_diag *diag, struct osw_plan **plan)
{
    struct osw_arena *arena = osw_arena_create();
    struct osw_model *model = NULL;
    const struct osw_yaml *root;
    const char *path, *name = options ? options->model : NULL;
    enum osw_status status =
        arena ? find_scenario(name_or_path, arena, diag, &path) : OSW_ERR_MEMORY;
    if (!status)
        status = osw_yaml_read(path, arena, diag, &root);
    if (!status && !name)
        status = find_model(root, path, arena, diag, &name);
    if (!status)
        status = osw_model_open(name, diag, &model);
    if (!status)
        status = osw_plan_build(root, path, model, true, arena, options, diag, plan);
    if (!status)
        return OSW_OK;
    osw_model_destroy(model);
    if (arena)
        osw_arena_destroy(arena);
    return status;
}
