/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Help texts for a terminal of 80 columns, made from the rows of options. */
#include "options/help.h"

#include <stdarg.h>
#include <string.h>

enum { HELP_COLUMN = 27, HELP_WIDTH = 80 };

/* Columns of a text in UTF-8. */
static int columns(const char *text, int n_bytes)
{
    int n = 0;
    for (int i = 0; i < n_bytes; i++)
        n += ((unsigned char)text[i] & 0xc0) != 0x80;
    return n;
}

/* Words up to the end of the line or text, between `left` and HELP_WIDTH; the cursor
 * stands at `column`. Returns what is left. */
static const char *wrapped(FILE *out, int column, int left, const char *text)
{
    const char *p = text;
    bool first = true;
    while (*p && *p != '\n') {
        const int len = (int)strcspn(p, " \n"), wide = columns(p, len);
        if (!first && column + 1 + wide > HELP_WIDTH) {
            fprintf(out, "\n%*s", left, "");
            column = left;
            first = true;
        }
        fprintf(out, "%s%.*s", first ? "" : " ", len, p);
        column += wide + !first;
        first = false;
        p += len;
        p += strspn(p, " ");
    }
    fputc('\n', out);
    return *p ? p + 1 : p;
}

static void add(char *text, size_t size, const char *format, ...) OSW_PRINTF(3, 4);
static void add(char *text, size_t size, const char *format, ...)
{
    const size_t n = strlen(text);
    va_list args;
    va_start(args, format);
    vsnprintf(text + n, size - n, format, args);
    va_end(args);
}

static bool has_range(const struct osw_option *o)
{
    return o->type == OSW_OPTION_REAL || o->type == OSW_OPTION_INTEGER ||
           o->type == OSW_OPTION_COUNT;
}

void osw_help_about(const struct osw_option *o, char *text, size_t size)
{
    size_t n;
    const char *word, *before = " (", *unit = o->unit ? o->unit : "";
    snprintf(text, size, "%s", o->help);
    for (int i = 0; o->about && osw_option_word(o, i, &n); i++)
        add(text, size, "%s%s: %s", i ? "; " : ". ", o->word(i), o->about(i));
    for (int i = 0; (word = osw_option_word(o, i, &n)); i++)
        if (n) {
            add(text, size, "%s%.*s", before, (int)n, word);
            before = "|";
        }
    if (*before == '|')
        before = "; ";
    if (has_range(o)) {
        add(text, size, "%s%g to %g%s%s", before, o->lower, o->upper, *unit ? " " : "",
            unit);
        before = "; ";
    }
    if (o->initial) {
        add(text, size, "%sdefault %s", before, o->initial);
        before = "; ";
    }
    if (o->type == OSW_OPTION_LIST) {
        add(text, size, "%srepeatable", before);
        before = "; ";
    }
    if (*before == ';')
        add(text, size, ")");
}

static void option_help(const struct osw_option *o, FILE *out)
{
    char text[2048];
    const char *argument = o->argument ? o->argument : "";
    int column =
        fprintf(out, o->letter ? "  -%c, --%s" : "      --%.0d%s", o->letter, o->name);
    if (*argument) {
        fprintf(out, " %s", argument);
        column += 1 + columns(argument, (int)strlen(argument));
    }
    osw_help_about(o, text, sizeof text);
    if (column >= HELP_COLUMN) {
        fputc('\n', out);
        column = 0;
    }
    fprintf(out, "%*s", HELP_COLUMN - column, "");
    wrapped(out, HELP_COLUMN, HELP_COLUMN, text);
}

/* Paragraphs; a line that is indented, or empty, stays as it is. */
static void paragraphs(const char *text, FILE *out)
{
    while (*text) {
        const int len = (int)strcspn(text, "\n");
        if (len && *text != ' ') {
            text = wrapped(out, 0, 0, text);
            continue;
        }
        fprintf(out, "%.*s\n", len, text);
        text += len + (text[len] == '\n');
    }
}

void osw_help_command(const struct osw_command *c, FILE *out)
{
    fprintf(out, "Usage: osteoswitch %s [OPTION]…%s%s\n%s.\n", c->name,
            *c->operands ? " " : "", c->operands, c->summary);
    if (c->details) {
        fputc('\n', out);
        paragraphs(c->details, out);
    }
    if (c->n_options)
        fputs("\nOptions:\n", out);
    for (size_t i = 0; i < c->n_options; i++)
        option_help(&c->options[i], out);
    fputs("\nOf every command:\n", out);
    for (size_t i = 0; i < osw_command_n_common; i++)
        option_help(&osw_command_common[i], out);
}

/* One line per outcome, from the list that also gives the codes. */
static void exit_codes(FILE *out)
{
#define LINE(name, exit_code, text) fprintf(out, "  %3d  %s\n", exit_code, text);
    OSW_STATUS_LIST(LINE)
#undef LINE
}

void osw_help_program(const struct osw_command *const *commands, FILE *out)
{
    fputs("Usage: osteoswitch COMMAND [OPTION]… [ARGUMENT]…\n"
          "A mechanistic simulator of vascular calcification.\n\nCommands:\n",
          out);
    for (size_t i = 0; commands[i]; i++) {
        fprintf(out, "  %-11s ", commands[i]->name);
        wrapped(out, 14, 14, commands[i]->summary);
    }
    fputs("\nosteoswitch COMMAND --help tells more. Names of models, scenarios, subjects "
          "and\ninterventions: osteoswitch list.\n\nExit codes:\n",
          out);
    exit_codes(out);
}
