/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "output/checksummed.h"
#include "output/checksum.h"
#include "text/outfile.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

void osw_checksummed_mark(struct osw_h5 *h5, int64_t object)
{
    osw_h5_fixed_text(h5, object, "checksum", OSW_CHECKSUM_BLANK, OSW_CHECKSUM_BYTES);
}

struct image {
    void *bytes;
    size_t n;
};

static enum osw_status put_image(void *context, FILE *out)
{
    const struct image *image = context;
    fwrite(image->bytes, 1, image->n, out);
    return OSW_OK;
}

enum osw_status osw_checksummed_write(struct osw_h5 *h5, const char *path, bool force,
                                      struct osw_diag *diag)
{
    struct image image = {0};
    enum osw_status status = osw_h5_image(h5, &image.bytes, &image.n);
    if (!status && !osw_checksum_fill(image.bytes, image.n))
        status = OSW_ERR_INTERNAL;
    if (!status)
        status = osw_outfile_write(path, force, put_image, &image, diag);
    else if (status == OSW_ERR_INTERNAL)
        osw_diag_add(diag, OSW_ERROR, (struct osw_loc){.file = osw_diag_file(diag, path)},
                     "HDF5 could not build the file in memory");
    osw_free(image.bytes);
    return status;
}

struct opening {
    const char *what;
    struct osw_loc at; /* file is the path */
    struct osw_diag *diag;
};

static enum osw_status refuse(const struct opening *r, const char *why)
{
    return osw_diag_fail(r->diag, OSW_ERR_INPUT, r->at, "is not a whole %s: %s", r->what,
                         why);
}

static enum osw_status read_bytes(const struct opening *r, char **bytes, size_t *n)
{
    struct stat st;
    osw_diag_input(r->diag, r->at.file);
    int fd = open(r->at.file, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    bool missing = errno == ENOENT || errno == ENOTDIR || errno == ENAMETOOLONG;
    if (fd < 0)
        return osw_diag_fail(r->diag, missing ? OSW_ERR_NOINPUT : OSW_ERR_IO, r->at,
                             "cannot open: %s", strerror(errno));
    enum osw_status status = OSW_OK;
    if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))
        status = osw_diag_fail(r->diag, OSW_ERR_INPUT, r->at,
                               "is no regular file: expected a %s in HDF5", r->what);
    size_t size = status ? 0 : (size_t)st.st_size;
    char *all = status ? NULL : osw_alloc(size, 1);
    if (!status && !all)
        status = osw_diag_fail(r->diag, OSW_ERR_MEMORY, r->at,
                               "no memory for its %lld bytes", (long long)size);
    for (size_t got = 0; got < size && !status;) {
        ssize_t part = read(fd, all + got, size - got);
        if (part > 0)
            got += (size_t)part;
        else if (part == 0 || errno != EINTR)
            status = osw_diag_fail(r->diag, OSW_ERR_IO, r->at, "cannot read: %s",
                                   part ? strerror(errno) : "it became shorter");
    }
    close(fd);
    if (status)
        osw_free(all);
    else {
        *bytes = all;
        *n = size;
    }
    return status;
}

/* HDF5 sees only bytes that are as we wrote them. */
static enum osw_status verify(const struct opening *r, char *bytes, size_t n)
{
    static const unsigned char signature[] = {0x89, 'H',  'D',  'F',
                                              '\r', '\n', 0x1a, '\n'};
    if (n < sizeof signature || memcmp(bytes, signature, sizeof signature) != 0)
        return osw_diag_fail(r->diag, OSW_ERR_INPUT, r->at, "is not HDF5: expected a %s",
                             r->what);
    switch (osw_checksum_check(bytes, n)) {
    case OSW_CHECKSUM_GOOD:
        return OSW_OK;
    case OSW_CHECKSUM_NONE:
        return refuse(r, "it is another program's, or cut short");
    case OSW_CHECKSUM_BROKEN:
        break;
    }
    return osw_diag_fail(r->diag, OSW_ERR_INPUT, r->at,
                         "was damaged, or changed by another program, after osteoswitch "
                         "wrote it: its checksum does not agree");
}

enum osw_status osw_checksummed_open(const char *path, const char *what,
                                     struct osw_diag *diag, int64_t *file)
{
    const struct opening r = {what, {.file = osw_diag_file(diag, path)}, diag};
    char *bytes = NULL;
    size_t n = 0;
    if (!r.at.file)
        return OSW_ERR_MEMORY;
    enum osw_status status = read_bytes(&r, &bytes, &n);
    if (!status)
        status = verify(&r, bytes, n);
    if (!status) {
        *file = osw_h5_open(bytes, n);
        if (*file < 0)
            status = refuse(&r, "HDF5 cannot read it");
    }
    osw_free(bytes);
    return status;
}

void osw_checksummed_close(int64_t file)
{
    osw_h5_shut(file);
}
