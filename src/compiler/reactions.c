/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Reactions into rates of concentrations: d[S]/dt = sum_r (products - reactants) v_r / V,
 * V the size of the compartment of S (SBML Level 3, section 4.11.6); no division for a
 * species without a compartment. A named reaction is a symbol with its rate as rule.
 * Boundary ($) and constant species do not change. */
#include "compiler/front.h"

/* entries[i].net += count * rate */
static void add_to_net(struct osw_front *front, int i, double count, bool product,
                       const struct osw_expr *rate, struct osw_loc at)
{
    if (count != 1)
        rate =
            osw_expr_make(front, OSW_OP_MUL, osw_expr_number(front, count, at), rate, at);
    const struct osw_expr *net = front->entries[i].net;
    if (net)
        net = osw_expr_make(front, product ? OSW_OP_ADD : OSW_OP_SUB, net, rate, at);
    else
        net = product ? rate : osw_expr_make(front, OSW_OP_NEG, rate, NULL, at);
    front->entries[i].net = net;
}

static void react(struct osw_front *front, const struct osw_reaction *reaction,
                  const struct osw_term *term, bool product, const struct osw_expr *rate)
{
    for (; term; term = term->next) {
        int i = osw_scope_entry(front, reaction->said.scope, term->name, term->at);
        if (i < 0 || !rate)
            return;
        struct osw_entry *entry = &front->entries[i];
        if (entry->boundary || entry->constant)
            continue;
        if (!entry->reacts.line)
            entry->reacts = term->at;
        if (entry->n_reactions++ == OSW_REACTIONS_MAX)
            osw_diag_add(front->diag, OSW_ERROR, term->at,
                         "more than %d reactions change '%s'", OSW_REACTIONS_MAX,
                         entry->name);
        if (entry->n_reactions > OSW_REACTIONS_MAX)
            continue;
        add_to_net(front, i, term->count, product, rate, term->at);
    }
}

/* The rate of concentration from that of amount. */
static void divide_by_compartment(struct osw_front *front, int i)
{
    const struct osw_entry *entry = &front->entries[i];
    if (!entry->net || entry->compartment < 0)
        return;
    const struct osw_entry *compartment = &front->entries[entry->compartment];
    if (compartment->rate.statement || compartment->rule.statement)
        osw_diag_add(
            front->diag, OSW_ERROR, entry->reacts,
            "'%s' reacts in '%s', whose size changes: write a rate rule for '%s'",
            entry->name, compartment->name, entry->name);
    const struct osw_expr *size =
        osw_expr_symbol(front, entry->compartment, entry->reacts);
    if (size)
        front->entries[i].net =
            osw_expr_make(front, OSW_OP_DIV, entry->net, size, entry->reacts);
}

void osw_reactions_build(struct osw_front *front)
{
    for (const struct osw_reaction *r = front->reactions; r; r = r->next) {
        const struct osw_statement *s = r->said.statement;
        const struct osw_expr *rate = osw_expand(front, r->said.scope, s->expr);
        if (r->symbol >= 0) {
            front->entries[r->symbol].rule_expr = rate;
            rate = osw_expr_symbol(front, r->symbol, s->at);
        }
        react(front, r, s->left, false, rate);
        react(front, r, s->right, true, rate);
    }
    for (int i = 0; i < front->n_entries; i++)
        divide_by_compartment(front, i);
}
