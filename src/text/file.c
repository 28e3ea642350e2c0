/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Reading a whole text file. */
#include "text/file.h"

#include "text/utf8.h"

#include <ctype.h>
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
    return OSW_OK;
}

/* Markup: "<" and a letter, "?" or "!" before anything else. */
static bool is_xml(const char *text)
{
    text += strspn(text, " \t\r\n");
    return text[0] == '<' &&
           (isalpha((unsigned char)text[1]) || text[1] == '?' || text[1] == '!');
}

/* Text is UTF-8. *text: behind the byte order mark that some editors write. */
static enum osw_status check_text(const char **text, size_t *len, struct osw_diag *diag,
                                  struct osw_loc at)
{
    static const char mark[] = "\xef\xbb\xbf";
    if (*len >= 3 && !memcmp(*text, mark, 3)) {
        *text += 3;
        *len -= 3;
    }
    if (*len >= 2 && (!memcmp(*text, "\xff\xfe", 2) || !memcmp(*text, "\xfe\xff", 2)))
        return osw_diag_fail(diag, OSW_ERR_INPUT, at,
                             "is UTF-16: save it as UTF-8 (\"Unicode (UTF-8)\")");
    if (memchr(*text, '\0', *len))
        return osw_diag_fail(diag, OSW_ERR_INPUT, at,
                             "has NUL bytes: expected a text file");
    if (is_xml(*text))
        return osw_diag_fail(
            diag, OSW_ERR_INPUT, at,
            "is XML, which is not read here (SBML is written by `export "
            "sbml` only): models are Antimony text (NAME.ant), scenarios "
            "and the like YAML, tables tab-separated");
    size_t good = osw_utf8_valid(*text, *len);
    if (good == *len)
        return OSW_OK;
    const char *line = *text;
    at.line = 1;
    for (const char *p; (p = memchr(line, '\n', good - (size_t)(line - *text)));
         line = p + 1)
        at.line++;
    at.col = (int)(good - (size_t)(line - *text)) + 1;
    at.len = 1;
    return osw_diag_fail(diag, OSW_ERR_INPUT, at,
                         "the byte 0x%02x is not UTF-8: expected a text saved as UTF-8",
                         (unsigned char)(*text)[good]);
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
    *file = at.file;
    *text = bytes;
    *len = n;
    status = check_text(text, len, diag, at);
    osw_diag_source(diag, at.file, *text, *len);
    osw_diag_input(diag, path);
    return status;
}
