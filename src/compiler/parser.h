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
};

void osw_parser_advance(struct osw_parser *parser);
bool osw_parser_is(const struct osw_parser *parser, char character);
bool osw_parser_is_name(const struct osw_parser *parser, const char *name);

/* Take `character` if it is next. */
bool osw_parser_take(struct osw_parser *parser, char character);

/* Report "expected X, found Y" at the next token. Returns false. */
bool osw_parser_expected(struct osw_parser *parser, const char *what);

/* End of statement: ';', a line's or the file's end. Not taken. */
bool osw_parser_at_end(const struct osw_parser *parser);

/* The place from `from` to `to` when on one line, else from. */
struct osw_loc osw_loc_span(struct osw_loc from, struct osw_loc to);

/* An expression, or NULL after a report. */
const struct osw_ast *osw_parse_expression(struct osw_parser *parser);

/* A unit: numbers, names, * / ^ and parentheses. NULL after a report. *text: the same in
 * UDUNITS syntax. */
const struct osw_unit *osw_parse_unit(struct osw_parser *parser, const char **text);

#endif
