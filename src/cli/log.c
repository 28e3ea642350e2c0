/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/log.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static void date(char *buf, size_t size)
{
    struct tm tm;
    time_t now = time(NULL);
    if (!gmtime_r(&now, &tm) || !strftime(buf, size, "%Y-%m-%dT%H:%M:%SZ", &tm))
        *buf = '\0';
}

static void line(const struct osw_session *session, const char *level, const char *text)
{
    char when[32];
    date(when, sizeof when);
    if (session->common->log_format == 1) {
        fprintf(stderr, "{\"time\": \"%s\", \"level\": \"%s\", \"message\": ", when,
                level);
        osw_json_string(stderr, text);
        fputs("}\n", stderr);
    } else if (session->terminal) {
        fprintf(stderr, "%s\n", text);
    } else {
        fprintf(stderr, "%s %s\n", when, text);
    }
}

static void message(const struct osw_session *session, const char *level,
                    const char *format, va_list args)
{
    char text[1024];
    vsnprintf(text, sizeof text, format, args);
    line(session, level, text);
}

void osw_log_info(const struct osw_session *session, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    if (!session->common->quiet)
        message(session, "info", format, args);
    va_end(args);
}

void osw_log_detail(const struct osw_session *session, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    if (session->common->verbose && !session->common->quiet)
        message(session, "detail", format, args);
    va_end(args);
}

void osw_log_diagnostics(const struct osw_session *session)
{
    bool errors = osw_diag_count(session->diag, OSW_ERROR) > 0;
    if (!osw_diag_text(session->diag, 0) || (session->common->quiet && !errors))
        return;
    if (session->common->log_format == 0) {
        osw_diag_render(session->diag, stderr, session->color);
        return;
    }
    char *text = NULL;
    size_t len = 0;
    FILE *out = open_memstream(&text, &len);
    if (!out)
        return;
    osw_diag_render(session->diag, out, false);
    if (fclose(out) == 0) {
        if (len && text[len - 1] == '\n')
            text[len - 1] = '\0';
        line(session, errors ? "error" : "warning", text);
    }
    free(text);
}
