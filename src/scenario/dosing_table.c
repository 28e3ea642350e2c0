/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenario/dosing_table.h"
#include "scenario/quantity.h"

#include <ctype.h>
#include <math.h>
#include <string.h>

enum column { TIME, EVID, AMT, CMT, RATE, II, ADDL, ID, SS, DV, MDV, N_COLUMNS };
static const char *const column_names[N_COLUMNS] = {
    "TIME", "EVID", "AMT", "CMT", "RATE", "II", "ADDL", "ID", "SS", "DV", "MDV"};
enum { MOST_CELLS = 32 };

struct cell {
    const char *text; /* trimmed copy */
    struct osw_loc at;
};

struct table {
    struct osw_reader *r;
    const char *file;
    char separator;
    int place[N_COLUMNS]; /* of a column in a row, or -1 */
    int n_cells;          /* of the header; 0 before it */
    bool good_header;
    struct cell id; /* of the first row */
    struct osw_dosing_row *rows;
    size_t n, room;
};

/* Split one line; -1 when memory is out, MOST_CELLS + 1 when there are too many. */
static int split(const struct table *t, const char *line, size_t len, int line_number,
                 struct cell *cells)
{
    int n = 0;
    for (size_t i = 0;; n++) {
        if (n == MOST_CELLS)
            return MOST_CELLS + 1;
        size_t stop = i;
        while (stop < len && line[stop] != t->separator)
            stop++;
        size_t a = i, b = stop;
        while (a < b && isspace((unsigned char)line[a]))
            a++;
        while (b > a && isspace((unsigned char)line[b - 1]))
            b--;
        char *text = osw_arena_copy(t->r->arena, line + a, b - a);
        if (!text)
            return -1;
        cells[n] =
            (struct cell){strcmp(text, ".") ? text : "",
                          {t->file, line_number, (int)a + 1, b > a ? (int)(b - a) : 1}};
        if (stop == len)
            return n + 1;
        i = stop + 1;
    }
}

static enum osw_status read_header(struct table *t, const struct cell *cells, int n)
{
    enum osw_status status = OSW_OK;
    for (int c = 0; c < N_COLUMNS; c++)
        t->place[c] = -1;
    for (int i = 0; i < n; i++) {
        int c = 0;
        while (c < N_COLUMNS && strcasecmp(cells[i].text, column_names[c]))
            c++;
        if (c == N_COLUMNS)
            osw_reader_keep(&status, osw_reader_unknown(t->r, OSW_ERR_INPUT, cells[i].at,
                                                        "column", cells[i].text, 0,
                                                        column_names, N_COLUMNS));
        else if (t->place[c] >= 0)
            osw_reader_keep(&status,
                            osw_diag_fail(t->r->diag, OSW_ERR_INPUT, cells[i].at,
                                          "column %s appears twice", column_names[c]));
        else
            t->place[c] = i;
    }
    t->n_cells = n;
    for (int c = TIME; !status && c <= AMT; c++)
        if (c != EVID && t->place[c] < 0)
            status = osw_diag_fail(t->r->diag, OSW_ERR_INPUT, cells[0].at,
                                   "missing column %s: expected TIME, AMT and as needed "
                                   "EVID, CMT, RATE, II, ADDL",
                                   column_names[c]);
    t->good_header = !status;
    return status;
}

static const struct cell *cell_of(const struct table *t, const struct cell *cells,
                                  enum column c)
{
    return t->place[c] < 0 ? NULL : &cells[t->place[c]];
}

/* A number >= 0, or `missing`. */
static enum osw_status number(struct table *t, const struct cell *cells, enum column c,
                              double missing, double *value)
{
    const struct cell *cell = cell_of(t, cells, c);
    *value = missing;
    if (!cell || !*cell->text)
        return OSW_OK;
    const char *end = osw_quantity_number(cell->text, value);
    if (!end || *end || !isfinite(*value))
        return osw_diag_fail(t->r->diag, OSW_ERR_INPUT, cell->at,
                             "%s: expected a finite number, found '%.40s'",
                             column_names[c], cell->text);
    if (*value < 0)
        return osw_diag_fail(t->r->diag, OSW_ERR_INPUT, cell->at, "%s: %s is negative",
                             column_names[c], cell->text);
    return OSW_OK;
}

/* Likewise, of a column that every dose needs. */
static enum osw_status needed(struct table *t, const struct cell *cells, enum column c,
                              double *value)
{
    const struct cell *cell = cell_of(t, cells, c);
    if (*cell->text)
        return number(t, cells, c, 0, value);
    return osw_diag_fail(t->r->diag, OSW_ERR_INPUT, cell->at,
                         "%s: a dose needs one, found none", column_names[c]);
}

static enum osw_status integer(struct table *t, const struct cell *cells, enum column c,
                               double missing, int *value)
{
    double x;
    enum osw_status status = number(t, cells, c, missing, &x);
    if (status)
        return status;
    if (x != floor(x) || x > 1e9)
        return osw_diag_fail(t->r->diag, OSW_ERR_INPUT, cell_of(t, cells, c)->at,
                             "%s: expected a whole number, found '%.40s'",
                             column_names[c], cell_of(t, cells, c)->text);
    *value = (int)x;
    return OSW_OK;
}

static enum osw_status check_person(struct table *t, const struct cell *cells)
{
    const struct cell *id = cell_of(t, cells, ID);
    int steady = 0;
    enum osw_status status = integer(t, cells, SS, 0, &steady);
    if (!status && steady)
        return osw_diag_fail(t->r->diag, OSW_ERR_INPUT, cell_of(t, cells, SS)->at,
                             "SS: steady-state dosing is not supported: list the doses");
    if (id && !t->id.text)
        t->id = *id;
    if (id && strcmp(id->text, t->id.text))
        return osw_diag_fail(t->r->diag, OSW_ERR_INPUT, id->at,
                             "ID: expected one person a table, found '%.40s' after "
                             "'%.40s'",
                             id->text, t->id.text);
    return status;
}

static enum osw_status read_numbers(struct table *t, const struct cell *cells,
                                    struct osw_dosing_row *row)
{
    enum osw_status status = needed(t, cells, TIME, &row->time);
    osw_reader_keep(&status, needed(t, cells, AMT, &row->amt));
    osw_reader_keep(&status, number(t, cells, RATE, 0, &row->rate));
    osw_reader_keep(&status, number(t, cells, II, 0, &row->ii));
    osw_reader_keep(&status, integer(t, cells, ADDL, 0, &row->addl));
    osw_reader_keep(&status, check_person(t, cells));
    if (!status && row->addl && row->ii == 0)
        status = osw_diag_fail(t->r->diag, OSW_ERR_INPUT, cell_of(t, cells, ADDL)->at,
                               "ADDL: additional doses need an interval II above 0");
    return status;
}

static enum osw_status read_dose(struct table *t, const struct cell *cells)
{
    const struct cell *cmt = cell_of(t, cells, CMT), *rate = cell_of(t, cells, RATE);
    struct osw_dosing_row row = {.at = cells[0].at,
                                 .cmt = cmt ? cmt->text : "",
                                 .cmt_at = cmt ? cmt->at : cells[0].at,
                                 .rate_at = rate ? rate->at : cells[0].at};
    enum osw_status status = read_numbers(t, cells, &row);
    if (status)
        return status;
    if (t->n == t->room) {
        size_t room = t->room ? 2 * t->room : 64;
        void *rows = t->rows;
        status = osw_grow(&rows, t->room, room, sizeof row);
        t->rows = rows;
        if (status)
            return status;
        t->room = room;
    }
    t->rows[t->n++] = row;
    return OSW_OK;
}

static enum osw_status read_row(struct table *t, const struct cell *cells, int n)
{
    int evid = 1;
    if (n != t->n_cells)
        return osw_diag_fail(t->r->diag, OSW_ERR_INPUT, cells[0].at,
                             "expected %d cells as in the header, found %d", t->n_cells,
                             n > MOST_CELLS ? MOST_CELLS + 1 : n);
    enum osw_status status = integer(t, cells, EVID, 1, &evid);
    if (status)
        return status;
    if (evid > 2)
        return osw_diag_fail(t->r->diag, OSW_ERR_INPUT, cell_of(t, cells, EVID)->at,
                             "EVID: expected 0, 1 or 2, found %d (resets are not "
                             "supported)",
                             evid);
    return evid == 1 ? read_dose(t, cells) : OSW_OK;
}

static enum osw_status read_line(struct table *t, const char *line, size_t len,
                                 int line_number)
{
    struct cell cells[MOST_CELLS];
    if (!t->n_cells)
        t->separator = memchr(line, ',', len) ? ',' : '\t';
    int n = split(t, line, len, line_number, cells);
    if (n < 0)
        return OSW_ERR_MEMORY;
    if (t->n_cells)
        return read_row(t, cells, n);
    if (n > MOST_CELLS)
        return osw_diag_fail(t->r->diag, OSW_ERR_INPUT, cells[0].at,
                             "more than %d columns", MOST_CELLS);
    return read_header(t, cells, n);
}

static enum osw_status read_lines(struct table *t, const char *text, size_t len)
{
    enum osw_status status = OSW_OK;
    int line_number = 1;
    for (size_t i = 0; i < len; line_number++) {
        const char *newline = memchr(text + i, '\n', len - i);
        size_t n = newline ? (size_t)(newline - text) - i : len - i;
        const char *line = text + i;
        i += n + 1;
        if (n && line[n - 1] == '\r')
            n--;
        size_t blank = 0;
        while (blank < n && isspace((unsigned char)line[blank]))
            blank++;
        if (blank == n || line[blank] == '#')
            continue;
        osw_reader_keep(&status, read_line(t, line, n, line_number));
        if (status && (!t->good_header || status == OSW_ERR_MEMORY))
            return status;
    }
    if (!status && !t->n)
        status =
            osw_diag_fail(t->r->diag, OSW_ERR_INPUT, (struct osw_loc){t->file, 0, 0, 0},
                          "no doses: expected a header line and rows with EVID 1");
    return status;
}

enum osw_status osw_dosing_table_parse(const char *file, const char *text, size_t len,
                                       struct osw_reader *r,
                                       const struct osw_dosing_row **rows, size_t *n)
{
    struct table t = {.r = r, .file = file};
    struct osw_dosing_row *kept = NULL;
    enum osw_status status = read_lines(&t, text, len);
    if (!status) {
        kept = osw_arena_alloc(r->arena, t.n, sizeof *kept);
        status = kept ? OSW_OK : OSW_ERR_MEMORY;
    }
    if (!status) {
        memcpy(kept, t.rows, t.n * sizeof *kept);
        *rows = kept;
        *n = t.n;
    }
    osw_free(t.rows);
    return status;
}
