/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "text/tsv.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_COLUMNS = 64 };

struct reader {
    const char *file, *p, *end;
    int line;
    struct osw_arena *arena;
    struct osw_diag *diag;
};

/* Split one line into at most MOST_COLUMNS + 1 trimmed cells. */
static enum osw_status split(struct reader *r, const char *line, size_t len,
                             struct osw_cell *cells, size_t *n)
{
    *n = 0;
    for (const char *p = line, *end = line + len;;) {
        const char *tab = memchr(p, '\t', (size_t)(end - p));
        const char *stop = tab ? tab : end;
        const char *from = p, *to = stop;
        while (from < to && *from == ' ')
            from++;
        while (to > from && to[-1] == ' ')
            to--;
        char *text = osw_arena_copy(r->arena, from, (size_t)(to - from));
        if (!text)
            return OSW_ERR_MEMORY;
        if (*n <= MOST_COLUMNS)
            cells[(*n)++] = (struct osw_cell){
                text, {r->file, r->line, (int)(from - line) + 1, (int)(to - from)}};
        if (!tab)
            return OSW_OK;
        p = tab + 1;
    }
}

/* The next line that is neither blank nor a comment; false at the end. */
static bool next_line(struct reader *r, const char **line, size_t *len)
{
    while (r->p < r->end) {
        const char *nl = memchr(r->p, '\n', (size_t)(r->end - r->p));
        const char *stop = nl ? nl : r->end;
        *line = r->p;
        *len = (size_t)(stop - r->p);
        r->p = nl ? nl + 1 : r->end;
        r->line++;
        if (*len && (*line)[*len - 1] == '\r')
            --*len;
        if (*len && **line != '#' && strspn(*line, " \t") < *len)
            return true;
    }
    return false;
}

static enum osw_status read_header(struct reader *r, struct osw_table *table)
{
    struct osw_cell cells[MOST_COLUMNS + 1];
    const char *line;
    size_t len, n;
    if (!next_line(r, &line, &len))
        return osw_diag_fail(r->diag, OSW_ERR_INPUT, (struct osw_loc){r->file, 0, 0, 0},
                             "empty table: expected a header line of column names");
    enum osw_status status = split(r, line, len, cells, &n);
    if (status)
        return status;
    if (n > MOST_COLUMNS)
        return osw_diag_fail(r->diag, OSW_ERR_INPUT, cells[0].at, "more than %d columns",
                             MOST_COLUMNS);
    const char **columns = osw_arena_alloc(r->arena, n, sizeof *columns);
    if (!columns)
        return OSW_ERR_MEMORY;
    for (size_t i = 0; i < n; i++) {
        if (!*cells[i].text)
            return osw_diag_fail(r->diag, OSW_ERR_INPUT, cells[i].at,
                                 "column %zu has no name", i + 1);
        for (size_t k = 0; k < i; k++)
            if (!strcmp(columns[k], cells[i].text))
                return osw_diag_fail(r->diag, OSW_ERR_INPUT, cells[i].at,
                                     "column '%s' appears twice", cells[i].text);
        columns[i] = cells[i].text;
    }
    table->columns = columns;
    table->n_columns = n;
    return OSW_OK;
}

static size_t count_lines(const char *text, size_t len)
{
    size_t n = 1;
    for (size_t i = 0; i < len; i++)
        n += text[i] == '\n';
    return n;
}

enum osw_status osw_tsv_parse(const char *file, const char *text, size_t len,
                              struct osw_arena *arena, struct osw_diag *diag,
                              struct osw_table *table)
{
    struct reader r = {file, text, text + len, 0, arena, diag};
    struct osw_table t = {.file = file};
    enum osw_status status = read_header(&r, &t);
    if (status)
        return status;
    size_t rows = count_lines(r.p, (size_t)(r.end - r.p));
    struct osw_cell *all = osw_arena_alloc(arena, rows * t.n_columns, sizeof *all);
    if (!all)
        return OSW_ERR_MEMORY;
    const char *line;
    size_t line_len;
    while (next_line(&r, &line, &line_len)) {
        struct osw_cell cells[MOST_COLUMNS + 1];
        size_t n;
        if ((status = split(&r, line, line_len, cells, &n)))
            return status;
        if (n != t.n_columns)
            return osw_diag_fail(diag, OSW_ERR_INPUT,
                                 (struct osw_loc){file, r.line, 1, 0},
                                 "%zu cells where the header has %zu columns (cells are "
                                 "separated by tabs)",
                                 n, t.n_columns);
        memcpy(all + t.n_rows++ * t.n_columns, cells, n * sizeof *cells);
    }
    t.cells = all;
    *table = t;
    return OSW_OK;
}

enum osw_status osw_tsv_read(const char *path, struct osw_arena *arena,
                             struct osw_diag *diag, struct osw_table *table)
{
    const char *file, *text;
    size_t len;
    enum osw_status status = osw_file_read(path, arena, diag, &file, &text, &len);
    return status ? status : osw_tsv_parse(file, text, len, arena, diag, table);
}

int osw_tsv_column(const struct osw_table *table, const char *name)
{
    for (size_t i = 0; i < table->n_columns; i++)
        if (!strcmp(table->columns[i], name))
            return (int)i;
    return -1;
}

const struct osw_cell *osw_tsv_cell(const struct osw_table *table, size_t row, int column)
{
    return &table->cells[row * table->n_columns + (size_t)column];
}

enum osw_status osw_tsv_number(const struct osw_cell *cell, const char *what,
                               struct osw_diag *diag, double *value)
{
    char *end;
    double x = strtod(cell->text, &end);
    if (!*cell->text || *end || strpbrk(cell->text, "xX"))
        return osw_diag_fail(diag, OSW_ERR_INPUT, cell->at,
                             "%s: expected a number, found '%s'", what, cell->text);
    if (!isfinite(x))
        return osw_diag_fail(diag, OSW_ERR_INPUT, cell->at,
                             "%s: expected a finite number, found '%s'", what,
                             cell->text);
    *value = x;
    return OSW_OK;
}
