/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The folder of compiled models, $XDG_CACHE_HOME/osteoswitch or ~/.cache/osteoswitch, and
 * loading from it (dlopen; the fence). Code runs only from a folder of the user's own
 * that nobody else can write; the folder is opened once and used by that, whatever
 * becomes of the path. */
#ifndef OSW_MODEL_CACHE_H
#define OSW_MODEL_CACHE_H

#include "base/memory.h"
#include "text/diag.h"

struct osw_cache {
    const char *path; /* for messages */
    int folder;       /* open, or -1 */
};

/* OSW_ERR_CANTCREAT: the folder is another user's, or cannot be made or written. One that
 * others can write is taken from them, with a warning. */
enum osw_status osw_cache_open(struct osw_cache *cache, struct osw_arena *arena,
                               struct osw_diag *diag) OSW_MUST_CHECK;
void osw_cache_close(struct osw_cache *cache);

/* A loaded object: its file stays open, as the loader knows it by the open file's name.
 */
struct osw_library;
enum osw_status osw_library_load(int fd, struct osw_loc at, struct osw_diag *diag,
                                 struct osw_library **library) OSW_MUST_CHECK;
void *osw_library_symbol(const struct osw_library *library, const char *name);
void osw_library_unload(struct osw_library *library); /* NULL is fine */

#endif
