/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The model on paper: functions, equations by file of the text, states, parameters with
 * value, unit, status and source, outputs. One walk (sheet.c) says what stands where; a
 * style (latex.c, markdown.c) says how it looks. */
#ifndef OSW_EXPORT_SHEET_H
#define OSW_EXPORT_SHEET_H

#include "compiler/model.h"
#include "model/model.h"

#include <stdio.h>

enum osw_sheet_format { OSW_SHEET_LATEX, OSW_SHEET_MARKDOWN };

/* params [n_params] and y [n_states] are the values to write. Write errors stay in `out`
 * (ferror). OSW_ERR_NOINPUT: the model's text is not installed. */
enum osw_status osw_sheet_write(const struct osw_model *model, const double *params,
                                const double *y, enum osw_sheet_format format, FILE *out,
                                struct osw_diag *diag) OSW_MUST_CHECK;

enum osw_sheet_cell_kind {
    OSW_SHEET_TEXT,
    OSW_SHEET_CODE,   /* a name as in the text */
    OSW_SHEET_SYMBOL, /* the same as in a formula */
    OSW_SHEET_NUMBER,
    OSW_SHEET_UNIT
};

struct osw_sheet_cell {
    enum osw_sheet_cell_kind kind;
    const char *text; /* not of NUMBER */
    double number;
};

struct osw_sheet_column {
    const char *head;
    double width; /* cm */
};

struct osw_sheet_table {
    const struct osw_sheet_column *columns;
    int n_columns;
};

struct osw_sheet_formula { /* an equation or a function's definition */
    const struct osw_source *source;
    const struct osw_symbol *symbol;         /* or NULL, and then … */
    const struct osw_definition *definition; /* … this */
    const char *said, *unit; /* what it is, "" when nothing says so; its unit or NULL */
};

/* "left = right", in LaTeX's words; `breaks` as in osw_formula_expression. */
void osw_sheet_equation(const struct osw_sheet_formula *formula, bool breaks, FILE *out);

struct osw_sheet_style {
    void (*begin)(FILE *out, const char *title, const char *const *facts, int n_facts);
    void (*section)(FILE *out, const char *title, int level);
    void (*formula)(FILE *out, const struct osw_sheet_formula *formula);
    void (*table_begin)(FILE *out, const struct osw_sheet_table *table);
    void (*row)(FILE *out, const struct osw_sheet_cell *cells, int n_cells);
    void (*table_end)(FILE *out);
    void (*end)(FILE *out);
};

extern const struct osw_sheet_style osw_latex_style, osw_markdown_style;

#endif
