/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench/machine.h"

#include "solve/cvode_library.h"

#include <stdio.h>
#include <string.h>
#include <time.h>
#ifdef __GLIBC__
#include <gnu/libc-version.h>
#endif

const char *osw_machine_processor(struct osw_arena *arena)
{
    static const char key[] = "model name";
    char line[256] = "";
    const char *name = NULL;
    FILE *file = fopen("/proc/cpuinfo", "r");
    while (file && !name && fgets(line, sizeof line, file))
        if (!strncmp(line, key, sizeof key - 1))
            name = strchr(line, ':');
    if (file)
        fclose(file);
    if (!name)
        return "unknown processor";
    name += 1 + strspn(name + 1, " ");
    return osw_arena_copy(arena, name, strcspn(name, "\n"));
}

static const char *architecture(void)
{
#if defined __x86_64__
    return "x86_64";
#elif defined __aarch64__
    return "aarch64";
#else
    return "other";
#endif
}

static const char *libc(void)
{
#ifdef __GLIBC__
    return gnu_get_libc_version();
#else
    return "unknown";
#endif
}

const char *osw_machine_build_key(struct osw_arena *arena, const char *isa)
{
    return osw_arena_format(arena, "%s %s, %s, libc %s, %s, %s", OSW_BENCH_COMPILER,
                            __VERSION__, OSW_BENCH_FLAGS, libc(), architecture(),
                            isa ? isa : "one lane");
}

const char *osw_machine_counter_key(struct osw_arena *arena, const char *isa)
{
    return osw_arena_format(arena, "%s, libc %s%s, %s", architecture(), libc(),
                            osw_cpu_has(OSW_ISA_AVX2) ? " with FMA" : "",
                            isa ? isa : "one lane");
}

const char *osw_machine_sundials(struct osw_arena *arena)
{
    struct osw_cvode_library library;
    if (osw_cvode_library_measure(&library))
        return NULL;
    return osw_arena_format(
        arena,
        "SUNDIALS %s (its vector sum takes %.2g times as long as the same loop compiled "
        "with %s%s)",
        library.version, library.slowdown, OSW_BENCH_FLAGS,
        library.optimised ? ""
                          : ": it was built without optimisation, and CVODE's figures "
                            "suffer; bench/peers/sundials.sh builds one to compare with");
}

double osw_machine_cpu_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}
