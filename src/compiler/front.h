/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The front end's shared state while a model is read. Steps, in order: source.c reads
 * files, parser.c makes modules, scope.c puts them into one table of symbols, expand.c
 * turns expressions into struct osw_expr, reactions.c makes rate rules, order.c orders
 * rules, unit_check.c checks dimensions.
 * Steps report what is wrong in diag and go on; memory that runs out sets no_memory. */
#ifndef OSW_COMPILER_FRONT_H
#define OSW_COMPILER_FRONT_H

#include "base/hash.h"
#include "compiler/ast.h"
#include "compiler/name_table.h"

/* An instance of a module: the model itself or a submodel in it. */
struct osw_scope {
    const struct osw_module *module;
    const struct osw_scope *outer;
    const char *prefix;              /* of its own names: "" or "W_" */
    const char **actuals;            /* full names that its formals stand for, and … */
    const struct osw_scope **owners; /* … the instances they belong to */
    int level;
};

struct osw_said { /* a statement and the instance it stands in */
    const struct osw_statement *statement;
    const struct osw_scope *scope;
};

struct osw_entry { /* what the text says about a symbol */
    const char *name;
    const struct osw_scope *owner;
    struct osw_loc at;
    struct osw_said value, rule, rate, label, unit, reaction;
    bool species, constant, variable, boundary, is_compartment;
    bool clash;            /* its name falls together with another's; reported */
    bool unknown;          /* used without being defined; reported */
    int declared;          /* index of its row in the tables, or -1 */
    int compartment;       /* index of its compartment, or -1 */
    struct osw_loc reacts; /* where a reaction first changes it; line 0 when none does */
    int n_reactions;
    const struct osw_expr *net; /* sum of its reactions */
    const struct osw_expr *rate_expr, *rule_expr, *initial_expr;
};

struct osw_reaction {
    struct osw_said said;
    int symbol; /* of the reaction's own name, or -1 */
    struct osw_reaction *next;
};

struct osw_open_file {
    const char *path;
    unsigned long long device, inode;
};

struct osw_front {
    struct osw_source *source; /* being built; owns arena */
    struct osw_arena *arena;
    struct osw_units *units;
    struct osw_diag *diag;
    bool no_memory;
    bool in_memory; /* the text is no file: no imports */

    struct osw_hash hash;
    struct osw_open_file *files;
    int n_files;
    struct osw_loc main_file;  /* no line: for messages about the whole model */
    int open[OSW_IMPORTS_MAX]; /* indices of the files being read, the innermost last */
    int n_open;

    struct osw_module bare;     /* top-level statements */
    struct osw_module *modules; /* the last defined first */
    struct osw_module *main;    /* of the main file, the last or starred; NULL: bare */
    struct osw_function *functions;
    struct osw_unit_definition *unit_definitions;
    int n_unit_definitions;
    struct osw_name_table function_names, module_names, unit_names;
    struct osw_name_table broken_names; /* blocks with errors: their uses are no news */

    const struct osw_unit_declaration *declared;
    struct osw_name_table declared_names;

    struct osw_entry *entries;
    int n_entries, n_statements;
    struct osw_reaction *reactions, **reactions_end;
    struct osw_name_table symbol_names, unknown_names, instance_names;
    double n_nodes;
    int n_suggestions;
    size_t errors_before;
};

/* Zeroed memory of the source's arena; NULL sets no_memory. */
void *osw_front_take(struct osw_front *front, size_t n, size_t size);
const char *osw_front_text(struct osw_front *front, const char *text);

/* " (did you mean 'x'?)" or "", from the tables (either may be NULL). Gives up after many
 * so that a text full of errors stays quick. Arena memory; never NULL. */
const char *osw_front_suggest(struct osw_front *front, const char *name,
                              const struct osw_name_table *first,
                              const struct osw_name_table *second);

/* The index of `name` in `table`, adding it as `value` when absent. */
int osw_front_name(struct osw_front *front, struct osw_name_table *table,
                   const char *name, int value);

/* parser.c: add the statements of one text. */
void osw_parse(struct osw_front *front, const char *file, const char *text, size_t len);

/* parse_unit.c: a unit in UDUNITS syntax, to full precision, in base units. */
const char *osw_unit_text(struct osw_front *front, const struct osw_unit *unit);

/* source.c: read and parse an imported file. */
void osw_import(struct osw_front *front, const char *name, struct osw_loc at);

/* scope.c: put a module and its submodels into entries. */
void osw_scope_build(struct osw_front *front, const struct osw_module *module);
/* The entry of a name used in an expression; unknown names are reported once. */
int osw_scope_use(struct osw_front *front, const struct osw_scope *scope,
                  const char *name, struct osw_loc at);
/* The entry of a name that a statement is about, made when absent; -1: out of memory. */
int osw_scope_entry(struct osw_front *front, const struct osw_scope *scope,
                    const char *name, struct osw_loc at);

/* expand.c: names resolved, calls expanded; NULL when memory is out or too large. */
const struct osw_expr *osw_expand(struct osw_front *front, const struct osw_scope *scope,
                                  const struct osw_ast *ast);
/* source->definitions. */
void osw_definitions_build(struct osw_front *front);
const struct osw_expr *osw_expr_make(struct osw_front *front, enum osw_op op,
                                     const struct osw_expr *a, const struct osw_expr *b,
                                     struct osw_loc at);
const struct osw_expr *osw_expr_number(struct osw_front *front, double number,
                                       struct osw_loc at);
const struct osw_expr *osw_expr_symbol(struct osw_front *front, int symbol,
                                       struct osw_loc at);
/* The value of an expression of numbers only; false when it has a symbol or time. */
bool osw_expr_constant(const struct osw_expr *expr, double *value);

/* reactions.c: in entries[].net, what reactions make of each species. */
void osw_reactions_build(struct osw_front *front);

/* symbols.c: entries into source->symbols, with kinds and expressions. What contradicts
 * itself is reported. */
void osw_symbols_build(struct osw_front *front);

/* order.c: source->rule_order; cycles are reported. */
void osw_order_rules(struct osw_front *front);

/* unit_check.c: symbols' units and the dimensions of every expression. */
void osw_unit_check(struct osw_front *front, bool strict);

#endif
