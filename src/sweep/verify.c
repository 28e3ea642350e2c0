/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sweep/folder.h"

#include <string.h>

struct verifier {
    const struct osw_sweep *sweep;
    struct osw_diag *diag;
    struct osw_member_runner *runner;
    double *x, *values; /* one member, computed again */
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

static enum osw_status recompute(struct verifier *v, const struct osw_block *block,
                                 int64_t i, int64_t member)
{
    const struct osw_sweep *sweep = v->sweep;
    const struct osw_design *d = sweep->design;
    struct osw_member_result result;
    osw_design_point(d, member, v->x);
    for (int life = 0; life < d->plan->n_lives; life++)
        osw_design_apply(d, v->x, osw_member_params(v->runner, life));
    enum osw_status status = osw_member_run(v->runner, v->values, &result);
    if (status)
        return status;
    bool equal = !memcmp(v->x, block->points + i * d->n_factors,
                         (size_t)d->n_factors * sizeof *v->x);
    for (size_t k = 0; k < sweep->n_values && equal; k++)
        equal = same(sweep, block->values[(size_t)i * sweep->n_values + k], v->values[k]);
    if (!equal) {
        v->n_bad++;
        osw_diag_add(v->diag, OSW_ERROR, (struct osw_loc){0},
                     "member %lld: computed again, it has other values",
                     (long long)member);
    }
    return OSW_OK;
}

static enum osw_status verify_block(struct verifier *v, int64_t number,
                                    struct osw_block *block)
{
    const int64_t first = number * v->sweep->settings.block;
    enum osw_status status = osw_block_read(v->sweep, number, v->diag, block);
    if (status == OSW_ERR_INPUT || status == OSW_ERR_IO) {
        v->n_bad++;
        return OSW_OK;
    }
    for (int64_t i = 0; i < block->n && !status && v->every; i++)
        if ((first + i) % v->every == 0 && block->codes[i] != OSW_MEMBER_CRASHED)
            status = recompute(v, block, i, first + i);
    return status;
}

static enum osw_status verify_all(struct verifier *v, struct osw_block *block,
                                  int64_t *n_missing)
{
    enum osw_status status = OSW_OK;
    for (int64_t k = 0; k < v->sweep->n_blocks && !status; k++) {
        char path[4096];
        osw_folder_block(v->sweep, k, path, sizeof path);
        if (osw_folder_has(path))
            status = verify_block(v, k, block);
        else
            ++*n_missing;
    }
    return status;
}

enum osw_status osw_sweep_verify(const struct osw_sweep *sweep, int64_t recompute_n,
                                 struct osw_diag *diag, int64_t *n_bad,
                                 int64_t *n_missing)
{
    struct verifier v = {.sweep = sweep, .diag = diag};
    struct osw_block *block = NULL;
    *n_missing = 0;
    if (recompute_n > 0)
        v.every = recompute_n < sweep->n_members ? sweep->n_members / recompute_n : 1;
    v.x = osw_alloc((size_t)sweep->design->n_factors, sizeof *v.x);
    v.values = osw_alloc(sweep->n_values, sizeof *v.values);
    enum osw_status status = v.x && v.values ? OSW_OK : OSW_ERR_MEMORY;
    if (!status)
        status = osw_block_create(sweep, &block);
    if (!status)
        status = osw_member_runner_create(sweep->design->plan, &sweep->settings.solver,
                                          &v.runner);
    if (!status)
        status = verify_all(&v, block, n_missing);
    *n_bad = v.n_bad;
    osw_member_runner_destroy(v.runner);
    osw_block_destroy(block);
    osw_free(v.values);
    osw_free(v.x);
    return status;
}
