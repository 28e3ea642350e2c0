/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/signals.h"

#include <signal.h>
#include <stddef.h>
#include <unistd.h>

static volatile sig_atomic_t caught; /* a handler can reach nothing else */

static void note(int number)
{
    caught = number;
}

void osw_signals_also(int number)
{
    struct sigaction action = {.sa_handler = note, .sa_flags = (int)SA_RESETHAND};
    sigemptyset(&action.sa_mask);
    sigaction(number, &action, NULL);
}

void osw_signals_init(void)
{
    struct sigaction ignore = {.sa_handler = SIG_IGN};
    sigemptyset(&ignore.sa_mask);
    osw_signals_also(SIGINT);
    osw_signals_also(SIGTERM);
    sigaction(SIGPIPE, &ignore, NULL);
    sigaction(SIGXFSZ, &ignore, NULL); /* a file-size limit: writing tells */
}

int osw_signals_caught(void)
{
    return caught;
}

enum osw_status osw_signals_status(void)
{
    return caught == SIGTERM ? OSW_TERMINATED : OSW_INTERRUPTED;
}

static void end_now(int number)
{
    caught = number;
    _exit(osw_status_exit_code(osw_signals_status()));
}

void osw_signals_at_once(bool at_once)
{
    struct sigaction action = {.sa_handler = at_once ? end_now : note,
                               .sa_flags = (int)SA_RESETHAND};
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
}
