/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "compiler/lexer.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

void osw_lexer_init(struct osw_lexer *lexer, const char *file, const char *text,
                    size_t len, struct osw_arena *arena, struct osw_diag *diag)
{
    *lexer = (struct osw_lexer){.next = text,
                                .end = text + len,
                                .line_start = text,
                                .line = 1,
                                .file = {.file = file},
                                .arena = arena,
                                .diag = diag};
    if (len >= 3 && !memcmp(text, "\xef\xbb\xbf", 3))
        lexer->next += 3;
}

static struct osw_loc place(const struct osw_lexer *lexer, const char *from,
                            const char *to)
{
    return (struct osw_loc){.file = lexer->file.file,
                            .line = lexer->line,
                            .col = (int)(from - lexer->line_start) + 1,
                            .len = (int)(to - from)};
}

static void new_line(struct osw_lexer *lexer)
{
    lexer->line++;
    lexer->line_start = lexer->next;
}

/* Past a slash-star comment; its opening is reported when it never closes. */
static void skip_block_comment(struct osw_lexer *lexer)
{
    struct osw_loc at = place(lexer, lexer->next, lexer->next + 2);
    lexer->next += 2;
    while (lexer->next < lexer->end) {
        char c = *lexer->next++;
        if (c == '\n')
            new_line(lexer);
        if (c == '*' && *lexer->next == '/') {
            lexer->next++;
            return;
        }
    }
    osw_diag_add(lexer->diag, OSW_ERROR, at, "this comment has no closing '*/'");
}

/* A backslash and what is blank after it up to the line's end. */
static bool skip_continuation(struct osw_lexer *lexer)
{
    const char *c = lexer->next + 1;
    while (*c == ' ' || *c == '\t' || *c == '\r')
        c++;
    if (*c != '\n')
        return false;
    lexer->next = c + 1;
    new_line(lexer);
    return true;
}

static void skip_blank(struct osw_lexer *lexer)
{
    while (lexer->next < lexer->end) {
        const char *c = lexer->next;
        if (*c == ' ' || *c == '\t' || *c == '\r' || *c == '\f' || *c == '\v') {
            lexer->next++;
        } else if (*c == '#' || (c[0] == '/' && c[1] == '/')) {
            while (lexer->next < lexer->end && *lexer->next != '\n')
                lexer->next++;
        } else if (c[0] == '/' && c[1] == '*') {
            skip_block_comment(lexer);
        } else if (*c != '\\' || !skip_continuation(lexer)) {
            return;
        }
    }
}

static const char *kept(struct osw_lexer *lexer, const char *from, const char *to)
{
    const char *copy = osw_arena_copy(lexer->arena, from, (size_t)(to - from));
    if (!copy)
        lexer->no_memory = true;
    return copy;
}

static struct osw_token bad(struct osw_lexer *lexer, struct osw_token token,
                            const char *text)
{
    if (!lexer->quiet)
        osw_diag_add(lexer->diag, OSW_ERROR, token.at, "%s", text);
    token.kind = OSW_TOKEN_BAD;
    return token;
}

static struct osw_token read_name(struct osw_lexer *lexer)
{
    const char *from = lexer->next, *to = from;
    while (is_letter(*to) || is_digit(*to))
        to++;
    lexer->next = to;
    struct osw_token token = {.kind = OSW_TOKEN_NAME, .at = place(lexer, from, to)};
    token.text = kept(lexer, from, to);
    if (!token.text)
        token.kind = OSW_TOKEN_END;
    return token;
}

static struct osw_token read_number(struct osw_lexer *lexer)
{
    const char *from = lexer->next, *to = from;
    while (is_digit(*to))
        to++;
    if (*to == '.')
        for (to++; is_digit(*to);)
            to++;
    if (*to == 'e' || *to == 'E') {
        const char *digits = to + 1 + (to[1] == '+' || to[1] == '-');
        if (is_digit(*digits))
            for (to = digits; is_digit(*to);)
                to++;
    }
    lexer->next = to;
    struct osw_token token = {.kind = OSW_TOKEN_NUMBER, .at = place(lexer, from, to)};
    const char *digits = kept(lexer, from, to);
    if (!digits) {
        token.kind = OSW_TOKEN_END;
        return token;
    }
    token.number = strtod(digits, NULL);
    return isfinite(token.number)
               ? token
               : bad(lexer, token,
                     "this number is too large (the largest is about 1.8e308)");
}

static char escape(char c)
{
    return (char)(c == 'n' ? '\n' : c == 't' ? '\t' : c);
}

static struct osw_token read_string(struct osw_lexer *lexer)
{
    const char *from = lexer->next, *c = from + 1;
    while (c < lexer->end && *c != '"' && *c != '\n')
        c += c[0] == '\\' && c[1] != '\n' && c + 1 < lexer->end ? 2 : 1;
    struct osw_token token = {.kind = OSW_TOKEN_STRING, .at = place(lexer, from, c)};
    if (c >= lexer->end || *c != '"') {
        lexer->next = c;
        token.at.len = 1;
        return bad(lexer, token, "this text has no closing '\"' on its line");
    }
    lexer->next = c + 1;
    token.at.len++;
    char *text = osw_arena_alloc(lexer->arena, (size_t)(c - from), 1);
    if (!text) {
        lexer->no_memory = true;
        token.kind = OSW_TOKEN_END;
        return token;
    }
    token.text = text;
    for (const char *s = from + 1; s < c; s++)
        *text++ = *s == '\\' ? escape(*++s) : *s;
    return token;
}

static const char *character_end(const struct osw_lexer *lexer)
{
    const char *c = lexer->next + 1;
    while (c < lexer->end && (*c & 0xc0) == 0x80)
        c++;
    return c;
}

/* One report for a run of characters outside the grammar. */
static struct osw_token read_bad(struct osw_lexer *lexer)
{
    const char *from = lexer->next, *to = character_end(lexer);
    struct osw_token token = {.at = place(lexer, from, to)};
    unsigned char first = (unsigned char)*from;
    char text[80];
    if (first < 0x20 || first == 0x7f)
        snprintf(text, sizeof text, "the control character 0x%02x does not belong here",
                 first);
    else
        snprintf(text, sizeof text, "'%.*s' does not belong here", token.at.len, from);
    lexer->next = to;
    while (lexer->next < lexer->end && (unsigned char)*lexer->next >= 0x80)
        lexer->next++;
    return bad(lexer, token, text);
}

static struct osw_token read_symbol(struct osw_lexer *lexer)
{
    const char *c = lexer->next;
    struct osw_token token = {.kind = OSW_TOKEN_CHAR, .character = *c};
    int len = 1;
    if (c[0] == '-' && c[1] == '-' && !lexer->quiet) {
        token.at = place(lexer, c, c + 2);
        lexer->next += 2;
        return bad(lexer, token,
                   "'--' does not belong here (two signs need a blank between)");
    }
    if (c[0] == ':' && c[1] == '=') {
        token.kind = OSW_TOKEN_ASSIGN;
        len = 2;
    } else if ((c[0] == '-' || c[0] == '=') && c[1] == '>') {
        token.kind = OSW_TOKEN_ARROW;
        len = 2;
    } else if (!strchr("=;:,()+-*/^'$.", *c)) {
        return read_bad(lexer);
    }
    lexer->next += len;
    token.at = place(lexer, c, c + len);
    return token;
}

struct osw_token osw_lexer_next(struct osw_lexer *lexer)
{
    skip_blank(lexer);
    const char *c = lexer->next;
    if (c >= lexer->end)
        return (struct osw_token){.kind = OSW_TOKEN_END, .at = place(lexer, c, c)};
    if (*c == '\n') {
        struct osw_token token = {.kind = OSW_TOKEN_NEWLINE, .at = place(lexer, c, c)};
        lexer->next++;
        new_line(lexer);
        return token;
    }
    if (is_letter(*c))
        return read_name(lexer);
    if (is_digit(*c) || (*c == '.' && is_digit(c[1])))
        return read_number(lexer);
    if (*c == '"')
        return read_string(lexer);
    return *c ? read_symbol(lexer) : read_bad(lexer);
}

const char *osw_token_name(const struct osw_token *token, char *buf, size_t size)
{
    switch (token->kind) {
    case OSW_TOKEN_END:
        return "the end of the file";
    case OSW_TOKEN_NEWLINE:
        return "the end of the line";
    case OSW_TOKEN_NAME:
        snprintf(buf, size, "'%s'", token->text);
        return buf;
    case OSW_TOKEN_NUMBER:
        snprintf(buf, size, "the number %g", token->number);
        return buf;
    case OSW_TOKEN_STRING:
        return "a text in quotes";
    case OSW_TOKEN_ASSIGN:
        return "':='";
    case OSW_TOKEN_ARROW:
        return "an arrow";
    case OSW_TOKEN_CHAR:
        if (token->character == ';')
            return "the end of the statement";
        snprintf(buf, size, "'%c'", token->character);
        return buf;
    case OSW_TOKEN_BAD:
        break;
    }
    return "an invalid character";
}
