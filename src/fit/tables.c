/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fit/tables.h"
#include "text/tsv.h"
#include "text/outfile.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct writing {
    const struct osw_fit *fit;
    const char *file; /* the table */
    const char *text; /* its contents */
    bool rows_alone;  /* only the fitted rows below the column names */
    bool in_header;   /* no line of column names yet */
    int column;       /* of nominalValue */
    struct osw_arena *arena;
    struct osw_diag *diag;
};

/* The fitted parameter on this line of the table, or -1. */
static int param_on(const struct writing *w, int line)
{
    const struct osw_fit_problem *p = w->fit->problem;
    for (int k = 0; k < p->n_params; k++)
        if (p->params[k].row->at.line == line &&
            !strcmp(p->params[k].row->at.file, w->file))
            return k;
    return -1;
}

/* The row's own unit may be another than the model's: what is in the cell is multiplied.
 */
static void put_multiplied(const struct writing *w, const char *line, size_t len,
                           double factor, FILE *out)
{
    const char *end = line + len;
    for (int c = 0; line <= end; c++) {
        const char *tab = memchr(line, '\t', (size_t)(end - line));
        size_t n = (size_t)((tab ? tab : end) - line);
        if (c == w->column)
            fprintf(out, "%.6g", factor * strtod(line, NULL));
        else
            fwrite(line, 1, n, out);
        if (tab)
            putc('\t', out);
        line += n + 1;
    }
}

static double factor_of(const struct osw_fit *fit, int k)
{
    return exp(fit->x[k]) / fit->problem->params[k].row->nominal;
}

static void put_line(struct writing *w, const char *line, size_t len, int number,
                     FILE *out)
{
    bool comment = len && line[0] == '#';
    int k = w->in_header || comment ? -1 : param_on(w, number);
    bool keep = !w->rows_alone || k >= 0 || w->in_header;
    if (k >= 0)
        put_multiplied(w, line, len, factor_of(w->fit, k), out);
    else if (keep)
        fwrite(line, 1, len, out);
    if (keep)
        putc('\n', out);
    w->in_header = w->in_header && (comment || !len);
}

static enum osw_status put_table(void *context, FILE *out)
{
    struct writing *w = context;
    const char *text = w->text;
    struct osw_table table;
    enum osw_status status =
        osw_tsv_parse(w->file, text, strlen(text), w->arena, w->diag, &table);
    if (status)
        return status;
    w->column = osw_tsv_column(&table, "nominalValue");
    w->in_header = true;
    for (int number = 1; *text; number++) {
        size_t len = strcspn(text, "\n");
        put_line(w, text, len, number, out);
        text += len + (text[len] == '\n');
    }
    return OSW_OK;
}

/* A table that was read is not to be written, unless that is what was asked for. */
static enum osw_status write_one(struct writing *w, const char *path, bool force)
{
    const char *file;
    size_t len;
    enum osw_status status =
        osw_file_read(w->file, w->arena, w->diag, &file, &w->text, &len);
    if (status)
        return status;
    return w->rows_alone ? osw_outfile_write(path, force, put_table, w, w->diag)
                         : osw_outfile_update(path, put_table, w, w->diag);
}

static bool is_first(const struct osw_fit_problem *p, int k)
{
    for (int i = 0; i < k; i++)
        if (!strcmp(p->params[i].row->at.file, p->params[k].row->at.file))
            return false;
    return true;
}

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

/* A model of one's own may state its values in its text. */
static bool is_table(const char *path)
{
    size_t n = strlen(path);
    return n > 4 && !strcmp(path + n - 4, ".tsv");
}

/* dir NULL: in place. */
static enum osw_status write_all(const struct osw_fit *fit, const char *dir, bool force,
                                 struct osw_diag *diag)
{
    const struct osw_fit_problem *p = fit->problem;
    struct writing w = {
        .fit = fit, .rows_alone = dir != NULL, .arena = osw_arena_create(), .diag = diag};
    enum osw_status status = w.arena ? OSW_OK : OSW_ERR_MEMORY;
    for (int k = 0; k < p->n_params && !status; k++) {
        w.file = p->params[k].row->at.file;
        if (!is_first(p, k) || !is_table(w.file))
            continue;
        const char *path =
            dir ? osw_arena_format(w.arena, "%s/%s", dir, base_name(w.file)) : w.file;
        status = path ? write_one(&w, path, force || !dir) : OSW_ERR_MEMORY;
    }
    osw_arena_destroy(w.arena);
    return status;
}

enum osw_status osw_fit_tables_check(const struct osw_fit_problem *problem,
                                     struct osw_diag *diag)
{
    for (int k = 0; k < problem->n_params; k++) {
        const struct osw_parameter *row = problem->params[k].row;
        if (!is_table(row->at.file))
            return osw_diag_fail(diag, OSW_ERR_INPUT, row->at,
                                 "parameter '%s' has its value in the model's text, not "
                                 "in a table that can be updated",
                                 row->id);
        if (access(row->at.file, W_OK))
            return osw_diag_fail(diag, OSW_ERR_CANTCREAT, row->at,
                                 "the table %s cannot be written", row->at.file);
    }
    return OSW_OK;
}

enum osw_status osw_fit_tables_update(const struct osw_fit *fit, struct osw_diag *diag)
{
    return write_all(fit, NULL, true, diag);
}

enum osw_status osw_fit_tables_write(const struct osw_fit *fit, const char *dir,
                                     bool force, struct osw_diag *diag)
{
    return write_all(fit, dir, force, diag);
}
