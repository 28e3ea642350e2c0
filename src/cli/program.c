/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * From argv to a command and from its outcome to an exit code. Data goes to stdout, which
 * is flushed and checked at the end: a full disk is an error, a reader that has gone is
 * not. */
#include "cli/log.h"
#include "cli/signals.h"
#include "options/help.h"

#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <string.h>
#include <unistd.h>

const struct osw_command *const osw_commands[] = {
    &osw_command_run,         &osw_command_list,    &osw_command_check,
    &osw_command_plot,        &osw_command_steady,  &osw_command_evidence,
    &osw_command_fit,         &osw_command_bench,   &osw_command_sweep,
    &osw_command_sensitivity, &osw_command_export,  &osw_command_man,
    &osw_command_completion,  &osw_command_version, NULL};

/* A closed standard stream would give its number to the next file that is opened. */
static void open_standard_streams(void)
{
    for (int fd = 0; fd < 3; fd++)
        if (fcntl(fd, F_GETFD) < 0 && errno == EBADF)
            (void)!open("/dev/null", fd == 0 ? O_WRONLY : O_RDONLY);
}

static const struct osw_command *find_command(const char *name)
{
    for (size_t i = 0; osw_commands[i]; i++)
        if (!strcmp(osw_commands[i]->name, name))
            return osw_commands[i];
    return NULL;
}

static int unknown_command(const char *name)
{
    enum { MOST_COMMANDS = 32 };
    const char *names[MOST_COMMANDS];
    size_t n = 0;
    for (; osw_commands[n] && n < MOST_COMMANDS; n++)
        names[n] = osw_commands[n]->name;
    const char *closest = osw_diag_closest(name, names, n);
    fprintf(stderr, "error: no command '%s'%s%s%s; osteoswitch --help lists them\n", name,
            closest ? " (did you mean '" : "", closest ? closest : "",
            closest ? "'?)" : "");
    return osw_status_exit_code(OSW_ERR_USAGE);
}

static enum osw_status flush_stdout(struct osw_diag *diag)
{
    errno = 0;
    bool bad = fflush(stdout) != 0;
    bad |= ferror(stdout) != 0;
    if (!bad || errno == EPIPE)
        return OSW_OK;
    return osw_diag_fail(diag, OSW_ERR_IO, (struct osw_loc){0},
                         "cannot write to standard output: %s",
                         errno ? strerror(errno) : "write error");
}

static enum osw_status with_options(struct osw_session *session,
                                    const struct osw_command *command, int argc,
                                    char **argv, void *options)
{
    struct osw_common_options *common = options;
    enum osw_status status =
        osw_command_parse(command, argc, argv, session->arena, session->diag, options);
    session->color =
        common->color == OSW_COLOR_ALWAYS ||
        (common->color == OSW_COLOR_AUTO && session->terminal && common->log_format == 0);
    if (status)
        return status;
    if (common->help) {
        osw_help_command(command, stdout);
        return OSW_OK;
    }
    struct osw_progress stage;
    osw_progress_begin(&stage, session);
    osw_diag_watch(session->diag, osw_progress_stage, &stage);
    status = command->run(session, options);
    osw_diag_watch(session->diag, NULL, NULL);
    osw_progress_end(&stage);
    return status;
}

static enum osw_status outcome(struct osw_session *session, enum osw_status status)
{
    if (status == OSW_INTERRUPTED && osw_signals_caught())
        status = osw_signals_status();
    enum osw_status written = flush_stdout(session->diag);
    if (status == OSW_OK || status == OSW_NEGATIVE)
        status = written ? written : status;
    if (status == OSW_INTERRUPTED || status == OSW_TERMINATED)
        osw_log_info(session, "%s: nothing was left under the names of outputs",
                     osw_status_text(status));
    osw_log_diagnostics(session);
    if (status > OSW_NEGATIVE && !osw_diag_count(session->diag, OSW_ERROR) &&
        status != OSW_INTERRUPTED && status != OSW_TERMINATED)
        fprintf(stderr, "error: %s\n", osw_status_text(status));
    return status;
}

static int run_command(const struct osw_command *command, int argc, char **argv,
                       const struct osw_team *team)
{
    enum osw_status status = OSW_ERR_MEMORY;
    struct osw_session session = {.team = team, .terminal = isatty(STDERR_FILENO)};
    session.arena = osw_arena_create();
    session.diag = osw_diag_create();
    void *options =
        session.arena ? osw_arena_alloc(session.arena, 1, command->size) : NULL;
    if (options && session.diag) {
        session.common = options;
        status = with_options(&session, command, argc, argv, options);
        status = outcome(&session, status);
    } else {
        fprintf(stderr, "error: %s\n", osw_status_text(status));
    }
    osw_diag_destroy(session.diag);
    osw_arena_destroy(session.arena);
    return osw_status_exit_code(status);
}

int osw_main(int argc, char **argv, const struct osw_team *team)
{
    open_standard_streams();
    setlocale(LC_CTYPE, "");
    osw_signals_init();
    const char *name = argc > 1 ? argv[1] : "";
    if (!*name) {
        osw_help_program(osw_commands, stderr);
        return osw_status_exit_code(OSW_ERR_USAGE);
    }
    if (!strcmp(name, "--help") || !strcmp(name, "-h") || !strcmp(name, "help")) {
        const struct osw_command *about = argc > 2 ? find_command(argv[2]) : NULL;
        if (about)
            osw_help_command(about, stdout);
        else
            osw_help_program(osw_commands, stdout);
        if (fflush(stdout) == 0 || errno == EPIPE)
            return osw_status_exit_code(OSW_OK);
        fprintf(stderr, "error: cannot write to standard output: %s\n", strerror(errno));
        return osw_status_exit_code(OSW_ERR_IO);
    }
    if (!strcmp(name, "--version"))
        name = "version";
    const struct osw_command *command = find_command(name);
    if (!command)
        return unknown_command(name);
    if (team && command != &osw_command_sweep && command != &osw_command_version) {
        fprintf(stderr, "error: osteoswitch-mpi runs sweeps; for '%s' use osteoswitch\n",
                name);
        return osw_status_exit_code(OSW_ERR_USAGE);
    }
    return run_command(command, argc - 2, argv + 2, team);
}
