/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A regular file is written under a temporary name beside it and published by link(2),
 * which never replaces, or with force by rename(2). What is not a regular file is never
 * replaced: its contents are made in memory and written into it at the end. */
#include "text/outfile.h"
#include "base/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum kind { REGULAR, SPECIAL, STANDARD_OUTPUT };

struct osw_outfile {
    char *path, *temporary; /* temporary "": the contents are made in memory */
    FILE *stream;
    char *bytes; /* of memory, from malloc */
    size_t n_bytes;
    enum kind kind;
    struct stat replaced; /* st_nlink 0: nothing was there */
    bool force;
};

static struct osw_loc place(struct osw_diag *diag, const char *path)
{
    return (struct osw_loc){.file = osw_diag_file(diag, path)};
}

static enum osw_status refuse(struct osw_diag *diag, const char *path, const char *why)
{
    return osw_diag_fail(diag, OSW_ERR_CANTCREAT, place(diag, path), "%s", why);
}

static bool is_standard_output(const struct stat *st)
{
    struct stat out;
    return fstat(STDOUT_FILENO, &out) == 0 && out.st_dev == st->st_dev &&
           out.st_ino == st->st_ino;
}

/* What a name that is no regular file stands for; REGULAR: it cannot be written. */
static enum kind special_kind(const struct stat *named, const struct stat *behind)
{
    bool is_link = S_ISLNK(named->st_mode);
    if (S_ISFIFO(behind->st_mode) || S_ISCHR(behind->st_mode))
        return SPECIAL;
    bool is_written = S_ISREG(behind->st_mode) || S_ISSOCK(behind->st_mode);
    return is_link && is_written && is_standard_output(behind) ? STANDARD_OUTPUT
                                                               : REGULAR;
}

static enum osw_status examine_special(const char *path, const struct stat *named,
                                       struct osw_diag *diag, enum kind *kind)
{
    struct stat behind;
    bool is_link = S_ISLNK(named->st_mode);
    if (stat(path, &behind) != 0)
        return refuse(diag, path, "is a link to nothing: name the file itself");
    if (S_ISDIR(behind.st_mode))
        return refuse(diag, path, "is a directory: expected the name of a file to write");
    *kind = special_kind(named, &behind);
    if (*kind != REGULAR)
        return OSW_OK;
    return refuse(diag, path,
                  is_link ? "is a symbolic link, which is neither replaced nor followed: "
                            "name the file itself"
                          : "is not a regular file, a FIFO or a character device");
}

/* Decide what `path` stands for; *found: what is there. */
static enum osw_status examine(const char *path, bool force, struct osw_diag *diag,
                               enum kind *kind, struct stat *found)
{
    *kind = REGULAR;
    *found = (struct stat){0};
    if (!*path)
        return osw_diag_fail(diag, OSW_ERR_CANTCREAT, (struct osw_loc){0},
                             "a file to write needs a name");
    if (lstat(path, found) != 0) {
        *found = (struct stat){0};
        return OSW_OK; /* creating says why it cannot be */
    }
    if (S_ISDIR(found->st_mode))
        return refuse(diag, path, "is a directory: expected the name of a file to write");
    if (!force)
        return refuse(diag, path,
                      S_ISREG(found->st_mode) ? "exists; --force overwrites it"
                                              : "exists; --force writes into it");
    if (S_ISREG(found->st_mode))
        return OSW_OK;
    return examine_special(path, found, diag, kind);
}

static enum osw_status check_not_read(const char *path, struct osw_diag *diag)
{
    switch (osw_diag_reads(diag, path)) {
    case OSW_READS_FILE:
        return refuse(diag, path, "is read by this command: results need another name");
    case OSW_READS_FOLDER:
        return refuse(diag, path,
                      "is in a folder that this command reads: results need another one");
    case OSW_READS_NOT:
        break;
    }
    return OSW_OK;
}

static void outfile_free(struct osw_outfile *out)
{
    if (out->stream)
        fclose(out->stream);
    free(out->bytes);
    osw_free(out->path);
    osw_free(out->temporary);
    osw_free(out);
}

/* Of the replaced file: its owner, its group and who may do what; set-id bits go. */
static void keep_mode(int fd, const struct stat *was)
{
    mode_t mode = was->st_mode & 0777;
    if (fchown(fd, was->st_uid, was->st_gid) != 0 &&
        fchown(fd, (uid_t)-1, was->st_gid) != 0)
        mode &= ~(mode_t)S_IRWXG;
    (void)!fchmod(fd, mode);
}

/* A file of our own beside `path`, under a name that nobody else has. */
static int open_temporary(struct osw_outfile *out, size_t size)
{
    enum { MOST_NAMES = 1000 };
    int fd = -1;
    for (int i = 0; i < MOST_NAMES && fd < 0 && (i == 0 || errno == EEXIST); i++) {
        snprintf(out->temporary, size, "%s.tmp.%ld.%d", out->path, (long)getpid(), i);
        fd = open(out->temporary, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    }
    if (fd >= 0 && out->replaced.st_nlink)
        keep_mode(fd, &out->replaced);
    return fd;
}

static enum osw_status open_stream(struct osw_outfile *out, size_t size,
                                   struct osw_diag *diag)
{
    if (out->kind != REGULAR) {
        out->stream = open_memstream(&out->bytes, &out->n_bytes);
        return out->stream ? OSW_OK : OSW_ERR_MEMORY;
    }
    int fd = open_temporary(out, size);
    if (fd < 0) {
        *out->temporary = '\0';
        return osw_diag_fail(diag, OSW_ERR_CANTCREAT, place(diag, out->path),
                             "cannot create: %s", strerror(errno));
    }
    out->stream = fdopen(fd, "w");
    if (out->stream)
        return OSW_OK;
    close(fd);
    return OSW_ERR_MEMORY;
}

/* Without the question whether the command reads it. */
static enum osw_status create(const char *path, bool force, struct osw_diag *diag,
                              struct osw_outfile **result)
{
    enum kind kind;
    struct stat found;
    enum osw_status status = examine(path, force, diag, &kind, &found);
    if (status)
        return status;
    struct osw_outfile *out = osw_alloc(1, sizeof *out);
    if (!out)
        return OSW_ERR_MEMORY;
    size_t size = strlen(path) + 40;
    out->kind = kind;
    out->replaced = found;
    out->force = force;
    out->path = osw_alloc(size, 1);
    out->temporary = osw_alloc(size, 1);
    if (out->path && out->temporary) {
        strcpy(out->path, path);
        status = open_stream(out, size, diag);
    } else {
        status = OSW_ERR_MEMORY;
    }
    if (status)
        osw_outfile_abort(out);
    else
        *result = out;
    return status;
}

enum osw_status osw_outfile_create(const char *path, bool force, struct osw_diag *diag,
                                   struct osw_outfile **result)
{
    enum osw_status status = check_not_read(path, diag);
    return status ? status : create(path, force, diag, result);
}

enum osw_status osw_outfile_check(const char *path, bool force, struct osw_diag *diag)
{
    enum kind kind;
    struct stat found;
    struct osw_outfile *out = NULL;
    enum osw_status status = examine(path, force, diag, &kind, &found);
    if (status || kind != REGULAR)
        return status;
    status = osw_outfile_create(path, force, diag, &out);
    osw_outfile_abort(status ? NULL : out);
    return status;
}

FILE *osw_outfile_stream(struct osw_outfile *out)
{
    return out->stream;
}

const char *osw_outfile_temporary(const struct osw_outfile *out)
{
    return *out->temporary ? out->temporary : NULL;
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

/* Where there are no hard links, an empty file made exclusively takes the name first. */
static int publish_new(const struct osw_outfile *out)
{
    if (link(out->temporary, out->path) == 0)
        return unlink(out->temporary);
    if (errno == EEXIST)
        return -1;
    int fd = open(out->path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (fd < 0)
        return -1;
    close(fd);
    return rename(out->temporary, out->path);
}

static enum osw_status publish(struct osw_outfile *out, struct osw_diag *diag)
{
    enum kind kind;
    struct stat found;
    enum osw_status status = examine(out->path, out->force, diag, &kind, &found);
    if (!status && kind != REGULAR)
        status = refuse(diag, out->path, "has become something else meanwhile");
    if (status)
        return status;
    if ((out->force ? rename(out->temporary, out->path) : publish_new(out)) == 0) {
        *out->temporary = '\0';
        sync_folder(out->path);
        return OSW_OK;
    }
    if (errno == EEXIST)
        return refuse(diag, out->path, "exists; --force overwrites it");
    return osw_diag_fail(diag, OSW_ERR_IO, place(diag, out->path), "cannot write: %s",
                         strerror(errno));
}

static enum osw_status put_bytes(int fd, const char *bytes, size_t n)
{
    while (n) {
        ssize_t put = write(fd, bytes, n);
        if (put < 0 && errno == EPIPE)
            return OSW_OK; /* the reader has had enough */
        if (put < 0)
            return errno == EINTR ? OSW_INTERRUPTED : OSW_ERR_IO;
        bytes += put;
        n -= (size_t)put;
    }
    return OSW_OK;
}

/* Opened without O_CREAT and O_TRUNC, and looked at again. Only here may a FIFO without
 * a reader make us wait. */
static enum osw_status write_into(const struct osw_outfile *out, struct osw_diag *diag)
{
    struct stat st;
    bool is_standard = out->kind == STANDARD_OUTPUT;
    (void)fflush(stdout); /* what was said goes first when both are the same */
    int fd = is_standard ? dup(STDOUT_FILENO)
                         : open(out->path, O_WRONLY | O_NOCTTY | O_CLOEXEC);
    enum osw_status status = OSW_OK;
    if (fd < 0 || fstat(fd, &st) != 0)
        status = errno == EINTR ? OSW_INTERRUPTED : OSW_ERR_IO;
    else if (!is_standard && !S_ISFIFO(st.st_mode) && !S_ISCHR(st.st_mode))
        status = refuse(diag, out->path, "has become something else meanwhile");
    if (!status)
        status = put_bytes(fd, out->bytes, out->n_bytes);
    if (status == OSW_ERR_IO)
        osw_diag_fail(diag, status, place(diag, out->path), "cannot write: %s",
                      strerror(errno));
    if (fd >= 0)
        close(fd);
    return status;
}

enum osw_status osw_outfile_commit(struct osw_outfile *out, struct osw_diag *diag)
{
    enum osw_status status = OSW_OK;
    bool failed = fflush(out->stream) != 0 || ferror(out->stream);
    if (!failed && out->kind == REGULAR)
        failed = fsync(fileno(out->stream)) != 0 && errno != EINVAL && errno != EROFS;
    if (failed)
        status = osw_diag_fail(diag, OSW_ERR_IO, place(diag, out->path),
                               "cannot write: %s", strerror(errno));
    if (!status)
        status = out->kind == REGULAR ? publish(out, diag) : write_into(out, diag);
    osw_outfile_abort(out);
    return status;
}

void osw_outfile_abort(struct osw_outfile *out)
{
    if (!out)
        return;
    if (out->temporary && *out->temporary)
        unlink(out->temporary);
    outfile_free(out);
}

static enum osw_status fill(struct osw_outfile *out, osw_outfile_writer *write,
                            void *context, struct osw_diag *diag)
{
    enum osw_status status = write(context, out->stream);
    if (!status)
        return osw_outfile_commit(out, diag);
    osw_outfile_abort(out);
    return status;
}

enum osw_status osw_outfile_write(const char *path, bool force, osw_outfile_writer *write,
                                  void *context, struct osw_diag *diag)
{
    struct osw_outfile *out;
    if (!strcmp(path, "-"))
        return write(context, stdout);
    enum osw_status status = osw_outfile_create(path, force, diag, &out);
    return status ? status : fill(out, write, context, diag);
}

enum osw_status osw_outfile_update(const char *path, osw_outfile_writer *write,
                                   void *context, struct osw_diag *diag)
{
    struct osw_outfile *out;
    enum osw_status status = create(path, true, diag, &out);
    return status ? status : fill(out, write, context, diag);
}
