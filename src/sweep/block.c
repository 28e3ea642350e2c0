/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One block as a checksummed HDF5 file. Values stand output by output, as in the merged
 * file: /outputs/<id> [n, arms, times]; failed members are NAN. A block in which members
 * are missing has the same form in another folder. */
#include "output/checksummed.h"
#include "sweep/folder.h"

#include <math.h>
#include <string.h>
#include <unistd.h>

enum osw_status osw_block_create(const struct osw_sweep *sweep, struct osw_block **block)
{
    const size_t n = (size_t)sweep->settings.block;
    struct osw_block *b = osw_alloc(1, sizeof *b);
    if (!b)
        return OSW_ERR_MEMORY;
    b->points = osw_alloc(n * (size_t)sweep->design->n_factors, sizeof *b->points);
    b->values = osw_alloc(n * sweep->n_values, sizeof *b->values);
    b->results = osw_alloc(n, sizeof *b->results);
    b->codes = osw_alloc(n, 1);
    if (b->points && b->values && b->results && b->codes) {
        *block = b;
        return OSW_OK;
    }
    osw_block_destroy(b);
    return OSW_ERR_MEMORY;
}

void osw_block_destroy(struct osw_block *block)
{
    if (!block)
        return;
    osw_free(block->points);
    osw_free(block->values);
    osw_free(block->results);
    osw_free(block->codes);
    osw_free(block);
}

struct writer {
    struct osw_h5 h5;
    const struct osw_sweep *sweep;
    const struct osw_block *block;
    double *column;
};

static void write_about(struct writer *w, int64_t number)
{
    struct osw_h5 *h5 = &w->h5;
    osw_h5_text(h5, h5->file, "format", "osteoswitch-sweep-block");
    osw_checksummed_mark(h5, h5->file);
    osw_h5_text(h5, h5->file, "sweep_id", w->sweep->id);
    osw_h5_count(h5, h5->file, "block", number);
    osw_h5_count(h5, h5->file, "first_member", number * w->sweep->settings.block);
    osw_h5_text(h5, h5->file, "program_version", w->sweep->version);
    osw_h5_text(h5, h5->file, "program_revision", w->sweep->revision);
}

static void write_points(struct writer *w)
{
    const struct osw_design *d = w->sweep->design;
    const struct osw_h5_shape shape = {
        2, {(uint64_t)w->block->n, (uint64_t)d->n_factors}, {0}};
    int64_t made = osw_h5_dataset(&w->h5, w->h5.file, "parameters", OSW_H5_REAL64,
                                  w->block->points, &shape);
    osw_h5_close(&w->h5, made);
}

static void write_one(struct writer *w, const char *name, enum osw_h5_type type,
                      const void *data)
{
    const struct osw_h5_shape shape = {1, {(uint64_t)w->block->n}, {0}};
    osw_h5_close(&w->h5, osw_h5_dataset(&w->h5, w->h5.file, name, type, data, &shape));
}

/* Fields of the results as datasets of their own; column holds one at a time. */
static void write_results(struct writer *w)
{
    const struct osw_block *b = w->block;
    const struct osw_h5_shape shape = {1, {(uint64_t)b->n}, {0}};
    int64_t *whole = (int64_t *)(void *)w->column;
    const char **reasons = osw_alloc((size_t)b->n, sizeof *reasons);
    write_one(w, "status", OSW_H5_UINT8, b->codes);
    for (int64_t i = 0; i < b->n; i++)
        w->column[i] = b->results[i].t;
    write_one(w, "failure_time", OSW_H5_REAL64, w->column);
    for (int64_t i = 0; i < b->n; i++)
        whole[i] = b->results[i].state;
    write_one(w, "failure_state", OSW_H5_INT64, whole);
    for (int64_t i = 0; i < b->n; i++)
        whole[i] = b->results[i].steps;
    write_one(w, "steps", OSW_H5_INT64, whole);
    for (int64_t i = 0; i < b->n; i++)
        whole[i] = b->results[i].rhs;
    write_one(w, "rhs", OSW_H5_INT64, whole);
    if (!reasons) {
        w->h5.failed = OSW_ERR_MEMORY;
        return;
    }
    for (int64_t i = 0; i < b->n; i++)
        reasons[i] = b->results[i].reason;
    osw_h5_words(&w->h5, w->h5.file, "reason", reasons, &shape);
    osw_free(reasons);
}

static void write_outputs(struct writer *w)
{
    const struct osw_plan *plan = w->sweep->design->plan;
    const size_t row = (size_t)plan->n_arms * (size_t)plan->n_times;
    const struct osw_h5_shape shape = {
        3, {(uint64_t)w->block->n, (uint64_t)plan->n_arms, (uint64_t)plan->n_times}, {0}};
    enum osw_h5_type type =
        w->sweep->settings.precision == OSW_SWEEP_SINGLE ? OSW_H5_REAL32 : OSW_H5_REAL64;
    int64_t group = osw_h5_group(&w->h5, "outputs");
    for (int k = 0; k < plan->n_outputs; k++) {
        for (size_t i = 0; i < (size_t)w->block->n; i++)
            memcpy(w->column + i * row,
                   w->block->values + i * w->sweep->n_values + (size_t)k * row,
                   row * sizeof *w->column);
        int64_t made =
            osw_h5_reals(&w->h5, group, plan->model->outputs[plan->outputs[k]].id, type,
                         w->column, &shape);
        osw_h5_close(&w->h5, made);
    }
    osw_h5_close(&w->h5, group);
}

static size_t column_size(const struct osw_sweep *sweep)
{
    const struct osw_plan *plan = sweep->design->plan;
    return (size_t)sweep->settings.block * (size_t)plan->n_arms * (size_t)plan->n_times;
}

void osw_block_clear(const struct osw_sweep *sweep, int64_t number,
                     struct osw_block *block)
{
    const size_t n = (size_t)sweep->settings.block;
    block->n = osw_sweep_block_members(sweep, number);
    memset(block->codes, OSW_MEMBER_MISSING, n);
    memset(block->points, 0,
           n * (size_t)sweep->design->n_factors * sizeof *block->points);
    memset(block->values, 0, n * sweep->n_values * sizeof *block->values);
    for (size_t i = 0; i < n; i++)
        block->results[i] = (struct osw_member_result){.t = NAN, .state = -1};
}

int64_t osw_block_n_missing(const struct osw_block *block)
{
    int64_t n = 0;
    for (int64_t i = 0; i < block->n; i++)
        n += block->codes[i] == OSW_MEMBER_MISSING;
    return n;
}

static enum osw_status write_file(struct writer *w, int64_t number, const char *path,
                                  struct osw_diag *diag)
{
    w->column = osw_alloc(column_size(w->sweep), sizeof *w->column);
    if (!w->column)
        return OSW_ERR_MEMORY;
    osw_h5_begin(&w->h5);
    write_about(w, number);
    write_points(w);
    write_results(w);
    write_outputs(w);
    enum osw_status status = osw_checksummed_write(&w->h5, path, true, diag);
    osw_h5_end(&w->h5);
    osw_free(w->column);
    return status;
}

enum osw_status osw_block_write(const struct osw_sweep *sweep, int64_t number,
                                const struct osw_block *block, struct osw_diag *diag)
{
    struct writer w = {.sweep = sweep, .block = block};
    char path[4096], part[4096];
    osw_folder_part(sweep, number, part, sizeof part);
    if (osw_block_n_missing(block))
        return write_file(&w, number, part, diag);
    enum osw_status status = osw_folder_make_block(sweep, number, diag);
    osw_folder_block(sweep, number, path, sizeof path);
    if (!status)
        status = write_file(&w, number, path, diag);
    if (!status)
        unlink(part);
    return status;
}

static bool read_outputs(const struct osw_sweep *sweep, int64_t file, double *column,
                         struct osw_block *block)
{
    const struct osw_plan *plan = sweep->design->plan;
    const size_t row = (size_t)plan->n_arms * (size_t)plan->n_times;
    const uint64_t shape[] = {(uint64_t)block->n, (uint64_t)plan->n_arms,
                              (uint64_t)plan->n_times};
    for (int k = 0; k < plan->n_outputs; k++) {
        char path[256];
        snprintf(path, sizeof path, "/outputs/%s",
                 plan->model->outputs[plan->outputs[k]].id);
        if (!osw_h5_read(file, path, OSW_H5_REAL64, 3, shape, column))
            return false;
        for (size_t i = 0; i < (size_t)block->n; i++)
            memcpy(block->values + i * sweep->n_values + (size_t)k * row,
                   column + i * row, row * sizeof *column);
    }
    return true;
}

static bool is_of(const struct osw_sweep *sweep, int64_t file)
{
    return osw_h5_has_text(file, "sweep_id", sweep->id);
}

static bool read_reasons(int64_t file, struct osw_block *block)
{
    const size_t n = (size_t)block->n;
    char *cells = osw_alloc(n, OSW_MEMBER_REASON);
    bool read = cells && osw_h5_read_words(file, "/reason", n, OSW_MEMBER_REASON, cells);
    for (size_t i = 0; i < n && read; i++)
        snprintf(block->results[i].reason, OSW_MEMBER_REASON, "%.*s",
                 OSW_MEMBER_REASON - 1, cells + i * OSW_MEMBER_REASON);
    osw_free(cells);
    return read;
}

static bool read_results(int64_t file, double *column, struct osw_block *block)
{
    const uint64_t n[] = {(uint64_t)block->n};
    int64_t *whole = (int64_t *)(void *)column;
    if (!osw_h5_read(file, "/status", OSW_H5_UINT8, 1, n, block->codes) ||
        !osw_h5_read(file, "/steps", OSW_H5_INT64, 1, n, whole))
        return false;
    for (int64_t i = 0; i < block->n; i++)
        block->results[i].steps = whole[i];
    if (!osw_h5_read(file, "/rhs", OSW_H5_INT64, 1, n, whole))
        return false;
    for (int64_t i = 0; i < block->n; i++)
        block->results[i].rhs = whole[i];
    if (!osw_h5_read(file, "/failure_state", OSW_H5_INT64, 1, n, whole))
        return false;
    for (int64_t i = 0; i < block->n; i++)
        block->results[i].state = (int)whole[i];
    if (!osw_h5_read(file, "/failure_time", OSW_H5_REAL64, 1, n, column))
        return false;
    for (int64_t i = 0; i < block->n; i++)
        block->results[i].t = column[i];
    return read_reasons(file, block);
}

static bool read_all(const struct osw_sweep *sweep, int64_t number, int64_t file,
                     double *column, struct osw_block *block)
{
    const uint64_t n[] = {(uint64_t)block->n, (uint64_t)sweep->design->n_factors};
    int64_t first = -1;
    return is_of(sweep, file) && osw_h5_read_count(file, "first_member", &first) &&
           first == number * sweep->settings.block &&
           osw_h5_read(file, "/parameters", OSW_H5_REAL64, 2, n, block->points) &&
           read_results(file, column, block) && read_outputs(sweep, file, column, block);
}

static enum osw_status read_file(const struct osw_sweep *sweep, int64_t number,
                                 const char *path, struct osw_diag *diag,
                                 struct osw_block *block)
{
    int64_t file;
    enum osw_status status = osw_checksummed_open(path, "block of a sweep", diag, &file);
    if (status)
        return status;
    block->n = osw_sweep_block_members(sweep, number);
    double *column = osw_alloc(column_size(sweep), sizeof *column);
    if (!column)
        status = OSW_ERR_MEMORY;
    else if (!read_all(sweep, number, file, column, block))
        status = osw_diag_fail(diag, OSW_ERR_INPUT,
                               (struct osw_loc){.file = osw_diag_file(diag, path)},
                               "is a block of another sweep, or of another place");
    osw_free(column);
    osw_checksummed_close(file);
    return status;
}

enum osw_status osw_block_read(const struct osw_sweep *sweep, int64_t number,
                               struct osw_diag *diag, struct osw_block *block)
{
    char path[4096];
    osw_folder_block(sweep, number, path, sizeof path);
    enum osw_status status = read_file(sweep, number, path, diag, block);
    if (!status && osw_block_n_missing(block))
        status = osw_diag_fail(diag, OSW_ERR_INPUT,
                               (struct osw_loc){.file = osw_diag_file(diag, path)},
                               "is not whole: members are missing in it");
    return status;
}

enum osw_status osw_block_resume(const struct osw_sweep *sweep, int64_t number,
                                 struct osw_block *block)
{
    char path[4096];
    osw_folder_block(sweep, number, path, sizeof path);
    if (!osw_folder_has(path))
        osw_folder_part(sweep, number, path, sizeof path);
    enum osw_status status = read_file(sweep, number, path, NULL, block);
    if (!status || status == OSW_ERR_MEMORY)
        return status;
    osw_block_clear(sweep, number, block);
    return OSW_OK;
}
