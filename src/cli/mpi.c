/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * osteoswitch-mpi: sweeps over many nodes. The fence of MPI, and a program of its own, so
 * that the other runs where there is none. Ranks share nothing but the sweep's folder and
 * messages of five numbers: a request for a block that tells what its rank has done, the
 * reply, and a farewell. Rank 0 answers while it computes; the others ask one block ahead
 * and never wait inside MPI, so that threads that compute keep their cores. */
#include "cli/command.h"
#include "cli/team.h"

#include <fcntl.h>
#include <mpi.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { REQUEST = 1, REPLY, FAREWELL };
enum { MEMBERS, FAILED, RESCUED, KEPT, STATUS, N_NUMBERS };

struct ranks {
    int rank, size;
    /* of rank 0 */
    const int64_t *blocks;
    int64_t n_blocks, next;
    int n_left;                 /* ranks that have taken their leave */
    int64_t (*told)[N_NUMBERS]; /* [size]: the last word of each */
    /* of the others */
    int64_t mine[N_NUMBERS];
    int64_t ahead; /* the block asked for, once `asked` is over */
    MPI_Request asked;
    bool waiting, gone; /* for the reply; farewell was said */
};

static void pause_a_little(void)
{
    nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
}

static int64_t hand_out(struct ranks *r)
{
    return r->next < r->n_blocks ? r->blocks[r->next++] : OSW_BLOCK_NONE;
}

/* Answer what the others have sent. */
static void answer(struct ranks *r)
{
    int here = 1;
    while (r->n_left < r->size - 1) {
        MPI_Status from;
        MPI_Iprobe(MPI_ANY_SOURCE, MPI_ANY_TAG, MPI_COMM_WORLD, &here, &from);
        if (!here)
            return;
        MPI_Recv(r->told[from.MPI_SOURCE], N_NUMBERS, MPI_INT64_T, from.MPI_SOURCE,
                 from.MPI_TAG, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
        if (from.MPI_TAG == FAREWELL) {
            r->n_left++;
            continue;
        }
        int64_t block = hand_out(r);
        MPI_Send(&block, 1, MPI_INT64_T, from.MPI_SOURCE, REPLY, MPI_COMM_WORLD);
    }
}

static void ask(struct ranks *r)
{
    MPI_Irecv(&r->ahead, 1, MPI_INT64_T, 0, REPLY, MPI_COMM_WORLD, &r->asked);
    MPI_Send(r->mine, N_NUMBERS, MPI_INT64_T, 0, REQUEST, MPI_COMM_WORLD);
    r->waiting = true;
}

static bool has_reply(struct ranks *r)
{
    int done = 1;
    if (r->waiting)
        MPI_Test(&r->asked, &done, MPI_STATUS_IGNORE);
    r->waiting = !done;
    return done;
}

static void offer(void *context, const int64_t *blocks, int64_t n)
{
    struct ranks *r = context;
    r->blocks = blocks;
    r->n_blocks = n;
}

static bool join(void *context)
{
    struct ranks *r = context;
    ask(r);
    while (!has_reply(r))
        pause_a_little();
    return r->ahead != OSW_BLOCK_NONE;
}

static int64_t next(void *context)
{
    struct ranks *r = context;
    if (!r->rank)
        return hand_out(r);
    if (!has_reply(r))
        return OSW_BLOCK_LATER;
    int64_t block = r->ahead;
    if (block != OSW_BLOCK_NONE)
        ask(r);
    return block;
}

static void tell(void *context, struct osw_sweep_progress *progress)
{
    struct ranks *r = context;
    r->mine[MEMBERS] = progress->members;
    r->mine[FAILED] = progress->failed;
    r->mine[RESCUED] = progress->rescued;
    r->mine[KEPT] = progress->kept;
    if (r->rank)
        return;
    answer(r);
    for (int k = 1; k < r->size; k++) {
        progress->members += r->told[k][MEMBERS];
        progress->failed += r->told[k][FAILED];
        progress->rescued += r->told[k][RESCUED];
        progress->kept += r->told[k][KEPT];
    }
}

static enum osw_status graver(enum osw_status a, enum osw_status b)
{
    return a == OSW_OK || (a == OSW_INCOMPLETE && b != OSW_OK) ? b : a;
}

static enum osw_status leave(void *context, enum osw_status status)
{
    struct ranks *r = context;
    if (r->gone)
        return status;
    r->gone = true;
    if (r->rank) {
        while (
            !has_reply(r)) /* a block that nobody computes now is missing, that is all */
            pause_a_little();
        r->mine[STATUS] = status;
        MPI_Send(r->mine, N_NUMBERS, MPI_INT64_T, 0, FAREWELL, MPI_COMM_WORLD);
        return status;
    }
    if (status)
        r->n_blocks = r->next; /* no more for anybody */
    for (; r->n_left < r->size - 1; pause_a_little())
        answer(r);
    for (int k = 1; k < r->size; k++)
        status = graver(status, (enum osw_status)r->told[k][STATUS]);
    return status;
}

/* What ranks other than 0 say is kept, and said at the end if rank 0 did not end the same
 * way: a usage error is told once. */
static FILE *hush(int *terminal)
{
    FILE *kept = tmpfile();
    *terminal = dup(STDERR_FILENO);
    int null = open("/dev/null", O_WRONLY);
    if (kept && *terminal >= 0 && null >= 0) {
        dup2(fileno(kept), STDERR_FILENO);
        dup2(null, STDOUT_FILENO);
    }
    if (null >= 0)
        close(null);
    return kept;
}

static void speak(FILE *kept, int terminal, int rank)
{
    char line[4096];
    fflush(stderr);
    rewind(kept);
    dup2(terminal, STDERR_FILENO);
    while (fgets(line, sizeof line, kept))
        fprintf(stderr, "rank %d: %s", rank, line);
}

int main(int argc, char **argv)
{
    struct ranks r = {0};
    int thread_level, terminal = -1;
    MPI_Init_thread(&argc, &argv, MPI_THREAD_FUNNELED, &thread_level);
    MPI_Comm_rank(MPI_COMM_WORLD, &r.rank);
    MPI_Comm_size(MPI_COMM_WORLD, &r.size);
    r.told = calloc((size_t)r.size, sizeof *r.told);
    FILE *kept = r.rank ? hush(&terminal) : NULL;
    const struct osw_team team = {r.rank, r.size, &r, offer, join, next, tell, leave};
    int code =
        r.told ? osw_main(argc, argv, &team) : osw_status_exit_code(OSW_ERR_MEMORY);
    leave(&r, code ? OSW_ERR_INTERNAL : OSW_OK);
    int first = code;
    MPI_Bcast(&first, 1, MPI_INT, 0, MPI_COMM_WORLD);
    if (kept && terminal >= 0 && code && code != first)
        speak(kept, terminal, r.rank);
    MPI_Finalize();
    free(r.told);
    if (kept)
        fclose(kept);
    return first;
}
