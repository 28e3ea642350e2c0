/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A result back from HDF5, for pictures and for repeating it. The file is another's until
 * proven ours: every name, type and shape is checked, and what is wrong is said in terms
 * of results, not of HDF5. */
#include "output/hdf5_write.h"
#include "output/checksummed.h"

#include <math.h>
#include <string.h>

enum { MOST_VALUES = 1 << 28 }; /* 2 GiB: a file that claims more is not read */

struct reader {
    int64_t file;
    struct osw_loc at;
    struct osw_diag *diag;
    struct osw_stored *stored;
    bool no_memory;
};

static enum osw_status refuse(struct reader *r, const char *what)
{
    if (r->no_memory)
        return OSW_ERR_MEMORY;
    return osw_diag_fail(r->diag, OSW_ERR_INPUT, r->at,
                         "is not a whole result of osteoswitch run: %s", what);
}

/* A text attribute of the object at path; NULL when it is not there. */
static const char *text_attribute(struct reader *r, const char *path, const char *name)
{
    const char *text = NULL;
    r->no_memory |= osw_h5_read_text(r->file, path, name, r->stored->arena, &text) != 0;
    return text;
}

/* The texts of a dataset, or of an attribute of it; NULL when there are none. */
static const char *const *text_list(struct reader *r, const char *path,
                                    const char *attribute, int *n)
{
    const char *const *texts = NULL;
    int64_t length = 0;
    r->no_memory |= osw_h5_read_texts(r->file, path, attribute, r->stored->arena, &texts,
                                      &length) != 0;
    *n = (int)length;
    return length > 0 && length <= MOST_VALUES ? texts : NULL;
}

/* Real numbers of exactly this shape, into the arena; NULL when they are not there. */
static double *reals(struct reader *r, const char *path, int rank, const uint64_t *n)
{
    const size_t total = (size_t)n[0] * (rank == 2 ? (size_t)n[1] : 1);
    double *values = osw_arena_alloc(r->stored->arena, total, sizeof *values);
    r->no_memory |= !values;
    return values && osw_h5_read(r->file, path, OSW_H5_REAL64, rank, n, values) ? values
                                                                                : NULL;
}

static enum osw_status read_axes(struct reader *r)
{
    struct osw_stored *s = r->stored;
    s->arms = text_list(r, "/arm", NULL, &s->n_arms);
    if (!s->arms)
        return refuse(r, "it has no /arm");
    const int64_t length = osw_h5_length(r->file, "/time");
    const uint64_t n_times = length > 0 && length <= MOST_VALUES ? (uint64_t)length : 0;
    s->n_times = (int)n_times;
    s->times = n_times ? reals(r, "/time", 1, &n_times) : NULL;
    if (!s->times)
        return refuse(r, "it has no /time");
    for (int t = 0; t < s->n_times; t++)
        if (!isfinite(s->times[t]) || (t && s->times[t] < s->times[t - 1]))
            return refuse(r, "its /time does not ascend");
    const uint64_t n_arms = (uint64_t)s->n_arms;
    s->first_on = reals(r, "/interventions/first_on", 1, &n_arms);
    s->last_on = reals(r, "/interventions/last_on", 1, &n_arms);
    return s->first_on && s->last_on ? OSW_OK : refuse(r, "it has no /interventions");
}

/* units, long_name and group of output k, and its values into their place. */
static enum osw_status read_output(struct reader *r, int k, const char **texts[3],
                                   double *values)
{
    static const char *const names[] = {"units", "long_name", "group"};
    const struct osw_stored *s = r->stored;
    const uint64_t shape[] = {(uint64_t)s->n_arms, (uint64_t)s->n_times};
    size_t rows = (size_t)shape[0] * (size_t)shape[1];
    const char *path = osw_arena_format(s->arena, "/outputs/%s", s->outputs[k]);
    if (!path)
        return OSW_ERR_MEMORY;
    if (!osw_h5_has(r->file, path))
        return refuse(r, "an output that its order names is not there");
    for (int i = 0; i < 3; i++) {
        const char *text = text_attribute(r, path, names[i]);
        texts[i][k] = text ? text : "";
    }
    const double *column = reals(r, path, 2, shape);
    if (!column)
        return refuse(r, "an output has another shape than [arms, times]");
    for (size_t i = 0; i < rows; i++)
        values[i * (size_t)s->n_outputs + (size_t)k] = column[i];
    return OSW_OK;
}

static enum osw_status read_outputs(struct reader *r)
{
    struct osw_stored *s = r->stored;
    s->outputs = text_list(r, "/outputs", "order", &s->n_outputs);
    if (!s->outputs)
        return refuse(r, "it has no /outputs");
    size_t n = (size_t)s->n_outputs;
    size_t rows = (size_t)s->n_arms * (size_t)s->n_times;
    if ((size_t)s->n_arms > MOST_VALUES / (size_t)s->n_times || rows > MOST_VALUES / n)
        return refuse(r, "it claims to be too large");
    const char **texts[3];
    for (int i = 0; i < 3; i++)
        if (!(texts[i] = osw_arena_alloc(s->arena, n, sizeof *texts[i])))
            return OSW_ERR_MEMORY;
    double *values = osw_arena_alloc(s->arena, rows * n, sizeof *values);
    if (!values)
        return OSW_ERR_MEMORY;
    enum osw_status status = OSW_OK;
    for (int k = 0; k < s->n_outputs && !status; k++)
        status = read_output(r, k, texts, values);
    s->units = texts[0];
    s->long_names = texts[1];
    s->groups = texts[2];
    s->values = values;
    return status;
}

static enum osw_status read_all(struct reader *r)
{
    struct osw_stored *s = r->stored;
    const char *format = text_attribute(r, "/", "format");
    if (!format || strcmp(format, OSW_HDF5_FORMAT))
        return refuse(r, "an HDF5 file of another program");
    s->title = text_attribute(r, "/", "title");
    s->model = text_attribute(r, "/", "model");
    s->command_line = text_attribute(r, "/", "command_line");
    if (!s->title || !s->model || !s->command_line)
        return refuse(r, "it does not say what made it");
    enum osw_status status = read_axes(r);
    if (!status)
        status = read_outputs(r);
    return !status && r->no_memory ? OSW_ERR_MEMORY : status;
}

enum osw_status osw_hdf5_read(const char *path, struct osw_diag *diag,
                              struct osw_stored **stored)
{
    struct reader r = {-1, {.file = osw_diag_file(diag, path)}, diag, NULL, false};
    struct osw_arena *arena = osw_arena_create();
    r.stored = arena ? osw_arena_alloc(arena, 1, sizeof *r.stored) : NULL;
    if (!r.stored || !r.at.file) {
        osw_arena_destroy(arena);
        return OSW_ERR_MEMORY;
    }
    r.stored->arena = arena;
    enum osw_status status =
        osw_checksummed_open(path, "result of osteoswitch run", diag, &r.file);
    if (!status) {
        status = read_all(&r);
        osw_checksummed_close(r.file);
    }
    if (status)
        osw_stored_destroy(r.stored);
    else
        *stored = r.stored;
    return status;
}

void osw_stored_destroy(struct osw_stored *stored)
{
    if (stored)
        osw_arena_destroy(stored->arena);
}
