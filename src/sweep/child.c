/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * fork, shared memory and waitpid. Signals that a process raises by what it does (a bad
 * address, an illegal instruction, abort) are its own; every other one, SIGKILL above
 * all, was sent. The child ends with its parent where the system can arrange it. */
#include "sweep/child.h"
#include "base/memory.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

struct shared {
    volatile bool stop, finished;
    volatile enum osw_status status;
};

struct osw_child {
    const struct osw_sweep *sweep;
    pid_t pid; /* 0: none */
    int n, next;
    size_t bytes;
    struct shared *shared; /* these lie one after the other in shared memory */
    double *values, *points;
    struct osw_member_result *results;
    volatile unsigned char *codes;
    const int64_t *members;
};

/* Where in the memory each part begins, and how much there is. */
struct layout {
    size_t values, points, results, codes, bytes;
};

static struct layout lay_out(const struct osw_sweep *sweep, int most)
{
    enum { ALIGNED = 64 };
    const size_t n = (size_t)most;
    struct layout at = {.values = ALIGNED};
    at.points = at.values + n * sweep->n_values * sizeof(double);
    at.results = at.points + n * (size_t)sweep->design->n_factors * sizeof(double);
    at.codes = at.results + n * sizeof(struct osw_member_result);
    at.bytes = at.codes + n;
    return at;
}

enum osw_status osw_child_create(const struct osw_sweep *sweep, int most,
                                 struct osw_child **child)
{
    const struct layout at = lay_out(sweep, most);
    struct osw_child *c = osw_alloc(1, sizeof *c);
    char *memory = !c ? MAP_FAILED
                      : mmap(NULL, at.bytes, PROT_READ | PROT_WRITE,
                             MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) {
        osw_free(c);
        return OSW_ERR_MEMORY;
    }
    c->sweep = sweep;
    c->bytes = at.bytes;
    c->shared = (void *)memory;
    c->values = (void *)(memory + at.values);
    c->points = (void *)(memory + at.points);
    c->results = (void *)(memory + at.results);
    c->codes = (void *)(memory + at.codes);
    *child = c;
    return OSW_OK;
}

void osw_child_destroy(struct osw_child *child)
{
    if (!child)
        return;
    if (child->pid) {
        kill(child->pid, SIGKILL);
        while (waitpid(child->pid, NULL, 0) < 0 && errno == EINTR)
            ;
    }
    munmap(child->shared, child->bytes);
    osw_free(child);
}

static bool take(void *context, int place, struct osw_member_row *row)
{
    struct osw_child *c = context;
    const size_t i = (size_t)c->next;
    (void)place;
    if (c->next == c->n || c->shared->stop)
        return false;
    *row = (struct osw_member_row){.member = c->members[i],
                                   .point = c->points +
                                            i * (size_t)c->sweep->design->n_factors,
                                   .values = c->values + i * c->sweep->n_values,
                                   .result = &c->results[i],
                                   .mark = (void *)&c->codes[i]};
    c->next++;
    return true;
}

static void finish(void *context, int place, const struct osw_member_row *row)
{
    (void)context, (void)place;
    *(volatile unsigned char *)row->mark = row->code;
}

static void run_and_exit(struct osw_child *c, struct osw_member_runner *runner,
                         pid_t parent)
{
    const struct osw_member_source source = {.context = c, .next = take, .done = finish};
#ifdef __linux__
    prctl(PR_SET_PDEATHSIG, SIGKILL);
#endif
    if (getppid() == parent)
        c->shared->status = osw_member_runner_run(runner, &source);
    c->shared->finished = true;
    _exit(0);
}

/* Where SIGCHLD is ignored, as some shells leave it, nobody learns how a child ended. */
static void keep_statuses(void)
{
    struct sigaction now;
    if (sigaction(SIGCHLD, NULL, &now) == 0 && now.sa_handler == SIG_IGN)
        signal(SIGCHLD, SIG_DFL);
}

enum osw_status osw_child_start(struct osw_child *child, struct osw_member_runner *runner,
                                const int64_t *members, int n)
{
    const pid_t parent = getpid();
    child->members = members;
    child->n = n;
    child->next = 0;
    *child->shared = (struct shared){false, false, OSW_OK};
    memset((void *)child->codes, OSW_MEMBER_MISSING, (size_t)n);
    keep_statuses();
    pid_t pid = fork();
    if (pid == 0)
        run_and_exit(child, runner, parent);
    child->pid = pid > 0 ? pid : 0;
    return pid > 0 ? OSW_OK : OSW_ERR_MEMORY;
}

void osw_child_stop(struct osw_child *child)
{
    child->shared->stop = true;
}

static bool is_own(int number)
{
    static const int own[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGTRAP, SIGSYS};
    for (size_t i = 0; i < sizeof own / sizeof *own; i++)
        if (own[i] == number)
            return true;
    return false;
}

static enum osw_child_end judge(const struct osw_child *child, int how, char *text)
{
    if (WIFSIGNALED(how)) {
        const bool own = is_own(WTERMSIG(how));
        snprintf(text, OSW_MEMBER_REASON, "%s (signal %d, %s)",
                 own ? "ended its process" : "killed from outside", WTERMSIG(how),
                 strsignal(WTERMSIG(how)));
        return own ? OSW_CHILD_DIED : OSW_CHILD_KILLED;
    }
    snprintf(text, OSW_MEMBER_REASON, "ended its process (exit code %d)",
             WEXITSTATUS(how));
    if (!child->shared->finished)
        return OSW_CHILD_DIED;
    return child->shared->status ? OSW_CHILD_MEMORY : OSW_CHILD_DONE;
}

enum osw_child_end osw_child_poll(struct osw_child *child, char *text)
{
    int how;
    pid_t ended = waitpid(child->pid, &how, WNOHANG);
    if (ended != child->pid)
        return OSW_CHILD_RUNS;
    child->pid = 0;
    return judge(child, how, text);
}

bool osw_child_row(const struct osw_child *child, int i, struct osw_member_row *row)
{
    const size_t k = (size_t)i;
    if (child->codes[k] == OSW_MEMBER_MISSING)
        return false;
    *row = (struct osw_member_row){.member = child->members[k],
                                   .point = child->points +
                                            k * (size_t)child->sweep->design->n_factors,
                                   .values = child->values + k * child->sweep->n_values,
                                   .result = &child->results[k],
                                   .code = child->codes[k]};
    return true;
}
