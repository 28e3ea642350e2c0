/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Computes what is missing: threads take members one by one, across blocks; the caller's
 * thread opens blocks, writes those that are whole, and watches the clock. HDF5 and
 * diagnostics are touched by the caller's thread alone. */
#include "sweep/folder.h"

#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct slot { /* a block at work */
    struct osw_block *block;
    int64_t number;      /* -1: free */
    int64_t given, done; /* members */
};

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
    const int64_t *crashed; /* members not to be run */
    size_t n_crashed;
    struct osw_sweep_progress progress;
};

struct worker {
    struct pool *pool;
    struct osw_member_runner *runner;
    struct osw_crumb *crumb;
    pthread_t thread;
    bool started;
};

static double now_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static int by_number(const void *a, const void *b)
{
    const int64_t *x = a, *y = b;
    return *x < *y ? -1 : *x > *y;
}

static bool is_crashed(const struct pool *pool, int64_t member)
{
    return pool->n_crashed &&
           bsearch(&member, pool->crashed, pool->n_crashed, sizeof member, by_number);
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

static enum osw_status run_member(struct worker *w, struct osw_block *block, int64_t i,
                                  int64_t member)
{
    const struct osw_sweep *sweep = w->pool->sweep;
    const struct osw_design *d = sweep->design;
    double *x = block->points + i * d->n_factors;
    double *values = block->values + (size_t)i * sweep->n_values;
    struct osw_member_result *result = &block->results[i];
    osw_design_point(d, member, x);
    if (is_crashed(w->pool, member)) {
        for (size_t k = 0; k < sweep->n_values; k++)
            values[k] = NAN;
        *result = (struct osw_member_result){
            .reason = "ended the process twice", .t = NAN, .state = -1};
        block->codes[i] = OSW_MEMBER_CRASHED;
        return OSW_OK;
    }
    for (int life = 0; life < d->plan->n_lives; life++)
        osw_design_apply(d, x, osw_member_params(w->runner, life));
    osw_crumb_set(w->crumb, member);
    enum osw_status status = osw_member_run(w->runner, values, result);
    osw_crumb_set(w->crumb, -1);
    block->codes[i] = result->status ? OSW_MEMBER_FAILED : OSW_MEMBER_DONE;
    return status;
}

static void *work(void *context)
{
    struct worker *w = context;
    struct pool *pool = w->pool;
    pthread_mutex_lock(&pool->lock);
    while (!pool->closing) {
        struct slot *s = next_slot(pool);
        if (!s) {
            pthread_cond_wait(&pool->work, &pool->lock);
            continue;
        }
        int64_t i = s->given++, member = s->number * pool->sweep->settings.block + i;
        pthread_mutex_unlock(&pool->lock);
        enum osw_status status = run_member(w, s->block, i, member);
        pthread_mutex_lock(&pool->lock);
        pool->failed = pool->failed ? pool->failed : status;
        pool->progress.members++;
        pool->progress.failed += s->block->codes[i] != OSW_MEMBER_DONE;
        if (++s->done == s->block->n || status)
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
    enum osw_status status = OSW_OK;
    for (int i = 0; i < n && !status; i++) {
        struct worker *w = &workers[i];
        w->pool = pool;
        status = osw_member_runner_create(pool->sweep->design->plan,
                                          &pool->sweep->settings.solver, &w->runner);
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
        osw_member_runner_destroy(workers[i].runner);
    }
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
    enum osw_status status = workers ? slots_init(pool, threads + 1) : OSW_ERR_MEMORY;
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

enum osw_status osw_sweep_run(const struct osw_sweep *sweep,
                              const struct osw_sweep_run_options *options,
                              struct osw_diag *diag, struct osw_sweep_progress *done)
{
    struct pool pool = {.sweep = sweep, .options = options, .diag = diag};
    int64_t *crashed = NULL, *order = NULL, n = 0;
    unsigned char *present = osw_alloc((size_t)sweep->n_blocks, 1);
    enum osw_status status = present ? OSW_OK : OSW_ERR_MEMORY;
    if (!status) {
        osw_sweep_listing(sweep, present);
        status = osw_crumb_collect(sweep, diag, &crashed, &pool.n_crashed);
    }
    pool.crashed = crashed;
    if (!status && !(order = order_blocks(sweep, options, present, &n)))
        status = OSW_ERR_MEMORY;
    pool.progress.blocks_all = n;
    if (!status && n) {
        pthread_mutex_init(&pool.lock, NULL);
        pthread_cond_init(&pool.work, NULL);
        pthread_cond_init(&pool.whole, NULL);
        status = compute(&pool, order, n);
        pthread_cond_destroy(&pool.whole);
        pthread_cond_destroy(&pool.work);
        pthread_mutex_destroy(&pool.lock);
    }
    *done = pool.progress;
    osw_free(order);
    osw_free(crashed);
    osw_free(present);
    return status;
}
