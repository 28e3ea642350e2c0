/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Computes what is missing: the crews of threads take members one by one, across blocks;
 * the caller's thread opens blocks, writes those that are whole, and watches the clock.
 * HDF5 and diagnostics are touched by the caller's thread alone. */
#include "sweep/crew.h"
#include "sweep/folder.h"

#include <assert.h>
#include <math.h>
#include <pthread.h>
#include <string.h>
#include <time.h>

struct slot { /* a block at work */
    struct osw_block *block;
    int64_t number;      /* -1: free */
    int64_t given, done; /* members */
};

struct worker;

struct pool {
    const struct osw_sweep *sweep;
    const struct osw_sweep_run_options *options;
    struct osw_diag *diag;
    pthread_mutex_t lock;
    pthread_cond_t work, whole; /* there is something to do; a block is whole */
    struct slot *slots;
    int n_slots;
    bool closing; /* no member is given out any more */
    enum osw_status failed;
    struct osw_crashes crashes;
    int64_t left;               /* members not done yet, of blocks not open too */
    const struct worker *alone; /* runs a suspect */
    struct osw_sweep_progress progress;
};

struct worker {
    struct pool *pool;
    struct osw_crew *crew;
    struct osw_crumb *crumb;
    int64_t held; /* members at work */
    pthread_t thread;
    bool started;
};

static double now_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* The oldest block with members to give; under the lock. */
static struct slot *next_slot(struct pool *pool)
{
    struct slot *best = NULL;
    for (int i = 0; i < pool->n_slots; i++) {
        struct slot *s = &pool->slots[i];
        if (s->number >= 0 && s->given < s->block->n &&
            (!best || s->number < best->number))
            best = s;
    }
    return best;
}

static void note_done(struct pool *pool, struct slot *s, unsigned char code)
{
    pool->progress.members++;
    pool->progress.failed += code != OSW_MEMBER_DONE;
    pool->left--;
    if (++s->done == s->block->n)
        pthread_cond_signal(&pool->whole);
}

/* The row of a member that is not run again. */
static void record_crashed(struct pool *pool, struct slot *s, int64_t member)
{
    const struct osw_sweep *sweep = pool->sweep;
    const int64_t i = s->given++;
    double *values = s->block->values + (size_t)i * sweep->n_values;
    osw_design_point(sweep->design, member,
                     s->block->points + i * sweep->design->n_factors);
    for (size_t k = 0; k < sweep->n_values; k++)
        values[k] = NAN;
    s->block->results[i] = (struct osw_member_result){
        .reason = "ended the process twice", .t = NAN, .state = -1};
    s->block->codes[i] = OSW_MEMBER_CRASHED;
    note_done(pool, s, OSW_MEMBER_CRASHED);
}

/* The slot of the member that this worker may take now, or NULL; under the lock. A
 * suspect is taken by a worker that has no other, while nobody else begins one. No worker
 * holds more than its share of what is left. */
static struct slot *find_member(struct worker *w, int64_t *member)
{
    struct pool *pool = w->pool;
    const struct osw_crashes *crashes = &pool->crashes;
    struct slot *s;
    while ((s = next_slot(pool))) {
        *member = s->number * pool->sweep->settings.block + s->given;
        if (!osw_crashes_has(crashes->crashed, crashes->n_crashed, *member))
            break;
        record_crashed(pool, s, *member);
    }
    if (!s || pool->closing || pool->alone)
        return NULL;
    if (osw_crashes_has(crashes->suspects, crashes->n_suspects, *member) && w->held)
        return NULL;
    int64_t threads = pool->options->threads;
    return w->held < (pool->left + threads - 1) / threads ? s : NULL;
}

static bool take_member(void *context, int place, struct osw_crew_row *row)
{
    struct worker *w = context;
    struct pool *pool = w->pool;
    const struct osw_sweep *sweep = pool->sweep;
    pthread_mutex_lock(&pool->lock);
    struct slot *s = find_member(w, &row->member);
    if (s) {
        const struct osw_crashes *crashes = &pool->crashes;
        const int64_t i = s->given++;
        row->point = s->block->points + i * sweep->design->n_factors;
        row->values = s->block->values + (size_t)i * sweep->n_values;
        row->result = &s->block->results[i];
        row->code = &s->block->codes[i];
        row->mark = s;
        w->held++;
        if (osw_crashes_has(crashes->suspects, crashes->n_suspects, row->member))
            pool->alone = w;
        osw_crumb_set(w->crumb, place, row->member);
    }
    pthread_mutex_unlock(&pool->lock);
    return s != NULL;
}

static void return_member(void *context, int place, const struct osw_crew_row *row)
{
    struct worker *w = context;
    struct pool *pool = w->pool;
    osw_crumb_set(w->crumb, place, -1);
    pthread_mutex_lock(&pool->lock);
    w->held--;
    pool->progress.rescued += row->result->rescued;
    note_done(pool, row->mark, *row->code);
    if (pool->alone == w) {
        pool->alone = NULL;
        pthread_cond_broadcast(&pool->work);
    }
    pthread_mutex_unlock(&pool->lock);
}

static void *work(void *context)
{
    struct worker *w = context;
    struct pool *pool = w->pool;
    const struct osw_crew_source source = {w, take_member, return_member};
    int64_t unused;
    pthread_mutex_lock(&pool->lock);
    while (!pool->closing) {
        if (!find_member(w, &unused)) {
            pthread_cond_wait(&pool->work, &pool->lock);
            continue;
        }
        pthread_mutex_unlock(&pool->lock);
        enum osw_status status = osw_crew_run(w->crew, &source);
        pthread_mutex_lock(&pool->lock);
        pool->failed = pool->failed ? pool->failed : status;
        if (status)
            pthread_cond_signal(&pool->whole);
    }
    pthread_mutex_unlock(&pool->lock);
    return NULL;
}

/* The missing blocks: this shard's in order, then the others' from the last, which they
 * reach last. A block that two compute at once is the same block. */
static int64_t *order_blocks(const struct osw_sweep *sweep,
                             const struct osw_sweep_run_options *o,
                             const unsigned char *present, int64_t *n)
{
    int64_t *order = osw_alloc((size_t)sweep->n_blocks, sizeof *order);
    *n = 0;
    for (int64_t k = 0; order && k < sweep->n_blocks; k++)
        if (!present[k] && k % o->shards == o->shard)
            order[(*n)++] = k;
    for (int64_t k = sweep->n_blocks - 1; order && k >= 0; k--)
        if (!present[k] && k % o->shards != o->shard)
            order[(*n)++] = k;
    return order;
}

/* Put the next missing block into a free slot; under the lock. */
static void open_block(struct pool *pool, struct slot *s, int64_t number)
{
    s->number = number;
    s->given = s->done = 0;
    s->block->n = osw_sweep_block_members(pool->sweep, number);
    pthread_cond_broadcast(&pool->work);
}

/* A block that is whole, or NULL; under the lock. */
static struct slot *whole_slot(struct pool *pool)
{
    for (int i = 0; i < pool->n_slots; i++)
        if (pool->slots[i].number >= 0 && pool->slots[i].done == pool->slots[i].block->n)
            return &pool->slots[i];
    return NULL;
}

static void wait_a_little(struct pool *pool)
{
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_nsec += 200000000;
    if (until.tv_nsec >= 1000000000) {
        until.tv_nsec -= 1000000000;
        until.tv_sec++;
    }
    pthread_cond_timedwait(&pool->whole, &pool->lock, &until);
}

static bool asked_to_stop(struct pool *pool, double began)
{
    const struct osw_sweep_run_options *o = pool->options;
    bool late = o->time_limit_s > 0 && now_s() - began > o->time_limit_s;
    struct osw_sweep_progress progress = pool->progress;
    pthread_mutex_unlock(&pool->lock);
    bool stop = o->progress && o->progress(o->context, &progress);
    pthread_mutex_lock(&pool->lock);
    return stop || late;
}

/* Write a whole block without holding the others up, and free its slot. */
static void finish(struct pool *pool, struct slot *s)
{
    pthread_mutex_unlock(&pool->lock);
    enum osw_status status =
        osw_block_write(pool->sweep, s->number, s->block, pool->diag);
    pthread_mutex_lock(&pool->lock);
    pool->failed = pool->failed ? pool->failed : status;
    pool->progress.blocks_done += !status;
    s->number = -1;
}

/* Another process may have written it meanwhile. */
static bool still_missing(const struct osw_sweep *sweep, int64_t number)
{
    char path[4096];
    osw_folder_block(sweep, number, path, sizeof path);
    return !osw_folder_has(path);
}

static enum osw_status serve(struct pool *pool, const int64_t *order, int64_t n)
{
    const double began = now_s();
    int64_t next = 0, open = 0;
    bool stop = false;
    pthread_mutex_lock(&pool->lock);
    while (!stop && !pool->failed && (open || next < n)) {
        for (int i = 0; i < pool->n_slots && next < n; i++) {
            if (pool->slots[i].number >= 0)
                continue;
            int64_t number = order[next++];
            if (!still_missing(pool->sweep, number)) {
                pool->progress.blocks_done++;
                pool->left -= osw_sweep_block_members(pool->sweep, number);
                continue;
            }
            open_block(pool, &pool->slots[i], number);
            open++;
        }
        struct slot *whole = whole_slot(pool);
        if (whole) {
            finish(pool, whole);
            open--;
        } else if (open) {
            wait_a_little(pool);
        }
        stop = asked_to_stop(pool, began);
    }
    pool->closing = true;
    pthread_cond_broadcast(&pool->work);
    enum osw_status failed = pool->failed;
    pthread_mutex_unlock(&pool->lock);
    return failed ? failed : open || next < n ? OSW_INCOMPLETE : OSW_OK;
}

static enum osw_status start(struct pool *pool, struct worker *workers, int n)
{
    struct osw_wide_kernel kernel;
    enum osw_status status = osw_crew_kernel(pool->sweep, pool->diag, &kernel);
    for (int i = 0; i < n && !status; i++) {
        struct worker *w = &workers[i];
        w->pool = pool;
        status = osw_crew_create(pool->sweep, &kernel, &w->crew);
        if (!status)
            status = osw_crumb_create(pool->sweep, i, pool->diag, &w->crumb);
        if (status)
            break;
        w->started = pthread_create(&w->thread, NULL, work, w) == 0;
        if (!w->started)
            status = i ? OSW_OK : OSW_ERR_MEMORY; /* fewer threads do, none does not */
    }
    return status;
}

static void join(struct pool *pool, struct worker *workers, int n)
{
    pthread_mutex_lock(&pool->lock);
    pool->closing = true;
    pthread_cond_broadcast(&pool->work);
    pthread_mutex_unlock(&pool->lock);
    for (int i = 0; i < n; i++) {
        if (workers[i].started)
            pthread_join(workers[i].thread, NULL);
        osw_crumb_destroy(workers[i].crumb);
        osw_crew_destroy(workers[i].crew);
    }
}

/* So many open blocks that crews need not wait for one to be written, also where blocks
 * are small; but no more room than that of a block a thread, where they are large. */
static int slots_wanted(const struct pool *pool, int64_t blocks)
{
    enum { ROOM = 64 << 20 };
    const struct osw_sweep *sweep = pool->sweep;
    const int64_t threads = pool->options->threads, block = sweep->settings.block;
    size_t row = sizeof(double) * (sweep->n_values + (size_t)sweep->design->n_factors) +
                 sizeof(struct osw_member_result);
    int64_t wanted = 1 + threads * (1 + 2 * OSW_COHORT_MEMBERS / block);
    int64_t fits = ROOM / (int64_t)(row * (size_t)block);
    int64_t n = wanted < fits ? wanted : fits;
    n = n < threads + 1 ? threads + 1 : n;
    return (int)(n < blocks ? n : blocks);
}

static enum osw_status slots_init(struct pool *pool, int n)
{
    pool->slots = osw_alloc((size_t)n, sizeof *pool->slots);
    enum osw_status status = pool->slots ? OSW_OK : OSW_ERR_MEMORY;
    for (; pool->n_slots < n && !status; pool->n_slots += !status) {
        status = osw_block_create(pool->sweep, &pool->slots[pool->n_slots].block);
        pool->slots[pool->n_slots].number = -1;
    }
    return status;
}

/* Blocks that became whole while the threads ended. */
static enum osw_status finish_rest(struct pool *pool)
{
    struct slot *s;
    pthread_mutex_lock(&pool->lock);
    while ((s = whole_slot(pool)))
        finish(pool, s);
    enum osw_status failed = pool->failed;
    bool all = pool->progress.blocks_done == pool->progress.blocks_all;
    pthread_mutex_unlock(&pool->lock);
    return failed ? failed : all ? OSW_OK : OSW_INCOMPLETE;
}

static enum osw_status compute(struct pool *pool, const int64_t *order, int64_t n)
{
    const int threads = pool->options->threads;
    struct worker *workers = osw_alloc((size_t)threads, sizeof *workers);
    enum osw_status status =
        workers ? slots_init(pool, slots_wanted(pool, n)) : OSW_ERR_MEMORY;
    if (!status)
        status = start(pool, workers, threads);
    if (!status)
        status = serve(pool, order, n);
    if (workers)
        join(pool, workers, threads);
    osw_free(workers);
    if (status == OSW_INCOMPLETE)
        status = finish_rest(pool);
    for (int i = 0; i < pool->n_slots; i++)
        osw_block_destroy(pool->slots[i].block);
    osw_free(pool->slots);
    return status;
}

static int64_t members_of(const struct osw_sweep *sweep, const int64_t *order, int64_t n)
{
    int64_t members = 0;
    for (int64_t i = 0; i < n; i++)
        members += osw_sweep_block_members(sweep, order[i]);
    return members;
}

static enum osw_status compute_missing(struct pool *pool, const unsigned char *present)
{
    int64_t n;
    int64_t *order = order_blocks(pool->sweep, pool->options, present, &n);
    if (!order)
        return OSW_ERR_MEMORY;
    enum osw_status status = OSW_OK;
    pool->progress.blocks_all = n;
    pool->left = members_of(pool->sweep, order, n);
    if (n) {
        pthread_mutex_init(&pool->lock, NULL);
        pthread_cond_init(&pool->work, NULL);
        pthread_cond_init(&pool->whole, NULL);
        status = compute(pool, order, n);
        pthread_cond_destroy(&pool->whole);
        pthread_cond_destroy(&pool->work);
        pthread_mutex_destroy(&pool->lock);
    }
    osw_free(order);
    return status;
}

enum osw_status osw_sweep_run(const struct osw_sweep *sweep,
                              const struct osw_sweep_run_options *options,
                              struct osw_diag *diag, struct osw_sweep_progress *done)
{
    struct pool pool = {.sweep = sweep, .options = options, .diag = diag};
    unsigned char *present = osw_alloc((size_t)sweep->n_blocks, 1);
    enum osw_status status = present ? OSW_OK : OSW_ERR_MEMORY;
    if (!status) {
        osw_sweep_listing(sweep, present);
        status = osw_crashes_collect(sweep, diag, &pool.crashes);
    }
    if (!status)
        status = compute_missing(&pool, present);
    *done = pool.progress;
    osw_crashes_fini(&pool.crashes);
    osw_free(present);
    return status;
}
