/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "text/diag.h"
#include "base/memory.h"

#include <ctype.h>
#include <libgen.h>
#include <limits.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

struct message {
    enum osw_severity severity;
    struct osw_loc at;
    const char *text;
};

struct source {
    struct source *next;
    const char *file, *text;
    size_t len;
};

/* A file or folder that is read, told by what it is, not by its name. */
struct input {
    struct input *next;
    dev_t device;
    ino_t number;
};

struct osw_diag {
    struct osw_arena *arena;
    struct message *messages;
    size_t n, room;
    size_t counts[OSW_ERROR + 1]; /* also those that memory was too short to keep */
    struct source *sources;
    struct input *inputs;
    osw_diag_watcher *watch;
    void *context; /* of watch */
};

void osw_diag_watch(struct osw_diag *diag, osw_diag_watcher *watch, void *context)
{
    diag->watch = watch;
    diag->context = context;
}

bool osw_diag_progress(const struct osw_diag *diag, double fraction, const char *what)
{
    return diag && diag->watch && diag->watch(diag->context, fraction, what);
}

struct osw_diag *osw_diag_create(void)
{
    struct osw_diag *diag = osw_alloc(1, sizeof *diag);
    if (!diag)
        return NULL;
    diag->arena = osw_arena_create();
    if (diag->arena)
        return diag;
    osw_free(diag);
    return NULL;
}

void osw_diag_destroy(struct osw_diag *diag)
{
    if (!diag)
        return;
    osw_free(diag->messages);
    osw_arena_destroy(diag->arena);
    osw_free(diag);
}

const char *osw_diag_file(struct osw_diag *diag, const char *path)
{
    return diag ? osw_arena_string(diag->arena, path) : path;
}

void osw_diag_source(struct osw_diag *diag, const char *file, const char *text,
                     size_t len)
{
    if (!diag)
        return;
    struct source *s = osw_arena_alloc(diag->arena, 1, sizeof *s);
    char *copy = s ? osw_arena_copy(diag->arena, text, len) : NULL;
    if (!copy)
        return;
    *s = (struct source){diag->sources, file, copy, len};
    diag->sources = s;
}

void osw_diag_input(struct osw_diag *diag, const char *path)
{
    struct stat st;
    if (!diag || stat(path, &st) != 0)
        return;
    struct input *in = osw_arena_alloc(diag->arena, 1, sizeof *in);
    if (!in)
        return;
    *in = (struct input){diag->inputs, st.st_dev, st.st_ino};
    diag->inputs = in;
}

static bool is_input(const struct osw_diag *diag, const char *path)
{
    struct stat st;
    if (stat(path, &st) != 0)
        return false;
    for (const struct input *in = diag->inputs; in; in = in->next)
        if (in->device == st.st_dev && in->number == st.st_ino)
            return true;
    return false;
}

enum osw_reads osw_diag_reads(const struct osw_diag *diag, const char *path)
{
    char copy[PATH_MAX], folder[PATH_MAX];
    if (!diag || !diag->inputs)
        return OSW_READS_NOT;
    if (is_input(diag, path))
        return OSW_READS_FILE;
    snprintf(copy, sizeof copy, "%s", path);
    if (!realpath(dirname(copy), folder))
        return OSW_READS_NOT;
    for (char *end = folder + strlen(folder); end && *folder;
         end = strrchr(folder, '/')) {
        *end = '\0';
        if (is_input(diag, *folder ? folder : "/"))
            return OSW_READS_FOLDER;
    }
    return OSW_READS_NOT;
}

enum { MOST_COMPARED = 200 };

static bool is_known(const struct osw_diag *diag, struct osw_loc at, const char *text)
{
    for (size_t i = 0; i < diag->n && i < MOST_COMPARED; i++) {
        const struct message *m = &diag->messages[i];
        bool same_file = at.file && m->at.file && !strcmp(at.file, m->at.file);
        if (same_file && m->at.line == at.line && m->at.col == at.col &&
            !strcmp(m->text, text))
            return true;
    }
    return false;
}

static void record(struct osw_diag *diag, enum osw_severity severity, struct osw_loc at,
                   const char *format, va_list args)
{
    char buf[2048];
    if (!diag)
        return;
    vsnprintf(buf, sizeof buf, format, args);
    if (severity == OSW_WARNING && is_known(diag, at, buf))
        return; /* a text that is read again warns of the same things */
    diag->counts[severity]++;
    char *text = osw_arena_string(diag->arena, buf);
    if (!text)
        return;
    if (diag->n == diag->room) {
        size_t room = diag->room ? 2 * diag->room : 16;
        if (osw_grow((void **)&diag->messages, diag->room, room, sizeof *diag->messages))
            return;
        diag->room = room;
    }
    diag->messages[diag->n++] = (struct message){severity, at, text};
}

enum osw_status osw_diag_fail(struct osw_diag *diag, enum osw_status status,
                              struct osw_loc at, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    record(diag, OSW_ERROR, at, format, args);
    va_end(args);
    return status;
}

void osw_diag_add(struct osw_diag *diag, enum osw_severity severity, struct osw_loc at,
                  const char *format, ...)
{
    va_list args;
    va_start(args, format);
    record(diag, severity, at, format, args);
    va_end(args);
}

size_t osw_diag_count(const struct osw_diag *diag, enum osw_severity severity)
{
    return diag ? diag->counts[severity] : 0;
}

const char *osw_diag_text(const struct osw_diag *diag, size_t i)
{
    return diag && i < diag->n ? diag->messages[i].text : NULL;
}

/* Line `line` (from 1) of a registered file: its start, and length without the newline.
 */
static const char *source_line(const struct osw_diag *diag, struct osw_loc at,
                               size_t *len)
{
    const struct source *s = diag->sources;
    while (s && (!at.file || strcmp(s->file, at.file)))
        s = s->next;
    if (!s || at.line < 1)
        return NULL;
    const char *p = s->text, *end = s->text + s->len;
    for (int line = 1; line < at.line; line++) {
        p = memchr(p, '\n', (size_t)(end - p));
        if (!p)
            return NULL;
        p++;
    }
    const char *stop = memchr(p, '\n', (size_t)(end - p));
    *len = (size_t)((stop ? stop : end) - p);
    if (*len && p[*len - 1] == '\r')
        --*len;
    return p;
}

/* The line and a caret below it; long lines show a window around the column. */
static void render_source(const struct osw_diag *diag, struct osw_loc at, FILE *out,
                          bool color)
{
    enum { WINDOW = 110 };
    size_t len;
    const char *line = source_line(diag, at, &len);
    if (!line)
        return;
    size_t col = at.col > 0 ? (size_t)at.col - 1 : 0;
    size_t from = col > WINDOW - 20 ? col - (WINDOW - 20) : 0;
    if (from > len)
        return;
    size_t shown = len - from < WINDOW ? len - from : WINDOW;
    fputs("  ", out);
    for (size_t i = 0; i < shown; i++) {
        unsigned char c = (unsigned char)line[from + i];
        fputc(c == '\t' ? ' ' : c < 32 || c == 127 ? '?' : c, out);
    }
    fputc('\n', out);
    if (at.col < 1 || col > len)
        return;
    fputs("  ", out);
    for (size_t i = from; i < col; i++)
        if (((unsigned char)line[i] & 0xc0) != 0x80) /* one space a UTF-8 character */
            fputc(' ', out);
    fputs(color ? "\033[1;32m^" : "^", out);
    for (int i = 1; i < at.len && col - from + (size_t)i < shown; i++)
        if (((unsigned char)line[col + (size_t)i] & 0xc0) != 0x80)
            fputc('~', out);
    fputs(color ? "\033[0m\n" : "\n", out);
}

/* A text of others' making may hold what a terminal would obey. */
static void put_visible(const char *text, FILE *out)
{
    for (; *text; text++) {
        unsigned char c = (unsigned char)*text;
        fputc((c < 32 && c != '\n' && c != '\t') || c == 127 ? '?' : c, out);
    }
}

static void render_message(const struct osw_diag *diag, const struct message *m,
                           FILE *out, bool color)
{
    static const char *const names[] = {"note", "warning", "error"};
    static const char *const colors[] = {"\033[1;36m", "\033[1;35m", "\033[1;31m"};
    if (m->at.file) {
        put_visible(m->at.file, out);
        if (m->at.line > 0)
            fprintf(out, ":%d", m->at.line);
        if (m->at.line > 0 && m->at.col > 0)
            fprintf(out, ":%d", m->at.col);
        fputs(": ", out);
    }
    fprintf(out, "%s%s:%s ", color ? colors[m->severity] : "", names[m->severity],
            color ? "\033[0m" : "");
    put_visible(m->text, out);
    fputc('\n', out);
    render_source(diag, m->at, out, color);
}

void osw_diag_render(const struct osw_diag *diag, FILE *out, bool color)
{
    enum { MOST_ERRORS = 20 };
    size_t errors = 0;
    for (size_t i = 0; i < diag->n; i++) {
        const struct message *m = &diag->messages[i];
        errors += m->severity == OSW_ERROR;
        if (errors <= MOST_ERRORS)
            render_message(diag, m, out, color);
    }
    if (diag->counts[OSW_ERROR] > MOST_ERRORS)
        fprintf(out, "and %zu more errors\n", diag->counts[OSW_ERROR] - MOST_ERRORS);
}

/* Damerau-Levenshtein distance (optimal string alignment), letters of another case at a
 * tenth of a change, in tenths; -1 when a string is longer than the table. */
static int distance(const char *a, const char *b)
{
    enum { LONGEST = 63, CHANGE = 10 };
    size_t n = strlen(a), m = strlen(b);
    if (n > LONGEST || m > LONGEST)
        return -1;
    int d[LONGEST + 1][LONGEST + 1];
    for (size_t i = 0; i <= n; i++)
        d[i][0] = (int)i * CHANGE;
    for (size_t j = 0; j <= m; j++)
        d[0][j] = (int)j * CHANGE;
    for (size_t i = 1; i <= n; i++) {
        for (size_t j = 1; j <= m; j++) {
            unsigned char x = (unsigned char)a[i - 1], y = (unsigned char)b[j - 1];
            int cost = x == y ? 0 : tolower(x) == tolower(y) ? 1 : CHANGE;
            int best = d[i - 1][j - 1] + cost;
            if (d[i - 1][j] + CHANGE < best)
                best = d[i - 1][j] + CHANGE;
            if (d[i][j - 1] + CHANGE < best)
                best = d[i][j - 1] + CHANGE;
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] &&
                d[i - 2][j - 2] + CHANGE < best)
                best = d[i - 2][j - 2] + CHANGE;
            d[i][j] = best;
        }
    }
    return d[n][m];
}

const char *osw_diag_closest(const char *name, const char *const *candidates, size_t n)
{
    const char *closest = NULL;
    int limit = (int)(strlen(name) * 10 / 3), least = limit < 10 ? 10 : limit;
    int len = (int)strlen(name);
    for (size_t i = 0; i < n; i++) {
        if (abs((int)strlen(candidates[i]) - len) * 10 > least)
            continue; /* every letter more or less is a change */
        int d = distance(name, candidates[i]);
        if (d >= 0 && d < (int)strlen(candidates[i]) * 10 &&
            (d < least || (d == least && !closest))) {
            least = d;
            closest = candidates[i];
        }
    }
    return closest;
}
