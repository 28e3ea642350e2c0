/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What stands in the sheet, and in which order: files as the text imports them (the main
 * one last, since it uses the others), in each the equations in the order of its lines.
 */
#include "export/sheet.h"
#include "export/formula.h"

#include <stdlib.h>
#include <string.h>

struct walk {
    const struct osw_model *model;
    const struct osw_source *source;
    const double *params, *y;
    const struct osw_sheet_style *style;
    struct osw_arena *arena;
    FILE *out;
};

void osw_sheet_equation(const struct osw_sheet_formula *f, bool breaks, FILE *out)
{
    const struct osw_symbol *symbol = f->symbol;
    const struct osw_expr *right = symbol ? symbol->rule : f->definition->body;
    if (!symbol) {
        osw_formula_head(f->definition, out);
    } else if (symbol->kind == OSW_SYMBOL_STATE) {
        fputs("\\frac{d\\,", out);
        osw_formula_name(symbol->name, out);
        fputs("}{dt}", out);
        right = symbol->rate;
    } else {
        osw_formula_name(symbol->name, out);
    }
    fputs(" = ", out);
    osw_formula_expression(f->source, f->definition, right, breaks, out);
}

static const char *file_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

/* What a symbol is called: the tables' words or the text's own. */
static const char *said_of(const struct walk *w, const struct osw_symbol *symbol)
{
    int k = osw_model_output(w->model, symbol->name);
    int i = osw_model_state(w->model, symbol->name);
    if (i >= 0 && *w->model->states[i].note)
        return w->model->states[i].note;
    if (k >= 0 && strcmp(w->model->outputs[k].long_name, symbol->name) != 0)
        return w->model->outputs[k].long_name;
    return symbol->label;
}

static void put_definitions(const struct walk *w)
{
    if (w->source->n_definitions)
        w->style->section(w->out, "Functions", 1);
    for (int i = 0; i < w->source->n_definitions; i++)
        w->style->formula(
            w->out, &(struct osw_sheet_formula){.source = w->source,
                                                .definition = &w->source->definitions[i],
                                                .said = ""});
}

static int by_place(const void *a, const void *b)
{
    const struct osw_symbol *x = *(const struct osw_symbol *const *)a;
    const struct osw_symbol *y = *(const struct osw_symbol *const *)b;
    return x->at.line != y->at.line
               ? (x->at.line > y->at.line) - (x->at.line < y->at.line)
               : (x->at.col > y->at.col) - (x->at.col < y->at.col);
}

/* The equations that stand in one file. */
static void put_file(const struct walk *w, const char *file,
                     const struct osw_symbol **found)
{
    size_t n = 0;
    for (int i = 0; i < w->source->n_symbols; i++) {
        const struct osw_symbol *symbol = &w->source->symbols[i];
        if (symbol->kind != OSW_SYMBOL_PARAMETER && !strcmp(symbol->at.file, file))
            found[n++] = symbol;
    }
    if (!n)
        return;
    qsort(found, n, sizeof(const struct osw_symbol *), by_place);
    w->style->section(w->out, file_name(file), 2);
    for (size_t i = 0; i < n; i++)
        w->style->formula(w->out,
                          &(struct osw_sheet_formula){.source = w->source,
                                                      .symbol = found[i],
                                                      .said = said_of(w, found[i]),
                                                      .unit = found[i]->unit_text});
}

static enum osw_status put_equations(const struct walk *w)
{
    const struct osw_symbol **found = osw_arena_alloc(
        w->arena, (size_t)w->source->n_symbols + 1, sizeof(const struct osw_symbol *));
    if (!found)
        return OSW_ERR_MEMORY;
    w->style->section(w->out, "Equations", 1);
    for (int i = 1; i <= w->source->n_files; i++)
        put_file(w, w->source->files[i % w->source->n_files], found);
    return OSW_OK;
}

#define TEXT(words)                                                                      \
    {                                                                                    \
        .kind = OSW_SHEET_TEXT, .text = (words)                                          \
    }
#define CODE(words)                                                                      \
    {                                                                                    \
        .kind = OSW_SHEET_CODE, .text = (words)                                          \
    }
#define SYMBOL(words)                                                                    \
    {                                                                                    \
        .kind = OSW_SHEET_SYMBOL, .text = (words)                                        \
    }
#define UNIT(words)                                                                      \
    {                                                                                    \
        .kind = OSW_SHEET_UNIT, .text = (words)                                          \
    }
#define NUMBER(value)                                                                    \
    {                                                                                    \
        .kind = OSW_SHEET_NUMBER, .number = (value)                                      \
    }

static void put_states(const struct walk *w)
{
    static const struct osw_sheet_column columns[] = {
        {"state", 3},          {"symbol", 2.6}, {"start", 2.6}, {"unit", 2.6},
        {"nominal size", 2.6}, {"held", 1.2},   {"meaning", 8}};
    enum { N = sizeof columns / sizeof *columns };
    w->style->section(w->out, "States", 1);
    w->style->table_begin(w->out, &(struct osw_sheet_table){columns, N});
    for (int i = 0; i < w->model->kernel->n_states; i++) {
        const struct osw_state *s = &w->model->states[i];
        struct osw_sheet_cell cells[N] = {CODE(s->id),      SYMBOL(s->id),
                                          NUMBER(w->y[i]),  UNIT(s->unit_text),
                                          NUMBER(s->scale), TEXT(s->held ? "held" : ""),
                                          TEXT(s->note)};
        if (!(s->scale > 0)) /* not declared */
            cells[4] = (struct osw_sheet_cell)TEXT("");
        w->style->row(w->out, cells, N);
    }
    w->style->table_end(w->out);
}

static enum osw_status put_parameters(const struct walk *w)
{
    static const struct osw_sheet_column columns[] = {
        {"parameter", 2.6}, {"symbol", 2.2}, {"value", 2.3}, {"unit", 2.3},
        {"status", 1.7},    {"meaning", 5},  {"source", 7}};
    enum { N = sizeof columns / sizeof *columns };
    w->style->section(w->out, "Parameters", 1);
    w->style->table_begin(w->out, &(struct osw_sheet_table){columns, N});
    for (int j = 0; j < w->model->kernel->n_params; j++) {
        const struct osw_parameter *p = &w->model->params[j];
        const char *source =
            *p->note ? osw_arena_format(w->arena, "%s; %s", p->source, p->note)
                     : p->source;
        if (!source)
            return OSW_ERR_MEMORY;
        const struct osw_sheet_cell cells[N] = {
            CODE(p->id),          SYMBOL(p->id),
            NUMBER(w->params[j]), UNIT(p->unit_text),
            TEXT(p->status),      TEXT(strcmp(p->name, p->id) ? p->name : ""),
            TEXT(source)};
        w->style->row(w->out, cells, N);
    }
    w->style->table_end(w->out);
    return OSW_OK;
}

static void put_outputs(const struct walk *w)
{
    static const struct osw_sheet_column columns[] = {
        {"output", 5}, {"unit", 3}, {"meaning", 9}, {"group", 3}};
    enum { N = sizeof columns / sizeof *columns };
    w->style->section(w->out, "Outputs", 1);
    w->style->table_begin(w->out, &(struct osw_sheet_table){columns, N});
    for (int k = 0; k < w->model->kernel->n_outputs; k++) {
        const struct osw_output *o = &w->model->outputs[k];
        const struct osw_sheet_cell cells[N] = {CODE(o->id), UNIT(o->unit_text),
                                                TEXT(o->long_name), TEXT(o->group)};
        w->style->row(w->out, cells, N);
    }
    w->style->table_end(w->out);
}

static enum osw_status put_all(const struct walk *w)
{
    const char *title = osw_arena_format(w->arena, "The model %s", w->source->name);
    const char *facts[] = {
        "Made from the model text and its tables; do not edit. Time t is in days where "
        "the model states units.",
        osw_arena_format(w->arena, "Text: SHA-256 %.16s. Parameters: SHA-256 %.16s.",
                         w->source->hash, w->model->parameter_hash)};
    if (!title || !facts[1])
        return OSW_ERR_MEMORY;
    w->style->begin(w->out, title, facts, sizeof facts / sizeof *facts);
    put_definitions(w);
    enum osw_status status = put_equations(w);
    if (!status)
        put_states(w);
    if (!status)
        status = put_parameters(w);
    if (!status) {
        put_outputs(w);
        w->style->end(w->out);
    }
    return status;
}

enum osw_status osw_sheet_write(const struct osw_model *model, const double *params,
                                const double *y, enum osw_sheet_format format, FILE *out,
                                struct osw_diag *diag)
{
    static const struct osw_sheet_style *const styles[] = {
        [OSW_SHEET_LATEX] = &osw_latex_style, [OSW_SHEET_MARKDOWN] = &osw_markdown_style};
    struct osw_source *source = NULL;
    enum osw_status status = osw_model_source(model, diag, &source);
    if (status)
        return status;
    struct walk w = {.model = model,
                     .source = source,
                     .params = params,
                     .y = y,
                     .style = styles[format],
                     .arena = osw_arena_create(),
                     .out = out};
    status = w.arena ? put_all(&w) : OSW_ERR_MEMORY;
    osw_arena_destroy(w.arena);
    osw_source_destroy(source);
    return status;
}
