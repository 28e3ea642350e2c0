/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * How members went, over all that a sweep's folder holds: the one place from which
 * status, merge, sensitivity and the end of a run tell of failed members. */
#include "sweep/folder.h"

static const char *const names[] = {"done", "failed", "crashed", "killed from outside"};

const char *osw_member_code_name(int code)
{
    const int n = sizeof names / sizeof *names;
    return code >= 0 && code < n ? names[code] : "missing";
}

struct counting {
    const struct osw_sweep *sweep;
    struct osw_diag *diag;
    struct osw_block *block;
    osw_sweep_visit *visit;
    void *context;
    struct osw_sweep_tally *tally;
};

static void count_members(const struct counting *c, int64_t first)
{
    const struct osw_block *b = c->block;
    struct osw_sweep_tally *t = c->tally;
    for (int64_t i = 0; i < b->n; i++) {
        const int code = b->codes[i];
        if (code == OSW_MEMBER_MISSING)
            continue;
        t->members++;
        t->failed += code == OSW_MEMBER_FAILED;
        t->crashed += code == OSW_MEMBER_CRASHED;
        t->killed += code == OSW_MEMBER_KILLED;
        t->steps += b->results[i].steps;
        if (code != OSW_MEMBER_DONE && c->visit)
            c->visit(c->context, first + i, b, i);
    }
}

static enum osw_status count_block(const struct counting *c, int64_t number)
{
    char path[4096];
    enum osw_status status;
    osw_folder_block(c->sweep, number, path, sizeof path);
    if (osw_folder_has(path)) {
        status = osw_block_read(c->sweep, number, c->diag, c->block);
        c->tally->blocks += !status;
        c->tally->bad += status && status != OSW_ERR_MEMORY;
        if (status && !c->tally->why)
            c->tally->why = status;
        if (status && status != OSW_ERR_MEMORY)
            return OSW_OK;
    } else {
        osw_folder_part(c->sweep, number, path, sizeof path);
        if (!osw_folder_has(path))
            return OSW_OK;
        status = osw_block_resume(c->sweep, number, c->block);
    }
    if (!status)
        count_members(c, number * c->sweep->settings.block);
    return status;
}

enum osw_status osw_sweep_count(const struct osw_sweep *sweep, struct osw_diag *diag,
                                osw_sweep_visit *visit, void *context,
                                struct osw_sweep_tally *tally)
{
    struct counting c = {
        .sweep = sweep, .diag = diag, .visit = visit, .context = context, .tally = tally};
    *tally = (struct osw_sweep_tally){0};
    enum osw_status status = osw_block_create(sweep, &c.block);
    for (int64_t k = 0; k < sweep->n_blocks && !status; k++) {
        status = count_block(&c, k);
        if (!status && osw_diag_progress(diag, (double)(k + 1) / (double)sweep->n_blocks,
                                         "reading blocks"))
            status = OSW_INTERRUPTED;
    }
    osw_block_destroy(c.block);
    return status;
}
