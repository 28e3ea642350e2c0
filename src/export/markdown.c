/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Markdown with fenced `math` blocks and pipe tables, as forges show them. */
#include "export/formula.h"
#include "export/sheet.h"

#include <string.h>

/* What Markdown or HTML would take as markup is escaped; a line end would end a row. */
static void put_text(FILE *out, const char *text)
{
    for (; *text; text++) {
        if (strchr("\\`*_{}[]<>|#$~&", *text))
            putc('\\', out);
        putc((unsigned char)*text < ' ' ? ' ' : *text, out);
    }
}

static void begin(FILE *out, const char *title, const char *const *facts, int n_facts)
{
    fputs("# ", out);
    put_text(out, title);
    fputs("\n", out);
    for (int i = 0; i < n_facts; i++) {
        putc('\n', out);
        put_text(out, facts[i]);
        putc('\n', out);
    }
}

static void section(FILE *out, const char *title, int level)
{
    fprintf(out, "\n%s ", level == 1 ? "##" : "###");
    put_text(out, title);
    putc('\n', out);
}

static void formula(FILE *out, const struct osw_sheet_formula *f)
{
    const struct osw_symbol *symbol = f->symbol;
    fprintf(out, "\n**`%s`**", symbol ? symbol->name : f->definition->name);
    if (*f->said) {
        putc(' ', out);
        put_text(out, f->said);
    }
    if (f->unit && strcmp(f->unit, "1") != 0) {
        fputs(", $", out);
        osw_formula_unit(f->unit, out);
        putc('$', out);
    }
    fputs("\n\n```math\n", out);
    osw_sheet_equation(f, false, out);
    fputs("\n```\n", out);
}

static void table_begin(FILE *out, const struct osw_sheet_table *table)
{
    fputs("\n|", out);
    for (int i = 0; i < table->n_columns; i++)
        fprintf(out, " %s |", table->columns[i].head);
    fputs("\n|", out);
    for (int i = 0; i < table->n_columns; i++)
        fputs("---|", out);
    putc('\n', out);
}

static void cell(FILE *out, const struct osw_sheet_cell *c)
{
    switch (c->kind) {
    case OSW_SHEET_TEXT:
        put_text(out, c->text);
        break;
    case OSW_SHEET_CODE:
        fprintf(out, "`%s`", c->text);
        break;
    case OSW_SHEET_SYMBOL:
        putc('$', out);
        osw_formula_name(c->text, out);
        putc('$', out);
        break;
    case OSW_SHEET_NUMBER:
        fprintf(out, "%.10g", c->number);
        break;
    case OSW_SHEET_UNIT:
        if (!strcmp(c->text, "1"))
            break;
        putc('$', out);
        osw_formula_unit(c->text, out);
        putc('$', out);
        break;
    }
}

static void row(FILE *out, const struct osw_sheet_cell *cells, int n_cells)
{
    fputs("|", out);
    for (int i = 0; i < n_cells; i++) {
        putc(' ', out);
        cell(out, &cells[i]);
        fputs(" |", out);
    }
    putc('\n', out);
}

static void table_end(FILE *out)
{
    (void)out;
}

static void end(FILE *out)
{
    (void)out;
}

const struct osw_sheet_style osw_markdown_style = {
    .begin = begin,
    .section = section,
    .formula = formula,
    .table_begin = table_begin,
    .row = row,
    .table_end = table_end,
    .end = end,
};
