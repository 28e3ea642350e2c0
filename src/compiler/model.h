/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A model as the front end leaves it: names resolved, functions expanded, reactions
 * turned into rate rules, imports joined, units checked. The back end (expression DAG,
 * derivatives, C), the SBML export and the equation sheet all start here.
 * Everything lives in the model's arena, but places (`at`) borrow the file's name from
 * the diagnostics, which must outlive them; read-only after osw_source_load. */
#ifndef OSW_COMPILER_MODEL_H
#define OSW_COMPILER_MODEL_H

#include "base/units.h"
#include "text/diag.h"
#include "text/file.h"

enum osw_op {
    OSW_OP_NUMBER, /* number (and optionally a unit) */
    OSW_OP_SYMBOL, /* symbol */
    OSW_OP_TIME,   /* the independent variable, day in shipped models */
    OSW_OP_NEG,
    OSW_OP_ADD,
    OSW_OP_SUB,
    OSW_OP_MUL,
    OSW_OP_DIV,
    OSW_OP_POW,
    OSW_OP_EXP,
    OSW_OP_LN,
    OSW_OP_LOG10,
    OSW_OP_SQRT,
    OSW_OP_SIN,
    OSW_OP_COS,
    OSW_OP_TANH,
};

/* A user's function, for those who print the text; its uses are expanded. */
struct osw_definition {
    const char *name;
    const char *const *parameters;
    int n_parameters;
    const struct osw_expr *body; /* parameter k is the symbol -2 - k */
    struct osw_loc at;
};

/* What stands in the text where an expression is a function's expanded body. */
struct osw_use {
    const char *name;
    const struct osw_expr *const *arguments;
    int n_arguments;
};

struct osw_expr {
    enum osw_op op;
    double number;
    int symbol;                   /* index into osw_source.symbols */
    const struct osw_expr *a, *b; /* operands; b NULL for unary */
    const char *function; /* the user's function whose body it is from (then `at` is the
                             call), or NULL */
    const struct osw_use *use; /* the call that this is the expansion of, or NULL */
    struct osw_loc at;
};

enum osw_symbol_kind {
    OSW_SYMBOL_PARAMETER, /* constant during a segment; value from `initial` or a table */
    OSW_SYMBOL_STATE,     /* has a rate rule */
    OSW_SYMBOL_RULE,      /* assignment rule */
};

struct osw_symbol {
    const char *name;
    const char *label; /* from `is "…"`; "" when none */
    enum osw_symbol_kind kind;
    const char *unit_text; /* declared: UDUNITS syntax, of the table where there is one;
                              a rule's that was inferred: as of another symbol, or
                              in base units; NULL: unknown */
    const struct osw_unit *unit; /* declared or inferred; NULL when unknown */
    const struct osw_expr *rate; /* STATE: d/dt */
    const struct osw_expr *rule; /* RULE */
    const struct osw_expr
        *initial;      /* PARAMETER: its value, one OSW_OP_NUMBER; STATE: its
                          initial value, of numbers and parameters; or NULL */
    struct osw_loc at; /* where it was first defined */
};

/* A whole model; expressions have the calls of user functions expanded. */
struct osw_source {
    const char *name;           /* model name: the file's stem, or of `model x()` */
    const char *path;           /* this and all places: borrowed from the diagnostics */
    struct osw_symbol *symbols; /* in order of first appearance */
    int n_symbols;
    int *rule_order; /* RULE symbols in dependency order */
    int n_rules;
    const struct osw_definition *definitions; /* in the text's order */
    int n_definitions;
    const char *const *files; /* every file read, the main one first */
    int n_files;
    char hash[65]; /* SHA-256 of all texts in order of reading, hex */
    struct osw_arena *arena;
    struct osw_units *units; /* borrowed */
};

/* A name's unit as declared outside the model text (parameter, state, output tables). */
struct osw_unit_declaration {
    const char *name, *unit;
    struct osw_loc at;
};

/* Read, parse and check the model in `path`. `declared` adds units from tables; a unit
 * stated in both places must be the same. Errors (OSW_ERR_INPUT) cover: syntax, unknown
 * names (with "did you mean"), a second rule or value, cycles of assignment rules, a
 * function called with the wrong number of arguments, unit mismatches (both sides named),
 * names the reference translator refuses. All errors are reported, not only the first:
 * those of syntax, and once there are none those of names, rules and units.
 * Unit checking is strict: a missing unit is an error when `strict_units`, else a warning
 * once per symbol and then treated as unknown. */
enum osw_status osw_source_load(const char *path, struct osw_units *units,
                                const struct osw_unit_declaration *declared,
                                int n_declared, bool strict_units, struct osw_diag *diag,
                                struct osw_source **source) OSW_MUST_CHECK;

/* The same for a text in memory, called `name` in messages; it cannot import. */
enum osw_status osw_source_parse(const char *name, const char *text, size_t len,
                                 struct osw_units *units,
                                 const struct osw_unit_declaration *declared,
                                 int n_declared, bool strict_units, struct osw_diag *diag,
                                 struct osw_source **source) OSW_MUST_CHECK;
void osw_source_destroy(struct osw_source *source);

/* Index of a symbol, or -1. */
int osw_source_find(const struct osw_source *source, const char *name);

#endif
