/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Elimination on bit sets: row r of the remaining matrix is a set of columns, column c a
 * set of rows. */
#include "compiler/sparse_lu.h"

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

struct pattern {
    int n, words;
    uint64_t *rows, *columns; /* [n][words] each */
    bool *done;
    long operations;
};

static uint64_t *set_of(uint64_t *sets, const struct pattern *p, int i)
{
    return sets + (size_t)i * (size_t)p->words;
}

static void put(uint64_t *set, int i)
{
    set[i / 64] |= UINT64_C(1) << (i % 64);
}

static bool has(const uint64_t *set, int i)
{
    return set[i / 64] >> (i % 64) & 1;
}

static int count(const uint64_t *set, int words)
{
    int n = 0;
    for (int w = 0; w < words; w++)
        n += __builtin_popcountll(set[w]);
    return n;
}

/* Members of a set in ascending order; returns how many. */
static int members(const uint64_t *set, int words, int *list)
{
    int n = 0;
    for (int w = 0; w < words; w++)
        for (uint64_t rest = set[w]; rest; rest &= rest - 1)
            list[n++] = 64 * w + __builtin_ctzll(rest);
    return n;
}

/* The remaining pivot of least Markowitz count; the first of equals. */
static int choose(const struct pattern *p)
{
    int best = -1;
    long least = LONG_MAX;
    for (int i = 0; i < p->n; i++) {
        if (p->done[i])
            continue;
        long cost = (long)(count(set_of(p->rows, p, i), p->words) - 1) *
                    (count(set_of(p->columns, p, i), p->words) - 1);
        if (cost < least) {
            least = cost;
            best = i;
        }
    }
    p->done[best] = true;
    return best;
}

/* Remove pivot k: every row with an entry in column k gains the columns of row k. The
 * pivot's own sets keep what they held when it was chosen. */
static void eliminate(struct pattern *p, int k, int *below, int *right)
{
    uint64_t *pivot_row = set_of(p->rows, p, k), *pivot_column = set_of(p->columns, p, k);
    int n_below = members(pivot_column, p->words, below);
    int n_right = members(pivot_row, p->words, right);
    p->operations += (long)(n_below - 1) * (n_right - 1);
    for (int i = 0; i < n_below; i++) {
        if (below[i] == k)
            continue;
        uint64_t *row = set_of(p->rows, p, below[i]);
        for (int j = 0; j < n_right; j++) {
            put(row, right[j]);
            put(set_of(p->columns, p, right[j]), below[i]);
        }
        row[k / 64] &= ~(UINT64_C(1) << (k % 64));
    }
    for (int j = 0; j < n_right; j++)
        if (right[j] != k)
            set_of(p->columns, p, right[j])[k / 64] &= ~(UINT64_C(1) << (k % 64));
}

static void read_pattern(struct pattern *p, const int *colptr, const int *row)
{
    for (int c = 0; c < p->n; c++)
        for (int e = colptr[c]; e < colptr[c + 1]; e++) {
            put(set_of(p->rows, p, row[e]), c);
            put(set_of(p->columns, p, c), row[e]);
        }
}

/* Factor's row k: L columns are earlier pivots whose column set holds the row; U columns
 * are what the row's own set held when it was the pivot. */
static enum osw_status make_row(struct osw_lu_plan *plan, struct pattern *p, int k,
                                const int *const *source_of, struct osw_arena *arena,
                                uint64_t *permuted, int *list)
{
    struct osw_lu_row *row = &plan->rows[k];
    int original = plan->order[k];
    memset(permuted, 0, (size_t)p->words * sizeof *permuted);
    int n = members(set_of(p->rows, p, original), p->words, list);
    for (int i = 0; i < n; i++)
        put(permuted, plan->position[list[i]]);
    for (int j = 0; j < k; j++)
        if (has(set_of(p->columns, p, plan->order[j]), original))
            put(permuted, j);
    row->n = members(permuted, p->words, list);
    row->column = osw_arena_alloc(arena, (size_t)row->n, sizeof *row->column);
    row->slot = osw_arena_alloc(arena, (size_t)row->n, sizeof *row->slot);
    row->source = osw_arena_alloc(arena, (size_t)row->n, sizeof *row->source);
    if (!row->column || !row->slot || !row->source)
        return OSW_ERR_MEMORY;
    for (int e = 0; e < row->n; e++) {
        row->column[e] = list[e];
        row->slot[e] = plan->size++;
        row->source[e] = source_of[original][plan->order[list[e]]] - 1;
        if (list[e] == k)
            row->diagonal = e;
    }
    return OSW_OK;
}

/* source_of[r][c] = entry of J + 1, or 0. */
static enum osw_status index_entries(int n, const int *colptr, const int *row,
                                     const int ***source_of)
{
    int **index = osw_alloc((size_t)n, sizeof *index);
    int *all = index ? osw_alloc((size_t)n * (size_t)n, sizeof *all) : NULL;
    if (!all) {
        osw_free(index);
        return OSW_ERR_MEMORY;
    }
    for (int r = 0; r < n; r++)
        index[r] = all + (size_t)r * (size_t)n;
    for (int c = 0; c < n; c++)
        for (int e = colptr[c]; e < colptr[c + 1]; e++)
            index[row[e]][c] = e + 1;
    *source_of = (const int **)index;
    return OSW_OK;
}

static enum osw_status plan_rows(struct osw_lu_plan *plan, struct pattern *p,
                                 const int *colptr, const int *row, int *list,
                                 struct osw_arena *arena)
{
    const int **source_of = NULL;
    uint64_t *permuted = osw_alloc((size_t)p->words, sizeof *permuted);
    enum osw_status status =
        permuted ? index_entries(p->n, colptr, row, &source_of) : OSW_ERR_MEMORY;
    for (int k = 0; k < p->n && !status; k++)
        status = make_row(plan, p, k, source_of, arena, permuted, list);
    if (source_of)
        osw_free((void *)source_of[0]);
    osw_free((void *)source_of);
    osw_free(permuted);
    return status;
}

static enum osw_status plan_pattern(struct osw_lu_plan *plan, struct pattern *p,
                                    const int *colptr, const int *row, int *lists,
                                    struct osw_arena *arena)
{
    read_pattern(p, colptr, row);
    for (int k = 0; k < p->n; k++) {
        plan->order[k] = choose(p);
        plan->position[plan->order[k]] = k;
        eliminate(p, plan->order[k], lists, lists + p->n);
        if (p->operations > OSW_LU_OPERATIONS_MAX)
            return OSW_ERR_INPUT;
    }
    plan->operations = p->operations;
    return plan_rows(plan, p, colptr, row, lists, arena);
}

enum osw_status osw_lu_plan_make(struct osw_lu_plan *plan, int n, const int *colptr,
                                 const int *row, struct osw_arena *arena)
{
    size_t size = (size_t)n;
    struct pattern p = {.n = n, .words = n / 64 + 1};
    *plan = (struct osw_lu_plan){
        .n = n,
        .order = osw_arena_alloc(arena, size, sizeof *plan->order),
        .position = osw_arena_alloc(arena, size, sizeof *plan->position),
        .rows = osw_arena_alloc(arena, size, sizeof *plan->rows),
    };
    p.rows = osw_alloc(size * (size_t)p.words, sizeof *p.rows);
    p.columns = osw_alloc(size * (size_t)p.words, sizeof *p.columns);
    p.done = osw_alloc(size, sizeof *p.done);
    int *lists = osw_alloc(2 * size + 1, sizeof *lists);
    enum osw_status status = OSW_ERR_MEMORY;
    if (plan->order && plan->position && plan->rows && p.rows && p.columns && p.done &&
        lists)
        status = plan_pattern(plan, &p, colptr, row, lists, arena);
    osw_free(p.rows);
    osw_free(p.columns);
    osw_free(p.done);
    osw_free(lists);
    return status;
}
