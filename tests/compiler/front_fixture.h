/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * For tests of the front end: a unit system, diagnostics, a model from a text in memory.
 */
#ifndef OSW_TESTS_FRONT_FIXTURE_H
#define OSW_TESTS_FRONT_FIXTURE_H

#include "compiler/model.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

struct fixture {
    struct osw_units *units;
    struct osw_diag *diag;
    struct osw_source *source;
};

static int setup(void **state)
{
    static struct fixture f;
    f = (struct fixture){osw_units_create(), osw_diag_create(), NULL};
    *state = &f;
    return !f.units || !f.diag;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    osw_source_destroy(f->source);
    osw_diag_destroy(f->diag);
    osw_units_destroy(f->units);
    return 0;
}

/* Forget the model and the messages of the text before. */
static void reset(struct fixture *f)
{
    osw_source_destroy(f->source);
    osw_diag_destroy(f->diag);
    f->source = NULL;
    f->diag = osw_diag_create();
    assert_non_null(f->diag);
}

static enum osw_status parse(struct fixture *f, const char *text, bool strict)
{
    reset(f);
    return osw_source_parse("m.ant", text, strlen(text), f->units, NULL, 0, strict,
                            f->diag, &f->source);
}

/* All messages as a person sees them; to be freed. */
static char *rendered(const struct fixture *f)
{
    char *text = NULL;
    size_t len = 0;
    FILE *out = open_memstream(&text, &len);
    assert_non_null(out);
    osw_diag_render(f->diag, out, false);
    fclose(out);
    return text;
}

static inline void expect_ok(struct fixture *f, const char *text)
{
    enum osw_status status = parse(f, text, false);
    char *messages = rendered(f);
    if (status != OSW_OK)
        print_error("%s\n%s\n", text, messages);
    free(messages);
    assert_int_equal(status, OSW_OK);
}

/* The text is refused with exactly these messages. */
static inline void expect_errors(struct fixture *f, bool strict, const char *text,
                                 const char *messages)
{
    enum osw_status status = parse(f, text, strict);
    char *found = rendered(f);
    assert_string_equal(found, messages);
    free(found);
    assert_int_equal(status, OSW_ERR_INPUT);
}

static inline const struct osw_symbol *symbol(const struct fixture *f, const char *name)
{
    int i = osw_source_find(f->source, name);
    if (i < 0)
        print_error("no symbol '%s'\n", name);
    assert_true(i >= 0);
    return &f->source->symbols[i];
}

/* The value of an expression; values [n_symbols]. */
static inline double evaluate(const struct osw_expr *e, const double *values, double t)
{
    double a = e->a ? evaluate(e->a, values, t) : 0;
    double b = e->b ? evaluate(e->b, values, t) : 0;
    switch (e->op) {
    case OSW_OP_NUMBER:
        return e->number;
    case OSW_OP_SYMBOL:
        return values[e->symbol];
    case OSW_OP_TIME:
        return t;
    case OSW_OP_NEG:
        return -a;
    case OSW_OP_ADD:
        return a + b;
    case OSW_OP_SUB:
        return a - b;
    case OSW_OP_MUL:
        return a * b;
    case OSW_OP_DIV:
        return a / b;
    case OSW_OP_POW:
        return pow(a, b);
    case OSW_OP_EXP:
        return exp(a);
    case OSW_OP_LN:
        return log(a);
    case OSW_OP_LOG10:
        return log10(a);
    case OSW_OP_SQRT:
        return sqrt(a);
    case OSW_OP_SIN:
        return sin(a);
    case OSW_OP_COS:
        return cos(a);
    case OSW_OP_TANH:
        return tanh(a);
    }
    return NAN;
}

/* Values of all symbols at time t: parameters, states, then rules in their order. */
static inline double *evaluate_all(const struct fixture *f, double t)
{
    const struct osw_source *s = f->source;
    double *values = calloc((size_t)s->n_symbols + 1, sizeof *values);
    assert_non_null(values);
    for (int states = 0; states < 2; states++)
        for (int i = 0; i < s->n_symbols; i++)
            if (s->symbols[i].initial &&
                (s->symbols[i].kind == OSW_SYMBOL_STATE) == states)
                values[i] = evaluate(s->symbols[i].initial, values, t);
    for (int k = 0; k < s->n_rules; k++)
        values[s->rule_order[k]] = evaluate(s->symbols[s->rule_order[k]].rule, values, t);
    return values;
}

/* A rule's value, or a state's rate. */
static inline double value_of(const struct fixture *f, const char *name)
{
    const struct osw_symbol *s = symbol(f, name);
    double *values = evaluate_all(f, 0.5);
    double value = s->kind == OSW_SYMBOL_STATE ? evaluate(s->rate, values, 0.5)
                                               : values[s - f->source->symbols];
    free(values);
    return value;
}

#endif
