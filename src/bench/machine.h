/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The machine and the build that figures belong to. */
#ifndef OSW_BENCH_MACHINE_H
#define OSW_BENCH_MACHINE_H

#include "base/cpu.h"
#include "base/memory.h"

/* The processor's own name ("unknown processor" where the system does not tell). */
const char *osw_machine_processor(struct osw_arena *arena) OSW_MUST_CHECK;

/* What instruction counts depend on: compiler, optimization, C library, solver library;
 * and what solver counters depend on: architecture and the C library's variant of
 * elementary functions. `isa`: of the kernel, or NULL for those of one lane. */
const char *osw_machine_build_key(struct osw_arena *arena,
                                  const char *isa) OSW_MUST_CHECK;
const char *osw_machine_counter_key(struct osw_arena *arena,
                                    const char *isa) OSW_MUST_CHECK;

/* The SUNDIALS that CVODE's figures belong to, and how its build compares with the same
 * loop compiled here. NULL: out of memory. */
const char *osw_machine_sundials(struct osw_arena *arena) OSW_MUST_CHECK;

/* CPU time of the calling thread, s. */
double osw_machine_cpu_seconds(void);

#endif
