/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/compile.h"
#include "model/headers.h"
#include "model/object.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
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

static enum osw_status write_text(int work, const char *name, const char *text)
{
    char folder[64];
    const char *slash = strchr(name, '/');
    if (slash) {
        snprintf(folder, sizeof folder, "%.*s", (int)(slash - name), name);
        (void)mkdirat(work, folder, 0700);
    }
    int fd = openat(work, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    FILE *out = fd < 0 ? NULL : fdopen(fd, "w");
    if (!out)
        return OSW_ERR_CANTCREAT;
    int failed = fputs(text, out) < 0;
    failed |= fclose(out) != 0;
    return failed ? OSW_ERR_IO : OSW_OK;
}

static enum osw_status write_all(int work, const struct osw_compilation *job,
                                 struct osw_diag *diag)
{
    enum osw_status status = write_text(work, "model.c", job->text);
    for (const struct osw_header *h = osw_headers; h->name && !status; h++)
        status = write_text(work, h->name, h->text);
    if (status)
        return osw_diag_fail(
            diag, status, (struct osw_loc){.file = osw_diag_file(diag, job->cache->path)},
            "cannot write: %s", strerror(errno));
    return OSW_OK;
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

/* The command itself keeps its meaning in the folder where it is going to run. */
static enum osw_status append_command(const char *command, struct osw_arena *arena,
                                      char **argv, int *n)
{
    char absolute[PATH_MAX];
    if (append_words(command, arena, argv, n))
        return OSW_ERR_MEMORY;
    if (strchr(argv[0], '/') && *argv[0] != '/' && realpath(argv[0], absolute))
        argv[0] = osw_arena_string(arena, absolute);
    return argv[0] ? OSW_OK : OSW_ERR_MEMORY;
}

/* The words of the command, the fixed arguments, the words of the flags. */
static enum osw_status arguments(const struct osw_compilation *job, bool large,
                                 struct osw_arena *arena, char **argv)
{
    const char *const fixed[] = {
        "-std=gnu11",        large ? "-O0" : "-O2", "-w", "-fPIC", "-shared",
        "-ffp-contract=off", "-fno-math-errno"};
    const char *const files[] = {"-I.", "-o", "model.so", "model.c", "-lm"};
    int n = 0;
    if (append_command(job->command, arena, argv, &n))
        return OSW_ERR_MEMORY;
    for (size_t i = 0; i < sizeof fixed / sizeof *fixed; i++)
        if (!(argv[n++] = osw_arena_string(arena, fixed[i])))
            return OSW_ERR_MEMORY;
    if (append_words(job->flags, arena, argv, &n))
        return OSW_ERR_MEMORY;
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        if (!(argv[n++] = osw_arena_string(arena, files[i])))
            return OSW_ERR_MEMORY;
    argv[n] = NULL;
    return OSW_OK;
}

/* Until the compiler ends, or is asked to: then with all that it began. */
static int wait_for(pid_t pid, const struct osw_diag *diag, const char *what)
{
    static const struct timespec pause = {.tv_nsec = 20000000};
    int status, got;
    bool stopped = false;
    while ((got = waitpid(pid, &status, WNOHANG)) == 0 || (got < 0 && errno == EINTR)) {
        const bool interrupted = nanosleep(&pause, NULL) < 0;
        if ((osw_diag_progress(diag, -1, what) || interrupted) && !stopped) {
            stopped = true;
            (void)kill(-pid, SIGTERM);
        }
    }
    const int error = errno;
    (void)osw_diag_progress(diag, 1, what);
    if (got < 0)
        return -error;
    if (stopped)
        return -EINTR;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/* Run the compiler in the folder and in a process group of its own, its talk going to the
 * file `log` there. 0, the exit status, or -errno. */
static int run(char **argv, int work, const struct osw_diag *diag, const char *what)
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
        error = posix_spawn_file_actions_addfchdir_np(&actions, work);
    if (!error)
        error = posix_spawn_file_actions_addopen(&actions, 1, "log",
                                                 O_WRONLY | O_CREAT | O_EXCL, 0600);
    if (!error)
        error = posix_spawn_file_actions_adddup2(&actions, 1, 2);
    if (!error)
        error = posix_spawnp(&pid, argv[0], &actions, &attributes, argv, environ);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    return error ? -error : wait_for(pid, diag, what);
}

/* What the compiler said first that looks like an error. */
static void first_complaint(int work, char *line, size_t size)
{
    int fd = openat(work, "log", O_RDONLY | O_CLOEXEC);
    FILE *in = fd < 0 ? NULL : fdopen(fd, "r");
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

static enum osw_status judge(int outcome, const char *command, const char *path, int work,
                             struct osw_diag *diag)
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
    first_complaint(work, line, sizeof line);
    return osw_diag_fail(diag, OSW_ERR_UNAVAILABLE, at,
                         "the C compiler '%s' failed (exit %d): %s", command, outcome,
                         line);
}

/* A new folder in the cache, open; -1: errno. */
static int make_work(const struct osw_cache *cache, char *name, size_t size)
{
    enum { MOST_NAMES = 1000 };
    int made = -1;
    for (int i = 0; i < MOST_NAMES && made && (i == 0 || errno == EEXIST); i++) {
        snprintf(name, size, "compile.%ld.%d", (long)getpid(), i);
        made = mkdirat(cache->folder, name, 0700);
    }
    return made ? -1 : openat(cache->folder, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

/* All files below an open folder, which it closes. */
static void empty(int folder)
{
    DIR *dir = fdopendir(folder);
    for (struct dirent *e; dir && (e = readdir(dir));) {
        if (!strcmp(e->d_name, ".") || !strcmp(e->d_name, ".."))
            continue;
        if (unlinkat(folder, e->d_name, 0) == 0 || errno != EISDIR)
            continue;
        int below =
            openat(folder, e->d_name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        if (below >= 0)
            empty(below);
        (void)unlinkat(folder, e->d_name, AT_REMOVEDIR);
    }
    if (dir)
        closedir(dir);
}

static bool keep(const struct osw_compilation *job, int work)
{
    int fd = openat(work, "model.so", O_RDWR | O_NOFOLLOW | O_CLOEXEC);
    bool kept = fd >= 0 && fchmod(fd, 0600) == 0 && osw_object_seal(fd, job->object) &&
                renameat(work, "model.so", job->cache->folder, job->object) == 0;
    if (fd >= 0)
        close(fd);
    return kept;
}

enum osw_status osw_compile(const struct osw_compilation *job, struct osw_arena *arena,
                            struct osw_diag *diag)
{
    char *argv[2 * MOST_WORDS + 16], name[64];
    size_t size = strlen(job->text);
    if (size > LARGEST)
        return osw_diag_fail(diag, OSW_ERR_INPUT,
                             (struct osw_loc){.file = osw_diag_file(diag, job->path)},
                             "the model is too large: it would make %zu MiB of C, the "
                             "most is %d MiB (fewer states that all act on one another, "
                             "fewer rules)",
                             size >> 20, LARGEST >> 20);
    const struct osw_loc at = {.file = osw_diag_file(diag, job->cache->path)};
    int work = make_work(job->cache, name, sizeof name);
    if (work < 0)
        return osw_diag_fail(diag, OSW_ERR_CANTCREAT, at,
                             "cannot create a folder here: %s", strerror(errno));
    enum osw_status status = arguments(job, size > LARGE, arena, argv);
    if (!status)
        status = write_all(work, job, diag);
    const char *what = osw_arena_format(arena, "compiling %s", job->path);
    if (!status)
        status = judge(run(argv, work, diag, what ? what : "compiling"), job->command,
                       job->path, work, diag);
    if (!status && !keep(job, work))
        status = osw_diag_fail(diag, OSW_ERR_IO, at, "cannot write: %s", strerror(errno));
    empty(work);
    (void)unlinkat(job->cache->folder, name, AT_REMOVEDIR);
    return status;
}
