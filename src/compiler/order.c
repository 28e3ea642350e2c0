/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Rules so that each comes after those it uses (Kahn's algorithm, by order of appearance
 * among equals); what is left over lies on or behind a cycle, which is reported by name.
 */
#include "compiler/front.h"

struct graph { /* rule -> rules that use it, as linked lists in arrays */
    int n, n_edges;
    int *first, *next, *user; /* [n], [n_edges], [n_edges] */
    int *waiting;             /* rules that each still waits for */
    int *stamp;
    int *walked, n_walked; /* [n]; of the last report */
};

static bool add_edge(struct osw_front *front, struct graph *g, int used, int user)
{
    size_t n = (size_t)g->n_edges;
    if ((n & (n - 1)) == 0) {
        size_t wide = n ? 2 * n : 1;
        if (osw_grow((void **)&g->next, n, wide, sizeof(int)) != OSW_OK ||
            osw_grow((void **)&g->user, n, wide, sizeof(int)) != OSW_OK) {
            front->no_memory = true;
            return false;
        }
    }
    g->user[n] = user;
    g->next[n] = g->first[used];
    g->first[used] = g->n_edges++;
    g->waiting[user]++;
    return true;
}

static bool add_uses(struct osw_front *front, struct graph *g,
                     const struct osw_expr *expr, int user)
{
    if (expr->op == OSW_OP_SYMBOL &&
        front->source->symbols[expr->symbol].kind == OSW_SYMBOL_RULE &&
        g->stamp[expr->symbol] != user + 1) {
        g->stamp[expr->symbol] = user + 1;
        return add_edge(front, g, expr->symbol, user);
    }
    return (!expr->a || add_uses(front, g, expr->a, user)) &&
           (!expr->b || add_uses(front, g, expr->b, user));
}

static bool graph_init(struct osw_front *front, struct graph *g)
{
    const struct osw_source *source = front->source;
    size_t n = (size_t)source->n_symbols;
    *g = (struct graph){.n = source->n_symbols};
    g->first = osw_alloc(n, sizeof(int));
    g->waiting = osw_alloc(n, sizeof(int));
    g->stamp = osw_alloc(n, sizeof(int));
    g->walked = osw_alloc(n, sizeof(int));
    if (!g->first || !g->waiting || !g->stamp || !g->walked) {
        front->no_memory = true;
        return false;
    }
    for (size_t i = 0; i < n; i++)
        g->first[i] = -1;
    for (int i = 0; i < g->n; i++)
        if (source->symbols[i].kind == OSW_SYMBOL_RULE &&
            !add_uses(front, g, source->symbols[i].rule, i))
            return false;
    return true;
}

static void graph_fini(struct graph *g)
{
    osw_free(g->first);
    osw_free(g->next);
    osw_free(g->user);
    osw_free(g->waiting);
    osw_free(g->stamp);
    osw_free(g->walked);
}

/* Rules that wait for none, then those they release. */
static void take_ready(struct osw_source *source, struct graph *g)
{
    for (int i = 0; i < g->n; i++)
        if (source->symbols[i].kind == OSW_SYMBOL_RULE && !g->waiting[i])
            source->rule_order[source->n_rules++] = i;
    for (int k = 0; k < source->n_rules; k++)
        for (int e = g->first[source->rule_order[k]]; e >= 0; e = g->next[e])
            if (!--g->waiting[g->user[e]])
                source->rule_order[source->n_rules++] = g->user[e];
}

/* A rule that `expr` uses and that still waits, or -1. */
static int waiting_use(const struct osw_source *source, const struct graph *g,
                       const struct osw_expr *expr)
{
    if (expr->op == OSW_OP_SYMBOL)
        return source->symbols[expr->symbol].kind == OSW_SYMBOL_RULE &&
                       g->waiting[expr->symbol] > 0
                   ? expr->symbol
                   : -1;
    int found = expr->a ? waiting_use(source, g, expr->a) : -1;
    return found < 0 && expr->b ? waiting_use(source, g, expr->b) : found;
}

/* Walk from a waiting rule along what it waits for; the first rule met twice closes a
 * cycle. */
static void report_cycle(struct osw_front *front, struct graph *g, int from)
{
    const struct osw_source *source = front->source;
    enum { SHOWN = 8 };
    int i = from, mark = -1 - from;
    while (i >= 0 && g->stamp[i] != mark) {
        g->stamp[i] = mark;
        g->walked[g->n_walked++] = i;
        i = waiting_use(source, g, source->symbols[i].rule);
    }
    if (i < 0)
        return;
    const char *path = source->symbols[i].name;
    int k = i, n = 0;
    do {
        k = waiting_use(source, g, source->symbols[k].rule);
        if (n++ < SHOWN || k == i)
            path =
                osw_arena_format(front->arena, "%s%s -> %s", path,
                                 n > SHOWN + 1 ? " -> …" : "", source->symbols[k].name);
    } while (path && k != i);
    if (path)
        osw_diag_add(front->diag, OSW_ERROR, source->symbols[i].at,
                     "rules depend on one another in a circle: %s", path);
    else
        front->no_memory = true;
}

/* Everything walked is taken out, so that each cycle is reported once. */
static void report_cycles(struct osw_front *front, struct graph *g)
{
    for (int i = 0; i < g->n && !front->no_memory; i++) {
        if (g->waiting[i] <= 0)
            continue;
        g->n_walked = 0;
        report_cycle(front, g, i);
        for (int k = 0; k < g->n_walked; k++)
            g->waiting[g->walked[k]] = 0;
    }
}

void osw_order_rules(struct osw_front *front)
{
    struct osw_source *source = front->source;
    struct graph g;
    source->rule_order =
        osw_front_take(front, (size_t)source->n_symbols, sizeof *source->rule_order);
    if (source->rule_order && graph_init(front, &g)) {
        take_ready(source, &g);
        report_cycles(front, &g);
    }
    if (source->rule_order)
        graph_fini(&g);
}
