/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "harness.h"

#include <stdlib.h>
#include <string.h>

static const char *data_folder(void)
{
    const char *folder = getenv("OSW_TEST_DATA");
    return folder ? folder : "data";
}

static enum osw_status load(struct loaded *l, const char *text,
                            const struct osw_plan_options *options)
{
    const struct osw_yaml *root;
    const char *path = osw_arena_format(l->arena, "%s/s.yaml", data_folder());
    const char *file = osw_diag_file(l->diag, "s.yaml");
    if (!path || !file)
        return OSW_ERR_MEMORY;
    osw_diag_source(l->diag, file, text, strlen(text));
    enum osw_status status =
        osw_yaml_parse(file, text, strlen(text), l->arena, l->diag, &root);
    return status ? status
                  : osw_plan_build(root, path, l->model, true, l->arena, options, l->diag,
                                   &l->plan);
}

struct loaded load_text(const char *text, const struct osw_plan_options *options)
{
    struct loaded l = {.model = osw_fake_model(strstr(text, "model: dish") != NULL),
                       .diag = osw_diag_create(),
                       .arena = osw_arena_create()};
    l.status = l.diag && l.arena ? load(&l, text, options) : OSW_ERR_MEMORY;
    if (!l.status)
        l.arena = NULL;
    return l;
}

struct loaded load_arms(const char *arms)
{
    char text[4096];
    snprintf(text, sizeof text, "model: human\nduration: 365 day\narms:\n%s", arms);
    return load_text(text, NULL);
}

void unload(struct loaded *l)
{
    if (l->plan) {
        osw_plan_destroy(l->plan);
    } else {
        osw_model_destroy(l->model);
        if (l->arena)
            osw_arena_destroy(l->arena);
    }
    osw_diag_destroy(l->diag);
}

/* Cut every "FOLDER/" out of text, in place. */
static void cut_folder(char *text)
{
    char folder[1024];
    snprintf(folder, sizeof folder, "%s/", data_folder());
    for (char *p; (p = strstr(text, folder));)
        memmove(p, p + strlen(folder), strlen(p + strlen(folder)) + 1);
}

char *messages(const struct loaded *l)
{
    char *all = NULL, *kept, *save = NULL;
    size_t size = 0;
    FILE *stream = open_memstream(&all, &size);
    assert_non_null(stream);
    osw_diag_render(l->diag, stream, false);
    fclose(stream);
    kept = calloc(size + 2, 1);
    assert_non_null(kept);
    for (char *line = strtok_r(all, "\n", &save); line;
         line = strtok_r(NULL, "\n", &save))
        if (strstr(line, "error: ") || strstr(line, "warning: "))
            strcat(strcat(kept, line), "\n");
    free(all);
    cut_folder(kept);
    return kept;
}
