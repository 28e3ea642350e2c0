/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Command lines from option tables: --name VALUE, --name=VALUE, -o VALUE, -oVALUE, flags
 * in a bunch (-qv), -- before operands that begin with a dash. */
#include "cli/command.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define FIELD(name) offsetof(struct osw_common_options, name)
const struct osw_option osw_common_option_table[] = {
    {.name = "quiet",
     .letter = 'q',
     .type = OSW_OPTION_FLAG,
     .offset = FIELD(quiet),
     .help = "say only what went wrong"},
    {.name = "verbose",
     .letter = 'v',
     .type = OSW_OPTION_FLAG,
     .offset = FIELD(verbose),
     .help = "also say how the work went: steps, times"},
    {.name = "progress",
     .type = OSW_OPTION_CHOICE,
     .offset = FIELD(progress),
     .argument = "MODE",
     .initial = "auto",
     .choices = "auto|bar|lines|none",
     .help = "show progress as a line on the terminal or as dated lines"},
    {.name = "color",
     .type = OSW_OPTION_CHOICE,
     .offset = FIELD(color),
     .argument = "WHEN",
     .initial = "auto",
     .choices = "auto|always|never",
     .help = "colour messages"},
    {.name = "log-format",
     .type = OSW_OPTION_CHOICE,
     .offset = FIELD(log_format),
     .argument = "FORMAT",
     .initial = "text",
     .choices = "text|json",
     .help = "messages as text or as one JSON object a line"},
    {.name = "help",
     .letter = 'h',
     .type = OSW_OPTION_FLAG,
     .offset = FIELD(help),
     .help = "show this help"},
};
const size_t osw_n_common_options =
    sizeof osw_common_option_table / sizeof *osw_common_option_table;
#undef FIELD

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

static enum osw_status append(struct parse *p, struct osw_words *words, const char *item)
{
    const char **grown = osw_arena_alloc(p->arena, words->n + 1, sizeof *grown);
    if (!grown)
        return OSW_ERR_MEMORY;
    if (words->n)
        memcpy(grown, words->items, words->n * sizeof *grown);
    grown[words->n++] = item;
    words->items = grown;
    return OSW_OK;
}

static enum osw_status store_number(struct parse *p, const struct osw_option *o,
                                    const char *text)
{
    char *end;
    double x = strtod(text, &end);
    bool whole = o->type == OSW_OPTION_INTEGER;
    bool good = *text && !*end && isfinite(x) && x >= o->lower && x <= o->upper;
    if (!good || (whole && x != floor(x)))
        return osw_diag_fail(p->diag, OSW_ERR_USAGE, (struct osw_loc){0},
                             "--%s: expected %s from %g to %g, found '%s'", o->name,
                             whole ? "a whole number" : "a number", o->lower, o->upper,
                             text);
    if (whole)
        *(int *)(void *)(p->options + o->offset) = (int)x;
    else
        *(double *)(void *)(p->options + o->offset) = x;
    return OSW_OK;
}

static enum osw_status store_choice(struct parse *p, const struct osw_option *o,
                                    const char *text)
{
    const char *word = o->choices;
    for (int i = 0; *word; i++) {
        size_t len = strcspn(word, "|");
        if (len == strlen(text) && !memcmp(word, text, len)) {
            *(int *)(void *)(p->options + o->offset) = i;
            return OSW_OK;
        }
        word += len + (word[len] == '|');
    }
    return osw_diag_fail(p->diag, OSW_ERR_USAGE, (struct osw_loc){0},
                         "--%s: expected one of %s, found '%s'", o->name, o->choices,
                         text);
}

static enum osw_status store(struct parse *p, const struct osw_option *o,
                             const char *text)
{
    void *field = p->options + o->offset;
    switch (o->type) {
    case OSW_OPTION_FLAG:
        *(bool *)field = true;
        return OSW_OK;
    case OSW_OPTION_TEXT:
        *(const char **)field = text;
        return OSW_OK;
    case OSW_OPTION_LIST:
        return append(p, field, text);
    case OSW_OPTION_CHOICE:
        return store_choice(p, o, text);
    case OSW_OPTION_REAL:
    case OSW_OPTION_INTEGER:
        break;
    }
    return store_number(p, o, text);
}

/* Option i of the command's own, then the common ones; NULL past the end. */
static const struct osw_option *option_at(const struct osw_command *c, size_t i)
{
    if (i < c->n_options)
        return &c->options[i];
    i -= c->n_options;
    return i < osw_n_common_options ? &osw_common_option_table[i] : NULL;
}

static enum osw_status unknown(struct parse *p, const char *name)
{
    enum { MOST_OPTIONS = 64 };
    const char *names[MOST_OPTIONS];
    size_t n = 0;
    for (const struct osw_option *o; n < MOST_OPTIONS && (o = option_at(p->command, n));)
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
    for (size_t i = 0; (o = option_at(p->command, i)); i++)
        if (strlen(o->name) == len && !memcmp(o->name, arg, len))
            break;
    if (!o) {
        const char *name = osw_arena_copy(p->arena, arg, len);
        return name ? unknown(p, name) : OSW_ERR_MEMORY;
    }
    if (o->type == OSW_OPTION_FLAG)
        return equals ? usage(p, "--%s takes no value", o->name) : store(p, o, NULL);
    if (!equals && !next)
        return osw_diag_fail(p->diag, OSW_ERR_USAGE, (struct osw_loc){0},
                             "--%s needs a value: --%s %s", o->name, o->name,
                             o->argument);
    *used += !equals;
    return store(p, o, equals ? equals + 1 : next);
}

static enum osw_status parse_short(struct parse *p, const char *arg, const char *next,
                                   int *used)
{
    for (; *arg; arg++) {
        const struct osw_option *o = NULL;
        for (size_t i = 0; (o = option_at(p->command, i)); i++)
            if (o->letter == *arg)
                break;
        if (!o)
            return osw_diag_fail(p->diag, OSW_ERR_USAGE, (struct osw_loc){0},
                                 "%s has no option -%c", p->command->name, *arg);
        if (o->type != OSW_OPTION_FLAG) {
            const char *value = arg[1] ? arg + 1 : next;
            *used += !arg[1];
            return value ? store(p, o, value)
                         : osw_diag_fail(p->diag, OSW_ERR_USAGE, (struct osw_loc){0},
                                         "-%c needs a value: -%c %s", *arg, *arg,
                                         o->argument);
        }
        enum osw_status status = store(p, o, NULL);
        if (status)
            return status;
    }
    return OSW_OK;
}

static enum osw_status defaults(struct parse *p)
{
    const struct osw_option *o;
    for (size_t i = 0; (o = option_at(p->command, i)); i++) {
        enum osw_status status = o->initial ? store(p, o, o->initial) : OSW_OK;
        assert(status != OSW_ERR_USAGE);
        if (status)
            return status;
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

enum osw_status osw_options_parse(const struct osw_command *command, int argc,
                                  char *const *argv, struct osw_arena *arena,
                                  struct osw_diag *diag, void *options)
{
    struct parse p = {command, arena, diag, options};
    struct osw_common_options *common = options;
    enum osw_status status = defaults(&p);
    bool only_operands = false;
    for (int i = 0; i < argc && !status; i++) {
        const char *arg = argv[i], *next = i + 1 < argc ? argv[i + 1] : NULL;
        if (only_operands || arg[0] != '-' || !arg[1])
            status = append(&p, &common->operands, arg);
        else if (!strcmp(arg, "--"))
            only_operands = true;
        else if (arg[1] == '-')
            status = parse_long(&p, arg + 2, next, &i);
        else
            status = parse_short(&p, arg + 1, next, &i);
    }
    return status ? status : check_operands(&p, common);
}
