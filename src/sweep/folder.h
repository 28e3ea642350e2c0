/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The folder of a sweep on disk: its paths, its blocks, the crumbs of members at work. */
#ifndef OSW_SWEEP_FOLDER_H
#define OSW_SWEEP_FOLDER_H

#include "sweep/sweep.h"

const char *osw_folder_path(struct osw_arena *arena, const char *dir, const char *name);
bool osw_folder_has(const char *path);

/* DIR and DIR/blocks, made where absent. OSW_ERR_CANTCREAT: not possible. */
enum osw_status osw_folder_make(const char *dir, struct osw_diag *diag) OSW_MUST_CHECK;

/* Path of a block, into text. 1000 blocks a folder. */
void osw_folder_block(const struct osw_sweep *sweep, int64_t block, char *text,
                      size_t size);
/* Make the folder of a block. */
enum osw_status osw_folder_make_block(const struct osw_sweep *sweep, int64_t block,
                                      struct osw_diag *diag) OSW_MUST_CHECK;

/* A sweep of n_members that grows: its last block, when short, is computed anew. */
void osw_folder_drop_short(const struct osw_sweep *sweep, int64_t n_members);

/* A crumb names the members that a thread works at, so that one that ends the process can
 * be found out. Mapped memory: setting it is a store. */
enum { OSW_CRUMB_PLACES = 64 };
struct osw_crumb;
enum osw_status osw_crumb_create(const struct osw_sweep *sweep, int thread,
                                 struct osw_diag *diag,
                                 struct osw_crumb **crumb) OSW_MUST_CHECK;
/* place 0 … OSW_CRUMB_PLACES - 1; member -1: none */
void osw_crumb_set(struct osw_crumb *crumb, int place, int64_t member);
void osw_crumb_destroy(struct osw_crumb *crumb);

/* What ended processes has been at. A member that was at work when one ended is a suspect
 * and runs alone; one that was at work twice, once of them alone, has ended both. */
struct osw_crashes {
    int64_t *crashed, *suspects; /* ascending */
    size_t n_crashed, n_suspects;
};
/* Crumbs of processes of this host that are no more are written down in crashes.txt (a
 * line each of their members, with the number of those beside it) and removed; then that
 * is read. */
enum osw_status osw_crashes_collect(const struct osw_sweep *sweep, struct osw_diag *diag,
                                    struct osw_crashes *crashes) OSW_MUST_CHECK;
void osw_crashes_fini(struct osw_crashes *crashes);
bool osw_crashes_has(const int64_t *members, size_t n, int64_t member);

#endif
