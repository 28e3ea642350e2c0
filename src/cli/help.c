/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Help texts, made from the option tables. */
#include "cli/command.h"

#include <string.h>

enum { HELP_COLUMN = 28, HELP_WIDTH = 88 };

/* Text wrapped between HELP_COLUMN and HELP_WIDTH; the cursor stands at `column`. */
static void wrapped(FILE *out, int column, const char *text)
{
    if (column >= HELP_COLUMN) {
        fputc('\n', out);
        column = 0;
    }
    fprintf(out, "%*s", HELP_COLUMN - column, "");
    column = HELP_COLUMN;
    for (const char *p = text, *space = ""; *p; space = " ") {
        int len = (int)strcspn(p, " ");
        if (column + 1 + len > HELP_WIDTH) {
            fprintf(out, "\n%*s", HELP_COLUMN, "");
            column = HELP_COLUMN;
            space = "";
        }
        column += fprintf(out, "%s%.*s", space, len, p);
        p += len + (p[len] == ' ');
    }
    fputc('\n', out);
}

static void option_help(const struct osw_option *o, FILE *out)
{
    char text[512];
    int column =
        fprintf(out, o->letter ? "  -%c, --%s" : "      --%.0d%s", o->letter, o->name);
    if (o->argument)
        fprintf(out, " %s", o->argument);
    for (const char *p = o->argument ? o->argument : ""; *p; p++)
        column += ((unsigned char)*p & 0xc0) != 0x80;
    column += o->argument ? 1 : 0;
    size_t n = (size_t)snprintf(text, sizeof text, "%s", o->help);
    const char *sep = " (";
    if (o->choices) {
        n += (size_t)snprintf(text + n, sizeof text - n, "%s%s", sep, o->choices);
        sep = "; ";
    }
    if (o->type == OSW_OPTION_REAL || o->type == OSW_OPTION_INTEGER) {
        n += (size_t)snprintf(text + n, sizeof text - n, "%s%g to %g", sep, o->lower,
                              o->upper);
        sep = "; ";
    }
    if (o->initial) {
        n += (size_t)snprintf(text + n, sizeof text - n, "%sdefault %s", sep, o->initial);
        sep = "; ";
    }
    if (o->type == OSW_OPTION_LIST) {
        n += (size_t)snprintf(text + n, sizeof text - n, "%srepeatable", sep);
        sep = "; ";
    }
    if (*sep == ';')
        snprintf(text + n, sizeof text - n, ")");
    wrapped(out, column, text);
}

void osw_help_command(const struct osw_command *c, FILE *out)
{
    fprintf(out, "Usage: osteoswitch %s [OPTION]…%s%s\n%s.\n", c->name,
            *c->operands ? " " : "", c->operands, c->summary);
    if (c->details)
        fprintf(out, "\n%s\n", c->details);
    if (c->n_options)
        fputs("\nOptions:\n", out);
    for (size_t i = 0; i < c->n_options; i++)
        option_help(&c->options[i], out);
    fputs("\nOf every command:\n", out);
    for (size_t i = 0; i < osw_n_common_options; i++)
        option_help(&osw_common_option_table[i], out);
}

/* One line per outcome, from the list that also gives the codes. */
static void exit_codes(FILE *out)
{
#define LINE(name, exit_code, text) fprintf(out, "  %3d  %s\n", exit_code, text);
    OSW_STATUS_LIST(LINE)
#undef LINE
}

void osw_help_program(FILE *out)
{
    fputs("Usage: osteoswitch COMMAND [OPTION]… [ARGUMENT]…\n"
          "A mechanistic simulator of vascular calcification.\n\nCommands:\n",
          out);
    for (size_t i = 0; osw_commands[i]; i++)
        fprintf(out, "  %-9s %s\n", osw_commands[i]->name, osw_commands[i]->summary);
    fputs("\nosteoswitch COMMAND --help tells more. Names of models, scenarios, subjects "
          "and\ninterventions: osteoswitch list.\n\nExit codes:\n",
          out);
    exit_codes(out);
}
