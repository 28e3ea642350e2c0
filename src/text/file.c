/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Reading a whole text file. */
#include "text/file.h"

#include <errno.h>
#include <fcntl.h>
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
    osw_diag_input(diag, path);
    *file = at.file;
    *text = bytes;
    *len = n;
    return OSW_OK;
}
