/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/memory.h"
#include "sweep/member_runner.h"
#include "sweep/folder.h"

#include <string.h>

struct verifier {
    const struct osw_sweep *sweep;
    struct osw_diag *diag;
    struct osw_member_runner *runner;
    struct osw_block *stored, *again; /* rows of `again` are computed */
    int64_t first, next;              /* of the block; the next row to look at */
    int64_t every, n_bad;
};

/* What is stored: doubles, or doubles rounded to single. */
static bool same(const struct osw_sweep *sweep, double stored, double computed)
{
    if (sweep->settings.precision == OSW_SWEEP_SINGLE)
        computed = (double)(float)computed;
    return (stored != stored && computed != computed) ||
           !memcmp(&stored, &computed, sizeof stored);
}

static bool next_row(void *context, int place, struct osw_member_row *row)
{
    struct verifier *v = context;
    struct osw_block *b = v->again;
    (void)place;
    for (int64_t i = v->next; i < v->stored->n; i++) {
        if ((v->first + i) % v->every || v->stored->codes[i] > OSW_MEMBER_FAILED)
            continue;
        *row = (struct osw_member_row){v->first + i,
                                       b->points + i * v->sweep->design->n_factors,
                                       b->values + (size_t)i * v->sweep->n_values,
                                       &b->results[i],
                                       0,
                                       NULL};
        v->next = i + 1;
        return true;
    }
    v->next = v->stored->n;
    return false;
}

static void compare_row(void *context, int place, const struct osw_member_row *row)
{
    struct verifier *v = context;
    const struct osw_sweep *sweep = v->sweep;
    const size_t n_factors = (size_t)sweep->design->n_factors;
    const size_t i = (size_t)(row->member - v->first);
    const double *values = v->stored->values + i * sweep->n_values;
    (void)place;
    bool equal = !memcmp(row->point, v->stored->points + i * n_factors,
                         n_factors * sizeof *row->point) &&
                 row->code == v->stored->codes[i];
    for (size_t k = 0; k < sweep->n_values && equal; k++)
        equal = same(sweep, values[k], row->values[k]);
    if (equal)
        return;
    v->n_bad++;
    osw_diag_add(v->diag, OSW_ERROR, (struct osw_loc){0},
                 "member %lld: computed again, it has other values",
                 (long long)row->member);
}

static bool is_stopped(void *context)
{
    const struct verifier *v = context;
    return osw_diag_progress(v->diag, (double)v->first / (double)v->sweep->n_members,
                             "computing members again");
}

static enum osw_status verify_block(struct verifier *v, int64_t number)
{
    const struct osw_member_source source = {
        .context = v, .next = next_row, .done = compare_row, .stop = is_stopped};
    enum osw_status status = osw_block_read(v->sweep, number, v->diag, v->stored);
    if (status == OSW_ERR_INPUT || status == OSW_ERR_IO) {
        v->n_bad++;
        return OSW_OK;
    }
    v->first = number * v->sweep->settings.block;
    v->next = 0;
    return status || !v->every ? status : osw_member_runner_run(v->runner, &source);
}

static enum osw_status verify_all(struct verifier *v, int64_t *n_missing)
{
    enum osw_status status = OSW_OK;
    for (int64_t k = 0; k < v->sweep->n_blocks && !status; k++) {
        char path[4096];
        osw_folder_block(v->sweep, k, path, sizeof path);
        if (osw_folder_has(path))
            status = verify_block(v, k);
        else
            ++*n_missing;
        if (!status &&
            osw_diag_progress(v->diag, (double)(k + 1) / (double)v->sweep->n_blocks,
                              "checking blocks"))
            status = OSW_INTERRUPTED;
    }
    return status;
}

static enum osw_status hire(struct verifier *v)
{
    struct osw_wide_kernel kernel;
    enum osw_status status = osw_member_runner_kernel(v->sweep, v->diag, &kernel);
    return status ? status : osw_member_runner_create(v->sweep, &kernel, &v->runner);
}

enum osw_status osw_sweep_verify(const struct osw_sweep *sweep, int64_t recompute_n,
                                 struct osw_diag *diag, int64_t *n_bad,
                                 int64_t *n_missing)
{
    struct verifier v = {.sweep = sweep, .diag = diag};
    *n_missing = 0;
    if (recompute_n > 0)
        v.every = recompute_n < sweep->n_members ? sweep->n_members / recompute_n : 1;
    enum osw_status status = osw_block_create(sweep, &v.stored);
    if (!status)
        status = osw_block_create(sweep, &v.again);
    if (!status && v.every)
        status = hire(&v);
    if (!status)
        status = verify_all(&v, n_missing);
    *n_bad = v.n_bad;
    osw_member_runner_destroy(v.runner);
    osw_block_destroy(v.again);
    osw_block_destroy(v.stored);
    return status;
}
