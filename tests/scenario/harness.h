/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A scenario given as text, loaded for the fake model; names are looked for in data/. */
#ifndef OSW_TEST_HARNESS_H
#define OSW_TEST_HARNESS_H

#include "fake_model.h"
#include "scenario/build.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

struct loaded {
    struct osw_model *model;
    struct osw_diag *diag;
    struct osw_arena *arena; /* NULL once the plan owns it */
    struct osw_plan *plan;   /* NULL when status is not OSW_OK */
    enum osw_status status;
};

struct loaded load_text(const char *text, const struct osw_plan_options *options);
void unload(struct loaded *l);

/* The same with head and a subject-less, one-year scenario around these arms. */
struct loaded load_arms(const char *arms);

/* Every "PLACE: SEVERITY: TEXT" line of the messages, with the data folder cut out; to be
 * freed with free(). */
char *messages(const struct loaded *l);

#endif
