/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Computes what is missing: the runners of threads take members one by one, across
 * blocks; the caller's thread opens blocks, writes those that are whole, and watches the
 * clock. What is done of a block that is not whole is written, too, from time to time and
 * at the end, so that no work is lost to a limit or signal and little to a kill. HDF5 and
 * diagnostics are touched by the caller's thread alone. */
#include "sweep/folder.h"
#include "sweep/in_flight.h"
#include "sweep/member_runner.h"

#include <assert.h>
#include <math.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <time.h>

struct open_block {
    struct osw_block *block;
    int64_t number;        /* -1: free */
    int64_t next, given;   /* the member to look at next; how many are at work or done */
    int64_t done, on_disk; /* how many are done; of these, in the part that is written */
};

struct worker;

struct pool {
    const struct osw_sweep *sweep;
    const struct osw_sweep_run_options *options;
    struct osw_diag *diag;
    struct osw_wide_kernel kernel;
    pthread_mutex_t lock;
    pthread_cond_t work, whole; /* there is something to do; a block is whole */
    struct open_block *open;
    int n_open;
    struct osw_block *spare; /* what is done of an open block, to be written */
    bool closing;            /* no member is given out any more */
    atomic_bool dropping;    /* members at work are left */
    int n_at_work;           /* threads that run members, or get ready to */
    enum osw_status failed;
    int64_t *order;        /* missing blocks, … */
    int64_t n_order, next; /* … how many, and the next to open */
    bool exhausted;        /* there is no next one */
    int64_t left;          /* members not done yet, also of blocks not open yet */
    double began; /* s: when the first member was, so that each run gets on; 0: not yet */
    double parts_written, parts_cost; /* s: when, and how long it took */
    struct osw_sweep_progress progress;
};

struct worker {
    struct pool *pool;
    struct osw_member_runner *runner;
    struct osw_in_flight *journal;
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
static struct open_block *block_to_give(struct pool *pool)
{
    struct open_block *best = NULL;
    for (int i = 0; i < pool->n_open; i++) {
        struct open_block *b = &pool->open[i];
        if (b->number >= 0 && b->given < b->block->n &&
            (!best || b->number < best->number))
            best = b;
    }
    return best;
}

/* The block whose next member this worker may take now, or NULL; under the lock. No
 * worker holds more than its share of what is left. */
static struct open_block *find_work(const struct worker *w)
{
    struct pool *pool = w->pool;
    const int64_t threads = pool->options->threads;
    if (pool->closing || w->held >= (pool->left + threads - 1) / threads)
        return NULL;
    return block_to_give(pool);
}

static bool take_member(void *context, int place, struct osw_member_row *row)
{
    struct worker *w = context;
    struct pool *pool = w->pool;
    const struct osw_sweep *sweep = pool->sweep;
    pthread_mutex_lock(&pool->lock);
    struct open_block *b = find_work(w);
    if (b) {
        while (b->block->codes[b->next] != OSW_MEMBER_MISSING)
            b->next++;
        const int64_t i = b->next++;
        b->given++;
        if (!pool->began)
            pool->began = now_s();
        *row = (struct osw_member_row){
            .member = b->number * sweep->settings.block + i,
            .point = b->block->points + i * sweep->design->n_factors,
            .values = b->block->values + (size_t)i * sweep->n_values,
            .result = &b->block->results[i],
            .mark = b};
        w->held++;
        osw_in_flight_note(w->journal, place, row->member);
    }
    pthread_mutex_unlock(&pool->lock);
    return b != NULL;
}

static void return_member(void *context, int place, const struct osw_member_row *row)
{
    struct worker *w = context;
    struct pool *pool = w->pool;
    struct open_block *b = row->mark;
    osw_in_flight_note(w->journal, place, -1);
    pthread_mutex_lock(&pool->lock);
    w->held--;
    pool->left--;
    pool->progress.members++;
    pool->progress.failed += row->code != OSW_MEMBER_DONE;
    pool->progress.rescued += row->result->rescued;
    b->block->codes[row->member % pool->sweep->settings.block] = row->code;
    if (++b->done == b->block->n)
        pthread_cond_signal(&pool->whole);
    pthread_mutex_unlock(&pool->lock);
}

static bool is_dropped(void *context)
{
    const struct worker *w = context;
    return w->pool->dropping;
}

/* Takes as long as a member. */
static void create_runner(struct worker *w)
{
    struct pool *pool = w->pool;
    enum osw_status status =
        osw_member_runner_create(pool->sweep, &pool->kernel, &w->runner);
    pthread_mutex_lock(&pool->lock);
    pool->n_at_work--;
    if (status) {
        pool->failed = pool->failed ? pool->failed : status;
        pool->closing = true;
    }
    pthread_cond_signal(&pool->whole);
    pthread_mutex_unlock(&pool->lock);
}

static void *work(void *context)
{
    struct worker *w = context;
    struct pool *pool = w->pool;
    const struct osw_member_source source = {w, take_member, return_member, is_dropped};
    create_runner(w);
    pthread_mutex_lock(&pool->lock);
    while (!pool->closing) {
        if (!find_work(w)) {
            pthread_cond_wait(&pool->work, &pool->lock);
            continue;
        }
        pool->n_at_work++;
        pthread_mutex_unlock(&pool->lock);
        enum osw_status status = osw_member_runner_run(w->runner, &source);
        pthread_mutex_lock(&pool->lock);
        if (status == OSW_INTERRUPTED) /* the runner is of no use any more */
            pool->closing = true;
        else if (status && !pool->failed)
            pool->failed = status;
        pool->n_at_work--;
        if (pool->closing || pool->failed)
            pthread_cond_signal(&pool->whole);
    }
    pthread_mutex_unlock(&pool->lock);
    return NULL;
}

/* The missing blocks: this shard's in order, then the others' from the last, which they
 * reach last. A block that two compute at once is the same block. */
static enum osw_status order_blocks(struct pool *pool, const unsigned char *present)
{
    const struct osw_sweep_run_options *o = pool->options;
    const int64_t n = pool->sweep->n_blocks;
    pool->order = osw_alloc((size_t)n, sizeof *pool->order);
    if (!pool->order)
        return OSW_ERR_MEMORY;
    for (int64_t k = 0; k < n; k++)
        if (!present[k] && k % o->shards == o->shard)
            pool->order[pool->n_order++] = k;
    for (int64_t k = n - 1; k >= 0; k--)
        if (!present[k] && k % o->shards != o->shard)
            pool->order[pool->n_order++] = k;
    return OSW_OK;
}

/* Put a missing block, with what is done of it, into a free place; under the lock, which
 * is left while the disk is asked. */
static void open_next(struct pool *pool, struct open_block *b, int64_t number)
{
    pthread_mutex_unlock(&pool->lock);
    enum osw_status status = osw_block_resume(pool->sweep, number, b->block);
    pthread_mutex_lock(&pool->lock);
    pool->failed = pool->failed ? pool->failed : status;
    if (status)
        return;
    b->done = b->block->n - osw_block_n_missing(b->block);
    b->given = b->on_disk = b->done;
    b->next = 0;
    b->number = number;
    pool->progress.kept += b->done;
    pool->left -= b->done;
    if (pool->options->next_block)
        pool->left += b->block->n;
    pthread_cond_broadcast(&pool->work);
}

/* A block that is whole, or NULL; under the lock. */
static struct open_block *whole_block(struct pool *pool)
{
    for (int i = 0; i < pool->n_open; i++)
        if (pool->open[i].number >= 0 && pool->open[i].done == pool->open[i].block->n)
            return &pool->open[i];
    return NULL;
}

/* Where others wait for blocks from this process, not long. */
static void wait_a_little(struct pool *pool)
{
    const long ns = pool->options->next_block ? 2000000 : 200000000;
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_nsec += ns;
    if (until.tv_nsec >= 1000000000) {
        until.tv_nsec -= 1000000000;
        until.tv_sec++;
    }
    pthread_cond_timedwait(&pool->whole, &pool->lock, &until);
}

/* Under the lock, which is left meanwhile. */
static enum osw_sweep_wish ask(struct pool *pool)
{
    const struct osw_sweep_run_options *o = pool->options;
    const struct osw_sweep_progress progress = pool->progress;
    pthread_mutex_unlock(&pool->lock);
    enum osw_sweep_wish wish =
        o->progress ? o->progress(o->context, &progress) : OSW_SWEEP_GO_ON;
    pthread_mutex_lock(&pool->lock);
    if (wish == OSW_SWEEP_DROP)
        pool->dropping = true;
    if (!wish && o->time_limit_s > 0 && pool->began &&
        now_s() - pool->began > o->time_limit_s)
        wish = OSW_SWEEP_STOP;
    return wish;
}

/* Only rows that are done: others are being written to. */
static void copy_done(const struct pool *pool, const struct open_block *b)
{
    const size_t n_factors = (size_t)pool->sweep->design->n_factors,
                 n_values = pool->sweep->n_values;
    const struct osw_block *from = b->block;
    struct osw_block *to = pool->spare;
    osw_block_clear(pool->sweep, b->number, to);
    for (size_t i = 0; i < (size_t)from->n; i++) {
        if (from->codes[i] == OSW_MEMBER_MISSING)
            continue;
        memcpy(to->points + i * n_factors, from->points + i * n_factors,
               n_factors * sizeof *to->points);
        memcpy(to->values + i * n_values, from->values + i * n_values,
               n_values * sizeof *to->values);
        to->results[i] = from->results[i];
        to->codes[i] = from->codes[i];
    }
}

/* What is done of the open blocks; under the lock, which is left meanwhile. */
static void write_parts(struct pool *pool)
{
    const double began = now_s();
    for (int i = 0; i < pool->n_open && !pool->failed; i++) {
        struct open_block *b = &pool->open[i];
        if (b->number < 0 || b->done == b->on_disk || b->done == b->block->n)
            continue;
        b->on_disk = b->done;
        copy_done(pool, b);
        pthread_mutex_unlock(&pool->lock);
        enum osw_status status =
            osw_block_write(pool->sweep, b->number, pool->spare, pool->diag);
        pthread_mutex_lock(&pool->lock);
        pool->failed = pool->failed ? pool->failed : status;
    }
    pool->parts_written = now_s();
    pool->parts_cost = pool->parts_written - began;
}

/* Every ten seconds, and for no more than a twentieth of the time. */
static bool is_time_for_parts(const struct pool *pool)
{
    return now_s() - pool->parts_written > fmax(10, 20 * pool->parts_cost);
}

/* Write a whole block without holding the others up, and free its place. */
static void finish(struct pool *pool, struct open_block *s)
{
    pthread_mutex_unlock(&pool->lock);
    enum osw_status status =
        osw_block_write(pool->sweep, s->number, s->block, pool->diag);
    pthread_mutex_lock(&pool->lock);
    pool->failed = pool->failed ? pool->failed : status;
    s->number = -1;
}

/* Another process may have written it meanwhile. */
static bool still_missing(const struct osw_sweep *sweep, int64_t number)
{
    char path[4096];
    osw_folder_block(sweep, number, path, sizeof path);
    return !osw_folder_has(path);
}

/* The next block to compute, or why there is none; under the lock. */
static int64_t next_block(struct pool *pool)
{
    const struct osw_sweep_run_options *o = pool->options;
    if (o->next_block) {
        pthread_mutex_unlock(&pool->lock);
        int64_t number = o->next_block(o->context);
        pthread_mutex_lock(&pool->lock);
        return number;
    }
    return pool->next < pool->n_order ? pool->order[pool->next++] : OSW_BLOCK_NONE;
}

/* Free places get the next blocks; under the lock. */
static void fill_open(struct pool *pool)
{
    for (int i = 0; i < pool->n_open && !pool->exhausted; i++) {
        while (pool->open[i].number < 0) {
            int64_t number = next_block(pool);
            pool->exhausted = number == OSW_BLOCK_NONE;
            if (number < 0)
                return;
            if (still_missing(pool->sweep, number)) {
                open_next(pool, &pool->open[i], number);
                if (pool->failed)
                    return;
                continue;
            }
            pool->progress.kept += osw_sweep_block_members(pool->sweep, number);
            if (!pool->options->next_block)
                pool->left -= osw_sweep_block_members(pool->sweep, number);
        }
    }
}

static bool any_open(const struct pool *pool)
{
    for (int i = 0; i < pool->n_open; i++)
        if (pool->open[i].number >= 0)
            return true;
    return false;
}

/* Members at work are finished, or left; under the lock. */
static void wait_for_workers(struct pool *pool)
{
    const double began = now_s();
    pool->closing = true;
    pthread_cond_broadcast(&pool->work);
    while (pool->n_at_work && !(pool->dropping && now_s() - began > 0.3)) {
        wait_a_little(pool);
        ask(pool);
    }
}

static void serve(struct pool *pool)
{
    pool->parts_written = now_s();
    pthread_mutex_lock(&pool->lock);
    while (!pool->failed) {
        fill_open(pool);
        if (pool->exhausted && !any_open(pool))
            break;
        struct open_block *whole = whole_block(pool);
        if (whole)
            finish(pool, whole);
        else if (is_time_for_parts(pool))
            write_parts(pool);
        else
            wait_a_little(pool);
        if (ask(pool) != OSW_SWEEP_GO_ON)
            break;
    }
    wait_for_workers(pool);
    pthread_mutex_unlock(&pool->lock);
}

static enum osw_status start(struct pool *pool, struct worker *workers, int n)
{
    enum osw_status status =
        osw_member_runner_kernel(pool->sweep, pool->diag, &pool->kernel);
    for (int i = 0; i < n && !status; i++) {
        struct worker *w = &workers[i];
        w->pool = pool;
        status = osw_in_flight_create(pool->sweep, i, pool->diag, &w->journal);
        if (status)
            break;
        pthread_mutex_lock(&pool->lock);
        w->started = pthread_create(&w->thread, NULL, work, w) == 0;
        pool->n_at_work += w->started;
        pthread_mutex_unlock(&pool->lock);
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
        osw_in_flight_destroy(workers[i].journal);
        osw_member_runner_destroy(workers[i].runner);
    }
}

/* So many open blocks that runners need not wait for one to be written, also where blocks
 * are small; but no more room than that of a block a thread, where they are large. */
static int open_wanted(const struct pool *pool)
{
    enum { ROOM = 64 << 20 };
    const struct osw_sweep *sweep = pool->sweep;
    const int64_t threads = pool->options->threads, block = sweep->settings.block;
    size_t row = sizeof(double) * (sweep->n_values + (size_t)sweep->design->n_factors) +
                 sizeof(struct osw_member_result);
    int64_t wanted = 1 + threads * (1 + 2 * OSW_MEMBERS_AT_WORK / block);
    int64_t fits = ROOM / (int64_t)(row * (size_t)block);
    int64_t n = wanted < fits ? wanted : fits;
    n = n < threads + 1 ? threads + 1 : n;
    return (int)(n < pool->n_order ? n : pool->n_order);
}

static enum osw_status open_init(struct pool *pool, int n)
{
    pool->open = osw_alloc((size_t)n, sizeof *pool->open);
    enum osw_status status =
        pool->open ? osw_block_create(pool->sweep, &pool->spare) : OSW_ERR_MEMORY;
    for (; pool->n_open < n && !status; pool->n_open += !status) {
        status = osw_block_create(pool->sweep, &pool->open[pool->n_open].block);
        pool->open[pool->n_open].number = -1;
    }
    return status;
}

/* What became whole while the threads ended, and what is done of the rest. */
static enum osw_status finish_rest(struct pool *pool)
{
    struct open_block *b;
    pthread_mutex_lock(&pool->lock);
    while (!pool->failed && (b = whole_block(pool)))
        finish(pool, b);
    write_parts(pool);
    enum osw_status failed = pool->failed;
    bool all = pool->exhausted && !any_open(pool);
    pthread_mutex_unlock(&pool->lock);
    return failed ? failed : all ? OSW_OK : OSW_INCOMPLETE;
}

/* All is on disk but some worker does not look up: whoever asked may end the process. */
static void tell_stored(struct pool *pool, struct worker *workers, int n)
{
    pthread_mutex_lock(&pool->lock);
    if (pool->dropping && pool->n_at_work) {
        for (int i = 0; i < n; i++)
            osw_in_flight_retire(workers[i].journal);
        pool->progress.stored = true;
        ask(pool);
    }
    pthread_mutex_unlock(&pool->lock);
}

static enum osw_status compute(struct pool *pool)
{
    const int threads = pool->options->threads;
    struct worker *workers = osw_alloc((size_t)threads, sizeof *workers);
    enum osw_status status =
        workers ? open_init(pool, open_wanted(pool)) : OSW_ERR_MEMORY;
    if (!status)
        status = start(pool, workers, threads);
    if (!status) {
        serve(pool);
        status = finish_rest(pool);
        tell_stored(pool, workers, threads);
    }
    if (workers)
        join(pool, workers, threads);
    osw_free(workers);
    for (int i = 0; i < pool->n_open; i++)
        osw_block_destroy(pool->open[i].block);
    osw_block_destroy(pool->spare);
    osw_free(pool->open);
    return status;
}

static int64_t members_missing(const struct pool *pool)
{
    int64_t members = 0;
    for (int64_t i = 0; i < pool->n_order; i++)
        members += osw_sweep_block_members(pool->sweep, pool->order[i]);
    return members;
}

static enum osw_status compute_missing(struct pool *pool, const unsigned char *present)
{
    enum osw_status status = order_blocks(pool, present);
    pool->progress.all = members_missing(pool);
    pool->left = pool->options->next_block ? 0 : pool->progress.all;
    if (!status && pool->n_order) {
        pthread_condattr_t monotonic;
        pthread_condattr_init(&monotonic);
        pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
        pthread_mutex_init(&pool->lock, NULL);
        pthread_cond_init(&pool->work, NULL);
        pthread_cond_init(&pool->whole, &monotonic);
        status = compute(pool);
        pthread_cond_destroy(&pool->whole);
        pthread_cond_destroy(&pool->work);
        pthread_mutex_destroy(&pool->lock);
        pthread_condattr_destroy(&monotonic);
    }
    osw_free(pool->order);
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
        status = compute_missing(&pool, present);
    }
    if (!status)
        osw_folder_drop_parts(sweep);
    *done = pool.progress;
    osw_free(present);
    return status;
}
