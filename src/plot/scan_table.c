/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * CSV as `steady` writes it: names, perhaps a row of units, then numbers and, in the
 * column `stability`, a word. */
#include "plot/scan_table.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct table {
    struct osw_arena *arena;
    struct osw_diag *diag;
    const char *file;
    char **cells; /* [n_rows][n_columns], the header first */
    int n_rows, n_columns, stability;
};

static enum osw_status refuse(const struct table *t, int row, const char *what)
{
    return osw_diag_fail(t->diag, OSW_ERR_INPUT,
                         (struct osw_loc){.file = t->file, .line = row + 1},
                         "%s: expected what `steady --scan … --csv` writes", what);
}

static int count(const char *text, char c, const char *ends)
{
    int n = 0;
    for (; *text && !strchr(ends, *text); text++)
        n += *text == c;
    return n;
}

/* Cut the text in place. */
static enum osw_status split(struct table *t, char *text)
{
    size_t len = strlen(text);
    if (len && text[len - 1] == '\n')
        text[--len] = '\0';
    t->n_columns = count(text, ',', "\n") + 1;
    t->n_rows = count(text, '\n', "") + 1;
    t->cells = osw_arena_alloc(t->arena, (size_t)t->n_rows * (size_t)t->n_columns,
                               sizeof(char *));
    if (!t->cells)
        return OSW_ERR_MEMORY;
    for (int r = 0; r < t->n_rows; r++) {
        if (count(text, ',', "\n") != t->n_columns - 1)
            return refuse(t, r, "a row of another length than the first");
        for (int c = 0; c < t->n_columns; c++) {
            size_t n = strcspn(text, ",\r\n");
            char end = text[n];
            t->cells[r * t->n_columns + c] = text;
            text[n] = '\0';
            text += n + (end != '\0');
            text += end == '\r' && *text == '\n';
        }
    }
    return OSW_OK;
}

static bool number(const char *text, double *value)
{
    char *end;
    *value = strtod(text, &end);
    return end != text && !*end && isfinite(*value);
}

static double stability(const char *word)
{
    return !strcmp(word, "stable")     ? 1
           : !strcmp(word, "unstable") ? 0
           : !strcmp(word, "fold")     ? OSW_SCAN_FOLD
                                       : NAN;
}

static enum osw_status read_values(const struct table *t, int first, double *times,
                                   double *values)
{
    for (int r = first; r < t->n_rows; r++) {
        times[r - first] = r - first;
        for (int c = 0; c < t->n_columns; c++, values++) {
            const char *text = t->cells[r * t->n_columns + c];
            if (c == t->stability)
                *values = stability(text);
            else if (!number(text, values))
                return refuse(t, r, "a cell that is no number");
        }
    }
    return OSW_OK;
}

/* "results/a.csv" → "a" */
static const char *stem_of(const struct table *t)
{
    const char *slash = strrchr(t->file, '/'), *name = slash ? slash + 1 : t->file;
    const char *dot = strrchr(name, '.');
    return osw_arena_copy(t->arena, name, dot ? (size_t)(dot - name) : strlen(name));
}

static enum osw_status fill(const struct table *t, struct osw_stored *s)
{
    double value;
    int first = t->n_rows > 1 && !number(t->cells[t->n_columns], &value) ? 2 : 1;
    size_t n_rows = (size_t)(t->n_rows > first ? t->n_rows - first : 0);
    size_t n_columns = (size_t)t->n_columns;
    double *times = osw_arena_alloc(t->arena, n_rows + 1, sizeof *times);
    double *values = osw_arena_alloc(t->arena, n_rows * n_columns, sizeof *values);
    double *never = osw_arena_alloc(t->arena, 1, sizeof *never);
    const char **words = osw_arena_alloc(t->arena, 2 * n_columns + 1, sizeof *words);
    const char *stem = stem_of(t);
    if (!times || !values || !never || !words || !stem)
        return OSW_ERR_MEMORY;
    if (!n_rows)
        return refuse(t, 0, "a table without rows");
    *never = NAN;
    for (size_t c = 0; c < n_columns; c++) {
        words[c] = first == 2 ? t->cells[n_columns + c] : "";
        words[n_columns + c] = "";
    }
    words[2 * n_columns] = stem;
    *s = (struct osw_stored){.n_arms = 1,
                             .n_times = (int)n_rows,
                             .n_outputs = t->n_columns,
                             .title = stem,
                             .model = "",
                             .command_line = "",
                             .arms = words + 2 * n_columns,
                             .times = times,
                             .first_on = never,
                             .last_on = never,
                             .outputs = (const char *const *)t->cells,
                             .units = words,
                             .long_names = words + n_columns,
                             .groups = words + n_columns,
                             .values = values,
                             .arena = t->arena};
    return read_values(t, first, times, values);
}

enum osw_status osw_scan_table_read(const char *path, struct osw_diag *diag,
                                    struct osw_stored **stored)
{
    struct table t = {.arena = osw_arena_create(), .diag = diag, .stability = -1};
    struct osw_stored *s = t.arena ? osw_arena_alloc(t.arena, 1, sizeof *s) : NULL;
    const char *text;
    size_t len;
    enum osw_status status =
        s ? osw_file_read(path, t.arena, diag, &t.file, &text, &len) : OSW_ERR_MEMORY;
    char *copy = status ? NULL : osw_arena_copy(t.arena, text, len);
    if (!status)
        status = copy ? split(&t, copy) : OSW_ERR_MEMORY;
    for (int c = 0; c < t.n_columns && !status; c++)
        if (!strcmp(t.cells[c], OSW_SCAN_STABILITY))
            t.stability = c;
    if (!status && t.stability < 0)
        status = refuse(&t, 0, "no column " OSW_SCAN_STABILITY);
    if (!status)
        status = fill(&t, s);
    if (status) {
        osw_arena_destroy(t.arena);
        return status;
    }
    *stored = s;
    return OSW_OK;
}
