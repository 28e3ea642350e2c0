/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The parser's state and what its parts offer one another: statements (parser.c),
 * expressions (parse_expr.c), units (parse_unit.c). Recursive descent, one token of
 * look-ahead; after an error the statement is skipped. */
#ifndef OSW_COMPILER_PARSER_H
#define OSW_COMPILER_PARSER_H

#include "compiler/front.h"
#include "compiler/lexer.h"

struct osw_parser {
    struct osw_front *front;
    struct osw_lexer lexer;
    struct osw_token token; /* the next one, not yet taken */
    struct osw_module *module;
    const struct osw_function *function; /* whose body is read, else NULL */
    int nesting;
    bool skip_line; /* after an error: what is left of the line belongs to it */
};

void osw_parser_advance(struct osw_parser *parser);
bool osw_parser_is(const struct osw_parser *parser, char character);
bool osw_parser_is_name(const struct osw_parser *parser, const char *name);

/* Take `character` if it is next. */
bool osw_parser_take(struct osw_parser *parser, char character);

/* Report "expected X, found Y" at the next token. Returns false. */
bool osw_parser_expected(struct osw_parser *parser, const char *what);

/* Report `text`. Returns false. */
bool osw_parser_fail(struct osw_parser *parser, struct osw_loc at, const char *text);

/* Take a name; NULL after a report that `what` was expected. */
const char *osw_parser_name(struct osw_parser *parser, const char *what,
                            struct osw_loc *at);

/* Report a name that is a word of the language. */
bool osw_parser_usable(struct osw_parser *parser, const char *name, struct osw_loc at);

/* Remember a block that could not be kept; is `name` one? (Then its use is no news.) */
void osw_parser_break(struct osw_parser *parser, const char *name);
bool osw_parser_is_broken(const struct osw_parser *parser, const char *name);

/* Names up to ')', at most OSW_ARGUMENTS_MAX, and where they stand. */
bool osw_parse_names(struct osw_parser *parser, const char ***names,
                     struct osw_loc **places, int *n);

/* Statements up to the text's end or, in a model, to its 'end' (not taken). */
void osw_parse_statements(struct osw_parser *parser);

/* Is it one of the words that begin a block (unit, import, function, model, module)? And
 * the block, from the token after that word. */
bool osw_is_block(const char *word);
bool osw_parse_block(struct osw_parser *parser, const char *word, struct osw_loc at);

/* Past what is left of a statement, or of the line, whatever it holds. */
void osw_parser_skip_statement(struct osw_parser *parser, bool line);

/* Past line ends and ';'. */
void osw_parser_skip_ends(struct osw_parser *parser);

/* End of statement: ';', a line's or the file's end. Not taken. */
bool osw_parser_at_end(const struct osw_parser *parser);

/* An expression, or NULL after a report. */
const struct osw_ast *osw_parse_expression(struct osw_parser *parser);

/* A unit: numbers, names, * / ^ and parentheses. NULL after a report. *text: the same in
 * UDUNITS syntax. */
const struct osw_unit *osw_parse_unit(struct osw_parser *parser, const char **text);

#endif
