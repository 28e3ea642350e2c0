/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What `osteoswitch sweep` does besides computing: sample, status, verify, merge. */
#include "cli/log.h"
#include "cli/sweep.h"
#include "text/json.h"

#include <math.h>
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

enum osw_status osw_sweep_parts_sample(struct osw_session *session, const char *name,
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

void osw_sweep_parts_warn(struct osw_session *session, const struct osw_sweep *sweep,
                          const struct osw_sweep_tally *t)
{
    if (!t->failed && !t->crashed && !t->killed)
        return;
    osw_diag_add(session->diag, OSW_WARNING, (struct osw_loc){0},
                 "%lld of %lld members have no values: %lld failed, %lld crashed, %lld "
                 "were killed from outside (`sweep status %s --failed` lists them)",
                 (long long)(t->failed + t->crashed + t->killed),
                 (long long)sweep->n_members, (long long)t->failed, (long long)t->crashed,
                 (long long)t->killed, sweep->dir);
}

struct listing {
    const struct osw_sweep *sweep;
    bool json, any;
};

static const char *state_name(const struct listing *l, int state)
{
    return state < 0 ? "" : l->sweep->design->plan->model->states[state].id;
}

/* A row, or an object, of a member that has no values. */
static void list_member(void *context, int64_t member, const struct osw_block *block,
                        int64_t i)
{
    struct listing *l = context;
    const struct osw_member_result *r = &block->results[i];
    const char *status = osw_member_code_name(block->codes[i]);
    if (!l->json) {
        printf("%lld\t%s\t%s\t", (long long)member, status, r->reason);
        if (isfinite(r->t))
            printf("%.9g", r->t);
        printf("\t%s\n", state_name(l, r->state));
        return;
    }
    printf("%s\n  {\"member\": %lld, \"status\": \"%s\", \"reason\": ", l->any ? "," : "",
           (long long)member, status);
    osw_json_string(stdout, r->reason);
    if (isfinite(r->t))
        printf(", \"t_d\": %.17g", r->t);
    else
        printf(", \"t_d\": null");
    fputs(", \"state\": ", stdout);
    osw_json_string(stdout, state_name(l, r->state));
    putchar('}');
    l->any = true;
}

static void print_counts(const struct osw_sweep *sweep, const struct osw_sweep_tally *t,
                         bool json)
{
    const char *design = sweep->design->path;
    if (json) {
        fputs("{\"design\": ", stdout);
        osw_json_string(stdout, design);
    } else {
        printf("design\t%s\n", design);
    }
    printf(json ? ", \"id\": \"%s\",\n \"members\": %lld, \"members_all\": %lld, "
                  "\"blocks\": %lld, \"blocks_all\": %lld,\n \"failed\": %lld, "
                  "\"crashed\": %lld, \"killed\": %lld, \"steps\": %lld,\n "
                  "\"without_values\": ["
                : "id\t%s\nmembers\t%lld of %lld\nblocks\t%lld of %lld\n"
                  "failed\t%lld\ncrashed\t%lld\nkilled\t%lld\nsteps\t%lld\n",
           sweep->id, (long long)t->members, (long long)sweep->n_members,
           (long long)t->blocks, (long long)sweep->n_blocks, (long long)t->failed,
           (long long)t->crashed, (long long)t->killed, (long long)t->steps);
}

/* Counts, or the members without values, or as JSON both. */
static enum osw_status tell(struct osw_session *session, const struct osw_sweep *sweep,
                            const struct osw_sweep_options *o)
{
    struct osw_sweep_tally t, again;
    struct listing listing = {.sweep = sweep, .json = o->json};
    enum osw_status status = osw_sweep_count(sweep, session->diag, NULL, NULL, &t);
    if (status)
        return status;
    if (o->json || !o->failed)
        print_counts(sweep, &t, o->json);
    else
        puts("member\tstatus\treason\tt_d\tstate");
    if (o->json || o->failed)
        status = osw_sweep_count(sweep, NULL, list_member, &listing, &again);
    if (o->json)
        puts("]}");
    if (status)
        return status;
    if (t.bad)
        return osw_diag_fail(session->diag, OSW_ERR_INPUT, (struct osw_loc){0},
                             "%lld blocks cannot be read: remove them and run the sweep "
                             "again",
                             (long long)t.bad);
    return t.blocks == sweep->n_blocks ? OSW_OK : OSW_INCOMPLETE;
}

enum osw_status osw_sweep_parts_status(struct osw_session *session, const char *dir,
                                       const struct osw_sweep_options *o)
{
    struct osw_design *design;
    struct osw_sweep *sweep;
    enum osw_status status = osw_sweep_reopen(dir, session->diag, &design, &sweep);
    if (status)
        return status;
    status = tell(session, sweep, o);
    osw_sweep_destroy(sweep);
    osw_design_destroy(design);
    return status;
}

enum osw_status osw_sweep_parts_verify(struct osw_session *session, const char *dir,
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

enum osw_status osw_sweep_parts_merge(struct osw_session *session, const char *dir,
                                      const struct osw_sweep_options *o)
{
    struct osw_design *design;
    struct osw_sweep *sweep;
    if (!o->output)
        return osw_diag_fail(session->diag, OSW_ERR_USAGE, (struct osw_loc){0},
                             "sweep merge: expected -o FILE.h5");
    enum osw_status status = osw_sweep_reopen(dir, session->diag, &design, &sweep);
    if (status)
        return status;
    struct osw_sweep_tally tally;
    status = osw_sweep_merge(sweep, o->output, o->force, session->diag, &tally);
    if (!status)
        osw_sweep_parts_warn(session, sweep, &tally);
    osw_sweep_destroy(sweep);
    osw_design_destroy(design);
    return status;
}
