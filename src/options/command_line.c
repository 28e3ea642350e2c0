/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "options/command_line.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

static bool is_plain(const char *word)
{
    for (const char *p = word; *p; p++)
        if (!isalnum((unsigned char)*p) && !strchr("_-+=./:,%@", *p))
            return false;
    return *word;
}

const char *osw_command_line_add(struct osw_arena *arena, const char *line,
                                 const char *word)
{
    const char *space = *line ? " " : "";
    if (is_plain(word))
        return osw_arena_format(arena, "%s%s%s", line, space, word);
    char *quoted = osw_arena_alloc(arena, 4 * strlen(word) + 3, 1);
    if (!quoted)
        return NULL;
    char *q = quoted;
    *q++ = '\'';
    for (const char *p = word; *p; p++) {
        if (*p == '\'')
            q = stpcpy(q, "'\\''");
        else
            *q++ = *p;
    }
    *q = '\'';
    return osw_arena_format(arena, "%s%s%s", line, space, quoted);
}

/* One word from *p to `to`: quotes end and begin anywhere in it, a backslash outside of
 * them keeps the next character. */
static enum osw_status take_word(const char **p, char *to)
{
    bool quoted = false;
    for (; **p && (quoted || **p != ' '); ++*p) {
        if (**p == '\'')
            quoted = !quoted;
        else if (**p == '\\' && !quoted && (*p)[1])
            *to++ = *++*p;
        else
            *to++ = **p;
    }
    *to = '\0';
    return quoted ? OSW_ERR_INPUT : OSW_OK;
}

enum osw_status osw_command_line_split(struct osw_arena *arena, const char *line,
                                       char ***words, int *n)
{
    size_t len = strlen(line);
    char **found = osw_arena_alloc(arena, len / 2 + 2, sizeof *found);
    *n = 0;
    if (!found)
        return OSW_ERR_MEMORY;
    for (const char *p = line; *(p += strspn(p, " "));) {
        char *word = osw_arena_alloc(arena, strlen(p) + 1, 1);
        if (!word)
            return OSW_ERR_MEMORY;
        enum osw_status status = take_word(&p, word);
        if (status)
            return status;
        found[(*n)++] = word;
    }
    *words = found;
    return OSW_OK;
}
