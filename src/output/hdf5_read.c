/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A result back from HDF5, for pictures and for repeating it. The file is another's until
 * proven ours: every name, type and shape is checked, and what is wrong is said in terms
 * of results, not of HDF5. */
#include "output/hdf5_write.h"
#include "output/sealed.h"

#include <math.h>
#include <string.h>

enum { MOST_VALUES = 1 << 28 }; /* 2 GiB: a file that claims more is not read */

struct reader {
    hid_t file, text;
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

/* The object has `rank` axes (at most 2) of n[] elements. */
static bool has_shape(hid_t space, int rank, const hsize_t *n)
{
    hsize_t dims[2];
    if (space < 0 || H5Sget_simple_extent_ndims(space) != rank || rank > 2)
        return false;
    if (H5Sget_simple_extent_dims(space, dims, NULL) != rank)
        return false;
    for (int i = 0; i < rank; i++)
        if (dims[i] != n[i])
            return false;
    return true;
}

static const char *keep(struct reader *r, const char *text)
{
    const char *kept = osw_arena_string(r->stored->arena, text ? text : "");
    r->no_memory |= !kept;
    return kept;
}

static bool is_text(hid_t type)
{
    return type >= 0 && H5Tget_class(type) == H5T_STRING && H5Tis_variable_str(type) > 0;
}

/* A text attribute of an object; NULL when it is not there. */
static const char *text_attribute(struct reader *r, hid_t object, const char *name)
{
    char *value = osw_h5_read_text(object, name);
    const char *kept = value ? keep(r, value) : NULL;
    H5free_memory(value);
    return kept;
}

/* Texts read from an attribute or a dataset, moved to the arena. */
static const char *const *keep_all(struct reader *r, char **read, size_t n)
{
    const char **kept = osw_arena_alloc(r->stored->arena, n, sizeof *kept);
    r->no_memory |= !kept;
    for (size_t i = 0; i < n; i++) {
        if (kept)
            kept[i] = keep(r, read[i]);
        H5free_memory(read[i]);
    }
    return r->no_memory ? NULL : kept;
}

/* The length of a one-dimensional object, or -1. */
static int length_of(hid_t space)
{
    hssize_t n = space >= 0 && H5Sget_simple_extent_ndims(space) == 1
                     ? H5Sget_simple_extent_npoints(space)
                     : -1;
    return n >= 0 && n <= MOST_VALUES ? (int)n : -1;
}

static const char *const *text_list(struct reader *r, hid_t object, bool attribute,
                                    int *n)
{
    const char *const *kept = NULL;
    hid_t type = attribute ? H5Aget_type(object) : H5Dget_type(object);
    hid_t space = attribute ? H5Aget_space(object) : H5Dget_space(object);
    int length = is_text(type) ? length_of(space) : -1;
    char **read = length < 0 ? NULL : osw_alloc((size_t)length, sizeof *read);
    if (length >= 0 && !read)
        r->no_memory = true;
    if (read && length > 0 &&
        (attribute
             ? H5Aread(object, r->text, read)
             : H5Dread(object, r->text, H5S_ALL, H5S_ALL, H5P_DEFAULT, read)) >= 0) {
        kept = keep_all(r, read, (size_t)length);
        *n = length;
    }
    osw_free(read);
    if (space >= 0)
        H5Sclose(space);
    if (type >= 0)
        H5Tclose(type);
    return kept;
}

/* Real numbers of exactly this shape, into the arena; NULL when they are not there. */
static double *reals(struct reader *r, const char *path, int rank, const hsize_t *n)
{
    size_t total = (size_t)n[0] * (rank == 2 ? (size_t)n[1] : 1);
    hid_t dataset = H5Dopen2(r->file, path, H5P_DEFAULT);
    if (dataset < 0)
        return NULL;
    hid_t space = H5Dget_space(dataset), type = H5Dget_type(dataset);
    bool good = type >= 0 && H5Tget_class(type) == H5T_FLOAT && has_shape(space, rank, n);
    double *values =
        good ? osw_arena_alloc(r->stored->arena, total, sizeof *values) : NULL;
    r->no_memory |= good && !values;
    if (values &&
        H5Dread(dataset, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) < 0)
        values = NULL;
    if (type >= 0)
        H5Tclose(type);
    if (space >= 0)
        H5Sclose(space);
    H5Dclose(dataset);
    return values;
}

static enum osw_status read_axes(struct reader *r)
{
    struct osw_stored *s = r->stored;
    hid_t arm = H5Dopen2(r->file, "/arm", H5P_DEFAULT);
    s->arms = arm < 0 ? NULL : text_list(r, arm, false, &s->n_arms);
    if (arm >= 0)
        H5Dclose(arm);
    if (!s->arms)
        return refuse(r, "it has no /arm");
    hid_t time = H5Dopen2(r->file, "/time", H5P_DEFAULT);
    hid_t space = time < 0 ? -1 : H5Dget_space(time);
    s->n_times = length_of(space);
    if (space >= 0)
        H5Sclose(space);
    if (time >= 0)
        H5Dclose(time);
    const hsize_t n_times = (hsize_t)(s->n_times > 0 ? s->n_times : 0);
    s->times = n_times ? reals(r, "/time", 1, &n_times) : NULL;
    if (!s->times)
        return refuse(r, "it has no /time");
    for (int t = 0; t < s->n_times; t++)
        if (!isfinite(s->times[t]) || (t && s->times[t] < s->times[t - 1]))
            return refuse(r, "its /time does not ascend");
    const hsize_t n_arms = (hsize_t)s->n_arms;
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
    const hsize_t shape[] = {(hsize_t)s->n_arms, (hsize_t)s->n_times};
    size_t rows = (size_t)shape[0] * (size_t)shape[1];
    const char *path = osw_arena_format(s->arena, "/outputs/%s", s->outputs[k]);
    hid_t dataset = path ? H5Dopen2(r->file, path, H5P_DEFAULT) : -1;
    if (dataset < 0)
        return refuse(r, "an output that its order names is not there");
    for (int i = 0; i < 3; i++) {
        const char *text = text_attribute(r, dataset, names[i]);
        texts[i][k] = text ? text : "";
    }
    H5Dclose(dataset);
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
    hid_t order =
        H5Aexists_by_name(r->file, "/outputs", "order", H5P_DEFAULT) > 0
            ? H5Aopen_by_name(r->file, "/outputs", "order", H5P_DEFAULT, H5P_DEFAULT)
            : -1;
    s->outputs = order < 0 ? NULL : text_list(r, order, true, &s->n_outputs);
    if (order >= 0)
        H5Aclose(order);
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
    const char *format = text_attribute(r, r->file, "format");
    if (!format || strcmp(format, OSW_HDF5_FORMAT))
        return refuse(r, "an HDF5 file of another program");
    s->title = text_attribute(r, r->file, "title");
    s->model = text_attribute(r, r->file, "model");
    s->command_line = text_attribute(r, r->file, "command_line");
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
    struct reader r = {-1, -1, {.file = osw_diag_file(diag, path)}, diag, NULL, false};
    struct osw_arena *arena = osw_arena_create();
    r.stored = arena ? osw_arena_alloc(arena, 1, sizeof *r.stored) : NULL;
    if (!r.stored || !r.at.file) {
        osw_arena_destroy(arena);
        return OSW_ERR_MEMORY;
    }
    r.stored->arena = arena;
    enum osw_status status =
        osw_sealed_open(path, "result of osteoswitch run", diag, &r.file);
    if (!status) {
        r.text = H5Tcopy(H5T_C_S1);
        bool typed = r.text >= 0 && H5Tset_size(r.text, H5T_VARIABLE) >= 0 &&
                     H5Tset_cset(r.text, H5T_CSET_UTF8) >= 0;
        status = typed ? read_all(&r) : OSW_ERR_INTERNAL;
        if (r.text >= 0)
            H5Tclose(r.text);
        H5Fclose(r.file);
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
