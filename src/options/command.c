/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Command lines from rows of options: --name VALUE, --name=VALUE, -o VALUE, -oVALUE,
 * flags in a bunch (-qv), -- before operands that begin with a dash. */
#include "options/command.h"

#include <assert.h>
#include <string.h>

#define S struct osw_common_options
const struct osw_option osw_command_common[] = {
    OSW_FLAG(S, quiet, "quiet", TALK, "say only what went wrong", .letter = 'q'),
    OSW_FLAG(S, verbose, "verbose", TALK, "also say how the work went: steps, times",
             .letter = 'v'),
    OSW_CHOICE(S, progress, "progress", "MODE", "auto", "auto|bar|lines|none", TALK,
               "show progress as a line on the terminal or as dated lines"),
    OSW_CHOICE(S, color, "color", "WHEN", "auto", "auto|always|never", TALK,
               "colour messages"),
    OSW_CHOICE(S, log_format, "log-format", "FORMAT", "text", "text|json", TALK,
               "messages as text or as one JSON object a line"),
    OSW_FLAG(S, help, "help", TALK, "show this help", .letter = 'h'),
};
const size_t osw_command_n_common =
    sizeof osw_command_common / sizeof *osw_command_common;
#undef S

const struct osw_option *osw_command_option(const struct osw_command *c, size_t i)
{
    if (i < c->n_options)
        return &c->options[i];
    i -= c->n_options;
    return i < osw_command_n_common ? &osw_command_common[i] : NULL;
}

struct parse {
    const struct osw_command *command;
    struct osw_arena *arena;
    struct osw_diag *diag;
    char *options; /* bytes of the options struct */
};

static enum osw_status usage(struct parse *p, const char *text, const char *what)
{
    return osw_diag_fail(p->diag, OSW_ERR_USAGE, (struct osw_loc){0}, text, what);
}

static enum osw_status store(struct parse *p, size_t i, const char *text)
{
    struct osw_common_options *common = (struct osw_common_options *)p->options;
    if (i < p->command->n_options)
        common->given |= UINT64_C(1) << i;
    return osw_option_store(osw_command_option(p->command, i), text, p->options, p->arena,
                            p->diag);
}

static enum osw_status unknown(struct parse *p, const char *name)
{
    const char *names[OSW_MOST_OPTIONS];
    size_t n = 0;
    for (const struct osw_option *o;
         n < OSW_MOST_OPTIONS && (o = osw_command_option(p->command, n));)
        names[n++] = o->name;
    const char *closest = osw_diag_closest(name, names, n);
    return osw_diag_fail(p->diag, OSW_ERR_USAGE, (struct osw_loc){0},
                         "%s has no option --%s%s%s%s", p->command->name, name,
                         closest ? " (did you mean --" : "", closest ? closest : "",
                         closest ? "?)" : "");
}

static enum osw_status parse_long(struct parse *p, const char *arg, const char *next,
                                  int *used)
{
    const char *equals = strchr(arg, '=');
    size_t len = equals ? (size_t)(equals - arg) : strlen(arg);
    const struct osw_option *o = NULL;
    size_t i = 0;
    for (; (o = osw_command_option(p->command, i)); i++)
        if (strlen(o->name) == len && !memcmp(o->name, arg, len))
            break;
    if (!o) {
        const char *name = osw_arena_copy(p->arena, arg, len);
        return name ? unknown(p, name) : OSW_ERR_MEMORY;
    }
    if (o->type == OSW_OPTION_FLAG)
        return equals ? usage(p, "--%s takes no value", o->name) : store(p, i, NULL);
    if (!equals && !next)
        return osw_diag_fail(p->diag, OSW_ERR_USAGE, (struct osw_loc){0},
                             "--%s needs a value: --%s %s", o->name, o->name,
                             o->argument);
    *used += !equals;
    return store(p, i, equals ? equals + 1 : next);
}

static enum osw_status parse_short(struct parse *p, const char *arg, const char *next,
                                   int *used)
{
    for (; *arg; arg++) {
        const struct osw_option *o = NULL;
        size_t i = 0;
        for (; (o = osw_command_option(p->command, i)); i++)
            if (o->letter == *arg)
                break;
        if (!o)
            return osw_diag_fail(p->diag, OSW_ERR_USAGE, (struct osw_loc){0},
                                 "%s has no option -%c", p->command->name, *arg);
        if (o->type != OSW_OPTION_FLAG) {
            const char *value = arg[1] ? arg + 1 : next;
            *used += !arg[1];
            return value ? store(p, i, value)
                         : osw_diag_fail(p->diag, OSW_ERR_USAGE, (struct osw_loc){0},
                                         "-%c needs a value: -%c %s", *arg, *arg,
                                         o->argument);
        }
        enum osw_status status = store(p, i, NULL);
        if (status)
            return status;
    }
    return OSW_OK;
}

static enum osw_status defaults(struct parse *p)
{
    const struct osw_command *c = p->command;
    assert(c->n_options + osw_command_n_common <= OSW_MOST_OPTIONS);
    enum osw_status status = osw_option_defaults(c->options, c->n_options, p->options);
    return status ? status
                  : osw_option_defaults(osw_command_common, osw_command_n_common,
                                        p->options);
}

/* Is the option that a row needs, "local" or "solver=cvode", there with that value? A
 * command that lacks it does nothing else. */
static bool has_needed(struct parse *p, const char *needs)
{
    const struct osw_common_options *common = (struct osw_common_options *)p->options;
    const char *equals = strchr(needs, '=');
    size_t len = equals ? (size_t)(equals - needs) : strlen(needs);
    for (size_t i = 0; i < p->command->n_options; i++) {
        const struct osw_option *o = &p->command->options[i];
        if (strlen(o->name) != len || memcmp(o->name, needs, len) != 0)
            continue;
        const char *value = equals ? osw_option_text(o, p->options, 0, p->arena) : NULL;
        return equals ? value && !strcmp(value, equals + 1) : common->given >> i & 1;
    }
    return true;
}

static enum osw_status check_needs(struct parse *p,
                                   const struct osw_common_options *common)
{
    for (size_t i = 0; i < p->command->n_options; i++) {
        const struct osw_option *o = &p->command->options[i];
        if ((common->given >> i & 1) && o->needs && !has_needed(p, o->needs))
            return osw_diag_fail(p->diag, OSW_ERR_USAGE, (struct osw_loc){0},
                                 "--%s belongs to --%s: it has no meaning without",
                                 o->name, o->needs);
    }
    return OSW_OK;
}

static enum osw_status check_operands(struct parse *p,
                                      const struct osw_common_options *common)
{
    const struct osw_command *c = p->command;
    int n = (int)common->operands.n;
    if (common->help)
        return OSW_OK;
    if (n < c->least)
        return osw_diag_fail(p->diag, OSW_ERR_USAGE, (struct osw_loc){0},
                             "%s needs %s: osteoswitch %s [OPTION]… %s", c->name,
                             c->operands, c->name, c->operands);
    if (c->most >= 0 && n > c->most)
        return osw_diag_fail(p->diag, OSW_ERR_USAGE, (struct osw_loc){0},
                             "%s: '%s' is one argument too many", c->name,
                             common->operands.items[c->most]);
    return OSW_OK;
}

enum osw_status osw_command_parse(const struct osw_command *command, int argc,
                                  char *const *argv, struct osw_arena *arena,
                                  struct osw_diag *diag, void *options)
{
    static const struct osw_option operand =
        OSW_LIST(struct osw_common_options, operands, "", "", FILES, "");
    struct parse p = {command, arena, diag, options};
    struct osw_common_options *common = options;
    enum osw_status status = defaults(&p);
    bool only_operands = false;
    for (int i = 0; i < argc && !status; i++) {
        const char *arg = argv[i], *next = i + 1 < argc ? argv[i + 1] : NULL;
        if (only_operands || arg[0] != '-' || !arg[1])
            status = osw_option_store(&operand, arg, options, arena, diag);
        else if (!strcmp(arg, "--"))
            only_operands = true;
        else if (arg[1] == '-')
            status = parse_long(&p, arg + 2, next, &i);
        else
            status = parse_short(&p, arg + 1, next, &i);
    }
    if (!status)
        status = check_operands(&p, common);
    return status || common->help ? status : check_needs(&p, common);
}
