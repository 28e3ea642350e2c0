/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Generated C to a shared object with the system's compiler. */
#ifndef OSW_MODEL_COMPILE_H
#define OSW_MODEL_COMPILE_H

#include "text/diag.h"
#include "base/memory.h"

/* $CC, or "cc"; may hold several words ("ccache gcc"). */
const char *osw_compile_command(void);

/* Compile `text` in a new folder below `folder` and rename the result to `object`.
 * `path` is the model's, for messages. OSW_ERR_UNAVAILABLE without a working compiler,
 * OSW_ERR_CANTCREAT or OSW_ERR_IO when the files cannot be written. */
enum osw_status osw_compile(const char *command, const char *text, const char *path,
                            const char *folder, const char *object,
                            struct osw_arena *arena,
                            struct osw_diag *diag) OSW_MUST_CHECK;

#endif
