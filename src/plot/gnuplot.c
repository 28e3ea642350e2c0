/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The script goes in and the picture comes out through pipes, both at once (poll), so
 * that neither side waits for the other; no shell and no temporary file is involved. The
 * picture is written by our own code, which notices a full disk. */
#include "plot/gnuplot.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

enum { SAID_BYTES = 2048 };

struct child {
    pid_t pid;
    int in, out, err; /* our ends; -1: closed */
    char said[SAID_BYTES];
    size_t n_said;
    bool drew;
};

static void close_end(int *fd)
{
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

static int spawn(struct child *c, int in, int out, int err)
{
    char name[] = "gnuplot", defaults[] = "-d", script[] = "-";
    char *const argv[] = {name, defaults, script, NULL};
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t usual;
    int failed = posix_spawn_file_actions_init(&actions);
    if (failed)
        return failed;
    failed = posix_spawnattr_init(&attributes);
    if (!failed) {
        sigemptyset(&usual);
        sigaddset(&usual, SIGPIPE);
        sigaddset(&usual, SIGXFSZ);
        posix_spawnattr_setsigdefault(&attributes, &usual);
        posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
        failed = posix_spawn_file_actions_adddup2(&actions, in, 0);
        if (!failed)
            failed = posix_spawn_file_actions_adddup2(&actions, out, 1);
        if (!failed)
            failed = posix_spawn_file_actions_adddup2(&actions, err, 2);
        if (!failed)
            failed =
                posix_spawnp(&c->pid, "gnuplot", &actions, &attributes, argv, environ);
        posix_spawnattr_destroy(&attributes);
    }
    posix_spawn_file_actions_destroy(&actions);
    return failed;
}

/* A socket for the script: writing to a child that has gone raises no signal. */
static int start(struct child *c)
{
    int in[2] = {-1, -1}, out[2] = {-1, -1}, err[2] = {-1, -1}, failed = 0;
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, in) || pipe2(out, O_CLOEXEC) ||
        pipe2(err, O_CLOEXEC))
        failed = errno;
    if (!failed)
        failed = spawn(c, in[1], out[1], err[1]);
    close_end(&in[1]);
    close_end(&out[1]);
    close_end(&err[1]);
    if (failed) {
        close_end(&in[0]);
        close_end(&out[0]);
        close_end(&err[0]);
        return failed;
    }
    c->in = in[0];
    c->out = out[0];
    c->err = err[0];
    return 0;
}

static void feed(struct child *c, const char **script, size_t *left)
{
    ssize_t n = send(c->in, *script, *left, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (n >= 0) {
        *script += n;
        *left -= (size_t)n;
    }
    bool gone = n < 0 && errno != EAGAIN && errno != EINTR;
    if (*left == 0 || gone)
        close_end(&c->in);
}

static void draw(struct child *c, FILE *picture)
{
    char bytes[1 << 14];
    ssize_t n = read(c->out, bytes, sizeof bytes);
    if (n > 0) {
        fwrite(bytes, 1, (size_t)n, picture);
        c->drew = true;
    } else if (n == 0 || errno != EINTR)
        close_end(&c->out);
}

static void listen_to(struct child *c)
{
    char bytes[SAID_BYTES];
    ssize_t n = read(c->err, bytes, sizeof bytes);
    if (n > 0) { /* the end of what it says names the error */
        size_t keep = (size_t)n, drop = 0;
        if (c->n_said + keep > sizeof c->said - 1)
            drop = c->n_said + keep - (sizeof c->said - 1);
        if (drop > c->n_said) {
            keep -= drop - c->n_said;
            drop = c->n_said;
        }
        memmove(c->said, c->said + drop, c->n_said - drop);
        c->n_said -= drop;
        memcpy(c->said + c->n_said, bytes + (size_t)n - keep, keep);
        c->n_said += keep;
    } else if (n == 0 || errno != EINTR) {
        close_end(&c->err);
    }
}

static void converse(struct child *c, const char *script, size_t left, FILE *picture)
{
    while (c->in >= 0 || c->out >= 0 || c->err >= 0) {
        struct pollfd fds[] = {
            {c->in, POLLOUT, 0}, {c->out, POLLIN, 0}, {c->err, POLLIN, 0}};
        if (poll(fds, 3, -1) < 0) {
            if (errno == EINTR)
                continue;
            break;
        }
        if (fds[0].revents)
            feed(c, &script, &left);
        if (fds[1].revents)
            draw(c, picture);
        if (fds[2].revents)
            listen_to(c);
    }
    close_end(&c->in);
    close_end(&c->out);
    close_end(&c->err);
}

/* The last line that says something. */
static const char *last_words(struct child *c)
{
    char *end = c->said + c->n_said;
    while (end > c->said && strchr(" \t\r\n", end[-1]))
        end--;
    *end = '\0';
    char *line = memrchr(c->said, '\n', (size_t)(end - c->said));
    line = line ? line + 1 : c->said;
    line += strspn(line, " \t");
    return *line ? line : "it does not say why";
}

enum osw_status osw_gnuplot_run(const char *script, size_t n, FILE *picture,
                                struct osw_loc at, struct osw_diag *diag)
{
    struct child c = {.in = -1, .out = -1, .err = -1};
    int failed = start(&c), outcome = 0;
    if (failed == ENOENT)
        return osw_diag_fail(diag, OSW_ERR_UNAVAILABLE, at,
                             "gnuplot, which draws figures, is not installed (Debian, "
                             "Ubuntu: apt install gnuplot-nox)");
    if (failed)
        return osw_diag_fail(diag, OSW_ERR_INTERNAL, at, "cannot start gnuplot: %s",
                             strerror(failed));
    converse(&c, script, n, picture);
    while (waitpid(c.pid, &outcome, 0) < 0 && errno == EINTR) {
    }
    if (WIFEXITED(outcome) && WEXITSTATUS(outcome) == OSW_GNUPLOT_NO_TERMINAL)
        return osw_diag_fail(diag, OSW_ERR_UNAVAILABLE, at,
                             "this gnuplot cannot draw this kind of file: try .svg, or "
                             "install gnuplot-nox");
    if (outcome != 0)
        return osw_diag_fail(diag, OSW_ERR_INTERNAL, at, "gnuplot failed: %s",
                             last_words(&c));
    if (!c.drew)
        return osw_diag_fail(diag, OSW_ERR_INTERNAL, at, "gnuplot drew nothing: %s",
                             last_words(&c));
    return OSW_OK;
}
