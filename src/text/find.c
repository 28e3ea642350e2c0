/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Where shipped and own data stand. Roots in order: the working folder, the folder of the
 * naming file, each folder of $OSTEOSWITCH_PATH, the folders beside the executable (build
 * tree and installation), the installed data. Below a root, models/ and plots/ stand at
 * the top, everything else below params/. */
#include "text/file.h"

#include <dirent.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MOST_FOLDERS = 96 };

struct folders {
    const char *path[MOST_FOLDERS];
    size_t n;
    struct osw_arena *arena;
    bool out_of_memory;
};

static void add(struct folders *f, const char *base, const char *sub)
{
    if (f->n == MOST_FOLDERS)
        return;
    const char *path = *sub ? osw_arena_format(f->arena, "%s/%s", base, sub)
                            : osw_arena_string(f->arena, base);
    if (!path)
        f->out_of_memory = true;
    else
        f->path[f->n++] = path;
}

static bool is_top_level(const char *dir)
{
    return !strcmp(dir, "models") || !strcmp(dir, "plots") || !strcmp(dir, "include");
}

static void add_root(struct folders *f, const char *root, const char *dir)
{
    if (is_top_level(dir)) {
        add(f, root, dir);
        return;
    }
    const char *params = osw_arena_format(f->arena, "%s/params", root);
    if (!params)
        f->out_of_memory = true;
    else
        add(f, params, dir);
}

/* "a/b" has the parent "a", so that messages show short paths. */
static const char *parent_of(struct folders *f, const char *folder)
{
    const char *slash = strrchr(folder, '/');
    bool plain = slash && slash != folder && slash[1] && strcmp(slash, "/..") &&
                 strcmp(slash, "/.");
    const char *up = plain ? osw_arena_copy(f->arena, folder, (size_t)(slash - folder))
                           : osw_arena_format(f->arena, "%s/..", folder);
    if (!up)
        f->out_of_memory = true;
    return up;
}

static void add_beside(struct folders *f, const char *file, const char *dir)
{
    const char *slash = strrchr(file, '/');
    const char *folder =
        slash ? osw_arena_copy(f->arena, file, (size_t)(slash - file)) : ".";
    if (!folder) {
        f->out_of_memory = true;
        return;
    }
    /* Before the folder itself: a scenario may have its subject's name. */
    const char *name = strrchr(folder, '/');
    bool same_kind = *dir && !strcmp(name ? name + 1 : folder, dir);
    if (*dir && !same_kind) {
        add(f, folder, dir);
        const char *up = parent_of(f, folder);
        if (up)
            add(f, up, dir);
    }
    add(f, folder, "");
}

static void add_environment(struct folders *f, const char *dir)
{
    const char *list = getenv("OSTEOSWITCH_PATH");
    for (const char *p = list ? list : ""; *p;) {
        size_t len = strcspn(p, ":");
        const char *root = osw_arena_copy(f->arena, p, len);
        if (root && len) {
            add_root(f, root, dir);
            add(f, root, dir);
        }
        p += len + (p[len] == ':');
    }
}

static void add_program(struct folders *f, const char *dir)
{
    char exe[PATH_MAX];
    ssize_t len = readlink("/proc/self/exe", exe, sizeof exe - 1);
    if (len > 0) {
        exe[len] = '\0';
        *strrchr(exe, '/') = '\0';
        const char *share = osw_arena_format(f->arena, "%s/../share/osteoswitch", exe);
        const char *tree = osw_arena_format(f->arena, "%s/..", exe);
        if (share && tree) {
            add_root(f, share, dir);
            add_root(f, tree, dir);
        }
    }
    add_root(f, OSW_DATADIR, dir);
}

static enum osw_status folders_init(struct folders *f, const char *dir,
                                    const char *beside, struct osw_arena *arena)
{
    *f = (struct folders){.arena = arena};
    add_root(f, ".", dir);
    if (beside)
        add_beside(f, beside, dir);
    add_environment(f, dir);
    add_program(f, dir);
    return f->out_of_memory ? OSW_ERR_MEMORY : OSW_OK;
}

static bool is_file(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && !S_ISDIR(st.st_mode);
}

static bool ends_in(const char *name, const char *suffix)
{
    size_t n = strlen(name), m = strlen(suffix);
    return n > m && !strcmp(name + n - m, suffix);
}

static enum osw_status not_found(const char *dir, const char *name, const char *suffix,
                                 const struct folders *f, struct osw_loc at,
                                 struct osw_diag *diag)
{
    const char *const *names;
    size_t n;
    if (osw_file_list(dir, suffix, f->arena, &names, &n))
        return OSW_ERR_MEMORY;
    const char *here = osw_arena_format(f->arena, "./%s%s", name, suffix);
    if (!here)
        return OSW_ERR_MEMORY;
    const char *closest = is_file(here) ? here : osw_diag_closest(name, names, n);
    const char *kind = *dir ? dir : "file";
    size_t len = strlen(kind);
    int singular = (int)(len && kind[len - 1] == 's' ? len - 1 : len);
    if (closest)
        return osw_diag_fail(diag, OSW_ERR_NOINPUT, at,
                             "no %.*s '%s' (did you mean '%s'?)", singular, kind, name,
                             closest);
    return osw_diag_fail(diag, OSW_ERR_NOINPUT, at,
                         "no %.*s '%s': looked for %s%s in %s and the installed data",
                         singular, kind, name, name, suffix, f->n ? f->path[0] : ".");
}

enum osw_status osw_file_find(const char *dir, const char *name, const char *suffix,
                              const char *beside, struct osw_loc at,
                              struct osw_arena *arena, struct osw_diag *diag,
                              const char **path)
{
    struct folders f;
    bool is_path = strchr(name, '/') || ends_in(name, suffix);
    enum osw_status status = folders_init(&f, dir, beside, arena);
    if (status)
        return status;
    if (is_path && (is_file(name) || name[0] == '/')) {
        if (!is_file(name))
            return osw_diag_fail(diag, OSW_ERR_NOINPUT, at, "no file '%s'", name);
        *path = osw_arena_string(arena, name);
        return *path ? OSW_OK : OSW_ERR_MEMORY;
    }
    for (size_t i = 0; i < f.n; i++) {
        const char *ext = ends_in(name, suffix) ? "" : suffix;
        const char *found = osw_arena_format(arena, "%s/%s%s", f.path[i], name, ext);
        if (!found)
            return OSW_ERR_MEMORY;
        if (is_file(found)) {
            *path = strncmp(found, "./", 2) ? found : found + 2;
            return OSW_OK;
        }
    }
    if (is_path)
        return osw_diag_fail(diag, OSW_ERR_NOINPUT, at, "no file '%s'", name);
    return not_found(dir, name, suffix, &f, at, diag);
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static bool listed(const char *const *names, size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++)
        if (!strcmp(names[i], name))
            return true;
    return false;
}

enum osw_status osw_file_list(const char *dir, const char *suffix,
                              struct osw_arena *arena, const char *const **names,
                              size_t *n)
{
    enum { MOST_NAMES = 4096 };
    struct folders f;
    enum osw_status status = folders_init(&f, dir, NULL, arena);
    const char **found =
        status ? NULL : osw_arena_alloc(arena, MOST_NAMES, sizeof *found);
    if (!found)
        return OSW_ERR_MEMORY;
    *n = 0;
    for (size_t i = 0; i < f.n; i++) {
        DIR *folder = opendir(f.path[i]);
        for (struct dirent *e; folder && *n < MOST_NAMES && (e = readdir(folder));) {
            if (!ends_in(e->d_name, suffix) || e->d_name[0] == '.')
                continue;
            char *name =
                osw_arena_copy(arena, e->d_name, strlen(e->d_name) - strlen(suffix));
            if (name && !listed(found, *n, name))
                found[(*n)++] = name;
        }
        if (folder)
            closedir(folder);
    }
    qsort(found, *n, sizeof *found, by_text);
    *names = found;
    return OSW_OK;
}
