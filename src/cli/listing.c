/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/listing.h"
#include "cli/log.h"

#include <string.h>

enum { MOST_COLUMNS = 16 };

enum osw_status osw_listing_add(struct osw_listing *listing, const char *const *cells)
{
    int n = listing->n_rows, columns = listing->n_columns;
    if ((n & (n - 1)) == 0) { /* room doubles at powers of two */
        size_t room = n ? 2 * (size_t)n : 1;
        const char **grown =
            osw_arena_alloc(listing->arena, room * (size_t)columns, sizeof *grown);
        if (!grown)
            return OSW_ERR_MEMORY;
        if (n)
            memcpy(grown, listing->cells, (size_t)(n * columns) * sizeof *grown);
        listing->cells = grown;
    }
    for (int c = 0; c < columns; c++)
        listing->cells[n * columns + c] = cells[c] ? cells[c] : "";
    listing->n_rows++;
    return OSW_OK;
}

static const char *cell(const struct osw_listing *l, int row, int column)
{
    return l->cells[row * l->n_columns + column];
}

/* Columns on a terminal: characters of a UTF-8 text. */
static int shown_width(const char *text)
{
    int n = 0;
    for (; *text; text++)
        n += ((unsigned char)*text & 0xc0) != 0x80;
    return n;
}

static void write_cell(FILE *out, const char *text, int width, bool right, bool last)
{
    int pad = width - shown_width(text);
    if (right)
        fprintf(out, "%*s%s", pad, "", text);
    else if (last)
        fputs(text, out);
    else
        fprintf(out, "%s%*s", text, pad, "");
    fputs(last ? "\n" : "  ", out);
}

static void write_table(const struct osw_listing *l, FILE *out)
{
    int width[MOST_COLUMNS];
    for (int c = 0; c < l->n_columns; c++) {
        width[c] = shown_width(l->columns[c].name);
        for (int r = 0; r < l->n_rows; r++)
            if (shown_width(cell(l, r, c)) > width[c])
                width[c] = shown_width(cell(l, r, c));
    }
    for (int r = -1; r < l->n_rows; r++)
        for (int c = 0; c < l->n_columns; c++)
            write_cell(out, r < 0 ? l->columns[c].name : cell(l, r, c), width[c],
                       l->columns[c].number, c == l->n_columns - 1);
}

static void write_json(const struct osw_listing *l, FILE *out)
{
    fputs("[", out);
    for (int r = 0; r < l->n_rows; r++) {
        fputs(r ? ",\n {" : "\n {", out);
        for (int c = 0; c < l->n_columns; c++) {
            const char *text = cell(l, r, c);
            fprintf(out, "%s\"%s\": ", c ? ", " : "", l->columns[c].name);
            if (l->columns[c].number)
                fputs(*text && !strpbrk(text, "infa") ? text : "null", out);
            else
                osw_json_string(out, text);
        }
        fputs("}", out);
    }
    fputs("\n]\n", out);
}

void osw_listing_write(const struct osw_listing *listing, bool json, FILE *out)
{
    if (json)
        write_json(listing, out);
    else
        write_table(listing, out);
}
