/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "point.h"
#include "compiler/declared.h"
#include "text/tsv.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { PATH_ROOM = 512 };

double uniform(uint64_t *seed)
{
    uint64_t z = (*seed += UINT64_C(0x9e3779b97f4a7c15));
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return (double)((z ^ (z >> 31)) >> 11) * 0x1p-53;
}

double normal(uint64_t *seed)
{
    double radius = sqrt(-2 * log(1 - uniform(seed)));
    return radius * cos(6.283185307179586 * uniform(seed));
}

/* tables: of parameters, NULL at the end. */
static void load(struct subject *s, const struct osw_kernel *kernel, const char *path,
                 const char *const *tables)
{
    struct osw_units *units = osw_units_create();
    struct osw_diag *diag = osw_diag_create();
    struct osw_declared declared = {.arena = osw_arena_create()};
    struct osw_unit_declaration *list = NULL;
    int n = 0;
    for (; *tables; tables++)
        assert_int_equal(osw_declared_read(&declared, *tables, OSW_DECLARED_PARAM, diag),
                         OSW_OK);
    assert_int_equal(osw_declared_units(&declared, &list, &n), OSW_OK);
    enum osw_status status =
        osw_source_load(path, units, list, n, false, diag, &s->source);
    if (status)
        osw_diag_render(diag, stderr, false);
    assert_int_equal(status, OSW_OK);
    assert_int_equal(osw_layout_init(&s->layout, s->source), OSW_OK);
    assert_int_equal(s->layout.n_states, kernel->n_states);
    assert_int_equal(s->layout.n_params, kernel->n_params);
    s->kernel = kernel;
    s->p = calloc((size_t)kernel->n_params, sizeof *s->p);
    s->y = calloc((size_t)kernel->n_states, sizeof *s->y);
    osw_diag_destroy(diag);
    osw_arena_destroy(declared.arena);
}

static void read_column(const struct subject *s, const char *path, const char *id,
                        const char *column, double *values)
{
    struct osw_arena *arena = osw_arena_create();
    struct osw_diag *diag = osw_diag_create();
    struct osw_table table;
    assert_int_equal(osw_tsv_read(path, arena, diag, &table), OSW_OK);
    for (size_t r = 0; r < table.n_rows; r++) {
        const char *name = osw_tsv_cell(&table, r, osw_tsv_column(&table, id))->text;
        int symbol = osw_source_find(s->source, name);
        if (symbol < 0) { /* common.tsv: of another model */
            assert_string_equal(path, PARAMS "/common.tsv");
            continue;
        }
        assert_true(s->layout.entry[symbol] >= 0);
        assert_int_equal(
            osw_tsv_number(osw_tsv_cell(&table, r, osw_tsv_column(&table, column)),
                           column, diag, &values[s->layout.entry[symbol]]),
            OSW_OK);
    }
    osw_diag_destroy(diag);
    osw_arena_destroy(arena);
}

static void table_of(char *path, const char *model, const char *ending)
{
    snprintf(path, PATH_ROOM, PARAMS "/%s%s", model, ending);
}

void subject_shipped(struct subject *s, const struct osw_kernel *kernel)
{
    char text[PATH_ROOM], params[PATH_ROOM], states[PATH_ROOM];
    snprintf(text, sizeof text, MODELS "/%s.ant", kernel->name);
    table_of(params, kernel->name, ".tsv");
    table_of(states, kernel->name, ".states.tsv");
    const char *const tables[] = {PARAMS "/common.tsv", params, NULL};
    load(s, kernel, text, tables);
    read_column(s, PARAMS "/common.tsv", "parameterId", "nominalValue", s->p);
    read_column(s, params, "parameterId", "nominalValue", s->p);
    double *start = calloc((size_t)kernel->n_states, sizeof *start);
    read_column(s, states, "stateId", "scale", s->y);
    read_column(s, states, "stateId", "start", start);
    for (int i = 0; i < kernel->n_states; i++)
        s->y[i] = start[i] > 1e-9 * s->y[i] ? start[i] : 0.01 * s->y[i];
    free(start);
    s->t_end = 30; /* the phase of a daily rhythm loses digits as t grows */
}

void subject_text(struct subject *s, const struct osw_kernel *kernel, const char *path)
{
    static const char *const none[] = {NULL};
    load(s, kernel, path, none);
    for (int j = 0; j < s->layout.n_params; j++)
        s->p[j] = s->source->symbols[s->layout.params[j]].initial->number;
    for (int i = 0; i < s->layout.n_states; i++)
        s->y[i] = 1;
    s->t_end = 10;
}

void subject_destroy(struct subject *s)
{
    struct osw_units *units = s->source->units;
    osw_layout_fini(&s->layout);
    osw_source_destroy(s->source);
    osw_units_destroy(units);
    free(s->p);
    free(s->y);
}

void point_create(struct point *at, const struct subject *s)
{
    const struct osw_kernel *k = s->kernel;
    *at = (struct point){.p = calloc((size_t)k->n_params, sizeof(double)),
                         .y = calloc((size_t)k->n_states, sizeof(double)),
                         .c = calloc((size_t)k->n_constants + 1, sizeof(double)),
                         .f = calloc((size_t)k->n_states, sizeof(double)),
                         .J = calloc((size_t)k->jac_nnz, sizeof(double))};
}

void point_destroy(struct point *at)
{
    free(at->p);
    free(at->y);
    free(at->c);
    free(at->f);
    free(at->J);
}

void point_draw(struct point *at, const struct subject *s, uint64_t *seed)
{
    at->t = s->t_end * uniform(seed);
    for (int j = 0; j < s->kernel->n_params; j++)
        at->p[j] = s->p[j] == 0 ? uniform(seed) : s->p[j] * exp(0.1 * normal(seed));
    for (int i = 0; i < s->kernel->n_states; i++)
        at->y[i] = s->y[i] * exp(0.2 * normal(seed));
}

void point_evaluate(struct point *at, const struct subject *s)
{
    for (int k = 0; k < s->kernel->n_constants; k++)
        at->c[k] = NAN;
    s->kernel->prepare(at->p, at->c);
    s->kernel->segment(at->p, at->c);
    s->kernel->rhs_jac(at->t, at->y, at->p, at->c, at->f, at->J);
}
