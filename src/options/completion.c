/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Shell completion from the rows of options: commands, long options and the words that
 * options take. Names of scenarios and the like depend on the user's folder: the script
 * asks `osteoswitch list` for them when it runs; everything else is a file. */
#include "options/help.h"

#include <string.h>

enum { BASH, ZSH, FISH };
const char *const osw_completion_shells[] = {"bash", "zsh", "fish", NULL};

/* What an operand or a value named in capitals is one of, in `osteoswitch list`. */
static const struct {
    const char *name, *list;
} lists[] = {{"SCENARIO", "scenarios"},
             {"DESIGN", "designs"},
             {"PROBLEM", "fits"},
             {"MODEL", "models"}};
enum { N_LISTS = sizeof lists / sizeof *lists };

static const char *list_of(const char *argument)
{
    for (int i = 0; i < N_LISTS; i++)
        if (strstr(argument, lists[i].name))
            return lists[i].list;
    return NULL;
}

/* Operands that are written as they are: the small words of "a|b|c MODEL". */
static void put_words(const char *operands, FILE *out)
{
    for (const char *p = operands; *p; p += !!*p) {
        const int len = (int)strcspn(p, " |");
        if (len && *p >= 'a' && *p <= 'z')
            fprintf(out, " %.*s", len, p);
        p += len;
    }
}

static void put_choices(const struct osw_option *o, const char *between, FILE *out)
{
    size_t n;
    const char *word;
    for (int i = 0; (word = osw_option_word(o, i, &n)); i++)
        if (n)
            fprintf(out, "%s%.*s", between, (int)n, word);
    if (o->word && o->initial)
        fprintf(out, "%s%s", between, o->initial);
}

static bool has_words(const struct osw_option *o)
{
    return o->choices || o->word;
}

static void bash_values(const struct osw_command *c, FILE *out)
{
    const struct osw_option *o;
    for (size_t i = 0; (o = osw_command_option(c, i)); i++) {
        const char *list = o->argument ? list_of(o->argument) : NULL;
        if (has_words(o)) {
            fprintf(out, "        %s:--%s) words=\"", c->name, o->name);
            put_choices(o, " ", out);
            fputs("\" ;;\n", out);
        } else if (list) {
            fprintf(out, "        %s:--%s) list=%s ;;\n", c->name, o->name, list);
        }
    }
}

static void bash_command(const struct osw_command *c, FILE *out)
{
    const struct osw_option *o;
    const char *list = list_of(c->operands);
    fprintf(out, "        %s) words=\"", c->name);
    put_words(c->operands, out);
    fputs("\" options=\"", out);
    for (size_t i = 0; (o = osw_command_option(c, i)); i++)
        fprintf(out, " --%s", o->name);
    fprintf(out, "\" list=%s ;;\n", list ? list : "");
}

static void bash(const struct osw_command *const *commands, FILE *out)
{
    fputs("# bash completion of osteoswitch\n"
          "_osteoswitch() {\n"
          "    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}\n"
          "    local command=${COMP_WORDS[1]} words= options= list=\n"
          "    if ((COMP_CWORD == 1)); then\n"
          "        COMPREPLY=($(compgen -W \"",
          out);
    for (size_t i = 0; commands[i]; i++)
        fprintf(out, " %s", commands[i]->name);
    fputs("\" -- \"$cur\"))\n        return\n    fi\n"
          "    [[ $prev == = ]] && prev=${COMP_WORDS[COMP_CWORD - 2]}\n"
          "    [[ $cur == = ]] && cur=\n"
          "    case $command:$prev in\n",
          out);
    for (size_t i = 0; commands[i]; i++)
        bash_values(commands[i], out);
    fputs("        *) case $command in\n", out);
    for (size_t i = 0; commands[i]; i++)
        bash_command(commands[i], out);
    fputs("        esac\n    esac\n"
          "    [[ $cur == -* ]] && words=$options list=\n"
          "    [[ -n $list ]] && words+=\" $(\"${COMP_WORDS[0]}\" list \"$list\" "
          "2>/dev/null |\n        awk '{ print $1 }')\"\n"
          "    COMPREPLY=($(compgen -W \"$words\" -- \"$cur\"))\n"
          "    [[ $cur == -* ]] || COMPREPLY+=($(compgen -f -- \"$cur\"))\n"
          "}\n"
          "complete -o filenames -F _osteoswitch osteoswitch\n",
          out);
}

/* zsh's brackets, colons and quotes, as a text within '…'. */
static void put_zsh(const char *text, FILE *out)
{
    for (; *text; text++) {
        if (strchr("[]:\\", *text))
            fputc('\\', out);
        if (*text == '\'')
            fputs("'\\''", out);
        else
            fputc(*text, out);
    }
}

static void zsh_option(const struct osw_option *o, FILE *out)
{
    fprintf(out, "            '%s--%s%s[", o->type == OSW_OPTION_LIST ? "*" : "", o->name,
            o->argument ? "=" : "");
    put_zsh(o->help, out);
    fputc(']', out);
    const char *list = o->argument ? list_of(o->argument) : NULL;
    if (o->argument) {
        fputc(':', out);
        put_zsh(o->argument, out);
        fputc(':', out);
    }
    if (has_words(o)) {
        fputc('(', out);
        put_choices(o, " ", out);
        fputc(')', out);
    } else if (list) {
        fprintf(out, "{_osteoswitch_list %s}", list);
    } else if (o->argument) {
        fputs("_files", out);
    }
    fputs("' \\\n", out);
}

static void zsh(const struct osw_command *const *commands, FILE *out)
{
    const struct osw_option *o;
    fputs(
        "#compdef osteoswitch\n"
        "_osteoswitch_list() {\n"
        "    local -a names\n"
        "    names=(${(f)\"$(osteoswitch list $1 2>/dev/null | awk '{ print $1 }')\"})\n"
        "    compadd -a names\n    _files\n}\n"
        "_osteoswitch() {\n    local -a commands\n    commands=(\n",
        out);
    for (size_t i = 0; commands[i]; i++) {
        fprintf(out, "        '%s:", commands[i]->name);
        put_zsh(commands[i]->summary, out);
        fputs("'\n", out);
    }
    fputs("    )\n    if ((CURRENT == 2)); then\n"
          "        _describe command commands\n        return\n    fi\n"
          "    local command=$words[2]\n    shift words\n    ((CURRENT--))\n"
          "    case $command in\n",
          out);
    for (size_t c = 0; commands[c]; c++) {
        const char *list = list_of(commands[c]->operands);
        fprintf(out, "        %s) _arguments \\\n", commands[c]->name);
        for (size_t i = 0; (o = osw_command_option(commands[c], i)); i++)
            zsh_option(o, out);
        if (list)
            fprintf(out, "            '*:argument:{_osteoswitch_list %s}' ;;\n", list);
        else
            fputs("            '*:argument:_files' ;;\n", out);
    }
    fputs("    esac\n}\n_osteoswitch \"$@\"\n", out);
}

static void put_fish(const char *text, FILE *out)
{
    for (; *text; text++) {
        if (*text == '\'' || *text == '\\')
            fputc('\\', out);
        fputc(*text, out);
    }
}

static void fish_option(const struct osw_command *c, const struct osw_option *o,
                        FILE *out)
{
    const char *list = o->argument ? list_of(o->argument) : NULL;
    fprintf(out, "complete -c osteoswitch -n '__fish_seen_subcommand_from %s' -l %s",
            c->name, o->name);
    if (o->letter)
        fprintf(out, " -s %c", o->letter);
    if (o->argument)
        fputs(" -r", out);
    if (has_words(o)) {
        fputs(" -f -a '", out);
        put_choices(o, " ", out);
        fputc('\'', out);
    } else if (list) {
        fprintf(out,
                " -a '(osteoswitch list %s 2>/dev/null | string match -r \"^\\S+\")'",
                list);
    }
    fputs(" -d '", out);
    put_fish(o->help, out);
    fputs("'\n", out);
}

static void fish(const struct osw_command *const *commands, FILE *out)
{
    const struct osw_option *o;
    fputs("# fish completion of osteoswitch\n", out);
    for (size_t i = 0; commands[i]; i++) {
        fprintf(out, "complete -c osteoswitch -n __fish_use_subcommand -f -a %s -d '",
                commands[i]->name);
        put_fish(commands[i]->summary, out);
        fputs("'\n", out);
    }
    for (size_t c = 0; commands[c]; c++) {
        const char *list = list_of(commands[c]->operands);
        if (list)
            fprintf(out,
                    "complete -c osteoswitch -n '__fish_seen_subcommand_from %s' -a "
                    "'(osteoswitch list %s 2>/dev/null | string match -r \"^\\S+\")'\n",
                    commands[c]->name, list);
        for (size_t i = 0; (o = osw_command_option(commands[c], i)); i++)
            fish_option(commands[c], o, out);
    }
}

void osw_completion_write(const struct osw_command *const *commands, int shell, FILE *out)
{
    static void (*const writers[])(const struct osw_command *const *,
                                   FILE *) = {[BASH] = bash, [ZSH] = zsh, [FISH] = fish};
    writers[shell](commands, out);
}
