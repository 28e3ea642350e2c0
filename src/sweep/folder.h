/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The folder of a sweep on disk: its paths and its blocks. */
#ifndef OSW_SWEEP_FOLDER_H
#define OSW_SWEEP_FOLDER_H

#include "sweep/sweep.h"

#include <stdio.h>

const char *osw_folder_path(struct osw_arena *arena, const char *dir, const char *name);
bool osw_folder_has(const char *path);

/* DIR and the folders in it, made where absent. OSW_ERR_CANTCREAT: not possible. */
enum osw_status osw_folder_make(const char *dir, struct osw_diag *diag) OSW_MUST_CHECK;

/* Path of a block, into text. 1000 blocks a folder. */
void osw_folder_block(const struct osw_sweep *sweep, int64_t block, char *text,
                      size_t size);
/* Path of what is done of a block that is not whole. */
void osw_folder_part(const struct osw_sweep *sweep, int64_t block, char *text,
                     size_t size);
/* Make the folder of a block. */
enum osw_status osw_folder_make_block(const struct osw_sweep *sweep, int64_t block,
                                      struct osw_diag *diag) OSW_MUST_CHECK;

/* A sweep of n_members that grows: its last block, when short, is computed anew. */
void osw_folder_drop_short(const struct osw_sweep *sweep, int64_t n_members);

/* Parts of blocks that are whole now, which a kill may leave, are removed. */
void osw_folder_drop_parts(const struct osw_sweep *sweep);

/* NULL with errno when it cannot be opened; EINVAL when it is a pipe, device or folder:
 * one of those would never end. */
FILE *osw_folder_open_regular(const char *path, int flags, const char *mode);

#endif
