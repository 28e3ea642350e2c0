/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * From a model file to struct osw_source: reads files (imports are relative to the file
 * that states them), runs the front end's steps and hands over. Syntax errors of all
 * files are reported first; names, rules and units are looked at once the text can be
 * parsed. */
#include "compiler/front.h"

#include <string.h>
#include <sys/stat.h>

enum { SUGGESTIONS_MAX = 50 };

void *osw_front_take(struct osw_front *front, size_t n, size_t size)
{
    void *memory = osw_arena_alloc(front->arena, n, size);
    if (!memory)
        front->no_memory = true;
    return memory;
}

const char *osw_front_text(struct osw_front *front, const char *text)
{
    const char *copy = osw_arena_string(front->arena, text);
    if (!copy)
        front->no_memory = true;
    return copy;
}

const char *osw_front_suggest(struct osw_front *front, const char *name,
                              const struct osw_name_table *first,
                              const struct osw_name_table *second)
{
    if (front->n_suggestions++ >= SUGGESTIONS_MAX)
        return "";
    const char *closest = first ? osw_name_table_closest(first, name) : NULL;
    if (!closest && second)
        closest = osw_name_table_closest(second, name);
    const char *text =
        closest ? osw_arena_format(front->arena, " (did you mean '%s'?)", closest) : "";
    return text ? text : "";
}

int osw_front_name(struct osw_front *front, struct osw_name_table *table,
                   const char *name, int value)
{
    int known = osw_name_table_find(table, name);
    if (known >= 0)
        return known;
    if (osw_name_table_add(table, name, value) == OSW_OK)
        return value;
    front->no_memory = true;
    return -1;
}

/* "a/b.ant" -> "a/" */
static size_t folder_length(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? (size_t)(slash - path) + 1 : 0;
}

static const char *stem(struct osw_front *front, const char *path)
{
    const char *name = path + folder_length(path);
    size_t len = strlen(name);
    if (len > 4 && !strcmp(name + len - 4, ".ant"))
        len -= 4;
    const char *copy = osw_arena_copy(front->arena, name, len);
    if (!copy)
        front->no_memory = true;
    return copy;
}

static bool keep_file(struct osw_front *front, struct osw_open_file file)
{
    size_t n = (size_t)front->n_files;
    if ((n & (n - 1)) == 0 && osw_grow((void **)&front->files, n, n ? 2 * n : 1,
                                       sizeof *front->files) != OSW_OK) {
        front->no_memory = true;
        return false;
    }
    file.path = osw_diag_file(front->diag, file.path); /* messages name it */
    front->files[front->n_files++] = file;
    return file.path;
}

/* A file read before, or -1. */
static int find_file(const struct osw_front *front, const struct osw_open_file *file)
{
    for (int i = 0; i < front->n_files; i++)
        if (front->files[i].device == file->device &&
            front->files[i].inode == file->inode)
            return i;
    return -1;
}

static void read_text(struct osw_front *front, const char *file, const char *text,
                      size_t len)
{
    if (!front->main_file.file)
        front->main_file.file = file;
    osw_hash_add(&front->hash, text, len);
    front->open[front->n_open++] = front->n_files - 1;
    osw_parse(front, file, text, len);
    front->n_open--;
}

static enum osw_status read_file(struct osw_front *front, const char *path)
{
    struct stat info;
    struct osw_open_file file = {.path = path};
    if (stat(path, &info) == 0) {
        file.device = (unsigned long long)info.st_dev;
        file.inode = (unsigned long long)info.st_ino;
    }
    const char *name, *text;
    size_t len;
    enum osw_status status =
        osw_file_read(path, front->arena, front->diag, &name, &text, &len);
    if (status == OSW_OK && keep_file(front, file))
        read_text(front, name, text, len);
    return status;
}

/* Is the import possible, and not a circle or a repetition? */
static bool may_import(struct osw_front *front, const char *path, const char *name,
                       struct osw_loc at)
{
    struct stat info;
    if (stat(path, &info) != 0) {
        osw_diag_add(front->diag, OSW_ERROR, at, "cannot import '%s': no file '%s'", name,
                     path);
        return false;
    }
    struct osw_open_file file = {.device = (unsigned long long)info.st_dev,
                                 .inode = (unsigned long long)info.st_ino};
    int known = find_file(front, &file);
    bool circle = false;
    for (int i = 0; i < front->n_open; i++)
        circle |= front->open[i] == known;
    if (known >= 0)
        osw_diag_add(front->diag, OSW_ERROR, at,
                     circle ? "'%s' imports itself (through the files between)"
                            : "'%s' is imported a second time",
                     name);
    else if (front->n_open == OSW_IMPORTS_MAX)
        osw_diag_add(front->diag, OSW_ERROR, at, "more than %d files import one another",
                     OSW_IMPORTS_MAX);
    return known < 0 && front->n_open < OSW_IMPORTS_MAX;
}

void osw_import(struct osw_front *front, const char *name, struct osw_loc at)
{
    if (front->in_memory) {
        osw_diag_add(front->diag, OSW_ERROR, at,
                     "a text that is not a file cannot import '%s'", name);
        return;
    }
    const char *beside = front->files[front->open[front->n_open - 1]].path;
    const char *path = name[0] == '/'
                           ? name
                           : osw_arena_format(front->arena, "%.*s%s",
                                              (int)folder_length(beside), beside, name);
    if (!path)
        front->no_memory = true;
    else if (may_import(front, path, name, at) && read_file(front, path) != OSW_OK)
        osw_diag_add(front->diag, OSW_NOTE, at, "imported here");
}

static void keep_files(struct osw_front *front)
{
    struct osw_source *source = front->source;
    const char **files = osw_front_take(front, (size_t)front->n_files, sizeof *files);
    if (!files)
        return;
    for (int i = 0; i < front->n_files; i++)
        files[i] = front->files[i].path;
    source->files = files;
    source->n_files = front->n_files;
    source->path = files[0];
}

/* Bare statements stand for the model; else the last `model` of the main file. */
static const struct osw_module *main_module(struct osw_front *front)
{
    const struct osw_module *block = front->main;
    if (!front->bare.first && block)
        return block;
    if (block && !block->used)
        osw_diag_add(front->diag, OSW_WARNING, block->at,
                     "the model '%s' is not used: the statements outside of models are "
                     "the model",
                     block->name);
    return &front->bare;
}

/* Have errors been reported for this model? */
static bool front_failed(const struct osw_front *front)
{
    return front->no_memory ||
           osw_diag_count(front->diag, OSW_ERROR) > front->errors_before;
}

static void check_states(struct osw_front *front)
{
    int n_states = 0;
    for (int i = 0; i < front->source->n_symbols; i++)
        n_states += front->source->symbols[i].kind == OSW_SYMBOL_STATE;
    if (!n_states && !front_failed(front))
        osw_diag_add(front->diag, OSW_ERROR, front->main_file,
                     "the model has no rate rule (X' = …) and no reaction");
}

/* All steps after reading. */
static void build(struct osw_front *front, bool strict_units)
{
    const struct osw_module *module = main_module(front);
    front->source->name = module->name ? module->name : stem(front, front->source->path);
    osw_scope_build(front, module);
    if (front->no_memory)
        return;
    osw_reactions_build(front);
    osw_symbols_build(front);
    osw_definitions_build(front);
    if (front->no_memory)
        return;
    osw_order_rules(front);
    check_states(front);
    if (!front_failed(front))
        osw_unit_check(front, strict_units);
}

static bool front_init(struct osw_front *front, struct osw_units *units,
                       const struct osw_unit_declaration *declared, int n_declared,
                       struct osw_diag *diag)
{
    *front = (struct osw_front){.units = units,
                                .diag = diag,
                                .errors_before = osw_diag_count(diag, OSW_ERROR),
                                .declared = declared};
    front->bare.end = &front->bare.first;
    osw_hash_init(&front->hash);
    front->arena = osw_arena_create();
    front->source = front->arena ? osw_front_take(front, 1, sizeof *front->source) : NULL;
    if (!front->source)
        return false;
    front->source->arena = front->arena;
    front->source->units = units;
    for (int i = 0; i < n_declared && !front->no_memory; i++)
        (void)osw_front_name(front, &front->declared_names, declared[i].name, i);
    return !front->no_memory;
}

static void front_fini(struct osw_front *front)
{
    osw_free(front->files);
    osw_free(front->entries);
    osw_free(front->unit_definitions);
    osw_name_table_fini(&front->function_names);
    osw_name_table_fini(&front->module_names);
    osw_name_table_fini(&front->unit_names);
    osw_name_table_fini(&front->broken_names);
    osw_name_table_fini(&front->declared_names);
    osw_name_table_fini(&front->symbol_names);
    osw_name_table_fini(&front->unknown_names);
    osw_name_table_fini(&front->instance_names);
}

/* A model from the file `path`, or from text [len] when it is not NULL. */
static enum osw_status load(struct osw_front *front, const char *path, const char *text,
                            size_t len, bool strict_units)
{
    enum osw_status status = OSW_OK;
    if (text) {
        front->in_memory = true;
        const char *name = osw_diag_file(front->diag, path);
        char *copy = osw_arena_copy(front->arena, text, len);
        if (!name || !copy || !keep_file(front, (struct osw_open_file){.path = path}))
            return OSW_ERR_MEMORY;
        osw_diag_source(front->diag, name, text, len);
        read_text(front, name, copy, len);
    } else {
        status = read_file(front, path);
    }
    if (status == OSW_OK && !front->no_memory)
        keep_files(front);
    if (status == OSW_OK && !front_failed(front))
        build(front, strict_units);
    if (front->no_memory)
        return OSW_ERR_MEMORY;
    return status == OSW_OK && front_failed(front) ? OSW_ERR_INPUT : status;
}

static enum osw_status load_model(const char *path, const char *text, size_t len,
                                  struct osw_units *units,
                                  const struct osw_unit_declaration *declared,
                                  int n_declared, bool strict_units,
                                  struct osw_diag *diag, struct osw_source **source)
{
    struct osw_front front;
    enum osw_status status = OSW_ERR_MEMORY;
    if (front_init(&front, units, declared, n_declared, diag))
        status = load(&front, path, text, len, strict_units);
    front_fini(&front);
    if (status == OSW_OK) {
        osw_hash_hex(&front.hash, front.source->hash);
        *source = front.source;
        return OSW_OK;
    }
    osw_arena_destroy(front.arena);
    return status;
}

enum osw_status osw_source_load(const char *path, struct osw_units *units,
                                const struct osw_unit_declaration *declared,
                                int n_declared, bool strict_units, struct osw_diag *diag,
                                struct osw_source **source)
{
    return load_model(path, NULL, 0, units, declared, n_declared, strict_units, diag,
                      source);
}

enum osw_status osw_source_parse(const char *name, const char *text, size_t len,
                                 struct osw_units *units,
                                 const struct osw_unit_declaration *declared,
                                 int n_declared, bool strict_units, struct osw_diag *diag,
                                 struct osw_source **source)
{
    return load_model(name, text, len, units, declared, n_declared, strict_units, diag,
                      source);
}

void osw_source_destroy(struct osw_source *source)
{
    if (source)
        osw_arena_destroy(source->arena);
}

int osw_source_find(const struct osw_source *source, const char *name)
{
    for (int i = 0; i < source->n_symbols; i++)
        if (!strcmp(source->symbols[i].name, name))
            return i;
    return -1;
}
