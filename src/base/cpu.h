/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Instruction sets that wide kernels are built for, narrowest first, and which of them
 * this machine (and its operating system) runs. */
#ifndef OSW_BASE_CPU_H
#define OSW_BASE_CPU_H

#include <stdbool.h>

enum osw_isa {
    OSW_ISA_BASELINE, /* what every machine of the architecture has: SSE2, NEON */
    OSW_ISA_AVX2,     /* AVX2 and FMA */
    OSW_ISA_AVX512,   /* AVX-512 F, DQ, VL, BW */
};
enum { OSW_ISAS = 3 };

/* "baseline", "avx2", "avx512" */
const char *osw_isa_name(enum osw_isa isa);
/* The same; NULL past the end. */
const char *osw_isa_word(int i);
/* False: no such name. */
bool osw_isa_find(const char *name, enum osw_isa *isa);

bool osw_cpu_has(enum osw_isa isa);

#endif
