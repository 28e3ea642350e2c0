/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The settings of a sweep as a table. */
#include "sweep/settings.h"
#include "base/cpu.h"

const struct osw_option osw_settings_rows[] = {
    OSW_SWEEP_ROWS(struct osw_sweep_settings, )};
_Static_assert(sizeof osw_settings_rows / sizeof *osw_settings_rows ==
                   OSW_SWEEP_N_SETTINGS,
               "OSW_SWEEP_N_SETTINGS counts the rows");
