/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Outcomes. One list: the enum, the texts and the process exit codes all come from it
 * (exit codes follow sysexits(3) where it has one). A function that can fail returns
 * enum osw_status; what a person must know goes into a struct osw_diag beside it. */
#ifndef OSW_BASE_STATUS_H
#define OSW_BASE_STATUS_H

#define OSW_MUST_CHECK __attribute__((warn_unused_result))
#define OSW_PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))

/*      name             exit  text */
#define OSW_STATUS_LIST(X)                                                               \
    X(OK, 0, "done")                                                                     \
    X(NEGATIVE, 3, "done, but a check came out negative")                                \
    X(ERR_USAGE, 64, "usage error")                                                      \
    X(ERR_INPUT, 65, "bad input")                                                        \
    X(ERR_NOINPUT, 66, "input missing")                                                  \
    X(ERR_UNAVAILABLE, 69, "a needed program or library is absent")                      \
    X(ERR_INTERNAL, 70, "internal error")                                                \
    X(ERR_MEMORY, 71, "out of memory")                                                   \
    X(ERR_CANTCREAT, 73, "cannot create output")                                         \
    X(ERR_IO, 74, "I/O error")                                                           \
    X(INCOMPLETE, 75, "not finished: run it again to go on")                             \
    X(ERR_INTEGRATION, 76, "integration failed")                                         \
    X(ERR_IDENTITY, 78, "identity mismatch")                                             \
    X(INTERRUPTED, 130, "interrupted")                                                   \
    X(TERMINATED, 143, "terminated")

enum osw_status {
#define OSW_STATUS_ENUM(name, exit_code, text) OSW_##name,
    OSW_STATUS_LIST(OSW_STATUS_ENUM)
#undef OSW_STATUS_ENUM
};

/* One line of English, static storage. */
const char *osw_status_text(enum osw_status status);

/* The documented process exit code. */
int osw_status_exit_code(enum osw_status status);

#endif
