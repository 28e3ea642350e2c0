/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Generated C to a shared object with the system's compiler. */
#ifndef OSW_MODEL_COMPILE_H
#define OSW_MODEL_COMPILE_H

#include "model/cache.h"

/* $CC, or "cc"; may hold several words ("ccache gcc"). */
const char *osw_compile_command(void);

struct osw_compilation {
    const char *command, *flags; /* words; flags go behind ours */
    const char *text;            /* the C */
    const char *path;            /* the model's, for messages */
    const struct osw_cache *cache;
    const char *object; /* name in the cache */
};

/* Compile in a new folder of the cache and rename the result to `object`.
 * OSW_ERR_UNAVAILABLE without a working compiler, OSW_ERR_CANTCREAT or OSW_ERR_IO when
 * the files cannot be written. */
enum osw_status osw_compile(const struct osw_compilation *job, struct osw_arena *arena,
                            struct osw_diag *diag) OSW_MUST_CHECK;

#endif
