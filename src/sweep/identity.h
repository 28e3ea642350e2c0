/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a sweep computes, as fields of text in a fixed order: sweep.json. Whoever opens
 * the folder again must have equal fields. */
#ifndef OSW_SWEEP_IDENTITY_H
#define OSW_SWEEP_IDENTITY_H

#include "sweep/sweep.h"

/* Fill sweep->id from its design and settings, and write or compare DIR/sweep.json. */
enum osw_status osw_identity_resolve(struct osw_sweep *sweep,
                                     struct osw_diag *diag) OSW_MUST_CHECK;

/* What sweep.json of a folder says: settings and where the design stood. */
enum osw_status osw_identity_read(const char *dir, struct osw_arena *arena,
                                  struct osw_diag *diag, const char **design,
                                  struct osw_sweep_settings *settings) OSW_MUST_CHECK;

#endif
