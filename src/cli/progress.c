/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Progress: a bar is drawn at most ten times a second and not for work that is done at
 * once; lines come every five seconds. */
#include "cli/log.h"
#include "cli/signals.h"

#include <time.h>

static double now_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

void osw_progress_begin(struct osw_progress *progress, const struct osw_session *session)
{
    enum osw_progress_mode mode = (enum osw_progress_mode)session->common->progress;
    bool bar = session->terminal && session->common->log_format == 0;
    if (mode == OSW_PROGRESS_AUTO)
        mode = bar ? OSW_PROGRESS_BAR : OSW_PROGRESS_LINES;
    if (session->common->quiet)
        mode = OSW_PROGRESS_NONE;
    double now = now_s();
    *progress = (struct osw_progress){session, mode, now, now, NULL, false};
}

enum { BAR = 16, TEXT = 54, COLUMNS = 79 }; /* with 9 between: 80 columns, no wrap */

/* The cursor goes back to the line's beginning, where a terminal shows ^C. */
static void draw(double fraction, const char *what)
{
    int full = (int)(fraction * BAR + 0.5);
    fprintf(stderr, "\r[%.*s%*s] %3.0f %% %-*.*s\r", full, "################", BAR - full,
            "", 100.0 * fraction, TEXT, TEXT, what ? what : "");
    fflush(stderr);
}

bool osw_progress_show(void *context, double fraction, const char *what)
{
    struct osw_progress *p = context;
    double now = now_s();
    double f = fraction < 0 ? 0 : fraction > 1 ? 1 : fraction;
    if (p->mode == OSW_PROGRESS_BAR && now - p->shown > 0.1) {
        draw(f, what);
        p->shown = now;
        p->drawn = true;
    } else if (p->mode == OSW_PROGRESS_LINES && now - p->shown > 5.0) {
        osw_log_info(p->session, "%3.0f %% %s (%.0f s)", 100.0 * f, what ? what : "",
                     now - p->began);
        p->shown = now;
    }
    return osw_signals_caught() != 0;
}

/* Work of unknown length: how long the command has taken so far. */
static void show_seconds(struct osw_progress *p, const char *what)
{
    const double now = now_s();
    const bool begins = what != p->what;
    p->what = what;
    if (p->mode == OSW_PROGRESS_BAR && (begins || now - p->shown > 0.5)) {
        fprintf(stderr, "\r%-60.60s %6.0f s", what, now - p->began);
        fflush(stderr);
        p->shown = now;
        p->drawn = true;
    } else if (p->mode == OSW_PROGRESS_LINES && now - p->shown > 5.0) {
        osw_log_info(p->session, "%s (%.0f s)", what, now - p->began);
        p->shown = now;
    }
}

double osw_progress_seconds(const struct osw_progress *progress)
{
    return now_s() - progress->began;
}

void osw_progress_end(struct osw_progress *progress)
{
    if (progress->drawn)
        fprintf(stderr, "\r%*s\r", COLUMNS, "");
    progress->drawn = false;
}

bool osw_progress_stage(void *context, double fraction, const char *what)
{
    struct osw_progress *p = context;
    if (fraction >= 1)
        osw_progress_end(p);
    else if (fraction >= 0)
        osw_progress_show(p, fraction, what);
    else
        show_seconds(p, what);
    return osw_signals_caught() != 0;
}
