/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * All blocks in one file. HDF5 lays the file out, with datasets of their full size and
 * nothing in them; the numbers are then written in place by our own code, so that memory
 * stays flat and a full disk is an error, not a crash in HDF5. Blocks are read twice: how
 * many members have no values must be known before their table is laid out. */
#include "output/h5.h"
#include "sweep/folder.h"
#include "text/outfile.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

struct column { /* where a dataset's numbers go */
    int64_t offset;
    size_t bytes; /* of one row */
};

enum { MEMBER, ARM, TIME, N_AXES };

struct merge {
    const struct osw_sweep *sweep;
    struct osw_diag *diag;
    const char *path, *temporary;
    int fd;
    struct osw_h5 h5;
    int64_t scale[N_AXES];
    struct column *parameters, *outputs, member, status, failure_time;
    /* The table of members without values, and how many rows it has so far. */
    struct column failed_member, failed_status, failed_time, failed_reason, failed_state;
    int64_t n_failed, n_listed;
    char *bytes; /* one block of one dataset */
};

static enum osw_status io_error(struct merge *m, const char *what)
{
    return osw_diag_fail(m->diag, OSW_ERR_IO,
                         (struct osw_loc){.file = osw_diag_file(m->diag, m->path)},
                         "%s: %s", what, strerror(errno));
}

/* A dataset of many rows, laid out but not written. */
static void lay_out(struct merge *m, int64_t where, const char *name,
                    enum osw_h5_type type, const struct osw_h5_shape *shape,
                    struct column *column, const char *units, const char *long_name)
{
    int64_t made = osw_h5_reserve(&m->h5, where, name, type, shape, &column->offset);
    column->bytes = osw_h5_size(type);
    for (int i = 1; i < shape->rank; i++)
        column->bytes *= (size_t)shape->n[i];
    if (*units)
        osw_h5_text(&m->h5, made, "units", units);
    if (*long_name)
        osw_h5_text(&m->h5, made, "long_name", long_name);
    osw_h5_close(&m->h5, made);
}

/* One number a member. */
static struct osw_h5_shape per_member(const struct merge *m)
{
    return (struct osw_h5_shape){1, {(uint64_t)m->sweep->n_members}, {m->scale[MEMBER]}};
}

static void lay_out_parameters(struct merge *m)
{
    const struct osw_design *d = m->sweep->design;
    const struct osw_h5_shape shape = per_member(m);
    int64_t group = osw_h5_group(&m->h5, "parameters");
    const char **names = osw_alloc((size_t)d->n_factors, sizeof *names);
    for (int j = 0; j < d->n_factors && names; j++) {
        names[j] = d->factors[j].name;
        lay_out(m, group, names[j], OSW_H5_REAL64, &shape, &m->parameters[j],
                d->factors[j].unit_text, "");
    }
    if (names)
        osw_h5_texts(&m->h5, group, "order", names, (size_t)d->n_factors);
    else
        m->h5.failed = OSW_ERR_MEMORY;
    osw_free(names);
    osw_h5_close(&m->h5, group);
}

static void lay_out_outputs(struct merge *m)
{
    const struct osw_plan *plan = m->sweep->design->plan;
    const struct osw_h5_shape shape = {
        3,
        {(uint64_t)m->sweep->n_members, (uint64_t)plan->n_arms, (uint64_t)plan->n_times},
        {m->scale[MEMBER], m->scale[ARM], m->scale[TIME]}};
    const enum osw_h5_type type =
        m->sweep->settings.precision == OSW_SWEEP_SINGLE ? OSW_H5_REAL32 : OSW_H5_REAL64;
    int64_t group = osw_h5_group(&m->h5, "outputs");
    const char **names = osw_alloc((size_t)plan->n_outputs, sizeof *names);
    for (int k = 0; k < plan->n_outputs && names; k++) {
        const struct osw_output *output = &plan->model->outputs[plan->outputs[k]];
        names[k] = output->id;
        lay_out(m, group, output->id, type, &shape, &m->outputs[k], output->unit_text,
                output->long_name);
    }
    if (names)
        osw_h5_texts(&m->h5, group, "order", names, (size_t)plan->n_outputs);
    else
        m->h5.failed = OSW_ERR_MEMORY;
    osw_free(names);
    osw_h5_close(&m->h5, group);
}

/* The dimension scales. Arms and times are written by HDF5, they are small. */
static void lay_out_axes(struct merge *m)
{
    const struct osw_plan *plan = m->sweep->design->plan;
    const struct osw_h5_shape members = {1, {(uint64_t)m->sweep->n_members}, {0}};
    const struct osw_h5_shape arms = {1, {(uint64_t)plan->n_arms}, {0}};
    const struct osw_h5_shape times = {1, {(uint64_t)plan->n_times}, {0}};
    const char **names = osw_alloc((size_t)plan->n_arms, sizeof *names);
    if (!names) {
        m->h5.failed = OSW_ERR_MEMORY;
        return;
    }
    for (int a = 0; a < plan->n_arms; a++)
        names[a] = plan->arms[a].name;
    m->scale[MEMBER] = osw_h5_reserve(&m->h5, m->h5.file, "member", OSW_H5_INT64,
                                      &members, &m->member.offset);
    m->member.bytes = sizeof(int64_t);
    m->scale[ARM] = osw_h5_dataset(&m->h5, m->h5.file, "arm", OSW_H5_TEXT, names, &arms);
    m->scale[TIME] =
        osw_h5_dataset(&m->h5, m->h5.file, "time", OSW_H5_REAL64, plan->times, &times);
    osw_h5_make_scale(&m->h5, m->scale[MEMBER], "member");
    osw_h5_make_scale(&m->h5, m->scale[ARM], "arm");
    osw_h5_make_scale(&m->h5, m->scale[TIME], "time");
    osw_h5_text(&m->h5, m->scale[TIME], "units", "day");
    osw_free(names);
}

/* /failures: a row for each member without values. */
static void lay_out_failures(struct merge *m)
{
    struct osw_h5 *h5 = &m->h5;
    struct osw_h5_shape shape = {1, {(uint64_t)m->n_failed}, {0}};
    if (!m->n_failed)
        return;
    int64_t group = osw_h5_group(h5, "failures");
    int64_t axis = osw_h5_reserve(h5, group, "failure", OSW_H5_INT64, &shape,
                                  &m->failed_member.offset);
    m->failed_member.bytes = sizeof(int64_t);
    osw_h5_make_scale(h5, axis, "failure");
    osw_h5_text(h5, axis, "long_name", "number of the member");
    shape.scale[0] = axis;
    lay_out(m, group, "status", OSW_H5_UINT8, &shape, &m->failed_status, "", "");
    lay_out(m, group, "failure_time", OSW_H5_REAL64, &shape, &m->failed_time, "day", "");
    m->failed_reason.bytes = m->failed_state.bytes = OSW_MEMBER_REASON;
    osw_h5_close(h5, osw_h5_reserve_words(h5, group, "reason", OSW_MEMBER_REASON, &shape,
                                          &m->failed_reason.offset));
    osw_h5_close(h5, osw_h5_reserve_words(h5, group, "state", OSW_MEMBER_REASON, &shape,
                                          &m->failed_state.offset));
    osw_h5_close(h5, axis);
    osw_h5_close(h5, group);
}

static void write_about(struct merge *m)
{
    const struct osw_sweep *sweep = m->sweep;
    struct osw_h5 *h5 = &m->h5;
    osw_h5_text(h5, h5->file, "format", "osteoswitch-sweep");
    osw_h5_text(h5, h5->file, "sweep_id", sweep->id);
    osw_h5_text(h5, h5->file, "title", sweep->design->title);
    osw_h5_text(h5, h5->file, "model", sweep->design->plan->model->name);
    osw_h5_text(h5, h5->file, "method", sweep->design->method->name);
    osw_h5_count(h5, h5->file, "samples", sweep->design->samples);
    osw_h5_count(h5, h5->file, "seed", (int64_t)sweep->design->seed);
}

static enum osw_status lay_out_file(struct merge *m)
{
    osw_h5_create(&m->h5, m->temporary);
    write_about(m);
    lay_out_axes(m);
    const struct osw_h5_shape members = per_member(m);
    lay_out(m, m->h5.file, "status", OSW_H5_UINT8, &members, &m->status, "",
            "0 done, 1 failed, 2 crashed, 3 killed from outside");
    lay_out(m, m->h5.file, "failure_time", OSW_H5_REAL64, &members, &m->failure_time,
            "day", "where the integration failed");
    lay_out_parameters(m);
    lay_out_outputs(m);
    lay_out_failures(m);
    for (int i = 0; i < N_AXES; i++)
        osw_h5_close(&m->h5, m->scale[i]);
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

static enum osw_status put_values(struct merge *m, int64_t first,
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
    return status;
}

static enum osw_status put_results(struct merge *m, int64_t first,
                                   const struct osw_block *block)
{
    for (int64_t i = 0; i < block->n; i++) {
        const int64_t member = first + i;
        memcpy(m->bytes + (size_t)i * sizeof member, &member, sizeof member);
    }
    enum osw_status status = put(m, &m->member, first, block->n);
    for (int64_t i = 0; i < block->n && !status; i++)
        gather(m, &m->failure_time, i, 1, &block->results[i].t);
    if (!status)
        status = put(m, &m->failure_time, first, block->n);
    memcpy(m->bytes, block->codes, (size_t)block->n);
    return status ? status : put(m, &m->status, first, block->n);
}

/* One cell of the table of failures. */
static enum osw_status put_cell(struct merge *m, const struct column *to,
                                const void *from)
{
    memcpy(m->bytes, from, to->bytes);
    return put(m, to, m->n_listed, 1);
}

static enum osw_status put_failure(struct merge *m, int64_t member,
                                   const struct osw_member_result *r, unsigned char code)
{
    const struct osw_model *model = m->sweep->design->plan->model;
    char text[OSW_MEMBER_REASON] = "";
    enum osw_status status = put_cell(m, &m->failed_member, &member);
    if (!status)
        status = put_cell(m, &m->failed_status, &code);
    if (!status)
        status = put_cell(m, &m->failed_time, &r->t);
    memcpy(text, r->reason, strlen(r->reason));
    if (!status)
        status = put_cell(m, &m->failed_reason, text);
    memset(text, 0, sizeof text);
    if (r->state >= 0)
        snprintf(text, sizeof text, "%s", model->states[r->state].id);
    if (!status)
        status = put_cell(m, &m->failed_state, text);
    m->n_listed++;
    return status;
}

static enum osw_status put_block(struct merge *m, int64_t first,
                                 const struct osw_block *block)
{
    enum osw_status status = put_values(m, first, block);
    if (!status)
        status = put_results(m, first, block);
    for (int64_t i = 0; i < block->n && !status; i++)
        if (block->codes[i] != OSW_MEMBER_DONE)
            status = put_failure(m, first + i, &block->results[i], block->codes[i]);
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
        if (!status &&
            osw_diag_progress(m->diag, (double)(k + 1) / (double)m->sweep->n_blocks,
                              "merging blocks"))
            status = OSW_INTERRUPTED;
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
    return status;
}

static enum osw_status check_name(const char *path, struct osw_diag *diag)
{
    static const char *const endings[] = {".h5", ".hdf5", ".nc"};
    const size_t n = strlen(path);
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        const size_t k = strlen(endings[i]);
        if (n > k && !strcasecmp(path + n - k, endings[i]))
            return OSW_OK;
    }
    return osw_diag_fail(
        diag, OSW_ERR_USAGE, (struct osw_loc){.file = osw_diag_file(diag, path)},
        "a merged sweep is HDF5 (netCDF-4): expected a name that ends in "
        ".h5, .hdf5 or .nc");
}

/* Readable blocks, all of them; *tally counts their members. */
static enum osw_status check_blocks(const struct osw_sweep *sweep, struct osw_diag *diag,
                                    struct osw_sweep_tally *tally)
{
    enum osw_status status = osw_sweep_complete(sweep, diag);
    if (!status)
        status = osw_sweep_count(sweep, diag, NULL, NULL, tally);
    return !status && tally->bad ? tally->why : status;
}

static enum osw_status write_file(struct merge *m, bool force)
{
    struct osw_outfile *out;
    enum osw_status status = osw_outfile_create(m->path, force, m->diag, &out);
    if (status)
        return status;
    m->temporary = osw_outfile_temporary(out);
    if (!m->temporary)
        status = osw_diag_fail(m->diag, OSW_ERR_CANTCREAT,
                               (struct osw_loc){.file = osw_diag_file(m->diag, m->path)},
                               "is no regular file: HDF5 is not written to a pipe or "
                               "device");
    if (!status)
        status = lay_out_file(m);
    if (!status)
        status = fill(m);
    if (m->fd >= 0)
        close(m->fd);
    if (!status)
        return osw_outfile_commit(out, m->diag);
    osw_outfile_abort(out);
    return status;
}

enum osw_status osw_sweep_merge(const struct osw_sweep *sweep, const char *path,
                                bool force, struct osw_diag *diag,
                                struct osw_sweep_tally *tally)
{
    const struct osw_plan *plan = sweep->design->plan;
    const size_t row = (size_t)plan->n_arms * (size_t)plan->n_times,
                 block = (size_t)sweep->settings.block;
    struct merge m = {.sweep = sweep, .diag = diag, .path = path, .fd = -1};
    enum osw_status status = check_name(path, diag);
    osw_diag_input(diag, sweep->dir);
    if (!status)
        status = osw_outfile_check(path, force, diag);
    if (!status)
        status = check_blocks(sweep, diag, tally);
    if (status)
        return status;
    m.n_failed = tally->failed + tally->crashed + tally->killed;
    m.parameters = osw_alloc((size_t)sweep->design->n_factors, sizeof *m.parameters);
    m.outputs = osw_alloc((size_t)plan->n_outputs, sizeof *m.outputs);
    m.bytes = osw_alloc(block * row * sizeof(double) + OSW_MEMBER_REASON, 1);
    status =
        m.parameters && m.outputs && m.bytes ? write_file(&m, force) : OSW_ERR_MEMORY;
    osw_free(m.parameters);
    osw_free(m.outputs);
    osw_free(m.bytes);
    return status;
}
