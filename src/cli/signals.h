/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Signals: SIGINT and SIGTERM ask the work to stop at its next look; the second one ends
 * the process at once. SIGPIPE is ignored, so that writing tells. */
#ifndef OSW_CLI_SIGNALS_H
#define OSW_CLI_SIGNALS_H

#include "base/status.h"

#include <stdbool.h>

void osw_signals_init(void);
/* While true they end the process at once, with its exit code: for long work that writes
 * nothing and does not look. */
void osw_signals_at_once(bool at_once);
/* One more signal that asks the work to stop. */
void osw_signals_also(int number);
/* 0, or the signal that came. */
int osw_signals_caught(void);
/* What a run that was stopped by the caught signal returns. */
enum osw_status osw_signals_status(void);

#endif
