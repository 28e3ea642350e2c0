/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A user's model becomes a kernel: generated C is compiled once into a shared object in
 * $XDG_CACHE_HOME/osteoswitch (or ~/.cache/osteoswitch), named by the SHA-256 of all that
 * enters it (text of the C, headers, ABI, command, flags), and loaded. The object appears
 * there by rename, so that programs that run at once see it whole or not at all. */
#include "model/user_model.h"
#include "base/hash.h"
#include "compiler/generate.h"
#include "model/compile.h"
#include "model/headers.h"
#include "model/object.h"
#include "model/tables.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The C of the model, in a heap string of the stream's making: free() it. */
static enum osw_status generate(const struct osw_source *source,
                                const struct osw_declarations *declared,
                                struct osw_diag *diag, char **text)
{
    const struct osw_generate_options options = {.entry = OSW_KERNEL_ENTRY,
                                                 .outputs = declared->outputs,
                                                 .n_outputs = declared->n_outputs};
    size_t len = 0;
    FILE *out = open_memstream(text, &len);
    if (!out)
        return OSW_ERR_MEMORY;
    enum osw_status status = osw_generate_c(source, &options, out, diag);
    if (fclose(out) != 0 && !status)
        status = OSW_ERR_MEMORY;
    return status;
}

static void hash_all(const char *text, const char *command, const char *flags,
                     char hex[65])
{
    struct osw_hash hash;
    char abi[32];
    snprintf(abi, sizeof abi, "abi %d", OSW_KERNEL_ABI);
    osw_hash_init(&hash);
    osw_hash_add(&hash, abi, strlen(abi) + 1);
    osw_hash_add(&hash, command, strlen(command) + 1);
    osw_hash_add(&hash, flags, strlen(flags) + 1);
    for (const struct osw_header *h = osw_headers; h->name; h++)
        osw_hash_add(&hash, h->text, strlen(h->text) + 1);
    osw_hash_add(&hash, text, strlen(text));
    osw_hash_hex(&hash, hex);
}

static enum osw_status cache_folder(struct osw_arena *arena, struct osw_diag *diag,
                                    const char **folder)
{
    const char *cache = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
    const char *base = cache && *cache == '/' ? osw_arena_string(arena, cache)
                       : home && *home == '/' ? osw_arena_format(arena, "%s/.cache", home)
                                              : NULL;
    if (!base)
        return osw_diag_fail(diag, OSW_ERR_UNAVAILABLE, (struct osw_loc){0},
                             "no folder to keep compiled models in: set HOME or "
                             "XDG_CACHE_HOME");
    *folder = osw_arena_format(arena, "%s/osteoswitch", base);
    if (!*folder)
        return OSW_ERR_MEMORY;
    (void)mkdir(base, 0777); /* either may be there; what counts is checked next */
    (void)mkdir(*folder, 0700);
    if (access(*folder, R_OK | W_OK | X_OK) != 0)
        return osw_diag_fail(diag, OSW_ERR_CANTCREAT,
                             (struct osw_loc){.file = osw_diag_file(diag, *folder)},
                             "cannot keep compiled models here: set XDG_CACHE_HOME to a "
                             "folder that can be written");
    return OSW_OK;
}

static enum osw_status load(const char *path, bool wide, struct osw_diag *diag,
                            void **library, const struct osw_kernel **result)
{
    struct osw_loc at = {.file = osw_diag_file(diag, path)};
    osw_kernel_entry *entry = NULL;
    *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (!*library)
        return osw_diag_fail(diag, OSW_ERR_INTERNAL, at, "cannot load: %s", dlerror());
    void *symbol = dlsym(*library, OSW_KERNEL_ENTRY);
    memcpy(&entry, &symbol, sizeof entry);
    const struct osw_kernel *kernel = entry ? entry() : NULL;
    if (!kernel || kernel->abi != OSW_KERNEL_ABI || (kernel->lanes > 1) != wide)
        return osw_diag_fail(diag, OSW_ERR_INTERNAL, at,
                             "is not a model compiled for this program: remove it");
    *result = kernel;
    return OSW_OK;
}

enum osw_status osw_user_model_kernel(const struct osw_model *model, const char *flags,
                                      struct osw_diag *diag, void **library,
                                      const struct osw_kernel **kernel)
{
    const char *folder = NULL, *compiler = osw_compile_command();
    char key[65];
    enum osw_status status = cache_folder(model->arena, diag, &folder);
    if (status)
        return status;
    hash_all(model->code, compiler, flags, key);
    const char *object = osw_arena_format(model->arena, "%s/%s.so", folder, key);
    if (!object)
        return OSW_ERR_MEMORY;
    if (!osw_object_is_sound(object))
        status =
            osw_compile(&(struct osw_compilation){compiler, flags, model->code,
                                                  model->source_path, folder, object},
                        model->arena, diag);
    return status ? status : load(object, *flags != '\0', diag, library, kernel);
}

/* The stem of the text's path names the model and its tables. */
static enum osw_status name_model(struct osw_model *model, const char *path)
{
    const char *slash = strrchr(path, '/');
    const char *stem = slash ? slash + 1 : path;
    size_t len = strlen(stem);
    if (len > 4 && !strcmp(stem + len - 4, ".ant"))
        len -= 4;
    model->source_path = osw_arena_string(model->arena, path);
    model->name = osw_arena_copy(model->arena, stem, len);
    return model->source_path && model->name ? OSW_OK : OSW_ERR_MEMORY;
}

enum osw_status osw_user_model_load(const char *path, struct osw_model *model,
                                    struct osw_diag *diag, struct osw_source **source)
{
    char *text = NULL;
    struct osw_declarations declared = {0};
    struct osw_tables tables = {.model = model, .diag = diag, .beside = path};
    const char *own_table = NULL; /* without one the text states everything */
    *source = NULL;
    enum osw_status status = name_model(model, path);
    if (!status)
        status = osw_tables_find(&tables, model->name, true, &own_table);
    model->tabled = own_table != NULL;
    if (!status && model->tabled)
        status = osw_tables_declare(&tables, &declared);
    if (!status)
        status = osw_source_load(path, model->units, declared.units, declared.n_units,
                                 false, diag, source);
    if (!status)
        status = generate(*source, &declared, diag, &text);
    if (!status && !(model->code = osw_arena_string(model->arena, text)))
        status = OSW_ERR_MEMORY;
    free(text);
    if (!status)
        status = osw_user_model_kernel(model, "", diag, &model->library, &model->kernel);
    return status;
}

void osw_user_model_unload(struct osw_model *model)
{
    if (model->library)
        dlclose(model->library);
    for (int i = 0; i < OSW_ISAS; i++)
        if (model->wide_library[i])
            dlclose(model->wide_library[i]);
}
