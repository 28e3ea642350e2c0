/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The fence around HDF5: the few things that results need, with one sticky error. After a
 * failure every further call does nothing, so that a writer checks once, at the end.
 * A file is made in memory, in the earliest format and without object times: identical
 * content gives identical bytes, and a full disk is met by our own code, not by HDF5's.
 */
#ifndef OSW_OUTPUT_H5_H
#define OSW_OUTPUT_H5_H

#include "base/status.h"

#include <hdf5.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct osw_h5 {
    hid_t file, text; /* text: UTF-8 of variable length */
    hid_t dataset_list, group_list;
    enum osw_status failed;
};

/* Shape of a dataset and, where not 0, the dimension scales of its axes. */
struct osw_h5_shape {
    int rank;
    hsize_t n[3];
    hid_t scale[3];
};

void osw_h5_begin(struct osw_h5 *h5);
/* A file on disk in place of one in memory, for contents that memory does not hold. */
void osw_h5_create(struct osw_h5 *h5, const char *path);
/* The file's bytes, by osw_alloc; or why a call failed: OSW_ERR_MEMORY, OSW_ERR_INTERNAL.
 */
enum osw_status osw_h5_image(struct osw_h5 *h5, void **bytes, size_t *n) OSW_MUST_CHECK;
void osw_h5_end(struct osw_h5 *h5);

/* Objects to be closed with osw_h5_close; -1 after a failure. */
hid_t osw_h5_group(struct osw_h5 *h5, const char *name);
hid_t osw_h5_dataset(struct osw_h5 *h5, hid_t where, const char *name, hid_t type,
                     const void *data, const struct osw_h5_shape *shape);
/* All of the dataset at path, if its shape is exactly n [rank] and its numbers convert to
 * the native type; false otherwise. For files opened elsewhere. */
bool osw_h5_read(hid_t file, const char *path, hid_t native, int rank, const hsize_t *n,
                 void *data);
/* Likewise n texts of one fixed length, each cut to `width` bytes of cells, which ends
 * the last of them where it is shorter. */
bool osw_h5_read_words(hid_t file, const char *path, size_t n, size_t width, char *cells);
/* Likewise an attribute of one integer. */
bool osw_h5_read_count(hid_t file, const char *name, int64_t *value);
/* The text of an attribute of one text, which H5free_memory frees; NULL: none. */
char *osw_h5_read_text(hid_t object, const char *name);
void osw_h5_make_scale(struct osw_h5 *h5, hid_t dataset, const char *name);
void osw_h5_close(struct osw_h5 *h5, hid_t object);

/* A dataset of full size with nothing written in it; *offset is where in the file its
 * numbers belong, row after row, in the stored type. Files on disk only. */
hid_t osw_h5_reserve(struct osw_h5 *h5, hid_t where, const char *name, hid_t type,
                     const struct osw_h5_shape *shape, int64_t *offset);

/* A dataset of doubles, stored as `type` (of lower precision, say). */
hid_t osw_h5_reals(struct osw_h5 *h5, hid_t where, const char *name, hid_t type,
                   const double *data, const struct osw_h5_shape *shape);

/* A dataset of texts of one fixed length, and the whole of it in one call. */
void osw_h5_words(struct osw_h5 *h5, hid_t where, const char *name,
                  const char *const *words, const struct osw_h5_shape *shape);

/* Attributes. */
void osw_h5_text(struct osw_h5 *h5, hid_t object, const char *name, const char *value);
void osw_h5_fixed_text(struct osw_h5 *h5, hid_t object, const char *name,
                       const char *value, size_t n); /* in place, not in the heap */
void osw_h5_texts(struct osw_h5 *h5, hid_t object, const char *name,
                  const char *const *values, size_t n);
void osw_h5_real(struct osw_h5 *h5, hid_t object, const char *name, double value);
void osw_h5_count(struct osw_h5 *h5, hid_t object, const char *name, int64_t value);

#endif
