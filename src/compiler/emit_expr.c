/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "compiler/emit.h"

#include <stdlib.h>
#include <string.h>

enum { INLINE_MAX = 10 }; /* operations written in place of a node; more get a local */

/* In local[], besides numbers of temporaries. */
enum { NAMED = -1, HOISTED = -2, BATCHED = -3 };

enum precedence { SUM = 1, PRODUCT, SIGN, ATOM };

static const char *function_name(enum osw_node_op op)
{
    static const char *const names[] = {
        [OSW_NODE_EXP] = "exp",
        [OSW_NODE_EXP_BOUNDED] = "exp_bounded",
        [OSW_NODE_LN] = "ln",
        [OSW_NODE_LN_POSITIVE] = "ln_positive",
        [OSW_NODE_POSITIVE] = "positive",
        [OSW_NODE_SOFTPLUS] = "softplus",
        [OSW_NODE_LOG10] = "log10",
        [OSW_NODE_SQRT] = "sqrt",
        [OSW_NODE_SIN] = "sin",
        [OSW_NODE_COS] = "cos",
        [OSW_NODE_TANH] = "tanh",
    };
    return names[op];
}

static const char *batch_name(enum osw_batch batch)
{
    static const char *const names[] = {[OSW_BATCH_SOFTPLUS] = "softplus",
                                        [OSW_BATCH_LN] = "ln_positive",
                                        [OSW_BATCH_EXP] = "exp"};
    return names[batch];
}

/* Shortest decimal text that reads back as the same double, always a floating literal. */
static void emit_number(FILE *out, double value)
{
    char text[40];
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(text, sizeof text, "%.*g", digits, value);
        if (strtod(text, NULL) == value)
            break;
    }
    fputs(text, out);
    if (!strpbrk(text, ".en"))
        fputs(".0", out);
}

static const char *symbol_name(const struct osw_emitter *e, const int *entries, int i)
{
    return e->program->source->symbols[entries[i]].name;
}

/* Is the node's value read from c? */
static bool is_read(const struct osw_emitter *e, const struct osw_node *node, int id)
{
    return !osw_node_is_leaf(node) && (enum osw_rank)node->rank < e->lowest &&
           e->hoisted[id] >= 0;
}

static void write_hoisted(const struct osw_emitter *e, int id)
{
    if (e->name[id])
        fprintf(e->out, "c[c_%s]", e->name[id]);
    else
        fprintf(e->out, "c[%d]", e->hoisted[id]);
}

/* A number is scalar beside an operand, but a whole argument or value must be a lane. */
static void write_number(const struct osw_emitter *e, double value, bool alone)
{
    fputs(alone ? "osw_lane_of(" : "", e->out);
    emit_number(e->out, value);
    fputs(alone ? ")" : "", e->out);
}

static void write_leaf(const struct osw_emitter *e, const struct osw_node *node,
                       bool alone)
{
    const struct osw_layout *layout = &e->program->layout;
    switch ((enum osw_node_op)node->op) {
    case OSW_NODE_NUMBER:
        write_number(e, node->number, alone);
        return;
    case OSW_NODE_PARAM:
        fprintf(e->out, "p[p_%s]", symbol_name(e, layout->params, node->a));
        return;
    case OSW_NODE_STATE:
        fprintf(e->out, "y[y_%s]", symbol_name(e, layout->states, node->a));
        return;
    default:
        fputs("t", e->out);
    }
}

/* Is the node written where it is used? */
static bool is_in_place(const struct osw_emitter *e, int id)
{
    return !e->local[id] && !is_read(e, &e->nodes[id], id);
}

/* The operand of a sum or difference that is a product written in its place, which is
 * then fused with it; -1: none. */
static int fused_product(const struct osw_emitter *e, const struct osw_node *node)
{
    if (node->op != OSW_NODE_ADD && node->op != OSW_NODE_SUB)
        return -1;
    if (e->nodes[node->b].op == OSW_NODE_MUL && is_in_place(e, node->b))
        return node->b;
    return e->nodes[node->a].op == OSW_NODE_MUL && is_in_place(e, node->a) ? node->a : -1;
}

static enum precedence precedence_of(const struct osw_emitter *e,
                                     const struct osw_node *node)
{
    switch ((enum osw_node_op)node->op) {
    case OSW_NODE_ADD:
    case OSW_NODE_SUB:
        return fused_product(e, node) >= 0 ? ATOM : SUM;
    case OSW_NODE_MUL:
    case OSW_NODE_DIV:
        return PRODUCT;
    case OSW_NODE_NEG:
        return SIGN;
    case OSW_NODE_NUMBER:
        return node->number < 0 ? SIGN : ATOM;
    default:
        return ATOM;
    }
}

static void write_operation(const struct osw_emitter *e, const struct osw_node *node);

/* The value of a node where at least this precedence is needed; alone: as in
 * write_number. */
static void write_value(const struct osw_emitter *e, int id, enum precedence least,
                        bool alone)
{
    const struct osw_node *node = &e->nodes[id];
    if (e->local[id] > 0) {
        fprintf(e->out, "t%d", e->local[id]);
    } else if (e->local[id] == NAMED) {
        fprintf(e->out, "v_%s", e->name[id]);
    } else if (e->local[id] == BATCHED) {
        fprintf(e->out, "%s%d[%d]", batch_name(osw_emit_batch(e, id)), e->stage[id],
                e->slot[id]);
    } else if (e->local[id] == HOISTED || is_read(e, node, id)) {
        write_hoisted(e, id);
    } else {
        bool enclose = precedence_of(e, node) < least;
        if (enclose)
            fputc('(', e->out);
        if (osw_node_is_leaf(node))
            write_leaf(e, node, alone);
        else
            write_operation(e, node);
        if (enclose)
            fputc(')', e->out);
    }
}

/* x*y + z, x*y - z or z - x*y. */
static void write_fused(const struct osw_emitter *e, const struct osw_node *node,
                        int product)
{
    const struct osw_node *factors = &e->nodes[product];
    bool first = product == node->a, difference = node->op == OSW_NODE_SUB;
    fputs(difference && !first ? "osw_lane_fnma(" : "osw_lane_fma(", e->out);
    write_value(e, factors->a, SUM, true);
    fputs(", ", e->out);
    write_value(e, factors->b, SUM, true);
    fputs(difference && first ? ", -" : ", ", e->out);
    write_value(e, first ? node->b : node->a, difference && first ? ATOM : SUM, true);
    fputc(')', e->out);
}

static void write_operation(const struct osw_emitter *e, const struct osw_node *node)
{
    static const char *const signs[] = {[OSW_NODE_ADD] = " + ",
                                        [OSW_NODE_SUB] = " - ",
                                        [OSW_NODE_MUL] = "*",
                                        [OSW_NODE_DIV] = "/"};
    int product = fused_product(e, node);
    bool alone = node->rank == OSW_RANK_CONSTANT; /* of numbers only: not finite */
    if (product >= 0) {
        write_fused(e, node, product);
    } else if (node->b >= 0) {
        enum precedence own = precedence_of(e, node);
        write_value(e, node->a, own, alone);
        fputs(signs[node->op], e->out);
        write_value(e, node->b, own + 1, alone);
    } else if (node->op == OSW_NODE_NEG) {
        fputc('-', e->out);
        write_value(e, node->a, ATOM, true);
    } else {
        fprintf(e->out, "osw_lane_%s(", function_name((enum osw_node_op)node->op));
        write_value(e, node->a, SUM, true);
        fputc(')', e->out);
    }
}

/* Count one use; a node met first is listed when its operands must be visited too. */
static void use(struct osw_emitter *e, int id)
{
    const struct osw_node *node = &e->nodes[id];
    if (osw_node_is_leaf(node) || is_read(e, node, id))
        return;
    if (!e->uses[id]++)
        e->list[e->n_list++] = id;
}

static int by_rank(const void *a, const void *b, void *context)
{
    const struct osw_node *nodes = context;
    int x = *(const int *)a, y = *(const int *)b;
    int difference = nodes[x].rank - nodes[y].rank;
    return difference ? difference : (x > y) - (x < y);
}

static void list_operands(struct osw_emitter *e, const struct osw_target *targets, int n)
{
    for (int i = 0; i < e->n_list; i++) {
        const struct osw_node *node = &e->nodes[e->list[i]];
        use(e, node->a);
        if (node->b >= 0)
            use(e, node->b);
    }
    osw_emit_order(e, targets, n);
}

/* Operations of the text that stands where the node's value is used. */
static int text_size(const struct osw_emitter *e, int id)
{
    return id < 0 || e->local[id] ? 0 : e->size[id];
}

static void count_work(struct osw_work *work, enum osw_node_op op)
{
    bool softplus = op == OSW_NODE_SOFTPLUS;
    bool exp = softplus || op == OSW_NODE_EXP || op == OSW_NODE_EXP_BOUNDED;
    bool ln = softplus || op == OSW_NODE_LN || op == OSW_NODE_LN_POSITIVE;
    work->exps += exp;
    work->lns += ln;
    work->operations += op >= OSW_NODE_ADD && op <= OSW_NODE_DIV;
    work->others += op >= OSW_NODE_LOG10;
}

/* Give the node a place of its own, or leave it to be written where it is used. */
static void write_statement(struct osw_emitter *e, int id, int *n_temporaries)
{
    const struct osw_node *node = &e->nodes[id];
    count_work(&e->work, (enum osw_node_op)node->op);
    e->size[id] = 1 + text_size(e, node->a) + text_size(e, node->b);
    bool hoist = e->hoisted[id] >= 0 && (enum osw_rank)node->rank == e->lowest &&
                 e->lowest <= OSW_RANK_SEGMENT;
    if (!hoist && !e->name[id] && e->uses[id] == 1 && e->size[id] <= INLINE_MAX)
        return;
    fputs(hoist ? "    " : "    const osw_lane ", e->out);
    int local = hoist ? HOISTED : e->name[id] ? NAMED : ++*n_temporaries;
    if (hoist)
        write_hoisted(e, id);
    else if (local == NAMED)
        fprintf(e->out, "v_%s", e->name[id]);
    else
        fprintf(e->out, "t%d", local);
    fputs(" = ", e->out);
    write_operation(e, node);
    fputs(";\n", e->out);
    e->local[id] = local;
}

static void write_target(const struct osw_emitter *e, const struct osw_target *target)
{
    fprintf(e->out, "    %s[", target->array);
    if (target->name)
        fprintf(e->out, "%c_%s] = ", target->array[0] == 'f' ? 'y' : target->array[0],
                target->name);
    else
        fprintf(e->out, "%d] = ", target->index);
    write_value(e, target->node, SUM, true);
    fputc(';', e->out);
    if (target->comment)
        fprintf(e->out, " /* %s */", target->comment);
    fputc('\n', e->out);
}

/* The functions of list[from .. to-1], of one batch: arguments to an array, which then
 * holds the values. */
static void write_batch(struct osw_emitter *e, int from, int to)
{
    enum osw_batch batch = osw_emit_batch(e, e->list[from]);
    const char *name = batch_name(batch);
    int stage = e->stage[e->list[from]];
    fprintf(e->out, "    osw_lane %s%d[] = {\n", name, stage);
    for (int i = from; i < to; i++) {
        const struct osw_node *node = &e->nodes[e->list[i]];
        bool bounded = node->op == OSW_NODE_EXP_BOUNDED;
        count_work(&e->work, (enum osw_node_op)node->op);
        fputs(bounded ? "        osw_lane_bounded(" : "        ", e->out);
        write_value(e, node->a, SUM, true);
        fputs(bounded ? "),\n" : ",\n", e->out);
    }
    fprintf(e->out, "    };\n    osw_lane_%s_all(%s%d, %d);\n", name, name, stage,
            to - from);
    for (int i = from; i < to; i++) {
        int id = e->list[i];
        e->local[id] = BATCHED;
        e->slot[id] = i - from;
        if (!e->name[id])
            continue;
        fprintf(e->out, "    const osw_lane v_%s = ", e->name[id]);
        write_value(e, id, SUM, true);
        fputs(";\n", e->out);
        e->local[id] = NAMED;
    }
}

/* Each target follows what is its own, so that few values wait for theirs. */
static void write_list(struct osw_emitter *e, const struct osw_target *targets, int n)
{
    int n_temporaries = 0, target = 0;
    for (int i = 0, next; i < e->n_list; i = next) {
        while (target < n && target + e->n_stages < e->stage[e->list[i]])
            write_target(e, &targets[target++]);
        enum osw_batch batch = osw_emit_batch(e, e->list[i]);
        next = i + 1;
        if (batch == OSW_BATCH_NONE) {
            write_statement(e, e->list[i], &n_temporaries);
            continue;
        }
        while (next < e->n_list && osw_emit_batch(e, e->list[next]) == batch &&
               e->stage[e->list[next]] == e->stage[e->list[i]])
            next++;
        write_batch(e, i, next);
    }
    while (target < n)
        write_target(e, &targets[target++]);
}

static void forget(struct osw_emitter *e)
{
    for (int i = 0; i < e->n_list; i++) {
        e->uses[e->list[i]] = 0;
        e->local[e->list[i]] = 0;
        e->size[e->list[i]] = 0;
    }
    e->n_list = 0;
}

static void write_body(struct osw_emitter *e, const struct osw_target *targets, int n)
{
    for (int i = 0; i < n; i++)
        use(e, targets[i].node);
    list_operands(e, targets, n);
    write_list(e, targets, n);
    forget(e);
}

struct osw_work osw_emit_body(struct osw_emitter *e, const struct osw_target *targets,
                              int n)
{
    e->lowest = OSW_RANK_TIME;
    e->work = (struct osw_work){0};
    write_body(e, targets, n);
    return e->work;
}

void osw_emit_plain(struct osw_emitter *e, const struct osw_target *targets, int n)
{
    e->lowest = OSW_RANK_CONSTANT;
    write_body(e, targets, n);
}

void osw_emit_hoisted(struct osw_emitter *e, enum osw_rank rank)
{
    e->lowest = rank;
    for (int i = 0; i < e->n_hoisted; i++)
        if (e->nodes[e->hoist_list[i]].rank == rank)
            use(e, e->hoist_list[i]);
    list_operands(e, NULL, 0);
    write_list(e, NULL, 0);
    forget(e);
}

/* Collect what must be in c: visit from one target down to expressions of parameters. */
static void visit(struct osw_emitter *e, int id)
{
    const struct osw_node *node = &e->nodes[id];
    if (osw_node_is_leaf(node) || node->rank == OSW_RANK_CONSTANT)
        return;
    if ((enum osw_rank)node->rank < e->lowest) {
        if (e->hoisted[id] < 0) {
            e->hoisted[id] = 0;
            e->hoist_list[e->n_hoisted++] = id;
        }
    } else if (!e->uses[id]++) {
        e->list[e->n_list++] = id;
    }
}

static void visit_operands(struct osw_emitter *e)
{
    for (int i = 0; i < e->n_list; i++) {
        const struct osw_node *node = &e->nodes[e->list[i]];
        visit(e, node->a);
        if (node->b >= 0)
            visit(e, node->b);
    }
    forget(e);
}

static void visit_targets(struct osw_emitter *e, const struct osw_target *targets, int n)
{
    for (int i = 0; i < n; i++)
        visit(e, targets[i].node);
}

/* First what the functions of time and state read, then what segment reads of prepare. */
static void hoist(struct osw_emitter *e)
{
    const struct osw_code *code = e->code;
    e->lowest = OSW_RANK_TIME;
    visit_targets(e, code->rhs_jac, code->n_rhs_jac);
    visit_targets(e, code->dfdp, code->dfdp_nnz);
    visit_targets(e, code->dfdt, code->dfdt_nnz);
    visit_targets(e, code->observe, code->n_outputs);
    visit_operands(e);
    e->lowest = OSW_RANK_SEGMENT;
    for (int i = 0, n = e->n_hoisted; i < n; i++)
        if (e->nodes[e->hoist_list[i]].rank == OSW_RANK_SEGMENT)
            visit(e, e->hoist_list[i]);
    visit_operands(e);
    qsort_r(e->hoist_list, (size_t)e->n_hoisted, sizeof *e->hoist_list, by_rank,
            (void *)e->nodes);
    for (int i = 0; i < e->n_hoisted; i++)
        e->hoisted[e->hoist_list[i]] = i;
}

static void name_nodes(struct osw_emitter *e)
{
    const struct osw_source *source = e->program->source;
    for (int r = 0; r < source->n_rules; r++) {
        int s = source->rule_order[r], id = e->program->symbol[s];
        if (!osw_node_is_leaf(&e->nodes[id]) && !e->name[id])
            e->name[id] = source->symbols[s].name;
    }
}

enum osw_status osw_emitter_init(struct osw_emitter *e, const struct osw_code *code,
                                 FILE *out)
{
    size_t n = (size_t)code->program->dag.n;
    *e = (struct osw_emitter){.out = out,
                              .code = code,
                              .program = code->program,
                              .nodes = code->program->dag.nodes,
                              .name = osw_alloc(n, sizeof *e->name),
                              .hoisted = osw_alloc(n, sizeof *e->hoisted),
                              .hoist_list = osw_alloc(n, sizeof *e->hoist_list),
                              .uses = osw_alloc(n, sizeof *e->uses),
                              .local = osw_alloc(n, sizeof *e->local),
                              .size = osw_alloc(n, sizeof *e->size),
                              .stage = osw_alloc(n, sizeof *e->stage),
                              .slot = osw_alloc(n, sizeof *e->slot),
                              .list = osw_alloc(n, sizeof *e->list)};
    if (!e->name || !e->hoisted || !e->hoist_list || !e->uses || !e->local || !e->size ||
        !e->stage || !e->slot || !e->list ||
        osw_order_init(&e->order, code->program->dag.n)) {
        osw_emitter_fini(e);
        return OSW_ERR_MEMORY;
    }
    for (size_t i = 0; i < n; i++)
        e->hoisted[i] = -1;
    name_nodes(e);
    hoist(e);
    return OSW_OK;
}

void osw_emitter_fini(struct osw_emitter *e)
{
    osw_free((void *)e->name);
    osw_free(e->hoisted);
    osw_free(e->hoist_list);
    osw_free(e->uses);
    osw_free(e->local);
    osw_free(e->size);
    osw_free(e->stage);
    osw_order_fini(&e->order);
    osw_free(e->slot);
    osw_free(e->list);
    *e = (struct osw_emitter){0};
}
