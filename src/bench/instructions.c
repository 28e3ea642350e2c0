/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/instructions.h"
#include "base/memory.h"
#include "bench/method.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MOST_ARGUMENTS = 32 };
extern char **environ;

/* Run to the end with all streams from and to nowhere. */
static enum osw_status run_quietly(char *const *command, int *exit_status)
{
    posix_spawn_file_actions_t actions;
    pid_t child;
    if (posix_spawn_file_actions_init(&actions))
        return OSW_ERR_MEMORY;
    int bad = posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0) ||
              posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0) ||
              posix_spawn_file_actions_adddup2(&actions, 1, 2);
    if (!bad)
        bad = posix_spawnp(&child, command[0], &actions, NULL, command, environ);
    posix_spawn_file_actions_destroy(&actions);
    if (bad)
        return OSW_ERR_UNAVAILABLE;
    while (waitpid(child, exit_status, 0) < 0)
        if (errno != EINTR)
            return OSW_ERR_INTERNAL;
    return OSW_OK;
}

/* The line "totals: N" of callgrind's file. */
static double read_total(const char *path)
{
    char line[1024];
    double total = 0;
    FILE *file = fopen(path, "r");
    while (file && fgets(line, sizeof line, file))
        if (!strncmp(line, "totals:", 7) || !strncmp(line, "summary:", 8))
            total = strtod(strchr(line, ':') + 1, NULL);
    if (file)
        fclose(file);
    return total;
}

static enum osw_status count_into(const char *path, const char *const *arguments,
                                  struct osw_diag *diag, double *count)
{
    char out[4096 + 32];
    const char *command[MOST_ARGUMENTS] = {"valgrind", "--tool=callgrind",
                                           ("--toggle-collect=" OSW_BENCH_WORK_SYMBOL)};
    int n = 3, exit_status = 0;
    snprintf(out, sizeof out, "--callgrind-out-file=%s", path);
    command[n++] = out;
    for (int i = 0; arguments[i] && n < MOST_ARGUMENTS - 1; i++)
        command[n++] = arguments[i];
    enum osw_status status = run_quietly((char *const *)command, &exit_status);
    if (status == OSW_ERR_UNAVAILABLE ||
        (!status && WIFEXITED(exit_status) && WEXITSTATUS(exit_status) == 127))
        return osw_diag_fail(diag, OSW_ERR_UNAVAILABLE, (struct osw_loc){0},
                             "there is no valgrind to count instructions with");
    double total = status || exit_status ? 0 : read_total(path);
    if (!(total > 0))
        return osw_diag_fail(diag, OSW_ERR_INTERNAL, (struct osw_loc){0},
                             "%s under valgrind: wait status %d, %.0f instructions",
                             arguments[0], exit_status, total);
    *count = total;
    return OSW_OK;
}

enum osw_status osw_instructions_count(const char *const *arguments,
                                       struct osw_diag *diag, double *count)
{
    const char *folder = getenv("TMPDIR");
    char path[4096];
    int len = snprintf(path, sizeof path, "%s/osteoswitch-callgrind-XXXXXX",
                       folder && *folder ? folder : "/tmp");
    int file = len < (int)sizeof path ? mkstemp(path) : -1;
    if (file < 0)
        return osw_diag_fail(diag, OSW_ERR_IO, (struct osw_loc){0},
                             "cannot make a temporary file for valgrind: %s",
                             strerror(errno));
    close(file);
    enum osw_status status = count_into(path, arguments, diag, count);
    unlink(path);
    return status;
}
