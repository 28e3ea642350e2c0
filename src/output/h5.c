/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The calls to HDF5 behind h5.h. What fails once stays failed; nothing here prints. */
#include "output/h5.h"

#include <hdf5.h>
#include <hdf5_hl.h>
#include <string.h>

enum { GROWTH_BYTES = 1 << 18 }; /* by how much the image in memory grows */
enum { MOST_TEXTS = 1 << 28 };

static hid_t stored(const struct osw_h5 *h5, enum osw_h5_type type)
{
    switch (type) {
    case OSW_H5_REAL64:
        return H5T_IEEE_F64LE;
    case OSW_H5_REAL32:
        return H5T_IEEE_F32LE;
    case OSW_H5_INT64:
        return H5T_STD_I64LE;
    case OSW_H5_INT32:
        return H5T_STD_I32LE;
    case OSW_H5_UINT8:
        return H5T_STD_U8LE;
    case OSW_H5_TEXT:
        break;
    }
    return h5->text;
}

static hid_t native(enum osw_h5_type type)
{
    switch (type) {
    case OSW_H5_REAL32:
        return H5T_NATIVE_FLOAT;
    case OSW_H5_INT64:
        return H5T_NATIVE_INT64;
    case OSW_H5_INT32:
        return H5T_NATIVE_INT32;
    case OSW_H5_UINT8:
        return H5T_NATIVE_UCHAR;
    default:
        return H5T_NATIVE_DOUBLE;
    }
}

size_t osw_h5_size(enum osw_h5_type type)
{
    return H5Tget_size(native(type));
}

/* A data space of the shape. */
static hid_t make_space(const struct osw_h5_shape *shape)
{
    hsize_t n[3];
    for (int i = 0; i < shape->rank; i++)
        n[i] = shape->n[i];
    return H5Screate_simple(shape->rank, n, NULL);
}

static bool good(struct osw_h5 *h5, bool outcome)
{
    if (!outcome && !h5->failed)
        h5->failed = OSW_ERR_INTERNAL;
    return !h5->failed;
}

/* In memory when path is NULL. */
static void begin(struct osw_h5 *h5, const char *path)
{
    *h5 = (struct osw_h5){-1, -1, -1, -1, OSW_OK};
    good(h5, H5Eset_auto2(H5E_DEFAULT, NULL, NULL) >= 0); /* it prints otherwise */
    hid_t access = H5Pcreate(H5P_FILE_ACCESS);
    h5->text = H5Tcopy(H5T_C_S1);
    h5->dataset_list = H5Pcreate(H5P_DATASET_CREATE);
    h5->group_list = H5Pcreate(H5P_GROUP_CREATE);
    hid_t create = H5Pcreate(H5P_FILE_CREATE);
    good(h5, access >= 0 && create >= 0 && h5->text >= 0 && h5->dataset_list >= 0 &&
                 h5->group_list >= 0);
    if (good(h5, H5Tset_size(h5->text, H5T_VARIABLE) >= 0 &&
                     H5Tset_cset(h5->text, H5T_CSET_UTF8) >= 0 &&
                     H5Pset_obj_track_times(h5->dataset_list, false) >= 0 &&
                     H5Pset_obj_track_times(h5->group_list, false) >= 0 &&
                     H5Pset_obj_track_times(create, false) >= 0 &&
                     (path || H5Pset_fapl_core(access, GROWTH_BYTES, false) >= 0)))
        h5->file = H5Fcreate(path ? path : "memory", H5F_ACC_TRUNC, create, access);
    good(h5, h5->file >= 0);
    if (access >= 0)
        H5Pclose(access);
    if (create >= 0)
        H5Pclose(create);
}

void osw_h5_begin(struct osw_h5 *h5)
{
    begin(h5, NULL);
}

void osw_h5_create(struct osw_h5 *h5, const char *path)
{
    begin(h5, path);
}

enum osw_status osw_h5_image(struct osw_h5 *h5, void **bytes, size_t *n)
{
    if (!good(h5, h5->failed || H5Fflush(h5->file, H5F_SCOPE_GLOBAL) >= 0))
        return h5->failed;
    ssize_t size = H5Fget_file_image(h5->file, NULL, 0);
    if (!good(h5, size > 0))
        return h5->failed;
    void *image = osw_alloc((size_t)size, 1);
    if (!image)
        return OSW_ERR_MEMORY;
    if (!good(h5, H5Fget_file_image(h5->file, image, (size_t)size) == size)) {
        osw_free(image);
        return h5->failed;
    }
    *bytes = image;
    *n = (size_t)size;
    return OSW_OK;
}

void osw_h5_end(struct osw_h5 *h5)
{
    if (h5->text >= 0)
        H5Tclose(h5->text);
    if (h5->dataset_list >= 0)
        H5Pclose(h5->dataset_list);
    if (h5->group_list >= 0)
        H5Pclose(h5->group_list);
    if (h5->file >= 0)
        H5Fclose(h5->file);
}

void osw_h5_close(struct osw_h5 *h5, int64_t object)
{
    if (object >= 0)
        good(h5, H5Oclose(object) >= 0);
}

int64_t osw_h5_group(struct osw_h5 *h5, const char *name)
{
    hid_t group =
        h5->failed ? -1
                   : H5Gcreate2(h5->file, name, H5P_DEFAULT, h5->group_list, H5P_DEFAULT);
    good(h5, group >= 0);
    return group;
}

/* data is of the native type `from`; stored as `type`. */
static hid_t write_dataset(struct osw_h5 *h5, hid_t where, const char *name, hid_t type,
                           hid_t from, const void *data, const struct osw_h5_shape *shape)
{
    hid_t space = make_space(shape);
    if (!good(h5, space >= 0))
        return -1;
    hid_t dataset =
        H5Dcreate2(where, name, type, space, H5P_DEFAULT, h5->dataset_list, H5P_DEFAULT);
    H5Sclose(space);
    if (!good(h5, dataset >= 0))
        return -1;
    bool empty = false;
    for (int i = 0; i < shape->rank; i++)
        empty |= shape->n[i] == 0;
    if (!empty)
        good(h5, H5Dwrite(dataset, from, H5S_ALL, H5S_ALL, H5P_DEFAULT, data) >= 0);
    for (int i = 0; i < shape->rank; i++)
        if (shape->scale[i])
            good(h5, H5DSattach_scale(dataset, shape->scale[i], (unsigned)i) >= 0);
    return dataset;
}

int64_t osw_h5_dataset(struct osw_h5 *h5, int64_t where, const char *name,
                       enum osw_h5_type type, const void *data,
                       const struct osw_h5_shape *shape)
{
    if (h5->failed)
        return -1;
    return write_dataset(h5, where, name, stored(h5, type),
                         type == OSW_H5_TEXT ? h5->text : native(type), data, shape);
}

int64_t osw_h5_reals(struct osw_h5 *h5, int64_t where, const char *name,
                     enum osw_h5_type type, const double *data,
                     const struct osw_h5_shape *shape)
{
    return h5->failed ? -1
                      : write_dataset(h5, where, name, stored(h5, type),
                                      H5T_NATIVE_DOUBLE, data, shape);
}

static hid_t reserve(struct osw_h5 *h5, hid_t where, const char *name, hid_t type,
                     const struct osw_h5_shape *shape, int64_t *offset)
{
    hid_t list = h5->failed ? -1 : H5Pcopy(h5->dataset_list);
    hid_t space = h5->failed ? -1 : make_space(shape);
    hid_t made = -1;
    if (good(h5, list >= 0 && space >= 0 &&
                     H5Pset_alloc_time(list, H5D_ALLOC_TIME_EARLY) >= 0 &&
                     H5Pset_fill_time(list, H5D_FILL_TIME_NEVER) >= 0))
        made = H5Dcreate2(where, name, type, space, H5P_DEFAULT, list, H5P_DEFAULT);
    haddr_t at = made < 0 ? HADDR_UNDEF : H5Dget_offset(made);
    good(h5, at != HADDR_UNDEF);
    *offset = (int64_t)at;
    for (int i = 0; i < shape->rank && !h5->failed; i++)
        if (shape->scale[i])
            good(h5, H5DSattach_scale(made, shape->scale[i], (unsigned)i) >= 0);
    if (space >= 0)
        H5Sclose(space);
    if (list >= 0)
        H5Pclose(list);
    return made;
}

int64_t osw_h5_reserve(struct osw_h5 *h5, int64_t where, const char *name,
                       enum osw_h5_type type, const struct osw_h5_shape *shape,
                       int64_t *offset)
{
    return reserve(h5, where, name, stored(h5, type), shape, offset);
}

/* A type of texts of one length. */
static hid_t words_type(size_t width)
{
    hid_t type = H5Tcopy(H5T_C_S1);
    if (type >= 0 && H5Tset_size(type, width) >= 0 &&
        H5Tset_strpad(type, H5T_STR_NULLPAD) >= 0 &&
        H5Tset_cset(type, H5T_CSET_UTF8) >= 0)
        return type;
    if (type >= 0)
        H5Tclose(type);
    return -1;
}

int64_t osw_h5_reserve_words(struct osw_h5 *h5, int64_t where, const char *name,
                             size_t width, const struct osw_h5_shape *shape,
                             int64_t *offset)
{
    hid_t type = words_type(width);
    *offset = 0;
    if (!good(h5, type >= 0))
        return -1;
    hid_t made = reserve(h5, where, name, type, shape, offset);
    H5Tclose(type);
    return made;
}

void osw_h5_make_scale(struct osw_h5 *h5, hid_t dataset, const char *name)
{
    if (!h5->failed)
        good(h5, H5DSset_scale(dataset, name) >= 0);
}

void osw_h5_words(struct osw_h5 *h5, hid_t where, const char *name,
                  const char *const *words, const struct osw_h5_shape *shape)
{
    size_t n = (size_t)shape->n[0], longest = 1;
    if (h5->failed)
        return;
    for (size_t i = 0; i < n; i++)
        longest = strlen(words[i]) > longest ? strlen(words[i]) : longest;
    char *cells = osw_alloc(n, longest);
    hid_t type = words_type(longest);
    if (!cells)
        h5->failed = OSW_ERR_MEMORY;
    if (good(h5, h5->failed || type >= 0)) {
        for (size_t i = 0; i < n; i++)
            memcpy(cells + i * longest, words[i], strlen(words[i]));
        osw_h5_close(h5, write_dataset(h5, where, name, type, type, cells, shape));
    }
    if (type >= 0)
        H5Tclose(type);
    osw_free(cells);
}

static void attribute(struct osw_h5 *h5, hid_t object, const char *name, hid_t type,
                      const void *value, const hsize_t *n)
{
    if (h5->failed)
        return;
    hid_t space = n ? H5Screate_simple(1, n, NULL) : H5Screate(H5S_SCALAR);
    hid_t made =
        space < 0 ? -1 : H5Acreate2(object, name, type, space, H5P_DEFAULT, H5P_DEFAULT);
    hid_t native = H5Tget_native_type(type, H5T_DIR_ASCEND);
    if (good(h5, made >= 0 && native >= 0))
        good(h5, (n && !*n) || H5Awrite(made, native, value) >= 0);
    if (native >= 0)
        H5Tclose(native);
    if (made >= 0)
        H5Aclose(made);
    if (space >= 0)
        H5Sclose(space);
}

void osw_h5_text(struct osw_h5 *h5, hid_t object, const char *name, const char *value)
{
    const char *text = value ? value : "";
    attribute(h5, object, name, h5->text, &text, NULL);
}

void osw_h5_fixed_text(struct osw_h5 *h5, hid_t object, const char *name,
                       const char *value, size_t n)
{
    hid_t type = H5Tcopy(H5T_C_S1);
    if (good(h5, type >= 0 && H5Tset_size(type, n) >= 0 &&
                     H5Tset_strpad(type, H5T_STR_NULLPAD) >= 0))
        attribute(h5, object, name, type, value, NULL);
    if (type >= 0)
        H5Tclose(type);
}

void osw_h5_texts(struct osw_h5 *h5, hid_t object, const char *name,
                  const char *const *values, size_t n)
{
    const hsize_t size = n;
    attribute(h5, object, name, h5->text, values, &size);
}

void osw_h5_real(struct osw_h5 *h5, hid_t object, const char *name, double value)
{
    attribute(h5, object, name, H5T_IEEE_F64LE, &value, NULL);
}

void osw_h5_count(struct osw_h5 *h5, hid_t object, const char *name, int64_t value)
{
    attribute(h5, object, name, H5T_STD_I64LE, &value, NULL);
}

static bool has_shape(hid_t space, int rank, const uint64_t *n)
{
    hsize_t found[H5S_MAX_RANK];
    if (space < 0 || H5Sget_simple_extent_ndims(space) != rank ||
        H5Sget_simple_extent_dims(space, found, NULL) != rank)
        return false;
    for (int i = 0; i < rank; i++)
        if (found[i] != n[i])
            return false;
    return true;
}

static bool read_as(hid_t file, const char *path, hid_t native, int rank,
                    const uint64_t *n, void *data)
{
    hid_t dataset = H5Dopen2(file, path, H5P_DEFAULT);
    hid_t space = dataset < 0 ? -1 : H5Dget_space(dataset);
    hid_t type = dataset < 0 ? -1 : H5Dget_type(dataset);
    bool read = type >= 0 && H5Tget_class(type) == H5Tget_class(native) &&
                has_shape(space, rank, n) &&
                H5Dread(dataset, native, H5S_ALL, H5S_ALL, H5P_DEFAULT, data) >= 0;
    if (type >= 0)
        H5Tclose(type);
    if (space >= 0)
        H5Sclose(space);
    if (dataset >= 0)
        H5Dclose(dataset);
    return read;
}

bool osw_h5_read(int64_t file, const char *path, enum osw_h5_type type, int rank,
                 const uint64_t *n, void *data)
{
    return read_as(file, path, native(type), rank, n, data);
}

bool osw_h5_read_words(hid_t file, const char *path, size_t n, size_t width, char *cells)
{
    const uint64_t size = n;
    hid_t native = words_type(width);
    bool read = native >= 0 && read_as(file, path, native, 1, &size, cells);
    if (native >= 0)
        H5Tclose(native);
    return read;
}

bool osw_h5_read_count(int64_t file, const char *name, int64_t *value)
{
    hid_t attribute = H5Aexists(file, name) > 0 ? H5Aopen(file, name, H5P_DEFAULT) : -1;
    hid_t type = attribute < 0 ? -1 : H5Aget_type(attribute);
    bool read = type >= 0 && H5Tget_class(type) == H5T_INTEGER &&
                H5Aread(attribute, H5T_NATIVE_INT64, value) >= 0;
    if (type >= 0)
        H5Tclose(type);
    if (attribute >= 0)
        H5Aclose(attribute);
    return read;
}

int64_t osw_h5_open(const void *bytes, size_t n)
{
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL); /* it prints otherwise */
    hid_t access = H5Pcreate(H5P_FILE_ACCESS), file = -1;
    if (access >= 0 && H5Pset_fapl_core(access, 1 << 16, false) >= 0 &&
        H5Pset_file_image(access, (void *)(uintptr_t)bytes, n) >= 0)
        file = H5Fopen("memory", H5F_ACC_RDONLY, access);
    if (access >= 0)
        H5Pclose(access);
    return file;
}

void osw_h5_shut(int64_t file)
{
    H5Fclose(file);
}

bool osw_h5_has(int64_t file, const char *path)
{
    return H5Lexists(file, path, H5P_DEFAULT) > 0;
}

static int64_t length_of(hid_t space)
{
    return space >= 0 && H5Sget_simple_extent_ndims(space) == 1
               ? H5Sget_simple_extent_npoints(space)
               : -1;
}

int64_t osw_h5_length(int64_t file, const char *path)
{
    hid_t dataset = H5Dopen2(file, path, H5P_DEFAULT);
    hid_t space = dataset < 0 ? -1 : H5Dget_space(dataset);
    const int64_t n = length_of(space);
    if (space >= 0)
        H5Sclose(space);
    if (dataset >= 0)
        H5Dclose(dataset);
    return n;
}

/* A dataset, or an attribute of an object, of texts of variable length. */
struct texts {
    hid_t from, type, space;
    bool attribute;
};

static bool texts_open(struct texts *t, hid_t file, const char *path,
                       const char *attribute)
{
    t->attribute = attribute != NULL;
    if (!attribute)
        t->from = H5Dopen2(file, path, H5P_DEFAULT);
    else
        t->from = H5Aexists_by_name(file, path, attribute, H5P_DEFAULT) > 0
                      ? H5Aopen_by_name(file, path, attribute, H5P_DEFAULT, H5P_DEFAULT)
                      : -1;
    t->type = t->from < 0 ? -1 : attribute ? H5Aget_type(t->from) : H5Dget_type(t->from);
    t->space = t->from < 0    ? -1
               : t->attribute ? H5Aget_space(t->from)
                              : H5Dget_space(t->from);
    return t->type >= 0 && t->space >= 0 && H5Tget_class(t->type) == H5T_STRING &&
           H5Tis_variable_str(t->type) > 0;
}

static bool texts_read(const struct texts *t, char **into)
{
    return (t->attribute
                ? H5Aread(t->from, t->type, into)
                : H5Dread(t->from, t->type, H5S_ALL, H5S_ALL, H5P_DEFAULT, into)) >= 0;
}

static void texts_close(const struct texts *t)
{
    if (t->space >= 0)
        H5Sclose(t->space);
    if (t->type >= 0)
        H5Tclose(t->type);
    if (t->from >= 0)
        t->attribute ? H5Aclose(t->from) : H5Dclose(t->from);
}

/* Texts that HDF5 made, moved to the arena. */
static enum osw_status keep(char **read, int64_t n, struct osw_arena *arena,
                            const char **kept)
{
    enum osw_status status = OSW_OK;
    for (int64_t i = 0; i < n; i++) {
        kept[i] = osw_arena_string(arena, read[i] ? read[i] : "");
        if (!kept[i])
            status = OSW_ERR_MEMORY;
        H5free_memory(read[i]);
    }
    return status;
}

enum osw_status osw_h5_read_texts(int64_t file, const char *path, const char *attribute,
                                  struct osw_arena *arena, const char *const **texts,
                                  int64_t *n)
{
    struct texts t;
    enum osw_status status = OSW_OK;
    int64_t length = texts_open(&t, file, path, attribute) ? length_of(t.space) : 0;
    length = length > MOST_TEXTS ? 0 : length; /* a file that claims more is not ours */
    char **read = length > 0 ? osw_alloc((size_t)length, sizeof *read) : NULL;
    const char **kept =
        length > 0 ? osw_arena_alloc(arena, (size_t)length, sizeof *kept) : NULL;
    *n = 0;
    if (length > 0 && (!read || !kept))
        status = OSW_ERR_MEMORY;
    else if (length > 0 && texts_read(&t, read)) {
        status = keep(read, length, arena, kept);
        *texts = kept;
        *n = length;
    }
    osw_free(read);
    texts_close(&t);
    return status;
}

enum osw_status osw_h5_read_text(int64_t file, const char *path, const char *name,
                                 struct osw_arena *arena, const char **text)
{
    struct texts t;
    char *read = NULL;
    enum osw_status status = OSW_OK;
    *text = NULL;
    if (texts_open(&t, file, path, name) && H5Sget_simple_extent_npoints(t.space) == 1 &&
        texts_read(&t, &read))
        status = keep(&read, 1, arena, text);
    texts_close(&t);
    return status;
}

bool osw_h5_has_text(int64_t file, const char *name, const char *text)
{
    struct texts t;
    char *read = NULL;
    bool has = texts_open(&t, file, "/", name) &&
               H5Sget_simple_extent_npoints(t.space) == 1 && texts_read(&t, &read) &&
               read && !strcmp(read, text);
    H5free_memory(read);
    texts_close(&t);
    return has;
}
