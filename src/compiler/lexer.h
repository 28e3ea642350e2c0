/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Tokens of the Antimony subset. A statement ends at ';' or at the end of a line, so line
 * ends are tokens; a backslash at the end of a line continues it. Comments are // # and
 * slash-star. Columns count bytes from 1. */
#ifndef OSW_COMPILER_LEXER_H
#define OSW_COMPILER_LEXER_H

#include "base/memory.h"
#include "text/diag.h"

#include <stdbool.h>

enum osw_token_kind {
    OSW_TOKEN_END,     /* of the text */
    OSW_TOKEN_NEWLINE, /* a line's end */
    OSW_TOKEN_NAME,    /* text */
    OSW_TOKEN_NUMBER,  /* number */
    OSW_TOKEN_STRING,  /* text, escapes resolved */
    OSW_TOKEN_ASSIGN,  /* := */
    OSW_TOKEN_ARROW,   /* -> or => */
    OSW_TOKEN_CHAR,    /* one of the characters of the grammar, in `character` */
    OSW_TOKEN_BAD,     /* reported already */
};

struct osw_token {
    enum osw_token_kind kind;
    char character;
    const char *text;
    double number;
    struct osw_loc at;
};

struct osw_lexer {
    const char *next, *end, *line_start;
    int line;
    struct osw_loc file; /* only the name */
    struct osw_arena *arena;
    struct osw_diag *diag;
    bool quiet; /* report no bad characters: they are being skipped */
    bool no_memory;
};

/* text [len] ends with a NUL at text[len]; file and text outlive the lexer. */
void osw_lexer_init(struct osw_lexer *lexer, const char *file, const char *text,
                    size_t len, struct osw_arena *arena, struct osw_diag *diag);
struct osw_token osw_lexer_next(struct osw_lexer *lexer);

/* How a token is named in a message: "'x'", "the end of the line", …; returns buf. */
const char *osw_token_name(const struct osw_token *token, char *buf, size_t size);

#endif
