/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * osteoswitch plot: pictures of a stored result. */
#include "cli/log.h"
#include "plot/plot.h"

#include <string.h>

struct options {
    struct osw_common_options common;
    const char *output, *outputs, *control, *x;
    const struct osw_plot_kind *kind;
    bool force;
};

#define S struct options
static const struct osw_option option_table[] = {
    OSW_ROW_OUTPUT(
        S, "FIGURE",
        "name of the picture, ending in .png, .svg or .pdf; with several groups "
        "of outputs each gets the group in its name (default: FILE.png)"),
    OSW_MEMBER(S, kind, "kind", "KIND", "courses", osw_kinds, osw_kind_word, FILES,
               "what to draw", .about = osw_kind_help),
    OSW_TEXT(S, control, "control", "ARM", FILES,
             "of endpoints and window: the arm compared with (default: the first); in "
             "endpoints, arms …_X are compared with ARM_X where there is one"),
    OSW_TEXT(S, x, "x", "NAME", FILES,
             "of branches: the column along the axis (default: the parameter scanned)"),
    OSW_ROW_OUTPUTS(S, "one picture of these outputs"),
    OSW_ROW_FORCE(S),
};
#undef S

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

/* results/a.h5, results/a.csv → results/a.png */
static const char *default_name(struct osw_arena *arena, const char *file)
{
    size_t n = strlen(file);
    if (n > 3 && !strcmp(file + n - 3, ".h5"))
        n -= 3;
    else if (n > 4 && !strcmp(file + n - 4, ".csv"))
        n -= 4;
    return osw_arena_format(arena, "%.*s.png", (int)n, file);
}

static enum osw_status read_all(struct osw_session *session,
                                const struct osw_words *files,
                                const struct osw_plot_kind *kind,
                                struct osw_stored **results)
{
    enum osw_status status = OSW_OK;
    for (size_t r = 0; r < files->n && !status; r++)
        status = kind->read(files->items[r], session->diag, &results[r]);
    return status;
}

static bool has_many(const struct osw_plot_kind *kind)
{
    return kind->many;
}

static bool has_control(const struct osw_plot_kind *kind)
{
    return kind->takes_control;
}

static bool has_x(const struct osw_plot_kind *kind)
{
    return kind->takes_x;
}

/* What was asked of a kind that cannot, and the kinds that can. */
static enum osw_status cannot(struct osw_session *session,
                              const struct osw_plot_kind *kind, const char *what,
                              bool (*can)(const struct osw_plot_kind *kind))
{
    const char *names = "";
    for (int i = 0; osw_kinds[i] && names; i++)
        if (can(osw_kinds[i]))
            names = osw_arena_format(session->arena, "%s%s%s", names,
                                     *names ? " or " : "", osw_kinds[i]->name);
    return osw_diag_fail(session->diag, OSW_ERR_USAGE, (struct osw_loc){0},
                         "--kind %s %s: that is of --kind %s", kind->name, what,
                         names ? names : "");
}

static enum osw_status check_kind(struct osw_session *session, const struct options *o)
{
    if (o->common.operands.n > 1 && !o->kind->many)
        return cannot(session, o->kind, "cannot draw several files together", has_many);
    if (o->control && !o->kind->takes_control)
        return cannot(session, o->kind, "has no --control", has_control);
    if (o->x && !o->kind->takes_x)
        return cannot(session, o->kind, "has no --x", has_x);
    return OSW_OK;
}

static enum osw_status run(struct osw_session *session, const void *options)
{
    const struct options *o = options;
    const struct osw_words *files = &o->common.operands;
    const char *picture =
        o->output ? o->output : default_name(session->arena, files->items[0]);
    struct osw_words outputs = {0};
    struct osw_stored **results =
        osw_arena_alloc(session->arena, files->n, sizeof(struct osw_stored *));
    enum osw_status status = check_kind(session, o);
    if (!status)
        status =
            picture && results ? split(session, o->outputs, &outputs) : OSW_ERR_MEMORY;
    if (!status)
        status = read_all(session, files, o->kind, results);
    if (!status)
        status = osw_plot_run(
            &(struct osw_plot_request){.kind = o->kind,
                                       .results = (const struct osw_stored **)results,
                                       .n_results = (int)files->n,
                                       .outputs = outputs.items,
                                       .n_outputs = (int)outputs.n,
                                       .control = o->control,
                                       .x = o->x,
                                       .path = picture,
                                       .force = o->force},
            session->diag);
    for (size_t r = 0; results && r < files->n; r++)
        osw_stored_destroy(results[r]);
    if (!status)
        osw_log_info(session, outputs.n ? "drew %s" : "drew %s, one picture a group",
                     picture);
    return status;
}

const struct osw_command osw_command_plot = {
    .name = "plot",
    .operands = "FILE…",
    .summary = "Draw a result: one picture per group of outputs",
    .least = 1,
    .most = -1,
    .options = option_table,
    .n_options = sizeof option_table / sizeof *option_table,
    .size = sizeof(struct options),
    .run = run,
};
