/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Who ended a process? Members that were in flight then (DIR/suspects.txt) are run in
 * child processes, as many of them as threads were asked for. A child that ends itself is
 * halved until one member is alone in it: that one has crashed. A child that is killed
 * from outside accuses nobody; its members are tried again, and only one that was alone
 * and killed several times is stored so, to be tried again by the next run. */
#include "base/memory.h"
#include "sweep/child.h"
#include "sweep/folder.h"
#include "sweep/in_flight.h"
#include "text/outfile.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { MOST_KILLS = 3, MOST_TOGETHER = 64, MOST_SHARED = 64 << 20 /* bytes a child */ };

/* Members first … first + n - 1 of the list. */
struct group {
    size_t first, n;
};

struct trial {
    const struct osw_sweep *sweep;
    const struct osw_sweep_run_options *options;
    struct osw_diag *diag;
    int64_t *members; /* [n] to be tried */
    int *kills;       /* [n] of the member alone */
    bool *settled;    /* [n] its row is stored, and it was not killed */
    size_t n;
    struct group *waiting; /* [n] */
    size_t n_waiting;
    struct osw_member_runner *runner;
    struct osw_child **children; /* [n_children] */
    struct group *at_work;       /* [n_children]; n 0: none */
    int n_children;
    struct osw_block *block; /* of the row stored last, … */
    int64_t number;          /* … -1: none, … */
    bool unwritten;          /* … with rows that are not on disk */
    bool stopping;
    struct osw_sweep_progress progress;
};

static int by_number(const void *a, const void *b)
{
    const int64_t *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

/* A line cut short by a kill, or of no member, says nothing. */
static enum osw_status read_list(struct trial *t)
{
    char path[4096], text[80];
    size_t room = 0;
    enum osw_status status = OSW_OK;
    snprintf(path, sizeof path, "%s/suspects.txt", t->sweep->dir);
    FILE *in = osw_folder_open_regular(path, O_RDONLY, "r");
    if (!in && errno != ENOENT)
        return osw_diag_fail(t->diag, errno == EINVAL ? OSW_ERR_INPUT : OSW_ERR_IO,
                             (struct osw_loc){.file = osw_diag_file(t->diag, path)},
                             "cannot read: expected a list of members in a regular file");
    while (in && !status && fgets(text, sizeof text, in)) {
        char *end;
        long long member = strtoll(text, &end, 10);
        if (end == text || *end != '\n' || member < 0 || member >= t->sweep->n_members)
            continue;
        if (t->n == room) {
            void *grown = t->members;
            status = osw_grow(&grown, room, room ? 2 * room : 64, sizeof *t->members);
            t->members = status ? t->members : grown;
            room = room ? 2 * room : 64;
        }
        if (!status)
            t->members[t->n++] = member;
    }
    if (in)
        fclose(in);
    return status;
}

static enum osw_status put_block(struct trial *t)
{
    const bool needed = t->unwritten;
    t->unwritten = false;
    return needed ? osw_block_write(t->sweep, t->number, t->block, t->diag) : OSW_OK;
}

/* Take the block of a member in hand; *i is the member's place in it. */
static enum osw_status hold_block(struct trial *t, int64_t member, int64_t *i)
{
    const int64_t size = t->sweep->settings.block;
    enum osw_status status = OSW_OK;
    *i = member % size;
    t->unwritten |= t->number == member / size;
    if (t->number == member / size)
        return OSW_OK;
    status = put_block(t);
    if (!status)
        status = osw_block_resume(t->sweep, member / size, t->block);
    t->number = status ? -1 : member / size;
    t->unwritten = !status;
    return status;
}

/* Keep each once, and only those that have no row or were killed. */
static enum osw_status keep_open(struct trial *t)
{
    const int64_t size = t->sweep->settings.block;
    int64_t last = -1, number = -1;
    size_t kept = 0;
    enum osw_status status = OSW_OK;
    if (t->n)
        qsort(t->members, t->n, sizeof *t->members, by_number);
    for (size_t k = 0; k < t->n && !status; k++) {
        const int64_t member = t->members[k];
        if (member == last)
            continue;
        last = member;
        if (member / size != number)
            status = osw_block_resume(t->sweep, member / size, t->block);
        number = member / size;
        const int code = t->block->codes[member % size];
        if (!status && (code == OSW_MEMBER_MISSING || code == OSW_MEMBER_KILLED))
            t->members[kept++] = member;
    }
    t->n = kept;
    return status;
}

static enum osw_status put_list(void *context, FILE *out)
{
    const struct trial *t = context;
    for (size_t k = 0; k < t->n; k++)
        if (!t->settled[k])
            fprintf(out, "%lld\n", (long long)t->members[k]);
    return OSW_OK;
}

/* The members that are still suspected, for the next run. */
static enum osw_status write_list(struct trial *t)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/suspects.txt", t->sweep->dir);
    for (size_t k = 0; k < t->n; k++)
        if (!t->settled[k])
            return osw_outfile_write(path, true, put_list, t, t->diag);
    unlink(path);
    return OSW_OK;
}

static void push(struct trial *t, size_t first, size_t n)
{
    assert(t->n_waiting < t->n);
    t->waiting[t->n_waiting++] = (struct group){first, n};
}

static enum osw_status store_row(struct trial *t, const struct osw_member_row *row)
{
    const size_t n_factors = (size_t)t->sweep->design->n_factors;
    int64_t i;
    enum osw_status status = hold_block(t, row->member, &i);
    if (status)
        return status;
    struct osw_block *b = t->block;
    memcpy(b->points + (size_t)i * n_factors, row->point, n_factors * sizeof *b->points);
    memcpy(b->values + (size_t)i * t->sweep->n_values, row->values,
           t->sweep->n_values * sizeof *b->values);
    b->results[i] = *row->result;
    b->codes[i] = row->code;
    t->progress.members++;
    t->progress.failed += row->code != OSW_MEMBER_DONE;
    return OSW_OK;
}

/* The row of a member that has none of its own. */
static enum osw_status store_verdict(struct trial *t, size_t k, enum osw_member_code code,
                                     const char *text)
{
    int64_t i;
    enum osw_status status = hold_block(t, t->members[k], &i);
    if (status)
        return status;
    struct osw_block *b = t->block;
    double *values = b->values + (size_t)i * t->sweep->n_values;
    osw_design_point(t->sweep->design, t->members[k],
                     b->points + i * t->sweep->design->n_factors);
    for (size_t v = 0; v < t->sweep->n_values; v++)
        values[v] = NAN;
    b->results[i] = (struct osw_member_result){.t = NAN, .state = -1};
    snprintf(b->results[i].reason, OSW_MEMBER_REASON, "%s", text);
    b->codes[i] = (unsigned char)code;
    t->settled[k] = code != OSW_MEMBER_KILLED;
    t->progress.members++;
    t->progress.failed++;
    osw_diag_add(t->diag, OSW_WARNING, (struct osw_loc){0}, "member %lld %s%s",
                 (long long)t->members[k], text,
                 code == OSW_MEMBER_KILLED ? ", again and again: the next run tries again"
                                           : ": it is not run again");
    return OSW_OK;
}

/* Store what the child did; the rest of its group moves to the front: *left of them. */
static enum osw_status take_rows(struct trial *t, int c, size_t *left)
{
    const struct group *g = &t->at_work[c];
    enum osw_status status = OSW_OK;
    size_t rest = g->first;
    for (size_t k = 0; k < g->n && !status; k++) {
        struct osw_member_row row;
        const size_t at = g->first + k;
        if (osw_child_row(t->children[c], (int)k, &row)) {
            status = store_row(t, &row);
            t->settled[at] = true;
        }
    }
    for (size_t at = g->first; at < g->first + g->n; at++) {
        if (t->settled[at])
            continue;
        const int64_t member = t->members[at];
        const int kills = t->kills[at];
        t->members[at] = t->members[rest];
        t->kills[at] = t->kills[rest];
        t->settled[at] = t->settled[rest];
        t->members[rest] = member;
        t->kills[rest] = kills;
        t->settled[rest++] = false;
    }
    *left = rest - g->first;
    return status;
}

/* A child has ended with `left` members of its group to do. */
static enum osw_status judge(struct trial *t, const struct group *g, size_t left,
                             enum osw_child_end end, const char *text)
{
    if (end == OSW_CHILD_MEMORY)
        return OSW_ERR_MEMORY;
    if (!left || end == OSW_CHILD_DONE)
        return OSW_OK; /* what is left then was not begun */
    if (left > 1) {
        push(t, g->first + left / 2, left - left / 2);
        push(t, g->first, left / 2);
        return OSW_OK;
    }
    if (g->n > 1 || (end == OSW_CHILD_KILLED && ++t->kills[g->first] < MOST_KILLS)) {
        push(t, g->first, 1); /* it was not alone, or may be luckier */
        return OSW_OK;
    }
    return store_verdict(t, g->first,
                         end == OSW_CHILD_DIED ? OSW_MEMBER_CRASHED : OSW_MEMBER_KILLED,
                         text);
}

static enum osw_status look_at(struct trial *t, int c)
{
    char text[OSW_MEMBER_REASON] = "";
    size_t left;
    if (!t->at_work[c].n)
        return OSW_OK;
    enum osw_child_end end = osw_child_poll(t->children[c], text);
    if (end == OSW_CHILD_RUNS)
        return OSW_OK;
    enum osw_status status = take_rows(t, c, &left);
    const struct group g = t->at_work[c];
    t->at_work[c].n = 0;
    if (!status)
        status = judge(t, &g, left, end, text);
    return status ? status : put_block(t); /* a kill from now on costs none of it */
}

static enum osw_status start_waiting(struct trial *t)
{
    enum osw_status status = OSW_OK;
    for (int c = 0; c < t->n_children && t->n_waiting && !status; c++) {
        if (t->at_work[c].n)
            continue;
        const struct group g = t->waiting[--t->n_waiting];
        status =
            osw_child_start(t->children[c], t->runner, t->members + g.first, (int)g.n);
        if (!status)
            t->at_work[c] = g;
    }
    return status;
}

static bool any_at_work(const struct trial *t)
{
    for (int c = 0; c < t->n_children; c++)
        if (t->at_work[c].n)
            return true;
    return false;
}

static double now_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* True: leave at once. */
static bool heed(struct trial *t, double began)
{
    const struct osw_sweep_run_options *o = t->options;
    enum osw_sweep_wish wish =
        o->progress ? o->progress(o->context, &t->progress) : OSW_SWEEP_GO_ON;
    t->stopping |= wish == OSW_SWEEP_STOP ||
                   (o->time_limit_s > 0 && now_s() - began > o->time_limit_s);
    for (int c = 0; c < t->n_children && t->stopping; c++)
        if (t->at_work[c].n)
            osw_child_stop(t->children[c]);
    return wish == OSW_SWEEP_DROP;
}

static enum osw_status try_all(struct trial *t)
{
    const double began = now_s();
    const struct timespec moment = {.tv_nsec = 5000000};
    enum osw_status status = OSW_OK;
    while (!status && !heed(t, began)) {
        if (!t->stopping)
            status = start_waiting(t);
        if (status || !any_at_work(t))
            break;
        nanosleep(&moment, NULL);
        for (int c = 0; c < t->n_children && !status; c++)
            status = look_at(t, c);
    }
    return status;
}

/* Groups of equal size, as many as children where they are not too large. */
static size_t form_groups(struct trial *t)
{
    const size_t row = sizeof(double) * t->sweep->n_values;
    const size_t threads = (size_t)t->options->threads;
    size_t most = MOST_SHARED / row;
    most = most < 1 ? 1 : most > MOST_TOGETHER ? MOST_TOGETHER : most;
    size_t n = (t->n + threads - 1) / threads;
    n = n < most ? n : most;
    for (size_t first = 0; first < t->n; first += n)
        push(t, first, t->n - first < n ? t->n - first : n);
    return n;
}

static enum osw_status prepare(struct trial *t)
{
    struct osw_wide_kernel kernel;
    t->kills = osw_alloc(t->n, sizeof *t->kills);
    t->settled = osw_alloc(t->n, sizeof *t->settled);
    t->waiting = osw_alloc(t->n, sizeof *t->waiting);
    t->children = osw_alloc((size_t)t->options->threads, sizeof(struct osw_child *));
    t->at_work = osw_alloc((size_t)t->options->threads, sizeof *t->at_work);
    if (!t->kills || !t->settled || !t->waiting || !t->children || !t->at_work)
        return OSW_ERR_MEMORY;
    const size_t most = form_groups(t);
    enum osw_status status = osw_member_runner_kernel(t->sweep, t->diag, &kernel);
    if (!status)
        status = osw_member_runner_create(t->sweep, &kernel, &t->runner);
    const int wanted = t->n_waiting < (size_t)t->options->threads ? (int)t->n_waiting
                                                                  : t->options->threads;
    for (; t->n_children < wanted && !status; t->n_children += !status)
        status = osw_child_create(t->sweep, (int)most, &t->children[t->n_children]);
    return status;
}

static void clean_up(struct trial *t)
{
    for (int c = 0; c < t->n_children; c++)
        osw_child_destroy(t->children[c]);
    osw_member_runner_destroy(t->runner);
    osw_block_destroy(t->block);
    osw_free(t->members);
    osw_free(t->kills);
    osw_free(t->settled);
    osw_free(t->waiting);
    osw_free(t->children);
    osw_free(t->at_work);
}

enum osw_status osw_sweep_try_suspects(const struct osw_sweep *sweep,
                                       const struct osw_sweep_run_options *options,
                                       struct osw_diag *diag)
{
    struct trial t = {.sweep = sweep, .options = options, .diag = diag, .number = -1};
    osw_in_flight_collect(sweep);
    enum osw_status status = read_list(&t);
    if (!status && t.n)
        status = osw_block_create(sweep, &t.block);
    if (!status)
        status = keep_open(&t);
    t.progress = (struct osw_sweep_progress){.suspects = true, .all = (int64_t)t.n};
    if (!status && t.n) {
        status = prepare(&t);
        if (!status)
            status = try_all(&t);
    }
    if (!status)
        status = write_list(&t);
    bool left = false;
    for (size_t k = 0; k < t.n && !status; k++)
        left |= !t.settled[k] && t.kills[k] < MOST_KILLS;
    clean_up(&t);
    return status ? status : left ? OSW_INCOMPLETE : OSW_OK;
}
