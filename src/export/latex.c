/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * LaTeX that needs the base distribution only (amsmath, geometry, longtable). Equations
 * are inline mathematics in display style, so that TeX breaks long ones itself. */
#include "export/formula.h"
#include "export/sheet.h"

#include <string.h>

struct replacement {
    const char *from, *to;
};

/* Longer ones first where one begins another. */
static const struct replacement replacements[] = {
    {"\\", "\\textbackslash{}"},
    {"{", "\\{"},
    {"}", "\\}"},
    {"$", "\\$"},
    {"&", "\\&"},
    {"#", "\\#"},
    {"%", "\\%"},
    {"_", "\\_"},
    {"^", "\\textasciicircum{}"},
    {"~", "\\textasciitilde{}"},
    {"<", "$<$"},
    {">", "$>$"},
    {"|", "$|$"},
    {"\"", "''"},
    {"\u00b5", "$\\mu$"},
    {"\u03bc", "$\\mu$"},
    {"\u03b1", "$\\alpha$"},
    {"\u03b2", "$\\beta$"},
    {"\u03b3", "$\\gamma$"},
    {"\u03ba", "$\\kappa$"},
    {"\u00b1", "$\\pm$"},
    {"\u00d7", "$\\times$"},
    {"\u00b7", "$\\cdot$"},
    {"\u00b0", "$^\\circ$"},
    {"\u2212", "$-$"},
    {"\u2264", "$\\le$"},
    {"\u2265", "$\\ge$"},
    {"\u2192", "$\\to$"},
    {"\u2248", "$\\approx$"},
    {"\u00b2", "$^2$"},
    {"\u00b3", "$^3$"},
    {"\u2013", "--"},
    {"\u2014", "---"},
    {"\u2018", "`"},
    {"\u2019", "'"},
    {"\u201c", "``"},
    {"\u201d", "''"},
    {"\u2026", "\\dots{}"},
    {"\u00a0", "~"},
};

static size_t sequence_length(unsigned char first)
{
    return first < 0xc0 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
}

/* One character: replaced, kept when LaTeX knows it (ASCII, accented Latin letters), else
 * its bytes in hexadecimal. Returns how many bytes it took. */
static size_t put_character(FILE *out, const char *text)
{
    for (size_t i = 0; i < sizeof replacements / sizeof *replacements; i++) {
        size_t n = strlen(replacements[i].from);
        if (!strncmp(text, replacements[i].from, n)) {
            fputs(replacements[i].to, out);
            return n;
        }
    }
    unsigned char first = (unsigned char)*text, second = (unsigned char)text[1];
    size_t n = sequence_length(first);
    bool latin = n == 2 && (second & 0xc0) == 0x80 &&
                 ((first == 0xc3 && second != 0x97 && second != 0xb7) || first == 0xc4 ||
                  (first == 0xc5 && second < 0xbf));
    if (latin || (first >= ' ' && first < 0x7f))
        fwrite(text, 1, n, out);
    else if (first < 0x80 && (n = 1))
        putc(' ', out);
    else
        fprintf(out, "[%02X]", first), n = 1;
    return n;
}

static void put_text(FILE *out, const char *text)
{
    while (*text)
        text += put_character(out, text);
}

/* A name in typewriter letters, which may break after its underscores. */
static void put_code(FILE *out, const char *name)
{
    fputs("\\texttt{", out);
    for (; *name; name++) {
        if (*name == '_')
            fputs("\\_\\allowbreak ", out);
        else
            putc(*name, out);
    }
    putc('}', out);
}

static void begin(FILE *out, const char *title, const char *const *facts, int n_facts)
{
    fputs("\\documentclass[10pt]{article}\n"
          "\\usepackage[utf8]{inputenc}\n"
          "\\usepackage[a4paper,landscape,margin=18mm]{geometry}\n"
          "\\usepackage{amsmath,longtable,array}\n"
          "\\setlength{\\parindent}{0pt}\n"
          "\\setlength{\\emergencystretch}{3em}\n"
          "\\renewcommand{\\arraystretch}{1.15}\n"
          "\\newcolumntype{P}[1]{>{\\raggedright\\arraybackslash}p{#1}}\n"
          "\\newcommand{\\oswformula}[2]{\\par\\medskip{\\small #1}\\par\\nobreak\\vskip "
          "2pt\n"
          "  {\\raggedright\\hangindent=3em\\hangafter=1 \\hspace*{1em}"
          "$\\displaystyle #2$\\par}}\n"
          "\\begin{document}\n",
          out);
    fputs("\\section*{", out);
    put_text(out, title);
    fputs("}\n", out);
    for (int i = 0; i < n_facts; i++) {
        put_text(out, facts[i]);
        fputs("\\par\n", out);
    }
}

static void section(FILE *out, const char *title, int level)
{
    fprintf(out, "\n\\%ssection*{", level == 1 ? "" : "sub");
    put_text(out, title);
    fputs("}\n", out);
}

static void put_head(FILE *out, const struct osw_sheet_formula *f)
{
    const struct osw_symbol *symbol = f->symbol;
    put_code(out, symbol ? symbol->name : f->definition->name);
    fputs("\\enspace ", out);
    put_text(out, f->said);
    if (f->unit && strcmp(f->unit, "1") != 0) {
        fputs(*f->said ? ", $" : "$", out);
        osw_formula_unit(f->unit, out);
        putc('$', out);
    }
}

static void formula(FILE *out, const struct osw_sheet_formula *f)
{
    fputs("\\oswformula{", out);
    put_head(out, f);
    fputs("}{", out);
    osw_sheet_equation(f, true, out);
    fputs("}\n", out);
}

static void table_begin(FILE *out, const struct osw_sheet_table *table)
{
    fputs("{\\footnotesize\n\\begin{longtable}{", out);
    for (int i = 0; i < table->n_columns; i++)
        fprintf(out, "P{%.2fcm}", table->columns[i].width);
    fputs("}\n", out);
    for (int i = 0; i < table->n_columns; i++)
        fprintf(out, "%s\\textbf{%s}", i ? " & " : "", table->columns[i].head);
    fputs(" \\\\ \\hline \\endhead\n", out);
}

static void cell(FILE *out, const struct osw_sheet_cell *c)
{
    switch (c->kind) {
    case OSW_SHEET_TEXT:
        put_text(out, c->text);
        break;
    case OSW_SHEET_CODE:
        put_code(out, c->text);
        break;
    case OSW_SHEET_SYMBOL:
        putc('$', out);
        osw_formula_name(c->text, out);
        putc('$', out);
        break;
    case OSW_SHEET_NUMBER:
        putc('$', out);
        osw_formula_number(c->number, out);
        putc('$', out);
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
    for (int i = 0; i < n_cells; i++) {
        fputs(i ? " & " : "", out);
        cell(out, &cells[i]);
    }
    fputs(" \\\\\n", out);
}

static void table_end(FILE *out)
{
    fputs("\\end{longtable}}\n", out);
}

static void end(FILE *out)
{
    fputs("\\end{document}\n", out);
}

const struct osw_sheet_style osw_latex_style = {
    .begin = begin,
    .section = section,
    .formula = formula,
    .table_begin = table_begin,
    .row = row,
    .table_end = table_end,
    .end = end,
};
