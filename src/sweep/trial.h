/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef OSW_SWEEP_TRIAL_H
#define OSW_SWEEP_TRIAL_H

#include "sweep/sweep.h"

/* Is `envelope` the better method for the sweep's members? Judged by the plan's own: it
 * takes at most half the steps, and its outputs differ from those of every period by no
 * more than the relative tolerance (root mean square of each arm). OSW_INTERRUPTED when
 * progress, which may be NULL, said so. */
enum osw_status osw_sweep_try_envelope(const struct osw_sweep *sweep,
                                       osw_simulate_progress *progress, void *context,
                                       bool *good) OSW_MUST_CHECK;

#endif
