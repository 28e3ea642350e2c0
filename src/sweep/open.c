/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Opening a sweep: to compute, which makes the folder and chooses what was not asked
 * for; or to read, which changes nothing. */
#include "sweep/folder.h"
#include "sweep/identity.h"
#include "sweep/trial.h"

#include <dirent.h>
#include <string.h>
#include <stdio.h>

enum { DEFAULT_BLOCK = 256, MANY_BLOCKS = 16384, LARGEST_BLOCK_BYTES = 32 << 20 };

int64_t osw_sweep_block_members(const struct osw_sweep *sweep, int64_t block)
{
    int64_t left = sweep->n_members - block * sweep->settings.block;
    return left < sweep->settings.block ? left : sweep->settings.block;
}

/* A power of two: 256, more where there would be very many blocks, fewer where one would
 * be larger than 32 MiB. */
static int block_by_size(const struct osw_sweep *sweep)
{
    size_t row = sizeof(double) * (sweep->n_values + (size_t)sweep->design->n_factors);
    int block = DEFAULT_BLOCK;
    while (sweep->n_members / block > MANY_BLOCKS)
        block *= 2;
    while (block > 1 && row * (size_t)block > LARGEST_BLOCK_BYTES)
        block /= 2;
    return block;
}

/* What a run that begins, or was killed while it began, leaves: empty folders, and the
 * identity under a temporary name. */
static bool is_beginning(const char *dir, const char *name)
{
    char path[4096];
    if (!strncmp(name, "sweep.json.tmp.", 15))
        return true;
    if (strcmp(name, "blocks") != 0 && strcmp(name, "partial") != 0 &&
        strcmp(name, "in-flight") != 0)
        return false;
    snprintf(path, sizeof path, "%s/%s", dir, name);
    DIR *folder = opendir(path);
    int n = 0;
    while (folder && n <= 2 && readdir(folder)) /* "." and ".." */
        n++;
    if (folder)
        closedir(folder);
    return n == 2;
}

static bool is_free(const char *dir)
{
    DIR *folder = opendir(dir);
    bool taken = false;
    for (const struct dirent *e; folder && !taken && (e = readdir(folder));)
        taken = strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0 &&
                !is_beginning(dir, e->d_name);
    if (folder)
        closedir(folder);
    return !taken;
}

/* A folder with something else in it is not taken over. */
static enum osw_status check_folder(const char *dir, struct osw_diag *diag)
{
    char path[4096];
    int n = snprintf(path, sizeof path, "%s/sweep.json", dir);
    struct osw_loc at = {.file = osw_diag_file(diag, dir)};
    if (n >= (int)sizeof path - 64)
        return osw_diag_fail(diag, OSW_ERR_CANTCREAT, at, "the name is too long");
    if (osw_folder_has(path) || is_free(dir))
        return OSW_OK;
    return osw_diag_fail(diag, OSW_ERR_CANTCREAT, at,
                         "the folder is not empty and holds no sweep");
}

/* The widest that there is a kernel for, or the one asked for. */
static enum osw_status choose_isa(struct osw_sweep *sweep, struct osw_diag *diag)
{
    const int asked = sweep->settings.isa;
    const enum osw_isa most =
        asked == OSW_SWEEP_ANY_ISA ? OSW_ISA_AVX512 : (enum osw_isa)asked;
    struct osw_wide_kernel kernel;
    enum osw_status status =
        osw_model_kernel_wide(sweep->design->plan->model, most, diag, &kernel);
    if (!status && asked != OSW_SWEEP_ANY_ISA && (int)kernel.isa != asked)
        status = osw_diag_fail(diag, OSW_ERR_UNAVAILABLE, (struct osw_loc){0},
                               "this machine or build has no %s instructions",
                               osw_isa_name(most));
    if (!status)
        sweep->settings.isa = (int)kernel.isa;
    return status;
}

static enum osw_status choose_driver(struct osw_sweep *sweep)
{
    bool good;
    if (sweep->settings.driver)
        return OSW_OK;
    enum osw_status status =
        osw_sweep_try_envelope(sweep, sweep->progress, sweep->context, &good);
    if (!status)
        sweep->settings.driver = good ? &osw_driver_envelope : &osw_driver_rosenbrock;
    return status;
}

/* What was not asked for is as the folder has it. */
static enum osw_status choose(struct osw_sweep *sweep, struct osw_diag *diag)
{
    struct osw_sweep_settings there = {0};
    const char *unused, *path = osw_folder_path(sweep->arena, sweep->dir, "sweep.json");
    enum osw_status status = path ? OSW_OK : OSW_ERR_MEMORY;
    bool begun = !status && osw_folder_has(path);
    if (begun)
        status = osw_identity_read(sweep->dir, sweep->arena, diag, &unused, &there);
    if (!sweep->settings.block)
        sweep->settings.block = there.block > 0 ? there.block : block_by_size(sweep);
    if (!status && begun && sweep->settings.isa == OSW_SWEEP_ANY_ISA)
        sweep->settings.isa = there.isa;
    if (!status && begun && !sweep->settings.driver)
        sweep->settings.driver = there.driver;
    if (!status && !begun)
        status = choose_isa(sweep, diag);
    return status ? status : choose_driver(sweep);
}

static enum osw_status resolve(struct osw_sweep *sweep, struct osw_diag *diag)
{
    const struct osw_plan *plan = sweep->design->plan;
    sweep->n_members = sweep->design->n_members;
    sweep->n_values =
        (size_t)plan->n_outputs * (size_t)plan->n_arms * (size_t)plan->n_times;
    enum osw_status status = check_folder(sweep->dir, diag);
    if (!status)
        status = choose(sweep, diag);
    if (!status && !sweep->reading)
        status = osw_folder_make(sweep->dir, diag);
    if (!status)
        sweep->n_blocks =
            (sweep->n_members + sweep->settings.block - 1) / sweep->settings.block;
    return status ? status : osw_identity_resolve(sweep, diag);
}

/* `as` tells how: its borrowed texts, design, settings, reading. */
static enum osw_status open_as(const char *dir, const struct osw_sweep *as,
                               struct osw_diag *diag, struct osw_sweep **sweep)
{
    struct osw_arena *arena = osw_arena_create();
    struct osw_sweep *made = arena ? osw_arena_alloc(arena, 1, sizeof *made) : NULL;
    if (!made) {
        osw_arena_destroy(arena);
        return OSW_ERR_MEMORY;
    }
    *made = *as;
    made->arena = arena;
    made->dir = osw_arena_string(arena, dir);
    enum osw_status status = made->dir ? resolve(made, diag) : OSW_ERR_MEMORY;
    if (status)
        osw_sweep_destroy(made);
    else
        *sweep = made;
    return status;
}

enum osw_status osw_sweep_open(const char *dir, const struct osw_design *design,
                               const struct osw_sweep_settings *settings,
                               const char *version, const char *revision,
                               osw_simulate_progress *progress, void *context,
                               struct osw_diag *diag, struct osw_sweep **sweep)
{
    const struct osw_sweep as = {.design = design,
                                 .settings = *settings,
                                 .version = version,
                                 .revision = revision,
                                 .progress = progress,
                                 .context = context};
    return open_as(dir, &as, diag, sweep);
}

void osw_sweep_destroy(struct osw_sweep *sweep)
{
    if (sweep)
        osw_arena_destroy(sweep->arena);
}

enum osw_status osw_sweep_reopen(const char *dir, struct osw_diag *diag,
                                 struct osw_design **design, struct osw_sweep **sweep)
{
    struct osw_arena *arena = osw_arena_create();
    struct osw_sweep_settings settings = {0};
    struct osw_design *loaded = NULL;
    const char *path = NULL;
    char json[4096];
    if (!arena)
        return OSW_ERR_MEMORY;
    snprintf(json, sizeof json, "%s/sweep.json", dir);
    enum osw_status status = OSW_OK;
    if (!osw_folder_has(json))
        status = osw_diag_fail(diag, OSW_ERR_NOINPUT,
                               (struct osw_loc){.file = osw_diag_file(diag, dir)},
                               "no sweep here (no sweep.json)");
    if (!status)
        status = osw_identity_read(dir, arena, diag, &path, &settings);
    if (!status)
        status = osw_design_load(path, diag, &loaded);
    if (!status)
        status = open_as(dir,
                         &(struct osw_sweep){.design = loaded,
                                             .settings = settings,
                                             .version = "",
                                             .revision = "",
                                             .reading = true},
                         diag, sweep);
    if (status)
        osw_design_destroy(loaded);
    else
        *design = loaded;
    osw_arena_destroy(arena);
    return status;
}

int64_t osw_sweep_listing(const struct osw_sweep *sweep, unsigned char *present)
{
    int64_t n = 0;
    for (int64_t k = 0; k < sweep->n_blocks; k++) {
        char path[4096];
        osw_folder_block(sweep, k, path, sizeof path);
        present[k] = osw_folder_has(path);
        n += present[k];
    }
    return n;
}

enum osw_status osw_sweep_complete(const struct osw_sweep *sweep, struct osw_diag *diag)
{
    unsigned char *present = osw_alloc((size_t)sweep->n_blocks, 1);
    if (!present)
        return OSW_ERR_MEMORY;
    int64_t missing = sweep->n_blocks - osw_sweep_listing(sweep, present);
    osw_free(present);
    if (!missing)
        return OSW_OK;
    return osw_diag_fail(diag, OSW_INCOMPLETE, (struct osw_loc){0},
                         "%lld of %lld blocks are missing: run the sweep again first",
                         (long long)missing, (long long)sweep->n_blocks);
}
