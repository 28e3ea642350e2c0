/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * All blocks in one file. HDF5 lays the file out, with datasets of their full size and
 * nothing in them; the numbers are then written in place by our own code, so that memory
 * stays flat and a full disk is an error, not a crash in HDF5. */
#include "output/h5.h"
#include "sweep/folder.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct column { /* where a dataset's numbers go */
    int64_t offset;
    size_t bytes; /* of one member */
};

struct merge {
    const struct osw_sweep *sweep;
    struct osw_diag *diag;
    const char *path;
    char temporary[4096];
    int fd;
    struct osw_h5 h5;
    struct column *parameters, *outputs, status, failure_time;
    char *bytes; /* one block of one dataset */
};

static enum osw_status io_error(struct merge *m, const char *what)
{
    return osw_diag_fail(m->diag, OSW_ERR_IO,
                         (struct osw_loc){.file = osw_diag_file(m->diag, m->path)},
                         "%s: %s", what, strerror(errno));
}

/* A dataset of N rows, laid out but not written. */
static void lay_out(struct merge *m, hid_t where, const char *name, hid_t type,
                    const struct osw_h5_shape *shape, size_t row, struct column *column,
                    const char *units, const char *long_name)
{
    hid_t made = osw_h5_reserve(&m->h5, where, name, type, shape, &column->offset);
    column->bytes = row * (m->h5.failed ? 0 : H5Tget_size(type));
    if (*units)
        osw_h5_text(&m->h5, made, "units", units);
    if (*long_name)
        osw_h5_text(&m->h5, made, "long_name", long_name);
    osw_h5_close(&m->h5, made);
}

static void lay_out_parameters(struct merge *m)
{
    const struct osw_design *d = m->sweep->design;
    const struct osw_h5_shape shape = {1, {(hsize_t)m->sweep->n_members}, {0}};
    hid_t group = osw_h5_group(&m->h5, "parameters");
    const char **names = osw_alloc((size_t)d->n_factors, sizeof *names);
    for (int j = 0; j < d->n_factors && names; j++) {
        names[j] = d->factors[j].name;
        lay_out(m, group, names[j], H5T_IEEE_F64LE, &shape, 1, &m->parameters[j],
                d->factors[j].unit_text, "");
    }
    if (names)
        osw_h5_texts(&m->h5, group, "order", names, (size_t)d->n_factors);
    else
        m->h5.failed = OSW_ERR_MEMORY;
    osw_free(names);
    osw_h5_close(&m->h5, group);
}

static void lay_out_outputs(struct merge *m, const hid_t scale[3])
{
    const struct osw_plan *plan = m->sweep->design->plan;
    const size_t row = (size_t)plan->n_arms * (size_t)plan->n_times;
    const struct osw_h5_shape shape = {
        3,
        {(hsize_t)m->sweep->n_members, (hsize_t)plan->n_arms, (hsize_t)plan->n_times},
        {scale[0], scale[1], scale[2]}};
    hid_t type = m->sweep->settings.precision == OSW_SWEEP_SINGLE ? H5T_IEEE_F32LE
                                                                  : H5T_IEEE_F64LE;
    hid_t group = osw_h5_group(&m->h5, "outputs");
    const char **names = osw_alloc((size_t)plan->n_outputs, sizeof *names);
    for (int k = 0; k < plan->n_outputs && names; k++) {
        const struct osw_output *output = &plan->model->outputs[plan->outputs[k]];
        names[k] = output->id;
        lay_out(m, group, output->id, type, &shape, row, &m->outputs[k],
                output->unit_text, output->long_name);
    }
    if (names)
        osw_h5_texts(&m->h5, group, "order", names, (size_t)plan->n_outputs);
    else
        m->h5.failed = OSW_ERR_MEMORY;
    osw_free(names);
    osw_h5_close(&m->h5, group);
}

/* /arm and /time, the dimension scales; written by HDF5, they are small. */
static void write_axes(struct merge *m, hid_t scale[3])
{
    const struct osw_plan *plan = m->sweep->design->plan;
    const struct osw_h5_shape arms = {1, {(hsize_t)plan->n_arms}, {0}};
    const struct osw_h5_shape times = {1, {(hsize_t)plan->n_times}, {0}};
    const char **names = osw_alloc((size_t)plan->n_arms, sizeof *names);
    if (!names) {
        m->h5.failed = OSW_ERR_MEMORY;
        return;
    }
    for (int a = 0; a < plan->n_arms; a++)
        names[a] = plan->arms[a].name;
    scale[1] = osw_h5_dataset(&m->h5, m->h5.file, "arm", m->h5.text, names, &arms);
    osw_h5_make_scale(&m->h5, scale[1], "arm");
    scale[2] =
        osw_h5_dataset(&m->h5, m->h5.file, "time", H5T_IEEE_F64LE, plan->times, &times);
    osw_h5_make_scale(&m->h5, scale[2], "time");
    osw_h5_text(&m->h5, scale[2], "units", "day");
    osw_free(names);
}

static void write_about(struct merge *m)
{
    const struct osw_sweep *sweep = m->sweep;
    struct osw_h5 *h5 = &m->h5;
    osw_h5_text(h5, h5->file, "format", "osteoswitch-sweep");
    osw_h5_text(h5, h5->file, "sweep_id", sweep->id);
    osw_h5_text(h5, h5->file, "title", sweep->design->title);
    osw_h5_text(h5, h5->file, "model", sweep->design->plan->model->name);
    osw_h5_text(h5, h5->file, "method", osw_design_methods[sweep->design->method]);
    osw_h5_count(h5, h5->file, "samples", sweep->design->samples);
    osw_h5_count(h5, h5->file, "seed", (int64_t)sweep->design->seed);
}

static enum osw_status lay_out_file(struct merge *m)
{
    const struct osw_h5_shape members = {1, {(hsize_t)m->sweep->n_members}, {0}};
    hid_t scale[3] = {0, 0, 0};
    osw_h5_create(&m->h5, m->temporary);
    write_about(m);
    write_axes(m, scale);
    lay_out(m, m->h5.file, "status", H5T_STD_U8LE, &members, 1, &m->status, "",
            "0 done, 1 failed, 2 crashed, 3 killed from outside");
    lay_out(m, m->h5.file, "failure_time", H5T_IEEE_F64LE, &members, 1, &m->failure_time,
            "day", "where the integration failed");
    lay_out_parameters(m);
    lay_out_outputs(m, scale);
    osw_h5_close(&m->h5, scale[1]);
    osw_h5_close(&m->h5, scale[2]);
    enum osw_status status = m->h5.failed;
    osw_h5_end(&m->h5);
    if (status == OSW_ERR_INTERNAL)
        return osw_diag_fail(m->diag, OSW_ERR_IO,
                             (struct osw_loc){.file = osw_diag_file(m->diag, m->path)},
                             "HDF5 could not make the file");
    return status;
}

static enum osw_status put(struct merge *m, const struct column *to, int64_t first,
                           int64_t n)
{
    size_t left = to->bytes * (size_t)n;
    off_t at = (off_t)to->offset + (off_t)first * (off_t)to->bytes;
    for (const char *from = m->bytes; left;) {
        ssize_t part = pwrite(m->fd, from, left, at);
        if (part < 0 && errno == EINTR)
            continue;
        if (part <= 0)
            return io_error(m, "cannot write");
        from += part;
        at += part;
        left -= (size_t)part;
    }
    return OSW_OK;
}

/* Member i's `count` numbers from `from` on, as the column stores them. */
static void gather(struct merge *m, const struct column *to, int64_t i, size_t count,
                   const double *from)
{
    char *row = m->bytes + (size_t)i * to->bytes;
    if (to->bytes == count * sizeof(double)) {
        memcpy(row, from, to->bytes);
        return;
    }
    for (size_t k = 0; k < count; k++) {
        float value = (float)from[k];
        memcpy(row + k * sizeof value, &value, sizeof value);
    }
}

static enum osw_status put_block(struct merge *m, int64_t first,
                                 const struct osw_block *block)
{
    const struct osw_plan *plan = m->sweep->design->plan;
    const int n_factors = m->sweep->design->n_factors;
    const size_t row = (size_t)plan->n_arms * (size_t)plan->n_times;
    enum osw_status status = OSW_OK;
    for (int j = 0; j < n_factors && !status; j++) {
        for (int64_t i = 0; i < block->n; i++)
            gather(m, &m->parameters[j], i, 1, block->points + i * n_factors + j);
        status = put(m, &m->parameters[j], first, block->n);
    }
    for (int k = 0; k < plan->n_outputs && !status; k++) {
        for (int64_t i = 0; i < block->n; i++)
            gather(m, &m->outputs[k], i, row,
                   block->values + (size_t)i * m->sweep->n_values + (size_t)k * row);
        status = put(m, &m->outputs[k], first, block->n);
    }
    for (int64_t i = 0; i < block->n && !status; i++)
        gather(m, &m->failure_time, i, 1, &block->results[i].t);
    if (!status)
        status = put(m, &m->failure_time, first, block->n);
    if (!status) {
        memcpy(m->bytes, block->codes, (size_t)block->n);
        status = put(m, &m->status, first, block->n);
    }
    return status;
}

static enum osw_status copy_blocks(struct merge *m)
{
    struct osw_block *block;
    enum osw_status status = osw_block_create(m->sweep, &block);
    if (status)
        return status;
    for (int64_t k = 0; k < m->sweep->n_blocks && !status; k++) {
        status = osw_block_read(m->sweep, k, m->diag, block);
        if (!status)
            status = put_block(m, k * m->sweep->settings.block, block);
    }
    osw_block_destroy(block);
    return status;
}

/* Room for all of it before the first number, so that a full disk is met at once. */
static enum osw_status fill(struct merge *m)
{
    struct stat st;
    m->fd = open(m->temporary, O_RDWR | O_CLOEXEC);
    if (m->fd < 0 || fstat(m->fd, &st) != 0)
        return io_error(m, "cannot open again");
    errno = posix_fallocate(m->fd, 0, st.st_size);
    if (errno)
        return io_error(m, "no room for the file");
    enum osw_status status = copy_blocks(m);
    if (!status && fsync(m->fd) != 0)
        status = io_error(m, "cannot write");
    if (!status && rename(m->temporary, m->path) != 0)
        status = io_error(m, "cannot rename");
    return status;
}

static enum osw_status check_target(struct merge *m, bool force)
{
    struct osw_loc at = {.file = osw_diag_file(m->diag, m->path)};
    int n = snprintf(m->temporary, sizeof m->temporary, "%s.tmp.%ld", m->path,
                     (long)getpid());
    if (n >= (int)sizeof m->temporary)
        return osw_diag_fail(m->diag, OSW_ERR_CANTCREAT, at, "the name is too long");
    if (osw_folder_has(m->path) && !force)
        return osw_diag_fail(m->diag, OSW_ERR_CANTCREAT, at,
                             "exists already (--force overwrites it)");
    int fd = open(m->temporary, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0666);
    if (fd < 0)
        return osw_diag_fail(m->diag, OSW_ERR_CANTCREAT, at, "cannot create: %s",
                             strerror(errno));
    close(fd);
    return OSW_OK;
}

enum osw_status osw_sweep_merge(const struct osw_sweep *sweep, const char *path,
                                bool force, struct osw_diag *diag)
{
    const struct osw_plan *plan = sweep->design->plan;
    const size_t row = (size_t)plan->n_arms * (size_t)plan->n_times;
    struct merge m = {.sweep = sweep, .diag = diag, .path = path, .fd = -1};
    m.parameters = osw_alloc((size_t)sweep->design->n_factors, sizeof *m.parameters);
    m.outputs = osw_alloc((size_t)plan->n_outputs, sizeof *m.outputs);
    m.bytes = osw_alloc((size_t)sweep->settings.block * row, sizeof(double));
    enum osw_status status = m.parameters && m.outputs && m.bytes
                                 ? osw_sweep_complete(sweep, diag)
                                 : OSW_ERR_MEMORY;
    if (!status)
        status = check_target(&m, force);
    bool made = !status;
    if (!status)
        status = lay_out_file(&m);
    if (!status)
        status = fill(&m);
    if (m.fd >= 0)
        close(m.fd);
    if (made && status)
        unlink(m.temporary);
    osw_free(m.parameters);
    osw_free(m.outputs);
    osw_free(m.bytes);
    return status;
}
