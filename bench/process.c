/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A command as a whole process: CPU time (user + system) and peak memory over several
 * runs, by the operating system's accounting of each child. Prints minimum and median
 * beside the figure to reach; never fails on a time, because machines are shared.
 *   process LABEL RUNS TARGET_MS TARGET_MB COMMAND ARG… */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MOST_RUNS = 1000 };

static int run_once(char **command, double *cpu_ms, double *peak_mb)
{
    pid_t child = fork();
    if (child < 0)
        return errno;
    if (child == 0) {
        int null = open("/dev/null", O_RDWR);
        dup2(null, 0);
        dup2(null, 1);
        dup2(null, 2);
        execvp(command[0], command);
        _exit(127);
    }
    int status;
    struct rusage use;
    if (wait4(child, &status, 0, &use) != child)
        return errno;
    *cpu_ms = 1e3 * (double)(use.ru_utime.tv_sec + use.ru_stime.tv_sec) +
              1e-3 * (double)(use.ru_utime.tv_usec + use.ru_stime.tv_usec);
    *peak_mb = (double)use.ru_maxrss / 1024;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

int main(int argc, char **argv)
{
    if (argc < 6 || atoi(argv[2]) < 1 || atoi(argv[2]) > MOST_RUNS) {
        fprintf(stderr, "usage: process LABEL RUNS TARGET_MS TARGET_MB COMMAND ARG...\n");
        return 64;
    }
    int runs = atoi(argv[2]);
    double cpu[MOST_RUNS], peak[MOST_RUNS];
    for (int i = -1; i < runs; i++) { /* one warm-up */
        int at = i < 0 ? 0 : i;
        int code = run_once(argv + 5, &cpu[at], &peak[at]);
        if (code) {
            fprintf(stderr, "%s: exit code %d\n", argv[5], code);
            return 1;
        }
    }
    qsort(cpu, (size_t)runs, sizeof *cpu, ascending);
    qsort(peak, (size_t)runs, sizeof *peak, ascending);
    printf("%-28s %3d runs  CPU ms min %6.2f median %6.2f (to reach: < %s)  "
           "peak MB median %5.1f (to reach: < %s)\n",
           argv[1], runs, cpu[0], cpu[runs / 2], argv[3], peak[runs / 2], argv[4]);
    return 0;
}
