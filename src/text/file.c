/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Reading a whole file, and writing one that appears whole or not at all. */
#include "text/file.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LARGEST = 64 << 20 };

static enum osw_status open_for_reading(const char *path, struct osw_diag *diag,
                                        struct osw_loc at, int *fd, size_t *len)
{
    struct stat st;
    *fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (*fd < 0) {
        bool missing = errno == ENOENT || errno == ENOTDIR || errno == ENAMETOOLONG;
        return osw_diag_fail(diag, missing ? OSW_ERR_NOINPUT : OSW_ERR_IO, at,
                             "cannot open: %s", strerror(errno));
    }
    if (fstat(*fd, &st) != 0)
        return osw_diag_fail(diag, OSW_ERR_IO, at, "cannot read: %s", strerror(errno));
    if (S_ISDIR(st.st_mode))
        return osw_diag_fail(diag, OSW_ERR_INPUT, at, "is a directory: expected a file");
    if (!S_ISREG(st.st_mode))
        return osw_diag_fail(diag, OSW_ERR_INPUT, at, "is not a regular file");
    if (st.st_size > LARGEST)
        return osw_diag_fail(diag, OSW_ERR_INPUT, at, "is larger than %d MiB",
                             LARGEST >> 20);
    *len = (size_t)st.st_size;
    return OSW_OK;
}

static enum osw_status read_all(int fd, char *text, size_t *len, struct osw_diag *diag,
                                struct osw_loc at)
{
    size_t got = 0;
    while (got < *len) {
        ssize_t n = read(fd, text + got, *len - got);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return osw_diag_fail(diag, OSW_ERR_IO, at, "cannot read: %s",
                                 strerror(errno));
        if (n == 0)
            break;
        got += (size_t)n;
    }
    text[got] = '\0';
    *len = got;
    if (memchr(text, '\0', got))
        return osw_diag_fail(diag, OSW_ERR_INPUT, at,
                             "has NUL bytes: expected a text file");
    return OSW_OK;
}

enum osw_status osw_file_read(const char *path, struct osw_arena *arena,
                              struct osw_diag *diag, const char **file, const char **text,
                              size_t *len)
{
    struct osw_loc at = {.file = osw_diag_file(diag, path)};
    int fd = -1;
    size_t n = 0;
    char *bytes = NULL;
    if (!at.file)
        return OSW_ERR_MEMORY;
    enum osw_status status = open_for_reading(path, diag, at, &fd, &n);
    if (!status && !(bytes = osw_arena_alloc(arena, n + 1, 1)))
        status = OSW_ERR_MEMORY;
    if (!status)
        status = read_all(fd, bytes, &n, diag, at);
    if (fd >= 0)
        close(fd);
    if (status)
        return status;
    osw_diag_source(diag, at.file, bytes, n);
    *file = at.file;
    *text = bytes;
    *len = n;
    return OSW_OK;
}

struct osw_outfile {
    char *path, *temporary;
    FILE *stream;
    int fd;
    bool force;
};

static void outfile_free(struct osw_outfile *out)
{
    osw_free(out->path);
    osw_free(out->temporary);
    osw_free(out);
}

static char *copy_with(const char *a, const char *b)
{
    size_t n = strlen(a) + strlen(b) + 1;
    char *s = osw_alloc(n, 1);
    if (s)
        snprintf(s, n, "%s%s", a, b);
    return s;
}

enum osw_status osw_outfile_create(const char *path, bool force, struct osw_diag *diag,
                                   struct osw_outfile **result)
{
    struct osw_loc at = {.file = osw_diag_file(diag, path)};
    struct stat st;
    if (!at.file)
        return OSW_ERR_MEMORY;
    if (!*path)
        return osw_diag_fail(diag, OSW_ERR_CANTCREAT, (struct osw_loc){0},
                             "a file to write needs a name");
    bool exists = lstat(path, &st) == 0;
    if (exists && S_ISDIR(st.st_mode))
        return osw_diag_fail(diag, OSW_ERR_CANTCREAT, at,
                             "is a directory: expected the name of a file to write");
    if (exists && !force)
        return osw_diag_fail(diag, OSW_ERR_CANTCREAT, at,
                             "exists; --force overwrites it");
    if (exists && osw_diag_is_source(diag, path))
        return osw_diag_fail(diag, OSW_ERR_CANTCREAT, at,
                             "is read by this command: results need another name");
    struct osw_outfile *out = osw_alloc(1, sizeof *out);
    if (!out)
        return OSW_ERR_MEMORY;
    out->force = force;
    out->path = copy_with(path, "");
    out->temporary = copy_with(path, ".tmp.XXXXXX");
    if (!out->path || !out->temporary) {
        outfile_free(out);
        return OSW_ERR_MEMORY;
    }
    out->fd = mkstemp(out->temporary);
    if (out->fd < 0) {
        enum osw_status status = osw_diag_fail(diag, OSW_ERR_CANTCREAT, at,
                                               "cannot create: %s", strerror(errno));
        outfile_free(out);
        return status;
    }
    mode_t mask = umask(0);
    umask(mask);
    (void)!fchmod(out->fd, 0666 & ~mask);
    *result = out;
    return OSW_OK;
}

FILE *osw_outfile_stream(struct osw_outfile *out)
{
    if (!out->stream)
        out->stream = fdopen(out->fd, "w");
    return out->stream;
}

static void sync_folder(const char *path)
{
    char folder[PATH_MAX];
    snprintf(folder, sizeof folder, "%s", path);
    int fd = open(dirname(folder), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return;
    (void)fsync(fd);
    close(fd);
}

/* Without force an existing file is never replaced, even one that came meanwhile. */
static int publish(const struct osw_outfile *out)
{
    if (out->force)
        return rename(out->temporary, out->path);
    if (link(out->temporary, out->path) == 0)
        return unlink(out->temporary);
    if (errno == EEXIST)
        return -1;
    return rename(out->temporary, out->path); /* a file system without hard links */
}

enum osw_status osw_outfile_commit(struct osw_outfile *out, struct osw_diag *diag)
{
    struct osw_loc at = {.file = osw_diag_file(diag, out->path)};
    int failed = out->stream && (fflush(out->stream) != 0 || ferror(out->stream));
    if (!failed)
        failed = fsync(out->fd) != 0 && errno != EINVAL && errno != EROFS;
    if (!failed)
        failed = publish(out) != 0;
    if (failed) {
        enum osw_status status =
            osw_diag_fail(diag, OSW_ERR_IO, at, "cannot write: %s", strerror(errno));
        osw_outfile_abort(out);
        return status;
    }
    if (out->stream)
        fclose(out->stream);
    else
        close(out->fd);
    sync_folder(out->path);
    outfile_free(out);
    return OSW_OK;
}

void osw_outfile_abort(struct osw_outfile *out)
{
    if (!out)
        return;
    if (out->stream)
        fclose(out->stream);
    else
        close(out->fd);
    unlink(out->temporary);
    outfile_free(out);
}
