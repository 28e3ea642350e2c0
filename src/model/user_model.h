/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A user's own model: text to C (compiler layer), C to a shared object (the system's
 * compiler, once), shared object to kernel (model/cache.h). */
#ifndef OSW_MODEL_USER_MODEL_H
#define OSW_MODEL_USER_MODEL_H

#include "compiler/model.h"
#include "model/model.h"

/* Fills kernel, name, source_path and library of `model` (arena and units are there).
 * *source: the checked text, for the caller to destroy, also on failure (or NULL). */
enum osw_status osw_user_model_load(const char *path, struct osw_model *model,
                                    struct osw_diag *diag,
                                    struct osw_source **source) OSW_MUST_CHECK;
/* The kernel of a loaded model, compiled with further flags (words; "": the one-lane
 * kernel, else a wide one), from the cache or into it. *library is set as soon as it is
 * there, also on failure. */
enum osw_status osw_user_model_kernel(const struct osw_model *model, const char *flags,
                                      struct osw_diag *diag, struct osw_library **library,
                                      const struct osw_kernel **kernel) OSW_MUST_CHECK;
void osw_user_model_unload(struct osw_model *model);

#endif
