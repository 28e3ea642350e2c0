/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "text/numbers.h"

#include <stdlib.h>
#include <string.h>

struct reader {
    struct osw_diag *diag;
    const char *file;
    int line;
    double *values;
    size_t n, most;
    struct osw_numbers *numbers;
};

static const char blanks[] = " \t\r,";

static enum osw_status add(struct reader *r, double value)
{
    if (r->n == r->most) {
        size_t more = r->most ? 2 * r->most : 1024;
        void *grown = r->values;
        if (osw_grow(&grown, r->most, more, sizeof *r->values))
            return OSW_ERR_MEMORY;
        r->values = grown;
        r->most = more;
    }
    r->values[r->n++] = value;
    return OSW_OK;
}

/* The word at `at`; *rest is what follows it. */
static enum osw_status read_word(struct reader *r, const char *start, const char *at,
                                 const char **rest)
{
    char *end;
    double value = strtod(at, &end);
    size_t len = strcspn(at, " \t\r,\n#");
    if (end == at + len && len) {
        *rest = end;
        return add(r, value);
    }
    struct osw_loc loc = {r->file, r->line, (int)(at - start) + 1, (int)len};
    return osw_diag_fail(r->diag, OSW_ERR_INPUT, loc, "expected a number, found '%.*s'",
                         (int)(len < 40 ? len : 40), at);
}

static enum osw_status read_line(struct reader *r, const char *start)
{
    size_t before = r->n;
    const char *at = start + strspn(start, blanks);
    enum osw_status status = OSW_OK;
    while (*at && *at != '\n' && *at != '#' && !status) {
        status = read_word(r, start, at, &at);
        at += status ? 0 : strspn(at, blanks);
    }
    int64_t columns = (int64_t)(r->n - before);
    if (status || !columns)
        return status;
    if (!r->numbers->n_rows++)
        r->numbers->n_columns = columns;
    if (r->numbers->n_columns == columns)
        return OSW_OK;
    return osw_diag_fail(r->diag, OSW_ERR_INPUT, (struct osw_loc){r->file, r->line, 0, 0},
                         "%lld numbers in this row, %lld in the first",
                         (long long)columns, (long long)r->numbers->n_columns);
}

enum osw_status osw_numbers_read(const char *path, struct osw_arena *arena,
                                 struct osw_diag *diag, struct osw_numbers *numbers)
{
    struct reader r = {.diag = diag, .numbers = numbers};
    const char *text;
    size_t len;
    *numbers = (struct osw_numbers){0};
    enum osw_status status = osw_file_read(path, arena, diag, &r.file, &text, &len);
    while (!status && text) {
        r.line++;
        status = read_line(&r, text);
        text = strchr(text, '\n');
        text = text ? text + 1 : NULL;
    }
    if (!status && !r.n)
        status = osw_diag_fail(diag, OSW_ERR_INPUT, (struct osw_loc){.file = r.file},
                               "expected numbers, found none");
    double *kept = status ? NULL : osw_arena_alloc(arena, r.n, sizeof *kept);
    if (kept)
        memcpy(kept, r.values, r.n * sizeof *kept);
    else if (!status)
        status = OSW_ERR_MEMORY;
    numbers->values = kept;
    osw_free(r.values);
    return status;
}
