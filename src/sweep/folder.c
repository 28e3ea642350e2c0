/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Paths of a sweep's folder. A thousand blocks share a folder, which every file system
 * lists quickly; blocks that are not whole are few and lie in one. */
#include "sweep/folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
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
    static const char *const inner[] = {"blocks", "partial", "in-flight"};
    for (size_t i = 0; i < 3 && !status; i++) {
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

void osw_folder_part(const struct osw_sweep *sweep, int64_t block, char *text,
                     size_t size)
{
    snprintf(text, size, "%s/partial/b%08lld.h5", sweep->dir, (long long)block);
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
    osw_folder_part(sweep, n_members / sweep->settings.block, path, sizeof path);
    unlink(path);
}

void osw_folder_drop_parts(const struct osw_sweep *sweep)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/partial", sweep->dir);
    DIR *folder = opendir(path);
    for (const struct dirent *e; folder && (e = readdir(folder));) {
        long long block;
        if (sscanf(e->d_name, "b%lld.h5", &block) != 1 || block < 0)
            continue;
        osw_folder_block(sweep, block, path, sizeof path);
        if (!osw_folder_has(path))
            continue;
        osw_folder_part(sweep, block, path, sizeof path);
        unlink(path);
    }
    if (folder)
        closedir(folder);
}

FILE *osw_folder_open_regular(const char *path, int flags, const char *mode)
{
    struct stat st;
    FILE *file = NULL;
    int fd = open(path, flags | O_CLOEXEC | O_NONBLOCK, 0666);
    if (fd < 0)
        return NULL;
    if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))
        errno = EINVAL;
    else
        file = fdopen(fd, mode);
    if (!file)
        close(fd);
    return file;
}
