/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A user's model becomes a kernel: generated C is compiled once into a shared object in
 * $XDG_CACHE_HOME/osteoswitch (or ~/.cache/osteoswitch), named by the SHA-256 of all that
 * enters it (text of the C, headers, ABI, command, flags), and loaded. The object appears
 * there by rename, so that programs that run at once see it whole or not at all. */
#include "model/user_model.h"
#include "base/hash.h"
#include "compiler/generate.h"
#include "model/cache.h"
#include "model/compile.h"
#include "model/headers.h"
#include "model/object.h"
#include "model/tables.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

static enum osw_status load(int fd, const struct osw_loc at, bool wide,
                            struct osw_diag *diag, struct osw_library **library,
                            const struct osw_kernel **result)
{
    osw_kernel_entry *entry = NULL;
    enum osw_status status = osw_library_load(fd, at, diag, library);
    if (status)
        return status;
    void *symbol = osw_library_symbol(*library, OSW_KERNEL_ENTRY);
    memcpy(&entry, &symbol, sizeof entry);
    const struct osw_kernel *kernel = entry ? entry() : NULL;
    if (!kernel || kernel->abi != OSW_KERNEL_ABI || (kernel->lanes > 1) != wide)
        return osw_diag_fail(diag, OSW_ERR_INTERNAL, at,
                             "is not a model compiled for this program: remove it");
    *result = kernel;
    return OSW_OK;
}

enum osw_status osw_user_model_kernel(const struct osw_model *model, const char *flags,
                                      struct osw_diag *diag, struct osw_library **library,
                                      const struct osw_kernel **kernel)
{
    struct osw_cache cache;
    char key[65], name[72];
    enum osw_status status = osw_cache_open(&cache, model->arena, diag);
    struct osw_compilation job = {.command = osw_compile_command(),
                                  .flags = flags,
                                  .text = model->code,
                                  .path = model->source_path,
                                  .cache = &cache,
                                  .object = name};
    hash_all(model->code, job.command, flags, key);
    snprintf(name, sizeof name, "%s.so", key);
    const char *path =
        status ? NULL : osw_arena_format(model->arena, "%s/%s", cache.path, name);
    if (!status && !path)
        status = OSW_ERR_MEMORY;
    const struct osw_loc at = {.file = path};
    int fd = status ? -1 : osw_object_open(cache.folder, name);
    if (!status && fd < 0)
        status = osw_compile(&job, model->arena, diag);
    if (!status && fd < 0 && (fd = osw_object_open(cache.folder, name)) < 0)
        status = osw_diag_fail(diag, OSW_ERR_IO, at, "was changed while it was made");
    if (!status)
        status = load(fd, at, *flags != '\0', diag, library, kernel);
    osw_cache_close(&cache);
    return status;
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
    const char *own_table = NULL; /* without one the text gives all parameters */
    *source = NULL;
    enum osw_status status = name_model(model, path);
    if (!status)
        status = osw_tables_find(&tables, model->name, true, &own_table);
    model->tabled = own_table != NULL;
    if (!status)
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
    osw_library_unload(model->library);
    for (int i = 0; i < OSW_ISAS; i++)
        osw_library_unload(model->wide_library[i]);
}
