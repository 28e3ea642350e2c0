/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * How a sweep's members are run and stored: each setting a row, all part of the identity
 * (sweep/identity.c) and of the command's options. */
#ifndef OSW_SWEEP_SETTINGS_H
#define OSW_SWEEP_SETTINGS_H

#include "simulate/driver.h"
#include "solve/solver_options.h"

enum osw_sweep_precision { OSW_SWEEP_DOUBLE, OSW_SWEEP_SINGLE };

struct osw_sweep_settings {
    struct osw_solver_options solver;
    enum osw_sweep_precision precision;
    int block; /* members a block, a power of two; 0: by size */
    int isa;   /* enum osw_isa, the instructions that members run with: bits depend on it;
                * OSW_SWEEP_ANY_ISA: as the folder has it, else this machine's widest */
    const struct osw_driver *driver; /* in lanes; NULL: as the folder has it, else
                                      * envelope where a trial finds it as good */
};
enum { OSW_SWEEP_ANY_ISA = -1 };

/* Rows of struct S; `at` is its field that is a struct osw_sweep_settings, with a dot. */
#define OSW_SWEEP_ROWS(S, at)                                                            \
    OSW_ROW_RTOL(S, at solver., "1e-6", OSW_RTOL_HELP), OSW_ROW_ATOL(S, at solver.),     \
        OSW_ROW_MAX_STEP(S, at solver.),                                                 \
        OSW_ROW_MAX_STEPS(S, at solver., "100000",                                       \
                          "a life or arm of a member that takes more steps has failed "  \
                          "(an arm may take 100 a dose)"),                               \
        OSW_CHOICE(S, at precision, "precision", "P", "double", "double|single",         \
                   SCIENCE, "of the stored outputs; single needs half the room"),        \
        OSW_INTEGER(S, at block, "block", "0", 0, 1 << 20, SCIENCE,                      \
                    "members a block, a power of two; 0: as the folder has it, else "    \
                    "256, more for very many members, fewer where 32 MiB would not "     \
                    "hold them"),                                                        \
        OSW_NAMED(S, at isa, "isa", "ISA", "any", osw_isa_word, SCIENCE,                 \
                  "instructions that members run with; any: as the folder has it, else " \
                  "this machine's widest. Machines that share a sweep need the same"),   \
        OSW_MEMBER(                                                                      \
            S, at driver, "solver", "NAME", "auto", osw_drivers, osw_driver_lanes_word,  \
            SCIENCE,                                                                     \
            "how members are run. auto: as the folder has it, else envelope where "      \
            "the plan's own member takes at most half the steps with it and "            \
            "differs by no more than --rtol")
enum { OSW_SWEEP_N_SETTINGS = 8 };

/* The table of struct osw_sweep_settings itself. */
extern const struct osw_option osw_settings_rows[OSW_SWEEP_N_SETTINGS];

#endif
