/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Rows that several commands have: each stands here once. S is the command's struct of
 * options, whose field has the row's name. */
#ifndef OSW_OPTIONS_ROWS_H
#define OSW_OPTIONS_ROWS_H

#include "options/option.h"

#define OSW_ROW_OUTPUT(S, argument, help)                                                \
    OSW_TEXT(S, output, "output", argument, FILES, help, .letter = 'o')
#define OSW_ROW_FIGURE(S, help)                                                          \
    OSW_ROW_OUTPUT(S, "FIGURE", help ": a name ending in .png, .svg or .pdf")
#define OSW_ROW_FORCE(S)                                                                 \
    OSW_FLAG(S, force, "force", FILES, "overwrite existing files", .letter = 'f')
#define OSW_ROW_JSON(S, help) OSW_FLAG(S, json, "json", FILES, help)
#define OSW_ROW_CSV_UNITS(S, help) OSW_FLAG(S, units, "units", FILES, help)
#define OSW_ROW_DIGITS(S, initial, help)                                                 \
    OSW_INTEGER(S, digits, "digits", initial, 1, 17, FILES, help "; 17 is exact")
#define OSW_ROW_JOBS(S, help)                                                            \
    OSW_INTEGER(S, jobs, "jobs", "0", 0, 1024, TALK, "threads; 0: one a processor" help, \
                .letter = 'j')
#define OSW_ROW_SEED(S, initial, low, help)                                              \
    OSW_INTEGER(S, seed, "seed", initial, low, 1e9, SCIENCE, help)
#define OSW_ROW_STARTS(S, initial, low, help)                                            \
    OSW_INTEGER(S, starts, "starts", initial, low, 1000, SCIENCE, help)
#define OSW_ROW_ARM(S) OSW_LIST(S, arms, "arm", "ARM", SCIENCE, "run only this arm")
#define OSW_ROW_SET(S, help) OSW_LIST(S, set, "set", "NAME=VALUE", SCIENCE, help)
#define OSW_ROW_MODEL(S, initial_, help)                                                 \
    OSW_TEXT(S, model, "model", "MODEL", SCIENCE, help, .letter = 'm',                   \
             .initial = initial_)
#define OSW_ROW_OUTPUTS(S, help) OSW_TEXT(S, outputs, "outputs", "A,B,…", FILES, help)

#endif
