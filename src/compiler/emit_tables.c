/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "compiler/emit.h"

static const struct osw_symbol *symbol_at(const struct osw_emitter *e, int s)
{
    return &e->program->source->symbols[s];
}

static void write_enum(const struct osw_emitter *e, char prefix, const int *symbols,
                       int n)
{
    if (!n)
        return;
    fprintf(e->out, "enum { /* entries of %c */\n", prefix);
    for (int i = 0; i < n; i++)
        fprintf(e->out, "    %c_%s,\n", prefix, symbol_at(e, symbols[i])->name);
    fputs("};\n\n", e->out);
}

void osw_emit_names(const struct osw_emitter *e)
{
    const struct osw_layout *layout = &e->program->layout;
    int n_named = 0;
    write_enum(e, 'y', layout->states, layout->n_states);
    write_enum(e, 'p', layout->params, layout->n_params);
    for (int i = 0; i < e->n_hoisted; i++) {
        const char *name = e->name[e->hoist_list[i]];
        if (!name)
            continue;
        fputs(n_named++ ? "" : "enum { /* entries of c that are rules of the model */\n",
              e->out);
        fprintf(e->out, "    c_%s = %d,\n", name, i);
    }
    fputs(n_named ? "};\n\n" : "", e->out);
}

static void write_string(FILE *out, const char *text)
{
    fputc('"', out);
    for (const unsigned char *c = (const unsigned char *)text; text && *c; c++) {
        if (*c == '"' || *c == '\\' || *c == '?')
            fprintf(out, "\\%c", *c);
        else if (*c < ' ' || *c == 127)
            fprintf(out, "\\%03o", *c);
        else
            fputc(*c, out);
    }
    fputc('"', out);
}

static void write_symbols(const struct osw_emitter *e, const char *name,
                          const int *symbols, int n)
{
    fprintf(e->out, "static const struct osw_kernel_symbol %s[] = {\n", name);
    for (int i = 0; i < n; i++) {
        const struct osw_symbol *symbol = symbol_at(e, symbols[i]);
        fputs("    {", e->out);
        write_string(e->out, symbol->name);
        fputs(", ", e->out);
        write_string(e->out, symbol->unit_text);
        fputs(", ", e->out);
        write_string(e->out, symbol->label);
        fputs("},\n", e->out);
    }
    fputs(n ? "};\n\n" : "    {\"\", \"\", \"\"},\n};\n\n", e->out);
}

/* C has no empty arrays: one entry at least. */
static void write_array(FILE *out, const char *type, const char *name, const int *values,
                        int n)
{
    fprintf(out, "static const %s %s[] = {", type, name);
    for (int i = 0; i < n; i++)
        fprintf(out, "%s%d,", i % 16 ? " " : "\n    ", values[i]);
    fputs(n ? "\n};\n\n" : "0};\n\n", out);
}

static void write_switchable(const struct osw_emitter *e)
{
    int n = e->program->layout.n_params;
    fputs("static const unsigned char param_switchable[] = {", e->out);
    for (int j = 0; j < n; j++)
        fprintf(e->out, "%s%d,", j % 32 ? " " : "\n    ",
                e->program->switchable[j] ? 1 : 0);
    fputs(n ? "\n};\n\n" : "0};\n\n", e->out);
}

static void write_work(FILE *out, const char *name, const struct osw_work *work)
{
    fprintf(out, "    .work_%s = {%ld, %d, %d, %d},\n", name, work->operations,
            work->exps, work->lns, work->others);
}

static void write_all_work(const struct osw_emitter *e)
{
    const struct osw_lu_plan *lu = &e->code->lu;
    struct osw_work factor = {.operations = 2 * lu->operations + e->code->jac_nnz};
    struct osw_work solve = {.operations = 2L * lu->size - lu->n};
    for (int k = 0; k < lu->n; k++) /* the diagonal's subtraction and reciprocal, L */
        factor.operations += 2 + lu->rows[k].diagonal;
    write_work(e->out, "rhs", &e->rhs);
    write_work(e->out, "rhs_jac", &e->rhs_jac);
    write_work(e->out, "observe", &e->observe);
    write_work(e->out, "factor", &factor);
    write_work(e->out, "solve", &solve);
}

/* The kernel's members for one table of derivatives, and its function. */
static void write_entries(FILE *out, const char *name, const char *of, const char *by,
                          const struct osw_entries *entries)
{
    fprintf(out,
            "    .%s_nnz = %d,\n    .%s_%s = %s_of,\n    .%s_%s = %s_by,\n"
            "    .%s = %s,\n",
            name, entries->nnz, name, of, name, name, by, name, name, name);
}

static void write_structure(const struct osw_emitter *e)
{
    const struct osw_code *code = e->code;
    fputs("#if OSW_LANES == 1\n", e->out);
    write_array(e->out, "int", "dobs_dy_of", code->dobs_dy.of, code->dobs_dy.nnz);
    write_array(e->out, "int", "dobs_dy_by", code->dobs_dy.by, code->dobs_dy.nnz);
    write_array(e->out, "int", "dobs_dp_of", code->dobs_dp.of, code->dobs_dp.nnz);
    write_array(e->out, "int", "dobs_dp_by", code->dobs_dp.by, code->dobs_dp.nnz);
    write_array(e->out, "int", "dinit_dp_of", code->dinit_dp.of, code->dinit_dp.nnz);
    write_array(e->out, "int", "dinit_dp_by", code->dinit_dp.by, code->dinit_dp.nnz);
    fputs("#endif\n\n", e->out);
}

static void write_kernel(const struct osw_emitter *e)
{
    const struct osw_code *code = e->code;
    const struct osw_layout *layout = &e->program->layout;
    const struct osw_source *source = e->program->source;
    fputs("static const struct osw_kernel kernel = {\n"
          "    .abi = OSW_KERNEL_ABI,\n    .lanes = OSW_LANES,\n    .name = ",
          e->out);
    write_string(e->out, source->name);
    fputs(",\n    .hash = ", e->out);
    write_string(e->out, source->hash);
    fprintf(e->out,
            ",\n    .n_states = %d,\n    .n_params = %d,\n    .n_outputs = %d,\n"
            "    .n_constants = %d,\n    .jac_nnz = %d,\n    .dfdp_nnz = %d,\n"
            "    .dfdt_nnz = %d,\n    .lu_size = %d,\n",
            layout->n_states, layout->n_params, code->n_outputs, e->n_hoisted,
            code->jac_nnz, code->dfdp_nnz, code->dfdt_nnz, code->lu.size);
    static const char *const members[] = {
        "states",           "params",     "outputs",
        "jac_colptr",       "jac_row",    "dfdp_state",
        "dfdp_param",       "dfdt_state", "init",
        "prepare",          "segment",    "rhs",
        "rhs_jac",          "dfdp",       "dfdt",
        "observe",          "lu_factor",  "lu_solve",
        "param_switchable",
    };
    for (size_t i = 0; i < sizeof members / sizeof *members; i++)
        fprintf(e->out, "    .%s = %s,\n", members[i], members[i]);
    write_all_work(e);
    fputs("#if OSW_LANES == 1\n", e->out);
    write_entries(e->out, "dobs_dy", "output", "state", &code->dobs_dy);
    write_entries(e->out, "dobs_dp", "output", "param", &code->dobs_dp);
    write_entries(e->out, "dinit_dp", "state", "param", &code->dinit_dp);
    fputs("#endif\n};\n\n", e->out);
}

void osw_emit_tables(const struct osw_emitter *e)
{
    const struct osw_code *code = e->code;
    const struct osw_layout *layout = &e->program->layout;
    write_symbols(e, "states", layout->states, layout->n_states);
    write_symbols(e, "params", layout->params, layout->n_params);
    write_symbols(e, "outputs", code->outputs, code->n_outputs);
    write_switchable(e);
    write_array(e->out, "int", "jac_colptr", code->jac_colptr, layout->n_states + 1);
    write_array(e->out, "int", "jac_row", code->jac_row, code->jac_nnz);
    write_array(e->out, "int", "dfdp_state", code->dfdp_state, code->dfdp_nnz);
    write_array(e->out, "int", "dfdp_param", code->dfdp_param, code->dfdp_nnz);
    write_array(e->out, "int", "dfdt_state", code->dfdt_state, code->dfdt_nnz);
    write_structure(e);
    write_kernel(e);
    fprintf(e->out,
            "const struct osw_kernel *OSW_KERNEL_NAME(%s)(void);\n\n"
            "const struct osw_kernel *OSW_KERNEL_NAME(%s)(void)\n"
            "{\n    return &kernel;\n}\n",
            code->entry, code->entry);
}
