/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Who can write the folder can make this program run what they like; who can write a
 * folder above it can only put another in its place, which is then looked at like any. */
#include "model/cache.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The folder as the user's alone. */
static enum osw_status make_own(const struct osw_cache *cache, struct osw_diag *diag)
{
    const struct osw_loc at = {.file = osw_diag_file(diag, cache->path)};
    const mode_t others = S_IWGRP | S_IWOTH;
    struct stat st;
    if (fstat(cache->folder, &st) != 0 || st.st_uid != geteuid())
        return osw_diag_fail(diag, OSW_ERR_CANTCREAT, at,
                             "this cache of compiled models belongs to another user, who "
                             "could put code there: set XDG_CACHE_HOME to a folder of "
                             "your own");
    if (!(st.st_mode & others))
        return OSW_OK;
    if (fchmod(cache->folder, st.st_mode & 07777 & ~others) != 0)
        return osw_diag_fail(diag, OSW_ERR_CANTCREAT, at,
                             "others can write this cache of compiled models, and its "
                             "mode cannot be changed: %s",
                             strerror(errno));
    osw_diag_add(diag, OSW_WARNING, at,
                 "others could write this cache of compiled models: its mode was %03o, "
                 "now %03o",
                 (unsigned)(st.st_mode & 0777), (unsigned)(st.st_mode & 0777 & ~others));
    return OSW_OK;
}

enum osw_status osw_cache_open(struct osw_cache *cache, struct osw_arena *arena,
                               struct osw_diag *diag)
{
    const char *own = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
    const char *base = own && *own == '/'     ? osw_arena_string(arena, own)
                       : home && *home == '/' ? osw_arena_format(arena, "%s/.cache", home)
                                              : NULL;
    cache->folder = -1;
    if (!base)
        return osw_diag_fail(diag, OSW_ERR_UNAVAILABLE, (struct osw_loc){0},
                             "no folder to keep compiled models in: set HOME or "
                             "XDG_CACHE_HOME");
    cache->path = osw_arena_format(arena, "%s/osteoswitch", base);
    if (!cache->path)
        return OSW_ERR_MEMORY;
    (void)mkdir(base, 0700); /* either may be there; what counts is checked next */
    (void)mkdir(cache->path, 0700);
    cache->folder = open(cache->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (cache->folder < 0 || faccessat(cache->folder, ".", R_OK | W_OK | X_OK, 0) != 0)
        return osw_diag_fail(diag, OSW_ERR_CANTCREAT,
                             (struct osw_loc){.file = osw_diag_file(diag, cache->path)},
                             "cannot keep compiled models here: set XDG_CACHE_HOME to a "
                             "folder that can be written");
    return make_own(cache, diag);
}

void osw_cache_close(struct osw_cache *cache)
{
    if (cache->folder >= 0)
        close(cache->folder);
    cache->folder = -1;
}

struct osw_library {
    void *handle;
    int fd;
};

enum osw_status osw_library_load(int fd, struct osw_loc at, struct osw_diag *diag,
                                 struct osw_library **library)
{
    char name[40];
    struct osw_library *made = osw_alloc(1, sizeof *made);
    if (!made) {
        close(fd);
        return OSW_ERR_MEMORY;
    }
    snprintf(name, sizeof name, "/proc/self/fd/%d", fd);
    made->fd = fd;
    made->handle = dlopen(name, RTLD_NOW | RTLD_LOCAL);
    *library = made;
    return made->handle
               ? OSW_OK
               : osw_diag_fail(diag, OSW_ERR_INTERNAL, at, "cannot load: %s", dlerror());
}

void *osw_library_symbol(const struct osw_library *library, const char *name)
{
    return dlsym(library->handle, name);
}

void osw_library_unload(struct osw_library *library)
{
    if (!library)
        return;
    if (library->handle)
        dlclose(library->handle);
    close(library->fd);
    osw_free(library);
}
