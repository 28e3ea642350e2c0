/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Steps, in order: the model as a DAG, sparse derivatives, the LU plan, what each
 * function computes, text. */
#include "compiler/generate.h"
#include "compiler/emit.h"

#include <ctype.h>
#include <string.h>

enum { STATES_MAX = 4096 };

static enum osw_status no_memory_or(const void *memory)
{
    return memory ? OSW_OK : OSW_ERR_MEMORY;
}

static struct osw_loc model_at(const struct osw_code *code)
{
    return (struct osw_loc){.file = code->program->source->path};
}

static const char *state_name(const struct osw_code *code, int i)
{
    return code->program->source->symbols[code->program->layout.states[i]].name;
}

static const char *param_name(const struct osw_code *code, int j)
{
    return code->program->source->symbols[code->program->layout.params[j]].name;
}

/* osw_kernel_<name>, characters that C does not allow in names written as _. */
static enum osw_status choose_entry(struct osw_code *code, const char *entry)
{
    char *name = entry ? osw_arena_string(code->arena, entry)
                       : osw_arena_format(code->arena, "osw_kernel_%s",
                                          code->program->source->name);
    for (char *c = name; c && *c; c++)
        if (!isalnum((unsigned char)*c))
            *c = '_';
    code->entry = name;
    return no_memory_or(name);
}

static enum osw_status named_outputs(struct osw_code *code,
                                     const struct osw_generate_options *options,
                                     struct osw_diag *diag)
{
    const struct osw_source *source = code->program->source;
    enum osw_status status = OSW_OK;
    for (int k = 0; k < options->n_outputs; k++) {
        int s = osw_source_find(source, options->outputs[k]);
        code->outputs[k] = s;
        if (s < 0)
            status = osw_diag_fail(diag, OSW_ERR_INPUT, model_at(code),
                                   "output '%s' is not a symbol of the model",
                                   options->outputs[k]);
    }
    code->n_outputs = options->n_outputs;
    return status;
}

static enum osw_status choose_outputs(struct osw_code *code,
                                      const struct osw_generate_options *options,
                                      struct osw_diag *diag)
{
    const struct osw_source *source = code->program->source;
    const struct osw_layout *layout = &code->program->layout;
    size_t room = (size_t)(options->outputs ? options->n_outputs : source->n_symbols);
    code->outputs = osw_arena_alloc(code->arena, room, sizeof *code->outputs);
    if (!code->outputs)
        return OSW_ERR_MEMORY;
    if (options->outputs)
        return named_outputs(code, options, diag);
    for (int i = 0; i < layout->n_states; i++)
        code->outputs[code->n_outputs++] = layout->states[i];
    for (int s = 0; s < source->n_symbols; s++)
        if (source->symbols[s].kind == OSW_SYMBOL_RULE)
            code->outputs[code->n_outputs++] = s;
    return OSW_OK;
}

/* Put the entry of row i in column i when it is 0 for all arguments. */
static enum osw_status with_diagonal(struct osw_code *code, int i)
{
    struct osw_gradient *row = &code->by_state[i];
    int e = 0;
    while (e < row->n && row->index[e] < i)
        e++;
    if (e < row->n && row->index[e] == i)
        return OSW_OK;
    size_t n = (size_t)row->n, before = (size_t)e;
    int *index = osw_arena_alloc(code->arena, n + 1, sizeof *index);
    int *node = osw_arena_alloc(code->arena, n + 1, sizeof *node);
    if (!index || !node)
        return OSW_ERR_MEMORY;
    memcpy(index, row->index, before * sizeof *index);
    memcpy(node, row->node, before * sizeof *node);
    index[e] = i;
    memcpy(index + e + 1, row->index + e, (n - before) * sizeof *index);
    memcpy(node + e + 1, row->node + e, (n - before) * sizeof *node);
    *row = (struct osw_gradient){.n = row->n + 1, .index = index, .node = node};
    return OSW_OK;
}

/* Rows (of states) to entries sorted by column, then row. colptr [n_columns + 1]. */
static enum osw_status by_column(struct osw_arena *arena, const struct osw_gradient *rows,
                                 int n_rows, int n_columns, int *nnz, int **colptr,
                                 int **row, int **node)
{
    int total = 0;
    for (int i = 0; i < n_rows; i++)
        total += rows[i].n;
    int *start = osw_arena_alloc(arena, (size_t)n_columns + 2, sizeof *start);
    *row = osw_arena_alloc(arena, (size_t)total, sizeof **row);
    *node = osw_arena_alloc(arena, (size_t)total, sizeof **node);
    if (!start || !*row || !*node)
        return OSW_ERR_MEMORY;
    for (int i = 0; i < n_rows; i++)
        for (int e = 0; e < rows[i].n; e++)
            start[rows[i].index[e] + 2]++;
    for (int c = 0; c < n_columns; c++)
        start[c + 2] += start[c + 1];
    for (int i = 0; i < n_rows; i++)
        for (int e = 0; e < rows[i].n; e++) {
            int place = start[rows[i].index[e] + 1]++;
            (*row)[place] = i;
            (*node)[place] = rows[i].node[e];
        }
    *nnz = total;
    *colptr = start;
    return OSW_OK;
}

static enum osw_status entries_of(struct osw_code *code, enum osw_variables variables,
                                  const int *roots, int n, struct osw_entries *entries)
{
    struct osw_arena *arena = code->arena;
    const struct osw_layout *layout = &code->program->layout;
    int n_by = variables == OSW_BY_STATE ? layout->n_states : layout->n_params;
    int *start = NULL;
    struct osw_gradient *rows = osw_arena_alloc(arena, (size_t)n, sizeof *rows);
    enum osw_status status = no_memory_or(rows);
    if (!status)
        status = osw_gradients(code->program, variables, roots, n, arena, rows);
    if (!status)
        status = by_column(arena, rows, n, n_by, &entries->nnz, &start, &entries->of,
                           &entries->node);
    if (status)
        return status;
    size_t nnz = (size_t)entries->nnz;
    entries->by = osw_arena_alloc(arena, nnz, sizeof *entries->by);
    entries->targets = osw_arena_alloc(arena, nnz, sizeof *entries->targets);
    if (!entries->by || !entries->targets)
        return OSW_ERR_MEMORY;
    for (int j = 0; j < n_by; j++)
        for (int e = start[j]; e < start[j + 1]; e++) {
            entries->by[e] = j;
            entries->targets[e] =
                (struct osw_target){"D", e, entries->node[e], NULL, NULL};
        }
    return OSW_OK;
}

/* What sensitivities need beside the rates' derivatives. */
static enum osw_status derive_observed(struct osw_code *code)
{
    const struct osw_program *program = code->program;
    int n = code->n_outputs;
    int *outputs = osw_arena_alloc(code->arena, (size_t)n, sizeof *outputs);
    if (!outputs)
        return OSW_ERR_MEMORY;
    for (int k = 0; k < n; k++)
        outputs[k] = program->symbol[code->outputs[k]];
    enum osw_status status = entries_of(code, OSW_BY_STATE, outputs, n, &code->dobs_dy);
    if (!status)
        status = entries_of(code, OSW_BY_PARAM, outputs, n, &code->dobs_dp);
    if (!status)
        status = entries_of(code, OSW_BY_PARAM, program->init, program->layout.n_states,
                            &code->dinit_dp);
    return status;
}

static enum osw_status structure(struct osw_code *code)
{
    int n = code->program->layout.n_states, n_params = code->program->layout.n_params;
    enum osw_status status = OSW_OK;
    int *param_start = NULL, *all = NULL;
    for (int i = 0; i < n && !status; i++)
        status = with_diagonal(code, i);
    if (!status)
        status = by_column(code->arena, code->by_state, n, n, &code->jac_nnz,
                           &code->jac_colptr, &code->jac_row, &code->jac_node);
    if (!status)
        status = by_column(code->arena, code->by_param, n, n_params, &code->dfdp_nnz,
                           &param_start, &code->dfdp_state, &code->dfdp_node);
    if (!status)
        status = by_column(code->arena, code->by_time, n, 1, &code->dfdt_nnz, &all,
                           &code->dfdt_state, &code->dfdt_node);
    if (status)
        return status;
    code->dfdp_param = osw_arena_alloc(code->arena, (size_t)code->dfdp_nnz, sizeof(int));
    if (!code->dfdp_param)
        return OSW_ERR_MEMORY;
    for (int j = 0; j < n_params; j++)
        for (int e = param_start[j]; e < param_start[j + 1]; e++)
            code->dfdp_param[e] = j;
    return OSW_OK;
}

static enum osw_status derive(struct osw_code *code, struct osw_diag *diag)
{
    struct osw_program *program = code->program;
    size_t n = (size_t)program->layout.n_states;
    code->by_state = osw_arena_alloc(code->arena, n, sizeof *code->by_state);
    code->by_param = osw_arena_alloc(code->arena, n, sizeof *code->by_param);
    code->by_time = osw_arena_alloc(code->arena, n, sizeof *code->by_time);
    if (!code->by_state || !code->by_param || !code->by_time)
        return OSW_ERR_MEMORY;
    enum osw_status status = osw_gradients(program, OSW_BY_STATE, program->rate, (int)n,
                                           code->arena, code->by_state);
    if (!status)
        status = osw_gradients(program, OSW_BY_PARAM, program->rate, (int)n, code->arena,
                               code->by_param);
    if (!status)
        status = osw_gradients(program, OSW_BY_TIME, program->rate, (int)n, code->arena,
                               code->by_time);
    if (!status)
        status = derive_observed(code);
    if (!status)
        status = osw_program_verdict(program, diag);
    if (!status)
        status = structure(code);
    if (status)
        return status;
    status = osw_lu_plan_make(&code->lu, program->layout.n_states, code->jac_colptr,
                              code->jac_row, code->arena);
    if (status == OSW_ERR_INPUT)
        return osw_diag_fail(diag, status, model_at(code),
                             "the states are coupled so densely that the factors of the "
                             "Jacobian take more than %d operations",
                             OSW_LU_OPERATIONS_MAX);
    return status;
}

static const char *derivative_text(const struct osw_code *code, int state,
                                   const char *variable)
{
    return osw_arena_format(code->arena, "d %s' / d %s", state_name(code, state),
                            variable);
}

/* rhs is the head of rhs_jac; init gives y from p. */
static enum osw_status target_states(struct osw_code *code)
{
    int n = code->program->layout.n_states;
    code->n_rhs = n;
    code->n_rhs_jac = n + code->jac_nnz;
    code->rhs_jac =
        osw_arena_alloc(code->arena, (size_t)code->n_rhs_jac, sizeof *code->rhs_jac);
    code->init = osw_arena_alloc(code->arena, (size_t)n, sizeof *code->init);
    if (!code->rhs_jac || !code->init)
        return OSW_ERR_MEMORY;
    code->rhs = code->rhs_jac;
    for (int i = 0; i < n; i++) {
        code->rhs[i] = (struct osw_target){"f", i, code->program->rate[i],
                                           state_name(code, i), NULL};
        code->init[i] = (struct osw_target){"y", i, code->program->init[i],
                                            state_name(code, i), NULL};
    }
    for (int c = 0; c < n; c++)
        for (int e = code->jac_colptr[c]; e < code->jac_colptr[c + 1]; e++)
            code->rhs_jac[n + e] = (struct osw_target){
                "J", e, code->jac_node[e], NULL,
                derivative_text(code, code->jac_row[e], state_name(code, c))};
    return OSW_OK;
}

static enum osw_status target_rest(struct osw_code *code)
{
    code->dfdp = osw_arena_alloc(code->arena, (size_t)code->dfdp_nnz, sizeof *code->dfdp);
    code->dfdt = osw_arena_alloc(code->arena, (size_t)code->dfdt_nnz, sizeof *code->dfdt);
    code->observe =
        osw_arena_alloc(code->arena, (size_t)code->n_outputs, sizeof *code->observe);
    if (!code->dfdp || !code->dfdt || !code->observe)
        return OSW_ERR_MEMORY;
    for (int e = 0; e < code->dfdp_nnz; e++)
        code->dfdp[e] =
            (struct osw_target){"P", e, code->dfdp_node[e], NULL,
                                derivative_text(code, code->dfdp_state[e],
                                                param_name(code, code->dfdp_param[e]))};
    for (int e = 0; e < code->dfdt_nnz; e++)
        code->dfdt[e] =
            (struct osw_target){"T", e, code->dfdt_node[e], NULL,
                                derivative_text(code, code->dfdt_state[e], "time")};
    for (int k = 0; k < code->n_outputs; k++)
        code->observe[k] =
            (struct osw_target){"out", k, code->program->symbol[code->outputs[k]], NULL,
                                code->program->source->symbols[code->outputs[k]].name};
    return OSW_OK;
}

static struct osw_work emit_evaluation(struct osw_emitter *e, const char *name,
                                       const char *results,
                                       const struct osw_target *targets, int n)
{
    fprintf(e->out,
            "static void %s(osw_lane t, const osw_lane *restrict y, "
            "const osw_lane *restrict p,\n    const osw_lane *restrict c, %s)\n{\n"
            "    (void)t, (void)y, (void)p, (void)c;\n",
            name, results);
    if (!n)
        fprintf(e->out, "    (void)%c;\n", results[strlen(results) - 1]);
    struct osw_work work = osw_emit_body(e, targets, n);
    fputs("}\n\n", e->out);
    return work;
}

static void emit_plain(struct osw_emitter *e, const char *name, const char *arguments,
                       const struct osw_entries *entries)
{
    fprintf(e->out,
            "static void %s(%sconst osw_lane *restrict p, osw_lane *restrict D)\n{\n"
            "    (void)p, (void)D%s;\n",
            name, arguments, *arguments ? ", (void)t, (void)y" : "");
    osw_emit_plain(e, entries->targets, entries->nnz);
    fputs("}\n\n", e->out);
}

/* Sensitivities are integrated one member at a time. */
static void emit_observed(struct osw_emitter *e)
{
    static const char at[] = "osw_lane t, const osw_lane *restrict y, ";
    fputs("#if OSW_LANES == 1\n", e->out);
    emit_plain(e, "dobs_dy", at, &e->code->dobs_dy);
    emit_plain(e, "dobs_dp", at, &e->code->dobs_dp);
    emit_plain(e, "dinit_dp", "", &e->code->dinit_dp);
    fputs("#endif\n\n", e->out);
}

static void emit_functions(struct osw_emitter *e)
{
    const struct osw_code *code = e->code;
    fputs("static void init(const osw_lane *restrict p, osw_lane *restrict y)\n{\n"
          "    (void)p;\n",
          e->out);
    osw_emit_plain(e, code->init, code->n_rhs);
    fputs("}\n\n"
          "static void prepare(const osw_lane *restrict p, osw_lane *restrict c)\n{\n"
          "    (void)p, (void)c;\n",
          e->out);
    osw_emit_hoisted(e, OSW_RANK_MEMBER);
    fputs("}\n\n"
          "static void segment(const osw_lane *restrict p, osw_lane *restrict c)\n{\n"
          "    (void)p, (void)c;\n",
          e->out);
    osw_emit_hoisted(e, OSW_RANK_SEGMENT);
    fputs("}\n\n", e->out);
    e->rhs = emit_evaluation(e, "rhs", "osw_lane *restrict f", code->rhs, code->n_rhs);
    e->rhs_jac =
        emit_evaluation(e, "rhs_jac", "osw_lane *restrict f, osw_lane *restrict J",
                        code->rhs_jac, code->n_rhs_jac);
    (void)emit_evaluation(e, "dfdp", "osw_lane *restrict P", code->dfdp, code->dfdp_nnz);
    (void)emit_evaluation(e, "dfdt", "osw_lane *restrict T", code->dfdt, code->dfdt_nnz);
    e->observe = emit_evaluation(e, "observe", "osw_lane *restrict out", code->observe,
                                 code->n_outputs);
    emit_observed(e);
}

static enum osw_status emit(const struct osw_code *code, FILE *out, struct osw_diag *diag)
{
    struct osw_emitter e;
    enum osw_status status = osw_emitter_init(&e, code, out);
    if (status)
        return status;
    fprintf(out,
            "/* Generated from the model %s; changes here are lost.\n"
            " * %d states, %d parameters, %d entries of df/dy, %d of df/dp; "
            "LU: %d entries, %ld\n"
            " * multiply-subtracts. Text of the model (SHA-256): %s */\n"
            "#include \"model/kernel.h\"\n\n",
            code->entry, code->n_rhs, code->program->layout.n_params, code->jac_nnz,
            code->dfdp_nnz, code->lu.size, code->lu.operations,
            code->program->source->hash);
    osw_emit_names(&e);
    emit_functions(&e);
    status = osw_emit_lu(out, code);
    if (!status)
        osw_emit_tables(&e);
    osw_emitter_fini(&e);
    if (!status && (fflush(out) || ferror(out)))
        status = osw_diag_fail(diag, OSW_ERR_IO, (struct osw_loc){0},
                               "cannot write the generated C");
    return status;
}

static enum osw_status check_size(const struct osw_code *code, struct osw_diag *diag)
{
    int n = code->program->layout.n_states;
    if (n > 0 && n <= STATES_MAX)
        return OSW_OK;
    return osw_diag_fail(diag, OSW_ERR_INPUT, model_at(code),
                         "the model has %d states; 1 to %d are possible", n, STATES_MAX);
}

enum osw_status osw_generate_c(const struct osw_source *source,
                               const struct osw_generate_options *options, FILE *out,
                               struct osw_diag *diag)
{
    static const struct osw_generate_options defaults = {0};
    struct osw_program program;
    options = options ? options : &defaults;
    enum osw_status status =
        osw_program_init(&program, source, options->switchable, diag);
    if (status)
        return status;
    struct osw_code code = {.program = &program, .arena = osw_arena_create()};
    status = no_memory_or(code.arena);
    if (!status)
        status = check_size(&code, diag);
    if (!status)
        status = choose_entry(&code, options->entry);
    if (!status)
        status = choose_outputs(&code, options, diag);
    if (!status)
        status = derive(&code, diag);
    if (!status)
        status = target_states(&code);
    if (!status)
        status = target_rest(&code);
    if (!status)
        status = emit(&code, out, diag);
    osw_arena_destroy(code.arena);
    osw_program_fini(&program);
    return status;
}
