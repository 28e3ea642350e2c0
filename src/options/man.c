/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Man pages from the rows of options, in man(7)'s macros. */
#include "options/help.h"

#include <string.h>

/* Text of man(7): backslashes and dashes escaped, no line that begins a request. */
static void put(const char *text, FILE *out)
{
    bool begins = true;
    for (; *text; text++) {
        if (begins && (*text == '.' || *text == '\''))
            fputs("\\&", out);
        if (*text == '\\')
            fputs("\\e", out);
        else if (*text == '-')
            fputs("\\-", out);
        else
            fputc(*text, out);
        begins = *text == '\n';
    }
}

/* Paragraphs; lines that are indented stay as they are. */
static void put_details(const char *text, FILE *out)
{
    bool verbatim = false;
    while (*text) {
        const int len = (int)strcspn(text, "\n");
        char line[512];
        snprintf(line, sizeof line, "%.*s", len, text);
        if (verbatim != (*line == ' ')) {
            fputs(verbatim ? ".EE\n" : ".EX\n", out);
            verbatim = !verbatim;
        }
        if (*line)
            put(line, out);
        else
            fputs(".PP", out);
        fputc('\n', out);
        text += len + (text[len] == '\n');
    }
    if (verbatim)
        fputs(".EE\n", out);
}

static void put_option(const struct osw_option *o, FILE *out)
{
    char text[2048];
    fputs(".TP\n", out);
    if (o->letter)
        fprintf(out, "\\fB\\-%c\\fR, ", o->letter);
    fputs("\\fB\\-\\-", out);
    put(o->name, out);
    fputs("\\fR", out);
    if (o->argument) {
        fputs(" \\fI", out);
        put(o->argument, out);
        fputs("\\fR", out);
    }
    fputc('\n', out);
    osw_help_about(o, text, sizeof text);
    put(text, out);
    fputc('\n', out);
}

static void put_exit_codes(FILE *out)
{
    fputs(".SH EXIT STATUS\n", out);
#define ENTRY(name, exit_code, text) fprintf(out, ".TP\n%d\n%s\n", exit_code, text);
    OSW_STATUS_LIST(ENTRY)
#undef ENTRY
}

void osw_man_command(const struct osw_command *c, const char *version, FILE *out)
{
    fprintf(out, ".TH OSTEOSWITCH\\-");
    for (const char *p = c->name; *p; p++)
        fputc(*p >= 'a' && *p <= 'z' ? *p - 'a' + 'A' : *p, out);
    fprintf(out, " 1 \"\" \"osteoswitch %s\"\n.SH NAME\nosteoswitch\\-%s \\- ", version,
            c->name);
    put(c->summary, out);
    fprintf(out, "\n.SH SYNOPSIS\n\\fBosteoswitch %s\\fR [\\fIOPTION\\fR]... ", c->name);
    put(c->operands, out);
    fputc('\n', out);
    if (c->details) {
        fputs(".SH DESCRIPTION\n", out);
        put_details(c->details, out);
    }
    fputs(".SH OPTIONS\n", out);
    for (size_t i = 0; i < c->n_options; i++)
        put_option(&c->options[i], out);
    fputs(".SS Of every command\n", out);
    for (size_t i = 0; i < osw_command_n_common; i++)
        put_option(&osw_command_common[i], out);
    put_exit_codes(out);
    fputs(".SH SEE ALSO\nosteoswitch(1)\n", out);
}

void osw_man_program(const struct osw_command *const *commands, const char *version,
                     FILE *out)
{
    fprintf(out,
            ".TH OSTEOSWITCH 1 \"\" \"osteoswitch %s\"\n.SH NAME\nosteoswitch \\- a "
            "mechanistic simulator of vascular calcification\n.SH SYNOPSIS\n"
            "\\fBosteoswitch\\fR \\fICOMMAND\\fR [\\fIOPTION\\fR]... "
            "[\\fIARGUMENT\\fR]...\n.SH COMMANDS\n",
            version);
    for (size_t i = 0; commands[i]; i++) {
        fprintf(out, ".TP\n\\fBosteoswitch\\-%s\\fR(1)\n", commands[i]->name);
        put(commands[i]->summary, out);
        fputc('\n', out);
    }
    put_exit_codes(out);
}
