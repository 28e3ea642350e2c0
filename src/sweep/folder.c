/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sweep/folder.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { BLOCKS_A_FOLDER = 1000 };

const char *osw_folder_path(struct osw_arena *arena, const char *dir, const char *name)
{
    return osw_arena_format(arena, "%s/%s", dir, name);
}

bool osw_folder_has(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0;
}

static enum osw_status make(const char *path, struct osw_diag *diag)
{
    struct stat st;
    if (mkdir(path, 0777) == 0)
        return OSW_OK;
    int error = errno;
    if (error == EEXIST && stat(path, &st) == 0 && S_ISDIR(st.st_mode))
        return OSW_OK;
    if (error == EEXIST)
        error = ENOTDIR;
    return osw_diag_fail(diag, error == ENOSPC ? OSW_ERR_IO : OSW_ERR_CANTCREAT,
                         (struct osw_loc){.file = osw_diag_file(diag, path)},
                         "cannot make the folder: %s", strerror(error));
}

enum osw_status osw_folder_make(const char *dir, struct osw_diag *diag)
{
    char path[4096];
    enum osw_status status = make(dir, diag);
    static const char *const inner[] = {"blocks", "crumbs"};
    for (size_t i = 0; i < 2 && !status; i++) {
        int n = snprintf(path, sizeof path, "%s/%s", dir, inner[i]);
        status = n < (int)sizeof path
                     ? make(path, diag)
                     : osw_diag_fail(diag, OSW_ERR_CANTCREAT, (struct osw_loc){0},
                                     "the folder's name is too long");
    }
    return status;
}

void osw_folder_block(const struct osw_sweep *sweep, int64_t block, char *text,
                      size_t size)
{
    snprintf(text, size, "%s/blocks/%04lld/b%08lld.h5", sweep->dir,
             (long long)(block / BLOCKS_A_FOLDER), (long long)block);
}

enum osw_status osw_folder_make_block(const struct osw_sweep *sweep, int64_t block,
                                      struct osw_diag *diag)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/blocks/%04lld", sweep->dir,
             (long long)(block / BLOCKS_A_FOLDER));
    return make(path, diag);
}

void osw_folder_drop_short(const struct osw_sweep *sweep, int64_t n_members)
{
    char path[4096];
    if (n_members % sweep->settings.block == 0)
        return;
    osw_folder_block(sweep, n_members / sweep->settings.block, path, sizeof path);
    unlink(path);
}
