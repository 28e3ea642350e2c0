/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Straight-line LU of I - gamma J, row by row (working row in locals, reciprocal pivots),
 * and the two triangular solves. */
#include "compiler/emit.h"

static const char *state_name(const struct osw_code *code, int i)
{
    return code->program->source->symbols[code->program->layout.states[i]].name;
}

static int slot_of(const struct osw_lu_row *row, int column)
{
    int low = 0, high = row->n - 1;
    while (low < high) {
        int middle = (low + high) / 2;
        if (row->column[middle] < column)
            low = middle + 1;
        else
            high = middle;
    }
    return row->slot[low];
}

static void write_start(FILE *out, const struct osw_lu_row *row, bool *started)
{
    for (int e = 0; e < row->n; e++) {
        started[row->column[e]] = row->source[e] >= 0;
        if (row->source[e] >= 0 && e == row->diagonal)
            fprintf(out, "        osw_lane w%d = osw_lane_fnma(g, J[%d], one);\n",
                    row->column[e], row->source[e]);
        else if (row->source[e] >= 0)
            fprintf(out, "        osw_lane w%d = -g*J[%d];\n", row->column[e],
                    row->source[e]);
    }
}

/* Subtract multiplier * (row k of U) from the working row. */
static void write_elimination(FILE *out, const struct osw_lu_row *pivot, int k,
                              bool *started)
{
    for (int e = pivot->diagonal + 1; e < pivot->n; e++) {
        int j = pivot->column[e];
        if (started[j])
            fprintf(out, "        w%d = osw_lane_fnma(w%d, lu[%d], w%d);\n", j, k,
                    pivot->slot[e], j);
        else
            fprintf(out, "        osw_lane w%d = -w%d*lu[%d];\n", j, k, pivot->slot[e]);
        started[j] = true;
    }
}

static void write_row(FILE *out, const struct osw_code *code, int k, bool *started)
{
    const struct osw_lu_row *row = &code->lu.rows[k];
    fprintf(out, "    { /* %s */\n", state_name(code, code->lu.order[k]));
    write_start(out, row, started);
    for (int e = 0; e < row->diagonal; e++) {
        int j = row->column[e];
        const struct osw_lu_row *pivot = &code->lu.rows[j];
        fprintf(out, "        w%d *= lu[%d];\n", j, slot_of(pivot, j));
        fprintf(out, "        lu[%d] = w%d;\n", row->slot[e], j);
        write_elimination(out, pivot, j, started);
    }
    fprintf(out, "        lu[%d] = 1.0/w%d;\n", row->slot[row->diagonal], k);
    for (int e = row->diagonal + 1; e < row->n; e++)
        fprintf(out, "        lu[%d] = w%d;\n", row->slot[e], row->column[e]);
    fputs("    }\n", out);
}

static void write_factor(FILE *out, const struct osw_code *code, bool *started)
{
    fputs("static void lu_factor(const osw_lane *restrict J, osw_lane g, "
          "osw_lane *restrict lu)\n{\n    const osw_lane one = osw_lane_of(1.0);\n",
          out);
    for (int k = 0; k < code->lu.n; k++)
        write_row(out, code, k, started);
    fputs("}\n\n", out);
}

/* x_k minus entries from .. to-1 of the row times their unknowns. */
static void write_subtractions(FILE *out, const struct osw_lu_row *row, int k, int from,
                               int to)
{
    for (int e = from; e < to; e++)
        fprintf(out, "    x%d = osw_lane_fnma(lu[%d], x%d, x%d);\n", k, row->slot[e],
                row->column[e], k);
}

static void write_solve(FILE *out, const struct osw_code *code)
{
    const struct osw_lu_plan *lu = &code->lu;
    fputs("static void lu_solve(const osw_lane *restrict lu, osw_lane *restrict b)\n{\n",
          out);
    for (int k = 0; k < lu->n; k++) {
        const struct osw_lu_row *row = &lu->rows[k];
        fprintf(out, "    osw_lane x%d = b[y_%s];\n", k, state_name(code, lu->order[k]));
        write_subtractions(out, row, k, 0, row->diagonal);
    }
    for (int k = lu->n - 1; k >= 0; k--) {
        const struct osw_lu_row *row = &lu->rows[k];
        write_subtractions(out, row, k, row->diagonal + 1, row->n);
        fprintf(out, "    x%d *= lu[%d];\n", k, row->slot[row->diagonal]);
        fprintf(out, "    b[y_%s] = x%d;\n", state_name(code, lu->order[k]), k);
    }
    fputs("}\n\n", out);
}

enum osw_status osw_emit_lu(FILE *out, const struct osw_code *code)
{
    bool *started = osw_alloc((size_t)code->lu.n, sizeof *started);
    if (!started)
        return OSW_ERR_MEMORY;
    write_factor(out, code, started);
    write_solve(out, code);
    osw_free(started);
    return OSW_OK;
}
