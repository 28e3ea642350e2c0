/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What `osteoswitch sweep` does besides computing: sample, status, verify, merge. */
#include "cli/log.h"
#include "cli/sweep.h"
#include "sweep/sweep.h"

#include <string.h>

static void write_points(const struct osw_design *design, double *x, int digits)
{
    fputs("member", stdout);
    for (int j = 0; j < design->n_factors; j++)
        printf("\t%s", design->factors[j].name);
    putchar('\n');
    for (int64_t i = 0; i < design->n_members && !ferror(stdout); i++) {
        osw_design_point(design, i, x);
        printf("%lld", (long long)i);
        for (int j = 0; j < design->n_factors; j++)
            printf("\t%.*g", digits, x[j]);
        putchar('\n');
    }
}

enum osw_status osw_sweep_sample(struct osw_session *session, const char *name,
                                 const struct osw_sweep_options *o)
{
    struct osw_design *design;
    enum osw_status status = osw_design_load(name, session->diag, &design);
    if (status)
        return status;
    double *x = osw_arena_alloc(session->arena, (size_t)design->n_factors, sizeof *x);
    if (x)
        write_points(design, x, o->digits);
    osw_design_destroy(design);
    return x ? OSW_OK : OSW_ERR_MEMORY;
}

struct counts {
    int64_t blocks, bad, members, failed, crashed, steps;
};

/* Blocks that cannot be read count as missing; diag says which. */
static enum osw_status count(const struct osw_sweep *sweep, struct osw_diag *diag,
                             struct counts *c)
{
    struct osw_block *block = NULL;
    enum osw_status status = osw_block_create(sweep, &block);
    unsigned char *present = osw_alloc((size_t)sweep->n_blocks, 1);
    if (!status && !present)
        status = OSW_ERR_MEMORY;
    *c = (struct counts){0};
    if (!status)
        c->blocks = osw_sweep_listing(sweep, present);
    for (int64_t k = 0; k < sweep->n_blocks && !status; k++) {
        if (!present[k])
            continue;
        if (osw_block_read(sweep, k, diag, block)) {
            c->blocks--;
            c->bad++;
            continue;
        }
        c->members += block->n;
        for (int64_t i = 0; i < block->n; i++) {
            c->failed += block->codes[i] == OSW_MEMBER_FAILED;
            c->crashed += block->codes[i] == OSW_MEMBER_CRASHED;
            c->steps += block->results[i].steps;
        }
    }
    osw_free(present);
    osw_block_destroy(block);
    return status;
}

static enum osw_status tell(struct osw_session *session, const struct osw_sweep *sweep)
{
    struct counts c;
    enum osw_status status = count(sweep, session->diag, &c);
    if (status)
        return status;
    printf("design\t%s\nid\t%s\nmembers\t%lld of %lld\nblocks\t%lld of %lld\n"
           "failed\t%lld\ncrashed\t%lld\nsteps\t%lld\n",
           sweep->design->path, sweep->id, (long long)c.members,
           (long long)sweep->n_members, (long long)c.blocks, (long long)sweep->n_blocks,
           (long long)c.failed, (long long)c.crashed, (long long)c.steps);
    if (c.bad)
        return osw_diag_fail(session->diag, OSW_ERR_INPUT, (struct osw_loc){0},
                             "%lld blocks cannot be read: remove them and run the sweep "
                             "again",
                             (long long)c.bad);
    return c.blocks == sweep->n_blocks ? OSW_OK : OSW_INCOMPLETE;
}

enum osw_status osw_sweep_tell(struct osw_session *session, const char *dir,
                               const struct osw_sweep_options *o)
{
    (void)o;
    struct osw_design *design;
    struct osw_sweep *sweep;
    enum osw_status status = osw_sweep_reopen(dir, session->diag, &design, &sweep);
    if (status)
        return status;
    status = tell(session, sweep);
    osw_sweep_destroy(sweep);
    osw_design_destroy(design);
    return status;
}

enum osw_status osw_sweep_check(struct osw_session *session, const char *dir,
                                const struct osw_sweep_options *o)
{
    struct osw_design *design;
    struct osw_sweep *sweep;
    int64_t n_bad, n_missing;
    enum osw_status status = osw_sweep_reopen(dir, session->diag, &design, &sweep);
    if (status)
        return status;
    status = osw_sweep_verify(sweep, o->recompute, session->diag, &n_bad, &n_missing);
    if (!status)
        printf("blocks\t%lld of %lld\nbad\t%lld\n",
               (long long)(sweep->n_blocks - n_missing), (long long)sweep->n_blocks,
               (long long)n_bad);
    if (!status && n_bad)
        status = OSW_NEGATIVE;
    else if (!status && n_missing)
        status = OSW_INCOMPLETE;
    osw_sweep_destroy(sweep);
    osw_design_destroy(design);
    return status;
}

enum osw_status osw_sweep_join(struct osw_session *session, const char *dir,
                               const struct osw_sweep_options *o)
{
    struct osw_design *design;
    struct osw_sweep *sweep;
    if (!o->out)
        return osw_diag_fail(session->diag, OSW_ERR_USAGE, (struct osw_loc){0},
                             "sweep merge: expected -o FILE.h5");
    enum osw_status status = osw_sweep_reopen(dir, session->diag, &design, &sweep);
    if (status)
        return status;
    status = osw_sweep_merge(sweep, o->out, o->force, session->diag);
    osw_sweep_destroy(sweep);
    osw_design_destroy(design);
    return status;
}
