/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Making a batch and choosing the build of the loop that fits its kernel. */
#include "solve/batch_work.h"
#include "base/memory.h"
#include "model/kernel.h"
#include "numerics/flush.h"

#include <assert.h>

struct build {
    osw_batch_loop *loop;
    osw_batch_settler *settle;
};

static const struct build scalar = {osw_rosenbrock_loop_scalar, osw_settle_loop_scalar};
static const struct build builds[OSW_ISAS] = {
    [OSW_ISA_BASELINE] = {osw_rosenbrock_loop_baseline, osw_settle_loop_baseline},
#ifdef OSW_FLAGS_AVX2
    [OSW_ISA_AVX2] = {osw_rosenbrock_loop_avx2, osw_settle_loop_avx2},
#endif
#ifdef OSW_FLAGS_AVX512
    [OSW_ISA_AVX512] = {osw_rosenbrock_loop_avx512, osw_settle_loop_avx512},
#endif
};

static const struct build *build_of(const struct osw_batch *b)
{
    const struct build *build = b->n_lanes > 1 ? &builds[b->isa] : &scalar;
    assert(build->loop);
    return build;
}

const char *osw_batch_reason(enum osw_batch_code code)
{
    switch (code) {
    case OSW_BATCH_STEP_TOO_SMALL:
        return "the error test failed again and again at the smallest step";
    case OSW_BATCH_TOO_MANY_STEPS:
        return "more steps than allowed";
    case OSW_BATCH_NOT_FINITE:
        return "a rate is not finite";
    }
    return "no failure";
}

struct row {
    double **place;
    int entries;
};

/* One block for all rows: each begins at a multiple of 64 bytes. */
static enum osw_status make_rows(struct osw_batch *b)
{
    const struct osw_kernel *k = b->kernel;
    const int n = k->n_states;
    const struct row rows[] = {
        {&b->t, 1},
        {&b->h, 1},
        {&b->error, 1},
        {&b->factor, 1},
        {&b->accept, 1},
        {&b->keep, 1},
        {&b->pace, 1},
        {&b->when, 1},
        {&b->fraction, 1},
        {&b->y, n},
        {&b->y_new, n},
        {&b->at, n},
        {&b->f, n},
        {&b->largest, n},
        {&b->tolerance, n},
        {&b->scale, n},
        {&b->u[0], n},
        {&b->u[1], n},
        {&b->u[2], n},
        {&b->u[3], n},
        {&b->u[4], n},
        {&b->u[5], n},
        {&b->u[6], n},
        {&b->u[7], n},
        {&b->dense[0], n},
        {&b->dense[1], n},
        {&b->dense[2], n},
        {&b->p, k->n_params},
        {&b->c, k->n_constants},
        {&b->jac, k->jac_nnz},
        {&b->slope, k->dfdt_nnz},
        {&b->lu, k->lu_size},
        {&b->outputs, k->n_outputs},
    };
    const size_t lanes = (size_t)b->n_lanes, line = 64 / sizeof(double);
    size_t total = line;
    for (size_t r = 0; r < sizeof rows / sizeof *rows; r++)
        total += ((size_t)rows[r].entries * lanes + line) / line * line;
    b->memory = osw_alloc(total, sizeof(double));
    if (!b->memory)
        return OSW_ERR_MEMORY;
    double *next = (double *)(((uintptr_t)b->memory + 63) & ~(uintptr_t)63);
    for (size_t r = 0; r < sizeof rows / sizeof *rows; r++) {
        *rows[r].place = next;
        next += ((size_t)rows[r].entries * lanes + line - 1) / line * line;
    }
    return OSW_OK;
}

enum osw_status osw_batch_create(const struct osw_kernel *kernel, enum osw_isa isa,
                                 const double *scale, const unsigned char *held,
                                 const struct osw_batch_options *options,
                                 struct osw_batch **batch)
{
    assert(kernel->lanes <= OSW_BATCH_MOST_LANES);
    struct osw_batch *b = osw_alloc(1, sizeof *b);
    if (!b)
        return OSW_ERR_MEMORY;
    b->kernel = kernel;
    b->isa = isa;
    b->options = *options;
    b->n_lanes = kernel->lanes;
    b->held = osw_alloc((size_t)kernel->n_states, 1);
    enum osw_status status = b->held ? make_rows(b) : OSW_ERR_MEMORY;
    if (!status)
        status =
            osw_tolerance_create(kernel, scale, options->rtol, options->atol, &b->policy);
    if (status) {
        osw_batch_destroy(b);
        return status;
    }
    for (int i = 0; i < kernel->n_states; i++)
        b->held[i] = held && held[i];
    *batch = b;
    return OSW_OK;
}

void osw_batch_destroy(struct osw_batch *b)
{
    if (!b)
        return;
    osw_tolerance_destroy(b->policy);
    osw_free(b->held);
    osw_free(b->memory);
    osw_free(b);
}

enum osw_status osw_batch_run(struct osw_batch *b, const struct osw_batch_source *source)
{
    const struct build *build = build_of(b);
    b->source = source;
    b->stopped = false;
    uint64_t before = osw_lanes_flush_begin();
    build->loop(b);
    osw_lanes_flush_end(before);
    return b->stopped ? OSW_INTERRUPTED : OSW_OK;
}

void osw_batch_seek(struct osw_batch *b, struct osw_batch_search *searches, int n)
{
    const struct build *build = build_of(b);
    uint64_t before = osw_lanes_flush_begin();
    build->settle(b, searches, n);
    osw_lanes_flush_end(before);
}

bool osw_batch_unsure(const struct osw_batch *b, int lane, int i)
{
    const int at = i * b->n_lanes + lane;
    return osw_tolerance_unsure(b->policy, i, b->largest[at], b->tolerance[at]);
}

const struct osw_batch_stats *osw_batch_stats(const struct osw_batch *b)
{
    return &b->stats;
}
