/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fit/parallel.h"

#include <pthread.h>

struct pool {
    const struct osw_fit_problem *problem;
    const struct osw_fit_threads *threads;
    const char *what;
    osw_fit_do *task;
    void *context;
    pthread_mutex_t lock; /* of what follows */
    int next, done, n;
    bool stop; /* asked to, or a task failed */
    int failed_task;
    enum osw_status failed;
};

/* From within simulations, of any thread. */
static bool ask(void *context, double fraction, const char *what)
{
    (void)fraction, (void)what;
    struct pool *p = context;
    pthread_mutex_lock(&p->lock);
    double share = (double)p->done / p->n;
    if (!p->stop && p->threads->progress)
        p->stop = p->threads->progress(p->threads->context, share, p->what);
    bool stop = p->stop;
    pthread_mutex_unlock(&p->lock);
    return stop;
}

static int take(struct pool *p)
{
    pthread_mutex_lock(&p->lock);
    int task = p->stop || p->next == p->n ? -1 : p->next++;
    pthread_mutex_unlock(&p->lock);
    return task;
}

static void finish(struct pool *p, int task, enum osw_status status)
{
    pthread_mutex_lock(&p->lock);
    p->done++;
    if (status && (!p->failed || task < p->failed_task)) {
        p->failed = status;
        p->failed_task = task;
        p->stop = true;
    }
    pthread_mutex_unlock(&p->lock);
}

static void *work(void *context)
{
    struct pool *p = context;
    struct osw_fit_objective objective;
    enum osw_status status = osw_fit_objective_init(&objective, p->problem);
    if (status) {
        finish(p, 0, status);
        return NULL;
    }
    objective.progress = ask;
    objective.context = p;
    for (int i = take(p); i >= 0; i = take(p)) {
        const struct osw_fit_task task = {i, &objective, p->context};
        finish(p, i, p->task(&task));
    }
    osw_fit_objective_fini(&objective);
    return NULL;
}

enum osw_status osw_fit_parallel(const struct osw_fit_problem *problem, int n,
                                 const struct osw_fit_threads *threads, const char *what,
                                 osw_fit_do *task, void *context)
{
    struct pool pool = {.problem = problem,
                        .threads = threads,
                        .what = what,
                        .task = task,
                        .context = context,
                        .n = n};
    int more = (threads->n < n ? threads->n : n) - 1, started = 0;
    pthread_t *others = osw_alloc(more > 0 ? (size_t)more : 0, sizeof *others);
    if (!others)
        return OSW_ERR_MEMORY;
    pthread_mutex_init(&pool.lock, NULL);
    while (started < more && !pthread_create(&others[started], NULL, work, &pool))
        started++;
    (void)work(&pool);
    for (int i = 0; i < started; i++)
        pthread_join(others[i], NULL);
    pthread_mutex_destroy(&pool.lock);
    osw_free(others);
    if (!pool.failed && pool.done < n)
        return OSW_INTERRUPTED;
    return pool.failed;
}
