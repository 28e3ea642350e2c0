/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the parser makes of the text: modules of statements with expressions in names as
 * written. A module is the bare text of all files or one `model … end` block. Functions,
 * models and units are defined before they are used, so that none can contain itself;
 * depth and size of an expression, calls expanded, are known when it is parsed.
 * Everything lives in the source's arena. */
#ifndef OSW_COMPILER_AST_H
#define OSW_COMPILER_AST_H

#include "compiler/model.h"

enum {
    OSW_NESTING_MAX = 200,      /* parentheses, calls and signs inside one another */
    OSW_DEPTH_MAX = 2000,       /* operations inside one another, calls expanded */
    OSW_SIZE_MAX = 1000000,     /* operations of one expression, calls expanded */
    OSW_ARGUMENTS_MAX = 64,     /* of a function or a model */
    OSW_IMPORTS_MAX = 64,       /* files importing one another */
    OSW_INSTANCES_MAX = 64,     /* submodels inside one another */
    OSW_REACTIONS_MAX = 1000,   /* that change one species */
    OSW_STATEMENTS_MAX = 200000 /* of a model, submodels put in */
};

enum osw_ast_kind { OSW_AST_NUMBER, OSW_AST_NAME, OSW_AST_OPERATOR, OSW_AST_CALL };

struct osw_ast {
    enum osw_ast_kind kind;
    enum osw_op op;
    double number;
    const char *name;                    /* NAME, CALL */
    const struct osw_function *function; /* CALL of a user's function, else NULL */
    const struct osw_ast *a, *b;         /* OPERATOR */
    const struct osw_ast **arguments;    /* CALL */
    int n_arguments;
    int depth;
    struct osw_loc at;
};

struct osw_function {
    const char *name;
    const char **parameters;
    int n_parameters;
    const struct osw_ast *body;
    double own_size; /* of the body without its parameters … */
    double *uses;    /* … and how often each stands in it, calls expanded */
    struct osw_loc at;
    struct osw_function *next;
};

struct osw_unit_definition {
    const char *name, *text; /* u_x, UDUNITS text */
    const struct osw_unit *unit;
    struct osw_loc at;
};

struct osw_term { /* of a reaction: count * species */
    double count;
    const char *name;
    bool boundary;
    struct osw_loc at;
    struct osw_term *next;
};

enum osw_statement_kind {
    OSW_STATEMENT_VALUE,    /* name = expr */
    OSW_STATEMENT_RULE,     /* name := expr */
    OSW_STATEMENT_RATE,     /* name' = expr */
    OSW_STATEMENT_LABEL,    /* name is "text" */
    OSW_STATEMENT_UNIT,     /* name has unit */
    OSW_STATEMENT_DECLARE,  /* species, compartment, var, const */
    OSW_STATEMENT_PLACE,    /* species in compartment */
    OSW_STATEMENT_REACTION, /* [name:] left -> right; expr */
    OSW_STATEMENT_SUBMODEL, /* name: module(actuals) */
};

struct osw_statement {
    enum osw_statement_kind kind;
    const char *name; /* NULL for a reaction without one */
    struct osw_loc at;
    const struct osw_ast *expr;
    const char *text; /* label, unit in UDUNITS syntax, compartment */
    struct osw_loc text_at;
    const struct osw_unit *unit;
    bool species, compartment, constant, variable, boundary;
    struct osw_term *left, *right;
    struct osw_module *module;
    const char **actuals;
    struct osw_loc *actuals_at;
    int n_actuals;
    struct osw_statement *next;
};

struct osw_module {
    const char *name; /* NULL: the bare text */
    const char **formals;
    int n_formals;
    bool starred, used;
    struct osw_loc at;
    struct osw_statement *first, **end;
    struct osw_module *next; /* defined before this one */
};

/* The size of an expression with calls expanded, and within a function's body how often
 * its k-th parameter stands in it. */
double osw_ast_size(const struct osw_ast *ast, const struct osw_function *in);
double osw_ast_uses(const struct osw_ast *ast, const char *parameter);

#endif
