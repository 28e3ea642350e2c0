/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Sweeps: all members of a design, in blocks, in a folder that survives.
 *   DIR/sweep.json                    what is computed: the identity
 *   DIR/blocks/0000/b00000017.h5      members 17 B … 18 B - 1, whole or not there
 *   DIR/partial/b00000018.h5          what is done of a block that is not whole
 *   DIR/in-flight, DIR/suspects.txt   members at work, and those at work when a process
 *                                     died
 * The listing of the folder is the state: to resume is to compute what is missing. A
 * block's bytes depend on the identity only (and on build and ISA), not on threads,
 * shards, order or interruptions. */
#ifndef OSW_SWEEP_SWEEP_H
#define OSW_SWEEP_SWEEP_H

#include "design/design.h"
#include "simulate/simulate.h"
#include "sweep/settings.h"

struct osw_sweep {
    const struct osw_design *design; /* borrowed */
    const char *dir;
    struct osw_sweep_settings settings; /* block, isa and driver resolved */
    const char *id;                     /* SHA-256 of the identity, hex */
    int64_t n_members, n_blocks;
    size_t n_values; /* of one member: outputs * arms * times */
    const char *version, *revision;
    bool reading;                    /* the folder stays as it is */
    osw_simulate_progress *progress; /* while it is opened */
    void *context;
    struct osw_arena *arena;
};

/* Make the folder, or open it again. OSW_ERR_IDENTITY with the first field that differs
 * when it holds another sweep; OSW_ERR_INPUT when a design that cannot grow has grown.
 * version and revision of the program are recorded in the blocks. progress, which may be
 * NULL, hears of the solvers that are tried; OSW_INTERRUPTED when it said so. */
enum osw_status osw_sweep_open(const char *dir, const struct osw_design *design,
                               const struct osw_sweep_settings *settings,
                               const char *version, const char *revision,
                               osw_simulate_progress *progress, void *context,
                               struct osw_diag *diag,
                               struct osw_sweep **sweep) OSW_MUST_CHECK;
void osw_sweep_destroy(struct osw_sweep *sweep);

/* Open what an earlier run left in dir: the design is found where it was then, and must
 * still be the same (OSW_ERR_IDENTITY), also in its number of members (OSW_INCOMPLETE
 * when it has grown). Nothing is written. The design is the caller's to destroy, after
 * the sweep. */
enum osw_status osw_sweep_reopen(const char *dir, struct osw_diag *diag,
                                 struct osw_design **design,
                                 struct osw_sweep **sweep) OSW_MUST_CHECK;

/* Number of members of a block, the last may be short. */
int64_t osw_sweep_block_members(const struct osw_sweep *sweep, int64_t block);

/* present [n_blocks]: is the block's file there? Returns how many are. */
int64_t osw_sweep_listing(const struct osw_sweep *sweep, unsigned char *present);

/* OSW_INCOMPLETE, with how many blocks are missing, unless all are there. */
enum osw_status osw_sweep_complete(const struct osw_sweep *sweep,
                                   struct osw_diag *diag) OSW_MUST_CHECK;

enum { OSW_MEMBER_REASON = 64 }; /* bytes of a reason, NUL included */

/* How a member went. */
struct osw_member_result {
    enum osw_status status; /* OSW_OK, or why its values are NAN */
    char reason[OSW_MEMBER_REASON];
    double t;           /* where an integration failed, day; NAN */
    int state;          /* the state to blame, or -1 */
    int64_t steps, rhs; /* of all lives and arms */
    bool rescued;       /* some of it left the lanes and was run by CVODES */
};

/* What was stored of members. */
enum osw_member_code {
    OSW_MEMBER_DONE,
    OSW_MEMBER_FAILED,       /* see reason, from here on */
    OSW_MEMBER_CRASHED,      /* alone in a process, it ended it; not run again */
    OSW_MEMBER_KILLED,       /* so was its process, by others, again and again */
    OSW_MEMBER_MISSING = 255 /* not computed yet: only in blocks that are not whole */
};
struct osw_block {
    int64_t n;                         /* members */
    double *points;                    /* [n][n_factors] */
    double *values;                    /* [n][n_values] */
    unsigned char *codes;              /* [n] osw_member_code */
    struct osw_member_result *results; /* [n]; status is not kept */
};
enum osw_status osw_block_create(const struct osw_sweep *sweep,
                                 struct osw_block **block) OSW_MUST_CHECK;
void osw_block_destroy(struct osw_block *block);

/* Empty: the block's number of members, all of them missing. */
void osw_block_clear(const struct osw_sweep *sweep, int64_t number,
                     struct osw_block *block);
int64_t osw_block_n_missing(const struct osw_block *block);

/* Write the file, whole or not at all: among the blocks, or, when members are missing,
 * among the parts. */
enum osw_status osw_block_write(const struct osw_sweep *sweep, int64_t number,
                                const struct osw_block *block,
                                struct osw_diag *diag) OSW_MUST_CHECK;
/* Read a whole block back, its checksum verified. */
enum osw_status osw_block_read(const struct osw_sweep *sweep, int64_t number,
                               struct osw_diag *diag,
                               struct osw_block *block) OSW_MUST_CHECK;
/* What there is of a block: whole, in part (a part that cannot be read is as none), or
 * nothing. OSW_ERR_MEMORY is the only failure. */
enum osw_status osw_block_resume(const struct osw_sweep *sweep, int64_t number,
                                 struct osw_block *block) OSW_MUST_CHECK;

struct osw_sweep_tally {
    int64_t blocks, bad;             /* whole; not to be read */
    enum osw_status why;             /* the first of these was not */
    int64_t members;                 /* stored, in parts of blocks, too */
    int64_t failed, crashed, killed; /* of them */
    int64_t steps;
};
/* Called for each member that is not done well; i is its place in the block. */
typedef void osw_sweep_visit(void *context, int64_t member, const struct osw_block *block,
                             int64_t i);
/* Go through all that is stored; visit may be NULL. Blocks that cannot be read are told
 * in diag and counted. OSW_ERR_MEMORY is the only failure. */
enum osw_status osw_sweep_count(const struct osw_sweep *sweep, struct osw_diag *diag,
                                osw_sweep_visit *visit, void *context,
                                struct osw_sweep_tally *tally) OSW_MUST_CHECK;
const char *osw_member_code_name(int code);

struct osw_sweep_progress {
    bool suspects; /* members that were in flight when a process died */
    bool stored;   /* asked to stop, and all that is done is on disk */
    int64_t members, failed, rescued; /* of this run, so far */
    int64_t kept, all;                /* done before; to do, with those */
};
enum osw_sweep_wish {
    OSW_SWEEP_GO_ON,
    OSW_SWEEP_STOP, /* members at work are finished */
    OSW_SWEEP_DROP  /* they are left */
};
enum { OSW_BLOCK_NONE = -1, OSW_BLOCK_LATER = -2 };
struct osw_sweep_run_options {
    int threads;         /* >= 1 */
    int shard, shards;   /* this is shard 0 … shards - 1 */
    double time_limit_s; /* 0: none; members at work are finished */
    /* Where blocks come from in place of the shard's missing ones, or NULL: the number of
     * the next, OSW_BLOCK_LATER to be asked again soon, or OSW_BLOCK_NONE. */
    int64_t (*next_block)(void *context);
    /* Called from the caller's thread at least every 0.2 s, and often while blocks come
     * from elsewhere. */
    enum osw_sweep_wish (*progress)(void *context,
                                    const struct osw_sweep_progress *progress);
    void *context;
};

/* Members that were in flight when a process died are run in child processes, a suspect
 * of having ended it alone in one: how that ends tells who did it. Before osw_sweep_run,
 * in one of several processes that begin together. OSW_INCOMPLETE as below. */
enum osw_status osw_sweep_try_suspects(const struct osw_sweep *sweep,
                                       const struct osw_sweep_run_options *options,
                                       struct osw_diag *diag) OSW_MUST_CHECK;

/* Compute what is missing. OSW_INCOMPLETE when stopped or out of time: what was done is
 * kept. */
enum osw_status osw_sweep_run(const struct osw_sweep *sweep,
                              const struct osw_sweep_run_options *options,
                              struct osw_diag *diag,
                              struct osw_sweep_progress *done) OSW_MUST_CHECK;

/* One file of all blocks, with the dimension scales /member [N], /arm and /time:
 * /parameters/<name> [N], /status [N] (osw_member_code), /failure_time [N],
 * /outputs/<id> [N, arms, times] with units; and where members have no values /failures:
 * failure [F] (the members), status, failure_time, reason, state.
 * Written piece by piece: memory does not grow with N. Identical sweeps give identical
 * bytes. OSW_INCOMPLETE while blocks are missing; OSW_ERR_USAGE: a name that is none of
 * HDF5; OSW_ERR_CANTCREAT, also for a file in the sweep's folder. */
enum osw_status osw_sweep_merge(const struct osw_sweep *sweep, const char *path,
                                bool force, struct osw_diag *diag,
                                struct osw_sweep_tally *tally) OSW_MUST_CHECK;

/* All blocks read and their checksums checked, and `recompute` members, spread evenly,
 * computed again and compared bit by bit. *n_bad blocks and members are told in diag. */
enum osw_status osw_sweep_verify(const struct osw_sweep *sweep, int64_t recompute,
                                 struct osw_diag *diag, int64_t *n_bad,
                                 int64_t *n_missing) OSW_MUST_CHECK;

#endif
