/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/cpu.h"

#include <stddef.h>
#include <string.h>

static const char *const names[] = {"baseline", "avx2", "avx512", NULL};

const char *osw_isa_name(enum osw_isa isa)
{
    return names[isa];
}

const char *osw_isa_word(int i)
{
    return names[i];
}

bool osw_isa_find(const char *name, enum osw_isa *isa)
{
    for (int i = 0; i < OSW_ISAS; i++)
        if (!strcmp(name, names[i])) {
            *isa = (enum osw_isa)i;
            return true;
        }
    return false;
}

bool osw_cpu_has(enum osw_isa isa)
{
    switch (isa) {
#if defined __x86_64__ || defined __i386__
    case OSW_ISA_AVX2:
        return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    case OSW_ISA_AVX512:
        return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
               __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bw") &&
               __builtin_cpu_supports("fma");
#endif
    default:
        return isa == OSW_ISA_BASELINE;
    }
}
