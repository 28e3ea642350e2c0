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
    int64_t *order;             /* missing blocks, … */
    int64_t n_order, next;      /* … how many, and the next to open */
    bool exhausted;             /* there is no next one */
    int64_t left;               /* members not done yet, also of blocks not open yet */
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

/* Put the next missing block into a free slot; under the lock. */
static void open_block(struct pool *pool, struct slot *s, int64_t number)
{
    s->number = number;
    s->given = s->done = 0;
    s->block->n = osw_sweep_block_members(pool->sweep, number);
    if (pool->options->next_block)
        pool->left += s->block->n;
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

/* Where others wait for blocks from this process, not long. */
static void wait_a_little(struct pool *pool)
{
    const long ns = pool->options->next_block ? 2000000 : 200000000;
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_nsec += ns;
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

/* Free slots get the next blocks; under the lock. */
static void fill_slots(struct pool *pool)
{
    for (int i = 0; i < pool->n_slots && !pool->exhausted; i++) {
        while (pool->slots[i].number < 0) {
            int64_t number = next_block(pool);
            pool->exhausted = number == OSW_BLOCK_NONE;
            if (number < 0)
                return;
            if (still_missing(pool->sweep, number)) {
                open_block(pool, &pool->slots[i], number);
                continue;
            }
            pool->progress.blocks_done++;
            if (!pool->options->next_block)
                pool->left -= osw_sweep_block_members(pool->sweep, number);
        }
    }
}

static bool any_open(const struct pool *pool)
{
    for (int i = 0; i < pool->n_slots; i++)
        if (pool->slots[i].number >= 0)
            return true;
    return false;
}

static enum osw_status serve(struct pool *pool)
{
    const double began = now_s();
    bool stop = false;
    pthread_mutex_lock(&pool->lock);
    while (!stop && !pool->failed) {
        fill_slots(pool);
        if (pool->exhausted && !any_open(pool))
            break;
        struct slot *whole = whole_slot(pool);
        if (whole)
            finish(pool, whole);
        else
            wait_a_little(pool);
        stop = asked_to_stop(pool, began);
    }
    pool->closing = true;
    pthread_cond_broadcast(&pool->work);
    enum osw_status failed = pool->failed;
    bool all = pool->exhausted && !any_open(pool);
    pthread_mutex_unlock(&pool->lock);
    return failed ? failed : all ? OSW_OK : OSW_INCOMPLETE;
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
static int slots_wanted(const struct pool *pool)
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
    return (int)(n < pool->n_order ? n : pool->n_order);
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
    bool all = pool->exhausted && !any_open(pool);
    pthread_mutex_unlock(&pool->lock);
    return failed ? failed : all ? OSW_OK : OSW_INCOMPLETE;
}

static enum osw_status compute(struct pool *pool)
{
    const int threads = pool->options->threads;
    struct worker *workers = osw_alloc((size_t)threads, sizeof *workers);
    enum osw_status status =
        workers ? slots_init(pool, slots_wanted(pool)) : OSW_ERR_MEMORY;
    if (!status)
        status = start(pool, workers, threads);
    if (!status)
        status = serve(pool);
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
    pool->progress.blocks_all = pool->n_order;
    pool->left = pool->options->next_block ? 0 : members_missing(pool);
    if (!status && pool->n_order) {
        pthread_mutex_init(&pool->lock, NULL);
        pthread_cond_init(&pool->work, NULL);
        pthread_cond_init(&pool->whole, NULL);
        status = compute(pool);
        pthread_cond_destroy(&pool->whole);
        pthread_cond_destroy(&pool->work);
        pthread_mutex_destroy(&pool->lock);
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
        status = osw_crashes_collect(sweep, diag, &pool.crashes);
    }
    if (!status)
        status = compute_missing(&pool, present);
    *done = pool.progress;
    osw_crashes_fini(&pool.crashes);
    osw_free(present);
    return status;
}
