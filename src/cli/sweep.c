/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * osteoswitch sweep: every member of a design, in blocks that survive; and what is said
 * and done about them afterwards. */
#include "cli/sweep.h"
#include "cli/build.h"
#include "cli/log.h"
#include "cli/signals.h"
#include "cli/team.h"
#include "sweep/sweep.h"

#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define S struct osw_sweep_options
static const struct osw_option option_table[] = {
    OSW_ROW_OUTPUT(S, "DIR",
                   "the sweep's folder, new or to go on with; of merge: the file"),
    OSW_ROW_JOBS(S, ", of osteoswitch-mpi one a rank"),
    OSW_TEXT(S, shard, "shard", "I/N", TALK,
             "begin with every N-th block (I from 0 to N - 1; default: the place in a "
             "Slurm job array)"),
    OSW_REAL(S, time_limit, "time-limit", "S", "0", 0, 1e9, TALK,
             "stop after S seconds, members at work finished, with exit code 75",
             .unit = "s"),
    OSW_INTEGER(S, max_fail, "max-fail", "0", 0, 1e9, TALK,
                "exit code 3 when more than N members failed in the whole sweep"),
    OSW_SWEEP_ROWS(S, settings.),
    OSW_FLAG(S, sbatch, "sbatch", FILES,
             "print a job script for Slurm instead of running"),
    OSW_FLAG(S, failed, "failed", FILES,
             "of status: the members without values, and why (with --json: always)"),
    OSW_ROW_JSON(S, "of status: print JSON"),
    OSW_INTEGER(S, recompute, "recompute", "16", 0, 1e9, TALK,
                "of verify: members to compute again and compare"),
    OSW_ROW_DIGITS(S, "17", "of sample: significant digits"),
    OSW_ROW_FORCE(S),
};
#undef S

static enum osw_status usage(struct osw_session *session, const char *text,
                             const char *word)
{
    return osw_diag_fail(session->diag, OSW_ERR_USAGE, (struct osw_loc){0}, text, word);
}

/* "2/8", or the task of a Slurm job array. */
static enum osw_status read_shard(struct osw_session *session, const char *text,
                                  struct osw_sweep_run_options *run)
{
    const char *task = getenv("SLURM_ARRAY_TASK_ID"),
               *count = getenv("SLURM_ARRAY_TASK_COUNT"),
               *first = getenv("SLURM_ARRAY_TASK_MIN");
    int end = 0;
    run->shard = 0;
    run->shards = 1;
    if (!text && task && count) {
        run->shards = atoi(count);
        run->shard = atoi(task) - (first ? atoi(first) : 0);
        if (run->shards < 1 || run->shard < 0 || run->shard >= run->shards) {
            run->shard = 0; /* an array with gaps: each task does what is missing */
            run->shards = 1;
        }
        return OSW_OK;
    }
    if (!text)
        return OSW_OK;
    bool good = sscanf(text, "%d/%d%n", &run->shard, &run->shards, &end) == 2 &&
                !text[end] && run->shard >= 0 && run->shard < run->shards;
    return good ? OSW_OK
                : usage(session, "--shard: expected I/N with 0 <= I < N, found '%s'",
                        text);
}

struct watch {
    struct osw_progress progress;
    struct osw_session *session;
    const struct osw_sweep *sweep;
    const struct osw_team *team;
};

static int64_t next_block(void *context)
{
    const struct watch *w = context;
    return w->team->next(w->team->context);
}

/* "1200 of 3584 members, 310/s, 8 s left, 3 failed"; what cannot be known yet is left
 * out. */
static void describe(const struct watch *w, const struct osw_sweep_progress *p,
                     char *text, size_t size)
{
    const double spent = osw_progress_seconds(&w->progress);
    const double rate = spent > 0 ? (double)p->members / spent : 0;
    int n = snprintf(text, size, "%lld of %lld %s", (long long)(p->members + p->kept),
                     (long long)p->all, p->suspects ? "suspects" : "members");
    if (p->members && spent > 1)
        n += snprintf(text + n, size - (size_t)n, ", %.3g/s, %.0f s left", rate,
                      (double)(p->all - p->kept - p->members) / rate);
    if (p->failed)
        snprintf(text + n, size - (size_t)n, ", %lld failed", (long long)p->failed);
}

static void tell_stopped(struct osw_session *session, const struct osw_sweep *sweep)
{
    struct osw_sweep_tally t;
    if (!osw_sweep_count(sweep, session->diag, NULL, NULL, &t))
        osw_log_info(session,
                     "stopped: %lld of %lld members are kept; the same command goes on",
                     (long long)t.members, (long long)sweep->n_members);
}

/* Control-C leaves members at work; a time limit and other signals do not. A member that
 * never looks up is left with its process. */
static enum osw_sweep_wish watch(void *context, const struct osw_sweep_progress *mine)
{
    struct watch *w = context;
    struct osw_sweep_progress all_ranks = *mine;
    char text[96];
    if (w->team && !mine->suspects)
        w->team->tell(w->team->context, &all_ranks);
    const struct osw_sweep_progress *p = &all_ranks;
    describe(w, p, text, sizeof text);
    const double fraction =
        p->all > 0 ? (double)(p->members + p->kept) / (double)p->all : 1;
    if (!osw_progress_show(&w->progress, fraction, text))
        return OSW_SWEEP_GO_ON;
    if (mine->stored && !w->team) {
        osw_progress_end(&w->progress);
        tell_stopped(w->session, w->sweep);
        _exit(osw_status_exit_code(OSW_INCOMPLETE));
    }
    return osw_signals_caught() == SIGINT ? OSW_SWEEP_DROP : OSW_SWEEP_STOP;
}

static enum osw_status conclude(struct osw_session *session,
                                const struct osw_sweep *sweep, int max_fail)
{
    struct osw_sweep_tally t;
    enum osw_status status = osw_sweep_count(sweep, session->diag, NULL, NULL, &t);
    const int64_t failed = t.failed + t.crashed + t.killed;
    if (!status && t.bad)
        status = t.why;
    if (status)
        return status;
    osw_log_info(session,
                 "all %lld members are done, %lld failed: sweep merge %s -o "
                 "FILE.h5 makes one file",
                 (long long)sweep->n_members, (long long)failed, sweep->dir);
    osw_sweep_parts_warn(session, sweep, &t);
    if (failed > max_fail)
        osw_diag_add(session->diag, OSW_WARNING, (struct osw_loc){0},
                     "%lld members failed, more than --max-fail %d allows",
                     (long long)failed, max_fail);
    return failed > max_fail ? OSW_NEGATIVE : OSW_OK;
}

/* Rank 0 hands out what is missing; all wait for all. */
static enum osw_status run_in_team(const struct osw_team *team,
                                   const struct osw_sweep *sweep,
                                   struct osw_sweep_run_options *run,
                                   struct osw_session *session,
                                   struct osw_sweep_progress *done)
{
    int64_t n = 0, *missing = osw_alloc((size_t)sweep->n_blocks, sizeof *missing);
    unsigned char *present = osw_alloc((size_t)sweep->n_blocks, 1);
    enum osw_status status = missing && present ? OSW_OK : OSW_ERR_MEMORY;
    if (!status && !team->rank)
        status = osw_sweep_try_suspects(sweep, run, session->diag);
    if (!status && !team->rank) {
        osw_sweep_listing(sweep, present);
        for (int64_t k = 0; k < sweep->n_blocks; k++)
            if (!present[k])
                missing[n++] = k;
        team->offer(team->context, missing, n);
    }
    run->next_block = next_block;
    if (!status)
        status = osw_sweep_run(sweep, run, session->diag, done);
    status = team->leave(team->context, status);
    osw_free(missing);
    osw_free(present);
    return status;
}

/* The time limit holds for both parts. */
static enum osw_status run_alone(const struct osw_sweep *sweep,
                                 struct osw_sweep_run_options *run,
                                 struct osw_session *session, struct watch *w,
                                 struct osw_sweep_progress *done)
{
    enum osw_status status = osw_sweep_try_suspects(sweep, run, session->diag);
    if (status)
        return status;
    if (run->time_limit_s > 0)
        run->time_limit_s =
            fmax(1e-3, run->time_limit_s - osw_progress_seconds(&w->progress));
    return osw_sweep_run(sweep, run, session->diag, done);
}

static enum osw_status compute(struct osw_session *session, const struct osw_sweep *sweep,
                               const struct osw_sweep_options *o,
                               struct osw_sweep_run_options run)
{
    const struct osw_team *team = session->team;
    struct watch w = {.session = session, .sweep = sweep, .team = team};
    struct osw_sweep_progress done = {0};
    run.time_limit_s = o->time_limit;
    run.threads = o->jobs ? o->jobs : team ? 1 : (int)sysconf(_SC_NPROCESSORS_ONLN);
    run.progress = watch;
    run.context = &w;
    if (run.threads < 1)
        run.threads = 1;
    osw_log_detail(session, "members are run by %s, with %s instructions",
                   sweep->settings.driver->name,
                   osw_isa_name((enum osw_isa)sweep->settings.isa));
    osw_progress_begin(&w.progress, session);
    enum osw_status status = team ? run_in_team(team, sweep, &run, session, &done)
                                  : run_alone(sweep, &run, session, &w, &done);
    osw_progress_end(&w.progress);
    osw_log_detail(
        session, "%lld members computed, %lld of them failed, %lld left the lanes",
        (long long)done.members, (long long)done.failed, (long long)done.rescued);
    if (status == OSW_INCOMPLETE)
        tell_stopped(session, sweep);
    if (status || (team && team->rank))
        return status;
    return conclude(session, sweep, o->max_fail);
}

/* While the solvers are tried that members could be run by. */
static bool show_trial(void *progress, double fraction, const char *what)
{
    (void)what;
    return osw_progress_show(progress, fraction, "trying which solver is quicker");
}

static enum osw_status run_sweep(struct osw_session *session, const char *name,
                                 const struct osw_sweep_options *o)
{
    struct osw_design *design;
    struct osw_sweep *sweep;
    const int block = o->settings.block;
    if (block & (block - 1))
        return usage(session, "--block: expected a power of two%s", "");
    if (!o->output)
        return usage(session, "sweep %s: expected -o DIR", name);
    struct osw_sweep_run_options run_options = {.shards = 1};
    enum osw_status status =
        session->team ? OSW_OK : read_shard(session, o->shard, &run_options);
    osw_signals_also(SIGUSR1);
    if (!status)
        status = osw_design_load(name, session->diag, &design);
    if (status)
        return status;
    const struct osw_team *team = session->team;
    if (team && team->rank && !team->join(team->context)) {
        osw_design_destroy(design);
        return OSW_OK;
    }
    struct osw_progress progress;
    osw_progress_begin(&progress, session);
    status = osw_sweep_open(o->output, design, &o->settings, OSW_VERSION, OSW_REVISION,
                            show_trial, &progress, session->diag, &sweep);
    osw_progress_end(&progress);
    if (status == OSW_INTERRUPTED && osw_signals_caught() == SIGUSR1)
        status = OSW_INCOMPLETE; /* as later on */
    if (!status) {
        status = compute(session, sweep, o, run_options);
        osw_sweep_destroy(sweep);
    }
    osw_design_destroy(design);
    return status;
}

static enum osw_status run(struct osw_session *session, const void *options)
{
    static const struct {
        const char *name;
        enum osw_status (*run)(struct osw_session *, const char *,
                               const struct osw_sweep_options *);
    } parts[] = {{"sample", osw_sweep_parts_sample},
                 {"status", osw_sweep_parts_status},
                 {"verify", osw_sweep_parts_verify},
                 {"merge", osw_sweep_parts_merge}};
    const struct osw_sweep_options *o = options;
    const struct osw_words *words = &o->common.operands;
    if (session->team && (words->n > 1 || o->sbatch || o->shard))
        return usage(session, "osteoswitch-mpi only computes: %s", "sweep DESIGN -o DIR");
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        if (strcmp(words->items[0], parts[i].name) != 0)
            continue;
        return words->n == 2 ? parts[i].run(session, words->items[1], o)
                             : usage(session, "sweep %s: of what?", parts[i].name);
    }
    if (words->n > 1)
        return usage(session,
                     "sweep: expected sample, status, verify or merge before a second "
                     "argument, found '%s'",
                     words->items[0]);
    return o->sbatch ? osw_sweep_script(session, words->items[0], o)
                     : run_sweep(session, words->items[0], o);
}

const struct osw_command osw_command_sweep = {
    .name = "sweep",
    .operands = "DESIGN | sample DESIGN | status|verify|merge DIR",
    .summary = "Simulate every member of a design, in blocks that survive",
    .details =
        "  osteoswitch sweep DESIGN -o DIR      compute, or go on where it stopped\n"
        "  osteoswitch sweep sample DESIGN      the members as a table, no simulation\n"
        "  osteoswitch sweep status DIR         how far it is\n"
        "  osteoswitch sweep verify DIR         check every block, compute some again\n"
        "  osteoswitch sweep merge DIR -o FILE  one HDF5 file of all members\n"
        "\n"
        "DESIGN is a name or the path of a YAML file. A folder belongs to one sweep; "
        "with\n"
        "a larger number of samples it grows (not a Latin hypercube). SIGTERM and\n"
        "SIGUSR1 finish the members at work, SIGINT leaves them; what is done is kept: "
        "exit code\n75, run it again.",
    .least = 1,
    .most = 2,
    .options = option_table,
    .n_options = sizeof option_table / sizeof *option_table,
    .size = sizeof(struct osw_sweep_options),
    .run = run,
};
