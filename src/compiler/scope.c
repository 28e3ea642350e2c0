/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Statements into one table of symbols. A submodel A of a model m(x) lends its names the
 * prefix A_, except x, which is the name given at that position (as the reference
 * translator flattens them). A value stated outside wins over one inside; everything else
 * may be stated once. */
#include "compiler/builtin.h"
#include "compiler/front.h"

#include <string.h>

/* The full name, and the instance it belongs to. */
static const char *full_name(struct osw_front *front, const struct osw_scope *scope,
                             const char *name, const struct osw_scope **owner)
{
    for (int i = 0; scope->actuals && i < scope->module->n_formals; i++)
        if (!strcmp(scope->module->formals[i], name)) {
            *owner = scope->owners[i];
            return scope->actuals[i];
        }
    *owner = scope;
    if (!scope->prefix[0])
        return name;
    const char *full = osw_arena_format(front->arena, "%s%s", scope->prefix, name);
    if (!full)
        front->no_memory = true;
    return full;
}

/* Units, functions and models share their names with symbols in the translator. */
static void check_taken(struct osw_front *front, const char *name, struct osw_loc at)
{
    const char *what = osw_name_table_find(&front->unit_names, name) >= 0 ? "a unit"
                       : osw_name_table_find(&front->function_names, name) >= 0
                           ? "a function"
                       : osw_name_table_find(&front->module_names, name) >= 0 ? "a model"
                                                                              : NULL;
    if (what)
        osw_diag_add(front->diag, OSW_ERROR, at,
                     "'%s' is the name of %s and cannot be a symbol as well", name, what);
}

static int add_entry(struct osw_front *front, struct osw_name_table *names,
                     const char *name, const struct osw_scope *owner, struct osw_loc at)
{
    size_t n = (size_t)front->n_entries;
    if ((n & (n - 1)) == 0 && osw_grow((void **)&front->entries, n, n ? 2 * n : 1,
                                       sizeof *front->entries) != OSW_OK)
        front->no_memory = true;
    if (front->no_memory)
        return -1;
    check_taken(front, name, at);
    front->entries[n] =
        (struct osw_entry){.name = name,
                           .owner = owner,
                           .at = at,
                           .declared = osw_name_table_find(&front->declared_names, name),
                           .compartment = -1};
    if (osw_front_name(front, names, name, (int)n) != (int)n)
        return -1;
    return front->n_entries++;
}

/* The entry of `full`, or -1; names of two instances that fall together are reported. */
static int find_entry(struct osw_front *front, const char *full, const char *name,
                      const struct osw_scope *owner, struct osw_loc at)
{
    int i = osw_name_table_find(&front->symbol_names, full);
    if (i >= 0 && front->entries[i].owner != owner && !front->entries[i].clash) {
        front->entries[i].clash = true;
        if (!strcmp(name, full))
            osw_diag_add(front->diag, OSW_ERROR, at,
                         "'%s' is the name of another symbol, in a submodel, already",
                         name);
        else
            osw_diag_add(front->diag, OSW_ERROR, at,
                         "'%s' is '%s' in the whole model, where another symbol has "
                         "that name",
                         name, full);
    }
    return i;
}

int osw_scope_entry(struct osw_front *front, const struct osw_scope *scope,
                    const char *name, struct osw_loc at)
{
    const struct osw_scope *owner;
    const char *full = full_name(front, scope, name, &owner);
    if (!full)
        return -1;
    int i = find_entry(front, full, name, owner, at);
    return i >= 0 ? i : add_entry(front, &front->symbol_names, full, owner, at);
}

int osw_scope_use(struct osw_front *front, const struct osw_scope *scope,
                  const char *name, struct osw_loc at)
{
    const struct osw_scope *owner;
    const char *full = full_name(front, scope, name, &owner);
    if (!full)
        return -1;
    int i = find_entry(front, full, name, owner, at);
    if (i >= 0)
        return i;
    if (osw_name_table_find(&front->declared_names, full) >= 0)
        return add_entry(front, &front->symbol_names, full, owner, at);
    i = osw_name_table_find(&front->unknown_names, full);
    if (i >= 0)
        return i;
    if (osw_name_is_refused(name))
        osw_diag_add(front->diag, OSW_ERROR, at,
                     "'%s' cannot be used here: it is a word of the language", name);
    else
        osw_diag_add(
            front->diag, OSW_ERROR, at, "unknown symbol '%s'%s", name,
            osw_front_suggest(front, full, &front->symbol_names, &front->declared_names));
    i = add_entry(front, &front->unknown_names, full, owner, at);
    if (i >= 0)
        front->entries[i].unknown = true;
    return i;
}

/* A second statement of one kind about a symbol. */
static bool is_first(struct osw_front *front, const struct osw_said *first,
                     const struct osw_said *said, const char *what)
{
    if (!first->statement)
        return true;
    const struct osw_loc *at = &first->statement->at;
    osw_diag_add(front->diag, OSW_ERROR, said->statement->at,
                 "a second %s for '%s' (the first is in %s:%d)", what,
                 said->statement->name, at->file, at->line);
    return false;
}

static void note_value(struct osw_front *front, struct osw_said *value,
                       struct osw_said said)
{
    int before = value->statement ? value->scope->level : said.scope->level + 1;
    if (before == said.scope->level)
        (void)is_first(front, value, &said, "value");
    else if (before > said.scope->level)
        *value = said;
}

static void note_unit(struct osw_front *front, struct osw_entry *entry,
                      struct osw_said said)
{
    if (!entry->unit.statement)
        entry->unit = said;
    else if (!osw_unit_equal(entry->unit.statement->unit, said.statement->unit))
        (void)is_first(front, &entry->unit, &said, "and different unit");
}

static void note_place(struct osw_front *front, int i, struct osw_said said)
{
    int compartment =
        osw_scope_entry(front, said.scope, said.statement->text, said.statement->text_at);
    if (compartment < 0)
        return;
    struct osw_entry *entry = &front->entries[i];
    front->entries[compartment].is_compartment = true;
    entry->species = true;
    if (entry->compartment >= 0 && entry->compartment != compartment)
        osw_diag_add(front->diag, OSW_ERROR, said.statement->at,
                     "'%s' is in the compartment '%s' already", said.statement->name,
                     front->entries[entry->compartment].name);
    entry->compartment = compartment;
}

static void note_declaration(struct osw_entry *entry, const struct osw_statement *s)
{
    entry->species |= s->species;
    entry->is_compartment |= s->compartment;
    entry->constant |= s->constant;
    entry->variable |= s->variable;
    entry->boundary |= s->boundary;
}

static void note_terms(struct osw_front *front, const struct osw_scope *scope,
                       const struct osw_term *term)
{
    for (; term; term = term->next) {
        int i = osw_scope_entry(front, scope, term->name, term->at);
        if (i < 0)
            return;
        front->entries[i].species = true;
        front->entries[i].boundary |= term->boundary;
    }
}

static void note_reaction(struct osw_front *front, struct osw_said said)
{
    struct osw_reaction *reaction = osw_front_take(front, 1, sizeof *reaction);
    if (!reaction)
        return;
    *reaction = (struct osw_reaction){.said = said, .symbol = -1};
    *front->reactions_end = reaction;
    front->reactions_end = &reaction->next;
    note_terms(front, said.scope, said.statement->left);
    note_terms(front, said.scope, said.statement->right);
    if (!said.statement->name)
        return;
    int i = osw_scope_entry(front, said.scope, said.statement->name, said.statement->at);
    if (i < 0)
        return;
    reaction->symbol = i;
    struct osw_said *first = &front->entries[i].reaction;
    if (is_first(front, first, &said, "reaction"))
        *first = said;
}

/* Statements about one symbol. */
static void note(struct osw_front *front, struct osw_said said)
{
    const struct osw_statement *s = said.statement;
    int i = osw_scope_entry(front, said.scope, s->name, s->at);
    if (i < 0)
        return;
    struct osw_entry *entry = &front->entries[i];
    switch (s->kind) {
    case OSW_STATEMENT_VALUE:
        note_value(front, &entry->value, said);
        break;
    case OSW_STATEMENT_RULE:
        if (is_first(front, &entry->rule, &said, "rule"))
            entry->rule = said;
        break;
    case OSW_STATEMENT_RATE:
        if (is_first(front, &entry->rate, &said, "rate rule"))
            entry->rate = said;
        break;
    case OSW_STATEMENT_LABEL:
        if (is_first(front, &entry->label, &said, "label"))
            entry->label = said;
        break;
    case OSW_STATEMENT_UNIT:
        note_unit(front, entry, said);
        break;
    case OSW_STATEMENT_DECLARE:
        note_declaration(entry, s);
        break;
    case OSW_STATEMENT_PLACE:
        note_place(front, i, said);
        break;
    case OSW_STATEMENT_REACTION:
    case OSW_STATEMENT_SUBMODEL:
        break;
    }
}

static void build(struct osw_front *front, const struct osw_scope *scope);

static bool bind_formals(struct osw_front *front, struct osw_scope *scope,
                         const struct osw_statement *s)
{
    size_t n = (size_t)s->n_actuals;
    scope->actuals = osw_front_take(front, n, sizeof *scope->actuals);
    scope->owners = osw_front_take(front, n, sizeof *scope->owners);
    if (!scope->actuals || !scope->owners)
        return false;
    for (size_t k = 0; k < n; k++) {
        if (osw_scope_entry(front, scope->outer, s->actuals[k], s->actuals_at[k]) < 0)
            return false;
        scope->actuals[k] =
            full_name(front, scope->outer, s->actuals[k], &scope->owners[k]);
        if (!scope->actuals[k])
            return false;
    }
    return true;
}

static void build_submodel(struct osw_front *front, const struct osw_scope *outer,
                           const struct osw_statement *s)
{
    struct osw_scope *scope = osw_front_take(front, 1, sizeof *scope);
    const char *prefix = osw_arena_format(front->arena, "%s%s_", outer->prefix, s->name);
    if (!scope || !prefix) {
        front->no_memory = true;
        return;
    }
    *scope = (struct osw_scope){
        .module = s->module, .outer = outer, .prefix = prefix, .level = outer->level + 1};
    int n = (int)front->instance_names.n;
    if (scope->level > OSW_INSTANCES_MAX)
        osw_diag_add(front->diag, OSW_ERROR, s->at, "submodels nested more than %d deep",
                     OSW_INSTANCES_MAX);
    else if (osw_front_name(front, &front->instance_names, prefix, n) != n)
        osw_diag_add(front->diag, OSW_ERROR, s->at, "a second submodel '%s'", s->name);
    else if (bind_formals(front, scope, s))
        build(front, scope);
}

static void build(struct osw_front *front, const struct osw_scope *scope)
{
    for (const struct osw_statement *s = scope->module->first; s; s = s->next) {
        struct osw_said said = {s, scope};
        if (front->no_memory || ++front->n_statements > OSW_STATEMENTS_MAX)
            return;
        if (front->n_statements == OSW_STATEMENTS_MAX)
            osw_diag_add(front->diag, OSW_ERROR, s->at,
                         "more than %d statements in a model", OSW_STATEMENTS_MAX);
        if (s->kind == OSW_STATEMENT_SUBMODEL)
            build_submodel(front, scope, s);
        else if (s->kind == OSW_STATEMENT_REACTION)
            note_reaction(front, said);
        else
            note(front, said);
    }
}

void osw_scope_build(struct osw_front *front, const struct osw_module *module)
{
    struct osw_scope *scope = osw_front_take(front, 1, sizeof *scope);
    if (!scope)
        return;
    *scope = (struct osw_scope){.module = module, .prefix = ""};
    front->reactions_end = &front->reactions;
    build(front, scope);
}
