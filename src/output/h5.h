/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The fence around HDF5: the few things that results need, with one sticky error. After a
 * failure every further call does nothing, so that a writer checks once, at the end.
 * A file is made in memory, in the earliest format and without object times: identical
 * content gives identical bytes, and a full disk is met by our own code, not by HDF5's.
 */
#ifndef OSW_OUTPUT_H5_H
#define OSW_OUTPUT_H5_H

#include "base/memory.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What numbers are stored as; in memory they are native. */
enum osw_h5_type {
    OSW_H5_REAL64,
    OSW_H5_REAL32,
    OSW_H5_INT64,
    OSW_H5_INT32,
    OSW_H5_UINT8,
    OSW_H5_TEXT /* UTF-8 of variable length: char * in memory */
};
size_t osw_h5_size(enum osw_h5_type type); /* bytes of one number, stored */

/* Objects (files, groups, datasets) are HDF5's numbers, -1: none. */
struct osw_h5 {
    int64_t file, text, dataset_list, group_list;
    enum osw_status failed;
};

/* Shape of a dataset and, where not 0, the dimension scales of its axes. */
struct osw_h5_shape {
    int rank;
    uint64_t n[3];
    int64_t scale[3];
};

void osw_h5_begin(struct osw_h5 *h5);
/* A file on disk in place of one in memory, for contents that memory does not hold. */
void osw_h5_create(struct osw_h5 *h5, const char *path);
/* The file's bytes, by osw_alloc; or why a call failed: OSW_ERR_MEMORY, OSW_ERR_INTERNAL.
 */
enum osw_status osw_h5_image(struct osw_h5 *h5, void **bytes, size_t *n) OSW_MUST_CHECK;
void osw_h5_end(struct osw_h5 *h5);

/* Objects to be closed with osw_h5_close; -1 after a failure. */
int64_t osw_h5_group(struct osw_h5 *h5, const char *name);
int64_t osw_h5_dataset(struct osw_h5 *h5, int64_t where, const char *name,
                       enum osw_h5_type type, const void *data,
                       const struct osw_h5_shape *shape);
void osw_h5_make_scale(struct osw_h5 *h5, int64_t dataset, const char *name);
void osw_h5_close(struct osw_h5 *h5, int64_t object);

/* Reading. A file from its bytes, which are copied: -1 when HDF5 cannot. */
int64_t osw_h5_open(const void *bytes, size_t n);
void osw_h5_shut(int64_t file);
bool osw_h5_has(int64_t file, const char *path);
/* Elements of the dataset, if it has one axis; -1 otherwise. */
int64_t osw_h5_length(int64_t file, const char *path);
/* All of the dataset at path, if its shape is exactly n [rank], rank <= 3, and its
 * numbers convert to the type's native one; false otherwise. */
bool osw_h5_read(int64_t file, const char *path, enum osw_h5_type type, int rank,
                 const uint64_t *n, void *data);
/* Likewise n texts of one fixed length, each cut to `width` bytes of cells, which ends
 * the last of them where it is shorter. */
bool osw_h5_read_words(int64_t file, const char *path, size_t n, size_t width,
                       char *cells);
/* Likewise an attribute of the file, of one integer. */
bool osw_h5_read_count(int64_t file, const char *name, int64_t *value);
/* Is there an attribute of the file of one text, this one? */
bool osw_h5_has_text(int64_t file, const char *name, const char *text);
/* The attribute of one text of the object at path, in the arena; NULL: there is none. */
enum osw_status osw_h5_read_text(int64_t file, const char *path, const char *name,
                                 struct osw_arena *arena,
                                 const char **text) OSW_MUST_CHECK;
/* The texts [n] of a dataset of one axis, or of an attribute of the object when it is not
 * NULL; *n 0: there are none. */
enum osw_status osw_h5_read_texts(int64_t file, const char *path, const char *attribute,
                                  struct osw_arena *arena, const char *const **texts,
                                  int64_t *n) OSW_MUST_CHECK;

/* A dataset of full size with nothing written in it; *offset is where in the file its
 * numbers belong, row after row, in the stored type. Files on disk only. */
int64_t osw_h5_reserve(struct osw_h5 *h5, int64_t where, const char *name,
                       enum osw_h5_type type, const struct osw_h5_shape *shape,
                       int64_t *offset);

/* Likewise of texts of `width` bytes. */
int64_t osw_h5_reserve_words(struct osw_h5 *h5, int64_t where, const char *name,
                             size_t width, const struct osw_h5_shape *shape,
                             int64_t *offset);

/* A dataset of doubles, stored as `type` (of lower precision, say). */
int64_t osw_h5_reals(struct osw_h5 *h5, int64_t where, const char *name,
                     enum osw_h5_type type, const double *data,
                     const struct osw_h5_shape *shape);

/* A dataset of texts of one fixed length, and the whole of it in one call. */
void osw_h5_words(struct osw_h5 *h5, int64_t where, const char *name,
                  const char *const *words, const struct osw_h5_shape *shape);

/* Attributes. */
void osw_h5_text(struct osw_h5 *h5, int64_t object, const char *name, const char *value);
void osw_h5_fixed_text(struct osw_h5 *h5, int64_t object, const char *name,
                       const char *value, size_t n); /* in place, not in the heap */
void osw_h5_texts(struct osw_h5 *h5, int64_t object, const char *name,
                  const char *const *values, size_t n);
void osw_h5_real(struct osw_h5 *h5, int64_t object, const char *name, double value);
void osw_h5_count(struct osw_h5 *h5, int64_t object, const char *name, int64_t value);

#endif
