/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * osteoswitch plot: pictures of a stored result. */
#include "cli/log.h"
#include "plot/plot.h"

#include <string.h>

struct options {
    struct osw_common_options common;
    const char *output, *outputs;
    bool force;
};

#define FIELD(name) offsetof(struct options, name)
static const struct osw_option option_table[] = {
    {.name = "output",
     .letter = 'o',
     .type = OSW_OPTION_TEXT,
     .offset = FIELD(output),
     .argument = "FIGURE",
     .help = "name of the picture, ending in .png, .svg or .pdf; with several groups of "
             "outputs each gets the group in its name (default: FILE.png)"},
    {.name = "outputs",
     .type = OSW_OPTION_TEXT,
     .offset = FIELD(outputs),
     .argument = "A,B,…",
     .help = "one picture of these outputs"},
    {.name = "force",
     .letter = 'f',
     .type = OSW_OPTION_FLAG,
     .offset = FIELD(force),
     .help = "overwrite existing files"},
};
#undef FIELD

static enum osw_status split(struct osw_session *session, const char *text,
                             struct osw_words *words)
{
    struct osw_arena *arena = session->arena;
    size_t most = 1;
    for (const char *p = text; p && *p; p++)
        most += *p == ',';
    words->n = 0;
    words->items = osw_arena_alloc(arena, most, sizeof *words->items);
    if (!words->items)
        return OSW_ERR_MEMORY;
    for (bool more = text; more; text += more) {
        size_t len = strcspn(text, ",");
        more = text[len] == ',';
        if (!len)
            return osw_diag_fail(session->diag, OSW_ERR_USAGE, (struct osw_loc){0},
                                 "--outputs: expected names with a comma between, as in "
                                 "cfpwv,ha; one is empty");
        if (!(words->items[words->n++] = osw_arena_copy(arena, text, len)))
            return OSW_ERR_MEMORY;
        text += len;
    }
    return OSW_OK;
}

/* results/a.h5 → results/a.png */
static const char *default_name(struct osw_arena *arena, const char *file)
{
    size_t n = strlen(file);
    if (n > 3 && !strcmp(file + n - 3, ".h5"))
        n -= 3;
    return osw_arena_format(arena, "%.*s.png", (int)n, file);
}

static enum osw_status run(struct osw_session *session, const void *options)
{
    const struct options *o = options;
    const char *file = o->common.operands.items[0];
    const char *picture = o->output ? o->output : default_name(session->arena, file);
    struct osw_words outputs;
    struct osw_stored *stored = NULL;
    enum osw_status status =
        picture ? split(session, o->outputs, &outputs) : OSW_ERR_MEMORY;
    if (!status)
        status = osw_hdf5_read(file, session->diag, &stored);
    if (!status)
        status = osw_plot_run(stored, outputs.items, (int)outputs.n, picture, o->force,
                              session->diag);
    osw_stored_destroy(stored);
    if (!status)
        osw_log_info(session, outputs.n ? "drew %s" : "drew %s, one picture a group",
                     picture);
    return status;
}

const struct osw_command osw_command_plot = {
    .name = "plot",
    .operands = "FILE.h5",
    .summary = "Draw a result: one picture per group of outputs",
    .least = 1,
    .most = 1,
    .options = option_table,
    .n_options = sizeof option_table / sizeof *option_table,
    .size = sizeof(struct options),
    .run = run,
};
