/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Instructions that a program executes inside osw_bench_work, by valgrind's callgrind:
 * the same number each time, on a busy machine too. Valgrind knows no AVX-512: ask the
 * program for AVX2 at most. */
#ifndef OSW_BENCH_INSTRUCTIONS_H
#define OSW_BENCH_INSTRUCTIONS_H

#include "text/diag.h"

/* arguments: NULL-terminated, the program's path first. OSW_ERR_UNAVAILABLE: there is no
 * valgrind. OSW_ERR_INTERNAL: the program failed under it, or never got there. */
enum osw_status osw_instructions_count(const char *const *arguments,
                                       struct osw_diag *diag,
                                       double *count) OSW_MUST_CHECK;

#endif
