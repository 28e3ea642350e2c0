/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Talk to stderr: messages, diagnostics, progress. On a terminal plain lines and a bar
 * that overwrites itself; elsewhere each line has its date; or JSON, one object a line.
 */
#ifndef OSW_CLI_LOG_H
#define OSW_CLI_LOG_H

#include "cli/command.h"
#include "text/json.h"

/* Shown unless --quiet; only with --verbose. */
void osw_log_info(const struct osw_session *session, const char *format, ...)
    OSW_PRINTF(2, 3);
void osw_log_detail(const struct osw_session *session, const char *format, ...)
    OSW_PRINTF(2, 3);

/* Everything in session->diag (with --quiet only when there are errors). */
void osw_log_diagnostics(const struct osw_session *session);

struct osw_progress {
    const struct osw_session *session;
    enum osw_progress_mode mode; /* resolved, never AUTO */
    double began, shown;         /* s, monotonic */
    const char *what;            /* the latest work of unknown length */
    bool drawn;
};
void osw_progress_begin(struct osw_progress *progress, const struct osw_session *session);
/* Also the callback of simulations: true when a signal asks to stop. */
bool osw_progress_show(void *progress, double fraction, const char *what);
/* Since it began. */
double osw_progress_seconds(const struct osw_progress *progress);
void osw_progress_end(struct osw_progress *progress);

/* The watcher of session->diag; context is a struct osw_progress. Of work whose length is
 * not known the seconds are shown. */
bool osw_progress_stage(void *progress, double fraction, const char *what);

#endif
