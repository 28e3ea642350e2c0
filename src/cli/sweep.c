/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * osteoswitch sweep: experiments over a design's members. */
#include "cli/log.h"
#include "design/design.h"

#include <string.h>

struct options {
    struct osw_common_options common;
    int digits;
};

#define FIELD(name) offsetof(struct options, name)
static const struct osw_option option_table[] = {
    {.name = "digits",
     .type = OSW_OPTION_INTEGER,
     .offset = FIELD(digits),
     .argument = "N",
     .initial = "17",
     .lower = 1,
     .upper = 17,
     .help = "significant digits; 17 is exact"},
};
#undef FIELD

static void write_points(const struct osw_design *design, double *x, int digits)
{
    fputs("member", stdout);
    for (int j = 0; j < design->n_factors; j++)
        printf("\t%s", design->factors[j].name);
    putchar('\n');
    for (int64_t i = 0; i < design->n_members && !ferror(stdout); i++) {
        osw_design_point(design, i, x);
        printf("%lld", (long long)i);
        for (int j = 0; j < design->n_factors; j++)
            printf("\t%.*g", digits, x[j]);
        putchar('\n');
    }
}

static enum osw_status sample(struct osw_session *session, const char *name,
                              const struct options *o)
{
    struct osw_design *design;
    enum osw_status status = osw_design_load(name, session->diag, &design);
    if (status)
        return status;
    double *x = osw_arena_alloc(session->arena, (size_t)design->n_factors, sizeof *x);
    if (x)
        write_points(design, x, o->digits);
    osw_design_destroy(design);
    return x ? OSW_OK : OSW_ERR_MEMORY;
}

static enum osw_status run(struct osw_session *session, const void *options)
{
    const struct options *o = options;
    const char *const *words = o->common.operands.items;
    if (strcmp(words[0], "sample") != 0)
        return osw_diag_fail(session->diag, OSW_ERR_USAGE, (struct osw_loc){0},
                             "sweep: expected 'sample', found '%s'", words[0]);
    return sample(session, words[1], o);
}

const struct osw_command osw_command_sweep = {
    .name = "sweep",
    .operands = "sample DESIGN",
    .summary = "the members of a design",
    .details =
        "sample prints the design's points as a table, one row a member, without\n"
        "simulating: each factor in its unit (`list parameters`, `list inputs`).\n",
    .least = 2,
    .most = 2,
    .options = option_table,
    .n_options = sizeof option_table / sizeof *option_table,
    .size = sizeof(struct options),
    .run = run,
};
