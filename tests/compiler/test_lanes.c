/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Wide kernels of every ISA that this machine runs: against the same text in long double
 * at random points; a lane's bits against those of the same point in another lane, beside
 * other neighbours (NaN among them), and alone in a kernel of one lane. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "base/cpu.h"
#include "point.h"
#include "wide_calls.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LANES_MAX = 8, ROUNDS = 40, FIELDS = 9 };

osw_kernel_entry osw_kernel_human, osw_kernel_features;
osw_kernel_entry osw_kernel_human_long_double, osw_kernel_features_long_double;
wide_evaluate evaluate_scalar, evaluate_long_double;

/* The ISA's kernels and callers, wide and of one lane. */
#define VARIANT(isa)                                                                     \
    osw_kernel_entry osw_kernel_human_##isa, osw_kernel_features_##isa,                  \
        osw_kernel_features_##isa##_one;                                                 \
    wide_evaluate evaluate_##isa, evaluate_##isa##_one;
#define ROW(isa, id)                                                                     \
    {id,                                                                                 \
     osw_kernel_human_##isa,                                                             \
     osw_kernel_features_##isa,                                                          \
     osw_kernel_features_##isa##_one,                                                    \
     evaluate_##isa,                                                                     \
     evaluate_##isa##_one},

VARIANT(baseline)
#ifdef OSW_FLAGS_AVX2
VARIANT(avx2)
#endif
#ifdef OSW_FLAGS_AVX512
VARIANT(avx512)
#endif

static const struct variant {
    enum osw_isa isa;
    osw_kernel_entry *human, *features, *features_one;
    wide_evaluate *evaluate, *evaluate_one;
} variants[] = {ROW(baseline, OSW_ISA_BASELINE)
#ifdef OSW_FLAGS_AVX2
                    ROW(avx2, OSW_ISA_AVX2)
#endif
#ifdef OSW_FLAGS_AVX512
                        ROW(avx512, OSW_ISA_AVX512)
#endif
};
enum { VARIANTS = sizeof variants / sizeof *variants };

static const char *const field_names[FIELDS] = {"c", "f", "g",   "J", "P",
                                                "T", "x", "out", "lu"};

/* Rows of all arrays, sizes in rows. */
struct rows {
    struct wide_point at;
    void *field[FIELDS];
    size_t size[FIELDS];
};

static void *row_array(int n, size_t row)
{
    size_t bytes = ((size_t)n + 1) * row;
    void *rows = aligned_alloc(64, (bytes + 63) / 64 * 64);
    assert_non_null(rows);
    memset(rows, 0, bytes);
    return rows;
}

static void rows_create(struct rows *r, const struct osw_kernel *k, size_t row)
{
    struct wide_point *at = &r->at;
    int n = k->n_states;
    const int sizes[FIELDS] = {k->n_constants, n,           n, k->jac_nnz,
                               k->dfdp_nnz,    k->dfdt_nnz, n, k->n_outputs,
                               k->lu_size};
    at->t = row_array(1, row);
    at->gamma = row_array(1, row);
    at->y = row_array(n, row);
    at->p = row_array(k->n_params, row);
    at->b = row_array(n, row);
    for (int i = 0; i < FIELDS; i++) {
        r->field[i] = row_array(sizes[i], row);
        r->size[i] = (size_t)sizes[i];
    }
    at->c = r->field[0];
    at->f = r->field[1];
    at->g = r->field[2];
    at->J = r->field[3];
    at->P = r->field[4];
    at->T = r->field[5];
    at->x = r->field[6];
    at->out = r->field[7];
    at->lu = r->field[8];
}

static void rows_destroy(struct rows *r)
{
    free(r->at.t);
    free(r->at.gamma);
    free(r->at.y);
    free(r->at.p);
    free(r->at.b);
    for (int i = 0; i < FIELDS; i++)
        free(r->field[i]);
}

/* One point; b is made from y. */
struct member {
    struct point at;
    double gamma;
};

static void put(const struct rows *r, const struct osw_kernel *k, int lane,
                const struct member *m)
{
    int lanes = k->lanes;
    ((double *)r->at.t)[lane] = m->at.t;
    ((double *)r->at.gamma)[lane] = m->gamma;
    for (int i = 0; i < k->n_states; i++) {
        ((double *)r->at.y)[i * lanes + lane] = m->at.y[i];
        ((double *)r->at.b)[i * lanes + lane] = m->at.y[i] * ((i % 3) - 0.8);
    }
    for (int j = 0; j < k->n_params; j++)
        ((double *)r->at.p)[j * lanes + lane] = m->at.p[j];
}

static void put_long(const struct rows *r, const struct osw_kernel *k,
                     const struct member *m)
{
    *(long double *)r->at.t = m->at.t;
    *(long double *)r->at.gamma = m->gamma;
    for (int i = 0; i < k->n_states; i++) {
        ((long double *)r->at.y)[i] = m->at.y[i];
        ((long double *)r->at.b)[i] = (long double)(m->at.y[i] * ((i % 3) - 0.8));
    }
    for (int j = 0; j < k->n_params; j++)
        ((long double *)r->at.p)[j] = m->at.p[j];
}

static void members_create(struct member *m, const struct subject *s, uint64_t *seed)
{
    for (int l = 0; l < LANES_MAX; l++) {
        point_create(&m[l].at, s);
        point_draw(&m[l].at, s, seed);
        m[l].gamma = pow(10, -4 + 5 * uniform(seed));
    }
}

static void members_destroy(struct member *m)
{
    for (int l = 0; l < LANES_MAX; l++)
        point_destroy(&m[l].at);
}

/* Per entry of a field: the largest value met, and the largest errors of the kernel with
 * one lane and libm, and of the wide one. */
struct spread {
    double value, scalar, wide;
};

static double deviation(double x, long double exact)
{
    if (isfinite(x) && isfinite((double)exact))
        return (double)fabsl(x - exact);
    return isfinite(x) == isfinite((double)exact) ? 0 : INFINITY;
}

static void measure(struct spread *spread, const struct rows *wide, int lane, int lanes,
                    const struct rows *scalar, const struct rows *exact, int field)
{
    const double *x = wide->field[field], *one = scalar->field[field];
    const long double *e = exact->field[field];
    for (size_t i = 0; i < wide->size[field]; i++) {
        struct spread *s = &spread[i];
        s->value = fmax(s->value, isfinite((double)e[i]) ? (double)fabsl(e[i]) : 0);
        s->scalar = fmax(s->scalar, deviation(one[i], e[i]));
        s->wide = fmax(s->wide, deviation(x[i * (size_t)lanes + (size_t)lane], e[i]));
    }
}

/* Sums that cancel lose digits in any arithmetic: a wide kernel may lose four times what
 * the scalar one does, and some ulp of the largest value; what is nothing beside the rest
 * of its field does not count. */
static void judge(const struct osw_kernel *k, struct spread *const *spread,
                  const size_t *size)
{
    printf("%s, %d lanes, worst error by largest value:", k->name, k->lanes);
    for (int field = 0; field < FIELDS; field++) {
        double worst = 0, largest = 0;
        for (size_t i = 0; i < size[field]; i++)
            largest = fmax(largest, spread[field][i].value);
        for (size_t i = 0; i < size[field]; i++) {
            const struct spread *s = &spread[field][i];
            if (s->value > 1e-30 * largest)
                worst = fmax(worst, s->wide / s->value);
            if (!(s->wide <=
                  4 * s->scalar + 64 * DBL_EPSILON * s->value + 1e-30 * largest))
                fail_msg("%s[%zu] is off by %.3g; scalar by %.3g, values to %.3g",
                         field_names[field], i, s->wide, s->scalar, s->value);
        }
        printf(" %s %.1e", field_names[field], worst);
    }
    printf("\n");
}

static void against_long_double(const struct subject *s, const struct osw_kernel *exact,
                                const struct osw_kernel *k, wide_evaluate *evaluate)
{
    struct member m[LANES_MAX];
    struct rows wide, scalar, reference;
    struct spread *spread[FIELDS];
    uint64_t seed = 3;
    rows_create(&wide, k, (size_t)k->lanes * sizeof(double));
    rows_create(&scalar, s->kernel, sizeof(double));
    rows_create(&reference, exact, sizeof(long double));
    for (int i = 0; i < FIELDS; i++)
        spread[i] = calloc(wide.size[i] + 1, sizeof *spread[i]);
    for (int round = 0; round < ROUNDS; round++) {
        members_create(m, s, &seed);
        for (int l = 0; l < k->lanes; l++)
            put(&wide, k, l, &m[l]);
        evaluate(k, &wide.at);
        for (int l = 0; l < k->lanes; l++) {
            put(&scalar, s->kernel, 0, &m[l]);
            put_long(&reference, exact, &m[l]);
            evaluate_scalar(s->kernel, &scalar.at);
            evaluate_long_double(exact, &reference.at);
            for (int i = 0; i < FIELDS; i++)
                measure(spread[i], &wide, l, k->lanes, &scalar, &reference, i);
        }
        members_destroy(m);
    }
    judge(k, spread, wide.size);
    for (int i = 0; i < FIELDS; i++)
        free(spread[i]);
    rows_destroy(&wide);
    rows_destroy(&scalar);
    rows_destroy(&reference);
}

static void accuracy(void **state)
{
    (void)state;
    struct subject human, features;
    subject_shipped(&human, osw_kernel_human());
    subject_text(&features, osw_kernel_features(), FEATURES);
    for (int v = 0; v < VARIANTS; v++) {
        const struct variant *variant = &variants[v];
        if (!osw_cpu_has(variant->isa))
            continue;
        against_long_double(&human, osw_kernel_human_long_double(), variant->human(),
                            variant->evaluate);
        against_long_double(&features, osw_kernel_features_long_double(),
                            variant->features(), variant->evaluate);
    }
    subject_destroy(&human);
    subject_destroy(&features);
}

/* All bits of one lane. */
static void assert_same(const struct rows *x, int x_lane, int x_lanes,
                        const struct rows *y, int y_lane, int y_lanes)
{
    for (int field = 0; field < FIELDS; field++)
        for (size_t i = 0; i < x->size[field]; i++) {
            const double *a = (double *)x->field[field] + i * (size_t)x_lanes + x_lane;
            const double *b = (double *)y->field[field] + i * (size_t)y_lanes + y_lane;
            if (memcmp(a, b, sizeof *a) != 0 && !(isnan(*a) && isnan(*b)))
                fail_msg("%s[%zu]: %.17g in lane %d of %d, %.17g in lane %d of %d",
                         field_names[field], i, *a, x_lane, x_lanes, *b, y_lane, y_lanes);
        }
}

/* A point keeps its bits when all others move or become NaN. */
static void in_any_lane(const struct subject *s, const struct osw_kernel *k,
                        wide_evaluate *evaluate)
{
    struct member m[LANES_MAX];
    struct rows first, moved;
    uint64_t seed = 11;
    int n = k->lanes;
    rows_create(&first, k, (size_t)n * sizeof(double));
    rows_create(&moved, k, (size_t)n * sizeof(double));
    members_create(m, s, &seed);
    for (int l = 0; l < n; l++)
        put(&first, k, l, &m[l]);
    evaluate(k, &first.at);
    for (int shift = 1; shift < n; shift++) {
        for (int l = 0; l < n; l++)
            put(&moved, k, (l + shift) % n, &m[l]);
        evaluate(k, &moved.at);
        for (int l = 0; l < n; l++)
            assert_same(&first, l, n, &moved, (l + shift) % n, n);
    }
    for (int l = 1; l < n; l++)
        for (int i = 0; i < k->n_states; i++)
            ((double *)first.at.y)[i * n + l] = l % 2 ? NAN : -1e300;
    for (int i = 0; i < FIELDS; i++)
        memcpy(moved.field[i], first.field[i],
               first.size[i] * (size_t)n * sizeof(double));
    evaluate(k, &first.at);
    assert_same(&first, 0, n, &moved, 0, n);
    members_destroy(m);
    rows_destroy(&first);
    rows_destroy(&moved);
}

/* The wide kernel and one of a single lane, of the same ISA. */
static void alone(const struct subject *s, const struct variant *variant)
{
    const struct osw_kernel *k = variant->features(), *one = variant->features_one();
    struct member m[LANES_MAX];
    struct rows wide, single;
    uint64_t seed = 7;
    rows_create(&wide, k, (size_t)k->lanes * sizeof(double));
    rows_create(&single, one, sizeof(double));
    for (int round = 0; round < ROUNDS; round++) {
        members_create(m, s, &seed);
        for (int l = 0; l < k->lanes; l++)
            put(&wide, k, l, &m[l]);
        variant->evaluate(k, &wide.at);
        for (int l = 0; l < k->lanes; l++) {
            put(&single, one, 0, &m[l]);
            variant->evaluate_one(one, &single.at);
            assert_same(&wide, l, k->lanes, &single, 0, 1);
        }
        members_destroy(m);
    }
    rows_destroy(&wide);
    rows_destroy(&single);
}

static void same_bits(void **state)
{
    (void)state;
    struct subject human, features;
    subject_shipped(&human, osw_kernel_human());
    subject_text(&features, osw_kernel_features(), FEATURES);
    for (int v = 0; v < VARIANTS; v++) {
        const struct variant *variant = &variants[v];
        if (!osw_cpu_has(variant->isa))
            continue;
        assert_int_equal(variant->features_one()->lanes, 1);
        in_any_lane(&human, variant->human(), variant->evaluate);
        in_any_lane(&features, variant->features(), variant->evaluate);
        alone(&features, variant);
    }
    subject_destroy(&human);
    subject_destroy(&features);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(accuracy),
        cmocka_unit_test(same_bits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
