/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/compile.h"
#include "model/headers.h"
#include "model/object.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

enum {
    MOST_WORDS = 16,
    LARGE = 2 << 20,   /* bytes of C: an optimiser would take many minutes from here on */
    LARGEST = 16 << 20 /* and here any compiler does */
};

const char *osw_compile_command(void)
{
    const char *cc = getenv("CC");
    return cc && cc[strspn(cc, " ")] ? cc : "cc";
}

static enum osw_status write_text(struct osw_arena *arena, const char *folder,
                                  const char *name, const char *text)
{
    const char *path = osw_arena_format(arena, "%s/%s", folder, name);
    const char *slash = strchr(name, '/');
    if (!path)
        return OSW_ERR_MEMORY;
    if (slash) {
        const char *sub =
            osw_arena_format(arena, "%s/%.*s", folder, (int)(slash - name), name);
        if (!sub)
            return OSW_ERR_MEMORY;
        (void)mkdir(sub, 0700);
    }
    FILE *out = fopen(path, "w");
    if (!out)
        return OSW_ERR_CANTCREAT;
    int failed = fputs(text, out) < 0;
    failed |= fclose(out) != 0;
    return failed ? OSW_ERR_IO : OSW_OK;
}

static enum osw_status write_all(struct osw_arena *arena, const char *folder,
                                 const char *text, struct osw_diag *diag)
{
    enum osw_status status = write_text(arena, folder, "model.c", text);
    for (const struct osw_header *h = osw_headers; h->name && !status; h++)
        status = write_text(arena, folder, h->name, h->text);
    if (status == OSW_ERR_CANTCREAT || status == OSW_ERR_IO)
        return osw_diag_fail(diag, status,
                             (struct osw_loc){.file = osw_diag_file(diag, folder)},
                             "cannot write: %s", strerror(errno));
    return status;
}

/* Append the words of a text; OSW_ERR_MEMORY. */
static enum osw_status append_words(const char *text, struct osw_arena *arena,
                                    char **argv, int *n)
{
    for (int words = 0; *text && words < MOST_WORDS; words++) {
        size_t skip = strspn(text, " \t"), len = strcspn(text + skip, " \t");
        if (len && !(argv[(*n)++] = osw_arena_copy(arena, text + skip, len)))
            return OSW_ERR_MEMORY;
        text += skip + len;
    }
    return OSW_OK;
}

/* The words of the command, the fixed arguments, the words of the flags. */
static enum osw_status arguments(const struct osw_compilation *job, const char *folder,
                                 bool large, struct osw_arena *arena, char **argv)
{
    const char *const fixed[] = {
        "-std=gnu11",        large ? "-O0" : "-O2", "-w", "-fPIC", "-shared",
        "-ffp-contract=off", "-fno-math-errno"};
    int n = 0;
    if (append_words(job->command, arena, argv, &n))
        return OSW_ERR_MEMORY;
    for (size_t i = 0; i < sizeof fixed / sizeof *fixed; i++)
        if (!(argv[n++] = osw_arena_string(arena, fixed[i])))
            return OSW_ERR_MEMORY;
    if (append_words(job->flags, arena, argv, &n) ||
        !(argv[n++] = osw_arena_format(arena, "-I%s", folder)) ||
        !(argv[n++] = osw_arena_string(arena, "-o")) ||
        !(argv[n++] = osw_arena_format(arena, "%s/model.so", folder)) ||
        !(argv[n++] = osw_arena_format(arena, "%s/model.c", folder)) ||
        !(argv[n++] = osw_arena_string(arena, "-lm")))
        return OSW_ERR_MEMORY;
    argv[n] = NULL;
    return OSW_OK;
}

/* Only a handled signal interrupts the wait: the user wants to stop, so the compiler and
 * what it started do too. */
static int wait_for(pid_t pid)
{
    int status;
    bool stopped = false;
    while (waitpid(pid, &status, 0) < 0) {
        if (errno != EINTR)
            return -errno;
        stopped = true;
        (void)kill(-pid, SIGTERM);
    }
    if (stopped)
        return -EINTR;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/* Run the compiler in a process group of its own, its talk going to folder/log. 0, the
 * exit status, or -errno. */
static int run(char **argv, const char *log)
{
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    pid_t pid;
    if (posix_spawn_file_actions_init(&actions))
        return -ENOMEM;
    if (posix_spawnattr_init(&attributes)) {
        posix_spawn_file_actions_destroy(&actions);
        return -ENOMEM;
    }
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
    int error = posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    if (!error)
        error = posix_spawn_file_actions_addopen(&actions, 1, log,
                                                 O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (!error)
        error = posix_spawn_file_actions_adddup2(&actions, 1, 2);
    if (!error)
        error = posix_spawnp(&pid, argv[0], &actions, &attributes, argv, environ);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    return error ? -error : wait_for(pid);
}

/* What the compiler said first that looks like an error. */
static void first_complaint(const char *log, char *line, size_t size)
{
    FILE *in = fopen(log, "r");
    char first[400] = "";
    *line = '\0';
    while (in && fgets(line, (int)size, in)) {
        line[strcspn(line, "\n")] = '\0';
        if (strstr(line, "error"))
            break;
        if (!*first)
            snprintf(first, sizeof first, "%s", line);
        *line = '\0';
    }
    if (!*line)
        snprintf(line, size, "%s", first);
    if (in)
        fclose(in);
}

static enum osw_status judge(int outcome, const char *command, const char *path,
                             const char *log, struct osw_diag *diag)
{
    struct osw_loc at = {.file = osw_diag_file(diag, path)};
    char line[400];
    if (outcome == 0)
        return OSW_OK;
    if (outcome == -ENOENT || outcome == -EACCES)
        return osw_diag_fail(diag, OSW_ERR_UNAVAILABLE, at,
                             "a model of one's own needs a C compiler, and there is no "
                             "'%s': install one (Debian: apt-get install gcc libc6-dev) "
                             "or set CC",
                             command);
    if (outcome == -EINTR)
        return OSW_INTERRUPTED;
    if (outcome < 0)
        return osw_diag_fail(diag, OSW_ERR_INTERNAL, at, "cannot run '%s': %s", command,
                             strerror(-outcome));
    if (outcome > 128)
        return osw_diag_fail(diag, OSW_INTERRUPTED, at,
                             "the C compiler '%s' was stopped by signal %d", command,
                             outcome - 128);
    first_complaint(log, line, sizeof line);
    return osw_diag_fail(diag, OSW_ERR_UNAVAILABLE, at,
                         "the C compiler '%s' failed (exit %d): %s", command, outcome,
                         line);
}

static int remove_entry(const char *path, const struct stat *st, int type,
                        struct FTW *place)
{
    (void)st, (void)type, (void)place;
    return remove(path);
}

enum osw_status osw_compile(const struct osw_compilation *job, struct osw_arena *arena,
                            struct osw_diag *diag)
{
    char *argv[2 * MOST_WORDS + 16];
    size_t size = strlen(job->text);
    if (size > LARGEST)
        return osw_diag_fail(diag, OSW_ERR_INPUT,
                             (struct osw_loc){.file = osw_diag_file(diag, job->path)},
                             "the model is too large: it would make %zu MiB of C, the "
                             "most is %d MiB (fewer states that all act on one another, "
                             "fewer rules)",
                             size >> 20, LARGEST >> 20);
    char *work = osw_arena_format(arena, "%s/compile.XXXXXX", job->folder);
    if (!work)
        return OSW_ERR_MEMORY;
    if (!mkdtemp(work))
        return osw_diag_fail(diag, OSW_ERR_CANTCREAT,
                             (struct osw_loc){.file = osw_diag_file(diag, job->folder)},
                             "cannot create a folder here: %s", strerror(errno));
    const char *log = osw_arena_format(arena, "%s/log", work);
    const char *made = osw_arena_format(arena, "%s/model.so", work);
    enum osw_status status =
        log && made ? arguments(job, work, size > LARGE, arena, argv) : OSW_ERR_MEMORY;
    if (!status)
        status = write_all(arena, work, job->text, diag);
    if (!status)
        status = judge(run(argv, log), job->command, job->path, log, diag);
    if (!status && (chmod(made, 0600) != 0 || !osw_object_seal(made) ||
                    rename(made, job->object) != 0))
        status = osw_diag_fail(diag, OSW_ERR_IO,
                               (struct osw_loc){.file = osw_diag_file(diag, job->object)},
                               "cannot write: %s", strerror(errno));
    (void)nftw(work, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
    return status;
}
